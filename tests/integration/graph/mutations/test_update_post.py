"""updatePost: what changes, what stays, and who changed it first."""

import asyncio

from graphql_blog.db.models import PastSlug, Post, PostTag, Tag
from tests.asserts import not_found
from tests.factories import make_draft, make_post, make_tag


async def test_what_is_absent_stays_and_null_clears(mutate, resources, ana, row):
    news = await make_tag(resources, "News")
    await make_post(
        resources,
        ana,
        tags=(news,),
        title="Title",
        content="Content",
        slug="slug",
        excerpt="Excerpt",
        meta_title="Meta",
        no_index=True,
    )

    payload = await mutate("updatePost", id="1", title="New")

    post = payload["post"]
    assert payload["errors"] == []
    assert (post["title"], post["content"], post["slug"]) == ("New", "Content", "slug")
    assert (post["version"], post["excerpt"], post["tags"]) == (2, "Excerpt", [{"name": "News"}])
    assert post["seo"] == {"metaTitle": "Meta", "noIndex": True}

    post = (await mutate("updatePost", id="1", seo={"noIndex": None}))["post"]
    assert post["seo"] == {"metaTitle": "Meta", "noIndex": False}

    post = (await mutate("updatePost", id="1", excerpt=None, tags=None, seo=None))["post"]
    assert (post["version"], post["excerpt"], post["tags"]) == (4, "Content", [])
    assert post["seo"] == {"metaTitle": "New", "noIndex": False}
    assert (await row(Post, 1)).excerpt is None


async def test_null_does_not_clear_what_must_be_there(mutate, resources, ana, row):
    await make_post(resources, ana, title="Title")

    payload = await mutate(
        "updatePost", id="1", title=None, content=None, contentFormat=None, slug=None
    )

    assert payload["post"] is None
    assert [error["path"] for error in payload["errors"]] == [
        ["input", "title"],
        ["input", "content"],
        ["input", "contentFormat"],
        ["input", "slug"],
    ]
    assert (await row(Post, 1)).version == 1


async def test_a_change_of_nothing_is_none(mutate, resources, ana, row):
    post = await make_post(resources, ana)

    assert (await mutate("updatePost", id="1", version=1))["post"]["version"] == 1
    assert (await row(Post, 1)).updated_at == post.updated_at


async def test_a_global_id_names_a_post_too(mutate, resources, ana):
    await make_post(resources, ana)

    assert (await mutate("updatePost", id="UG9zdDox", title="New"))["post"]["title"] == "New"


async def test_a_change_of_what_is_not_there_is_refused_as_data(mutate, resources):
    await make_draft(resources)

    for id_ in ("1", "99", "x", "0"):
        assert await mutate("updatePost", id=id_, title="New") == {
            "post": None,
            "errors": [not_found()],
        }


async def test_an_old_version_is_refused_with_the_current_one(mutate, resources, ana, row):
    await make_post(resources, ana, title="Title", version=3)

    assert await mutate("updatePost", id="1", version=2, title="New") == {
        "post": None,
        "errors": [
            {
                "__typename": "StaleVersionError",
                "message": "Somebody changed it since you read it: read it again, then repeat your"
                " change.",
                "code": "STALE_VERSION",
                "path": ["input", "version"],
                "currentVersion": 3,
            }
        ],
    }
    assert (await row(Post, 1)).title == "Title"
    assert (await mutate("updatePost", id="1", version=3, title="New"))["post"]["version"] == 4
    assert (await mutate("updatePost", id="1", version=None, title="Newer"))["post"]["version"] == 5


async def test_of_many_changes_of_one_version_at_once_exactly_one_wins(mutate, resources, ana, row):
    await make_post(resources, ana)

    payloads = await asyncio.gather(
        *[
            mutate("updatePost", id="1", version=1, title=f"Title {n}", tags=[f"t{n}"])
            for n in range(5)
        ]
    )

    (winner,) = [payload["post"] for payload in payloads if payload["post"]]
    errors = [error for payload in payloads for error in payload["errors"]]
    assert [error["code"] for error in errors] == ["STALE_VERSION"] * 4
    assert {error["currentVersion"] for error in errors} == {2}
    stored = await row(Post, 1)
    assert (stored.title, stored.version) == (winner["title"], 2)


async def test_without_a_version_every_change_is_made_one_after_the_other(
    mutate, resources, ana, row
):
    await make_post(resources, ana)

    payloads = await asyncio.gather(
        *[mutate("updatePost", id="1", title=f"T{n}") for n in range(5)]
    )

    assert [payload["errors"] for payload in payloads] == [[]] * 5
    assert (await row(Post, 1)).version == 6


async def test_a_former_slug_leads_to_the_post_and_stays_its_own(mutate, api, resources, ana):
    await make_post(resources, ana, slug="one")
    await make_post(resources, ana, slug="other")

    for slug in ("two", "three"):
        post = (await mutate("updatePost", id="1", slug=slug))["post"]
    assert (post["slug"], post["previousSlugs"]) == ("three", ["two", "one"])
    assert await api.data('{ postBySlug(slug: "one") { slug } }') == {
        "postBySlug": {"slug": "three"}
    }

    (error,) = (await mutate("updatePost", id="2", slug="one"))["errors"]
    assert (error["code"], error["suggestion"]) == ("TAKEN", "one-2")
    (error,) = (await mutate("updatePost", id="2", slug="three"))["errors"]
    assert (error["code"], error["suggestion"]) == ("TAKEN", "three-2")

    back = (await mutate("updatePost", id="1", slug="one"))["post"]
    assert (back["slug"], back["previousSlugs"]) == ("one", ["three", "two"])


async def test_of_many_posts_that_want_one_slug_at_once_one_gets_it(mutate, resources, ana):
    posts = [await make_post(resources, ana) for _ in range(4)]

    payloads = await asyncio.gather(
        *[mutate("updatePost", id=str(post.id), slug="wanted") for post in posts]
    )

    errors = [error["code"] for payload in payloads for error in payload["errors"]]
    assert errors == ["TAKEN"] * 3
    assert sum(payload["post"] is not None for payload in payloads) == 1


async def test_its_own_slug_again_is_no_change_of_slug(mutate, resources, ana):
    await make_post(resources, ana, slug="one")

    post = (await mutate("updatePost", id="1", slug="one"))["post"]

    assert (post["slug"], post["previousSlugs"]) == ("one", [])


async def test_a_refused_change_leaves_everything_as_it_was(mutate, resources, ana, row, number_of):
    await make_post(resources, ana, title="Title", slug="one")
    await make_post(resources, ana, slug="taken")

    payload = await mutate("updatePost", id="1", title="New", tags=["Brand new"], slug="taken")

    assert [error["code"] for error in payload["errors"]] == ["TAKEN"]
    post = await row(Post, 1)
    assert (post.title, post.slug, post.version) == ("Title", "one", 1)
    assert await number_of(Tag) == await number_of(PastSlug) == await number_of(PostTag) == 0


async def test_new_tags_replace_the_old_ones_and_all_are_recounted(mutate, resources, ana, row):
    old, kept = await make_tag(resources, "old"), await make_tag(resources, "kept")
    await make_post(resources, ana, tags=(old, kept))
    await mutate("updatePost", id="1", tags=["old", "kept"])
    assert [(await row(Tag, id_)).post_count for id_ in (1, 2)] == [1, 1]

    post = (await mutate("updatePost", id="1", tags=["kept", "new"]))["post"]

    assert post["tags"] == [{"name": "kept"}, {"name": "new"}]
    assert [(await row(Tag, id_)).post_count for id_ in (1, 2, 3)] == [0, 1, 1]
