"""createPost, updatePost, publishPost, unpublishPost, deletePost: what they do and refuse."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from graphql_blog.auth import Role
from graphql_blog.db.columns import PostStatus
from graphql_blog.db.models import Comment, PastSlug, Post, PostTag, Tag, User
from tests.factories import (
    LONG_AGO,
    TOMORROW,
    make_comment,
    make_draft,
    make_past_slug,
    make_post,
    make_tag,
    make_user,
)

ERRORS = """errors {
  __typename message code path
  ... on ValidationError { limit }
  ... on ConflictError { suggestion }
  ... on StaleVersionError { currentVersion }
  ... on PermissionError { requires }
}"""
POST = """post {
  id title content contentFormat slug previousSlugs status publishedAt version author { id }
  tags { name } seo { metaTitle noIndex } excerpt
}"""
CREATE = (
    f"mutation ($input: CreatePostInput!) {{ createPost(input: $input) {{ {POST} {ERRORS} }} }}"
)
UPDATE = (
    f"mutation ($input: UpdatePostInput!) {{ updatePost(input: $input) {{ {POST} {ERRORS} }} }}"
)
PUBLISH = (
    f"mutation ($input: PublishPostInput!) {{ publishPost(input: $input) {{ {POST} {ERRORS} }} }}"
)
UNPUBLISH = (
    f"mutation ($input: ByIdInput!) {{ unpublishPost(input: $input) {{ {POST} {ERRORS} }} }}"
)
DELETE = (
    "mutation ($input: ByIdInput!) { deletePost(input: $input)"
    f" {{ deletedId deletedNodeId {ERRORS} }} }}"
)


@pytest.fixture
async def ana(resources):
    return await make_user(resources, username="ana")


@pytest.fixture
def mutate(api, ana):
    """The payload of a mutation that Ana, or somebody else, sends."""

    async def mutate(document, *, by=ana, **input_):
        (payload,) = (await api.data(document, by=by, input=input_)).values()
        return payload

    return mutate


@pytest.fixture
def row(resources):
    async def row(model, id_):
        async with resources.reading() as session:
            return await session.get(model, id_)

    return row


@pytest.fixture
def number_of(resources):
    async def number_of(model):
        async with resources.reading() as session:
            return await session.scalar(select(func.count()).select_from(model))

    return number_of


def invalid(field, message, code="INVALID", limit=None):
    return {
        "__typename": "ValidationError",
        "message": message,
        "code": code,
        "path": field and ["input", *field.split(".")],
        "limit": limit,
    }


def not_found(field="id", noun="Post"):
    return {
        "__typename": "NotFoundError",
        "message": f"{noun} not found",
        "code": "NOT_FOUND",
        "path": ["input", field],
    }


# ---------------------------------------------------------------- createPost


async def test_a_post_needs_a_title_and_a_content_alone_and_is_published_at_once(mutate, api, ana):
    before = datetime.now(UTC)

    payload = await mutate(CREATE, title="Hello, Wörld!", content="  # Hi\r\n\n")

    published_at = datetime.fromisoformat(payload["post"].pop("publishedAt"))
    assert before <= published_at <= datetime.now(UTC)
    assert payload == {
        "post": {
            "id": "1",
            "title": "Hello, Wörld!",
            "content": "  # Hi\r\n\n",
            "contentFormat": "MARKDOWN",
            "slug": "hello-wörld",
            "previousSlugs": [],
            "status": "PUBLISHED",
            "version": 1,
            "author": {"id": str(ana.id)},
            "tags": [],
            "seo": {"metaTitle": "Hello, Wörld!", "noIndex": False},
            "excerpt": "Hi",
        },
        "errors": [],
    }
    assert await api.data("{ posts { id } }") == {"posts": [{"id": "1"}]}


async def test_everything_that_a_post_can_be_given(mutate, row):
    payload = await mutate(
        CREATE,
        title="Title",
        content="<p>Content</p>",
        contentFormat="HTML",
        slug="my-own",
        excerpt="Short",
        tags=["News", "fun", " news "],
        status="SCHEDULED",
        publishAt="2100-01-01T00:00:00+02:00",
        seo={"metaTitle": "Meta", "noIndex": True, "canonicalUrl": "https://example.com/a"},
    )

    assert payload["post"] | {"author": None} == {
        "id": "1",
        "title": "Title",
        "content": "<p>Content</p>",
        "contentFormat": "HTML",
        "slug": "my-own",
        "previousSlugs": [],
        "status": "SCHEDULED",
        "publishedAt": "2099-12-31T22:00:00Z",
        "version": 1,
        "author": None,
        "tags": [{"name": "News"}, {"name": "fun"}],
        "seo": {"metaTitle": "Meta", "noIndex": True},
        "excerpt": "Short",
    }
    assert (await row(Post, 1)).status is PostStatus.PUBLISHED


async def test_a_draft_is_seen_by_its_author_alone(mutate, api, ana):
    payload = await mutate(CREATE, title="T", content="C", status="DRAFT")

    assert payload["post"]["status"] == "DRAFT"
    assert payload["post"]["publishedAt"] is None
    assert await api.data("{ posts { id } }") == {"posts": []}
    assert await api.data("{ posts { id } }", by=ana) == {"posts": [{"id": "1"}]}


async def test_a_post_may_be_published_in_the_past(mutate):
    payload = await mutate(CREATE, title="T", content="C", publishAt="2001-01-01T00:00:00Z")

    assert payload["post"]["status"] == "PUBLISHED"
    assert payload["post"]["publishedAt"] == "2001-01-01T00:00:00Z"


async def test_every_broken_rule_is_said_at_once_and_nothing_is_stored(mutate, number_of):
    payload = await mutate(
        CREATE,
        title=" ",
        content="",
        slug="Not A Slug",
        excerpt="e" * 1001,
        tags=["ok", ""],
        seo={"metaTitle": "m" * 201, "canonicalUrl": "javascript:alert(1)"},
    )

    assert payload == {
        "post": None,
        "errors": [
            invalid("title", "Title is required.", "REQUIRED"),
            invalid("content", "Content is required.", "REQUIRED"),
            invalid(
                "slug",
                "Slug must be small letters, digits and single hyphens, as in not-a-slug.",
            ),
            invalid("excerpt", "Excerpt must have at most 1000 characters.", "TOO_LONG", 1000),
            invalid("tags.1", "Tags 1 is required.", "REQUIRED"),
            invalid(
                "seo.metaTitle", "Meta title must have at most 200 characters.", "TOO_LONG", 200
            ),
            invalid(
                "seo.canonicalUrl", "Canonical url must be an address that starts with https://."
            ),
        ],
    }
    assert await number_of(Post) == await number_of(Tag) == 0


async def test_the_bounds_of_every_rule(mutate):
    good = {"title": "T", "content": "C"}
    for given in (
        {"title": "t" * 200},
        {"tags": [f"tag{number}" for number in range(10)]},
        {"tags": ["t" * 50]},
        {"slug": "s" * 192},
        {"content": "c" * 10_000},
    ):
        assert (await mutate(CREATE, **good | given))["errors"] == [], given
    for given, field in (
        ({"title": "t" * 201}, "title"),
        ({"tags": [f"tag{number}" for number in range(11)]}, "tags"),
        ({"tags": ["t" * 51]}, "tags"),
        ({"slug": "s" * 193}, "slug"),
        ({"content": " \n\t"}, "content"),
    ):
        (error,) = (await mutate(CREATE, **good | given))["errors"]
        assert error["path"][:2] == ["input", field], given


async def test_a_status_that_does_not_fit_its_instant_is_refused(mutate, number_of):
    draft = "A draft has no instant of publication: leave publishAt out, or say SCHEDULED."
    scheduled = "A scheduled post needs a publishAt that is yet to come."
    archived = "A new post is a DRAFT, SCHEDULED or PUBLISHED."
    for given, error in (
        ({"status": "DRAFT", "publishAt": "2100-01-01T00:00:00Z"}, invalid("publishAt", draft)),
        ({"status": "SCHEDULED"}, invalid("publishAt", scheduled)),
        (
            {"status": "SCHEDULED", "publishAt": LONG_AGO.isoformat()},
            invalid("publishAt", scheduled),
        ),
        ({"status": "ARCHIVED"}, invalid("status", archived)),
    ):
        payload = await mutate(CREATE, title="T", content="C", **given)
        assert payload == {"post": None, "errors": [error]}, given
    assert await number_of(Post) == 0


async def test_a_slug_that_is_taken_is_numbered_when_made_and_refused_when_asked_for(
    mutate, number_of
):
    for slug in ("same", "same-2", "same-3"):
        assert (await mutate(CREATE, title="Same", content="C"))["post"]["slug"] == slug

    payload = await mutate(CREATE, title="T", content="C", slug="same")

    assert payload == {
        "post": None,
        "errors": [
            {
                "__typename": "ConflictError",
                "message": "Another post has, or had, this slug.",
                "code": "TAKEN",
                "path": ["input", "slug"],
                "suggestion": "same-4",
            }
        ],
    }
    assert await number_of(Post) == 3


async def test_a_title_without_a_letter_has_a_slug_all_the_same(mutate):
    assert (await mutate(CREATE, title="!!!", content="C"))["post"]["slug"] == "untitled"
    assert (await mutate(CREATE, title="???", content="C"))["post"]["slug"] == "untitled-2"


async def test_posts_of_one_title_at_once_all_get_a_slug_of_their_own(mutate):
    payloads = await asyncio.gather(*[mutate(CREATE, title="Same", content="C") for _ in range(3)])

    assert sorted(payload["post"]["slug"] for payload in payloads) == ["same", "same-2", "same-3"]


async def test_posts_made_at_once_are_all_counted(mutate, row, ana, resources):
    await asyncio.gather(
        *[
            mutate(CREATE, title=f"T{n}", content="C", tags=["b", "a"][:: n % 2 or -1])
            for n in range(6)
        ]
    )

    assert (await row(User, ana.id)).post_count == 6
    async with resources.reading() as session:
        assert (await session.scalars(select(Tag.post_count))).all() == [6, 6]


async def test_a_tag_is_found_again_by_its_slug(mutate, number_of, resources):
    await make_tag(resources, "News", slug="news")

    payload = await mutate(CREATE, title="T", content="C", tags=["NEWS", "Fun Stuff"])

    assert payload["post"]["tags"] == [{"name": "Fun Stuff"}, {"name": "News"}]
    assert await number_of(Tag) == 2


# ---------------------------------------------------------------- updatePost


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

    payload = await mutate(UPDATE, id="1", title="New")

    post = payload["post"]
    assert payload["errors"] == []
    assert (post["title"], post["content"], post["slug"]) == ("New", "Content", "slug")
    assert (post["version"], post["excerpt"], post["tags"]) == (2, "Excerpt", [{"name": "News"}])
    assert post["seo"] == {"metaTitle": "Meta", "noIndex": True}

    post = (await mutate(UPDATE, id="1", seo={"noIndex": None}))["post"]
    assert post["seo"] == {"metaTitle": "Meta", "noIndex": False}

    post = (await mutate(UPDATE, id="1", excerpt=None, tags=None, seo=None))["post"]
    assert (post["version"], post["excerpt"], post["tags"]) == (4, "Content", [])
    assert post["seo"] == {"metaTitle": "New", "noIndex": False}
    assert (await row(Post, 1)).excerpt is None


async def test_null_does_not_clear_what_must_be_there(mutate, resources, ana, row):
    await make_post(resources, ana, title="Title")

    payload = await mutate(UPDATE, id="1", title=None, content=None, contentFormat=None, slug=None)

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

    assert (await mutate(UPDATE, id="1", version=1))["post"]["version"] == 1
    assert (await row(Post, 1)).updated_at == post.updated_at


async def test_a_global_id_names_a_post_too(mutate, resources, ana):
    await make_post(resources, ana)

    assert (await mutate(UPDATE, id="UG9zdDox", title="New"))["post"]["title"] == "New"


async def test_a_change_of_what_is_not_there_is_refused_as_data(mutate, resources):
    await make_draft(resources)

    for id_ in ("1", "99", "x", "0"):
        assert await mutate(UPDATE, id=id_, title="New") == {
            "post": None,
            "errors": [not_found()],
        }


async def test_an_old_version_is_refused_with_the_current_one(mutate, resources, ana, row):
    await make_post(resources, ana, title="Title", version=3)

    assert await mutate(UPDATE, id="1", version=2, title="New") == {
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
    assert (await mutate(UPDATE, id="1", version=3, title="New"))["post"]["version"] == 4
    assert (await mutate(UPDATE, id="1", version=None, title="Newer"))["post"]["version"] == 5


async def test_of_many_changes_of_one_version_at_once_exactly_one_wins(mutate, resources, ana, row):
    await make_post(resources, ana)

    payloads = await asyncio.gather(
        *[mutate(UPDATE, id="1", version=1, title=f"Title {n}", tags=[f"t{n}"]) for n in range(5)]
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

    payloads = await asyncio.gather(*[mutate(UPDATE, id="1", title=f"T{n}") for n in range(5)])

    assert [payload["errors"] for payload in payloads] == [[]] * 5
    assert (await row(Post, 1)).version == 6


async def test_a_former_slug_leads_to_the_post_and_stays_its_own(mutate, api, resources, ana):
    await make_post(resources, ana, slug="one")
    await make_post(resources, ana, slug="other")

    for slug in ("two", "three"):
        post = (await mutate(UPDATE, id="1", slug=slug))["post"]
    assert (post["slug"], post["previousSlugs"]) == ("three", ["two", "one"])
    assert await api.data('{ postBySlug(slug: "one") { slug } }') == {
        "postBySlug": {"slug": "three"}
    }

    (error,) = (await mutate(UPDATE, id="2", slug="one"))["errors"]
    assert (error["code"], error["suggestion"]) == ("TAKEN", "one-2")
    (error,) = (await mutate(UPDATE, id="2", slug="three"))["errors"]
    assert (error["code"], error["suggestion"]) == ("TAKEN", "three-2")

    back = (await mutate(UPDATE, id="1", slug="one"))["post"]
    assert (back["slug"], back["previousSlugs"]) == ("one", ["three", "two"])


async def test_of_many_posts_that_want_one_slug_at_once_one_gets_it(mutate, resources, ana):
    posts = [await make_post(resources, ana) for _ in range(4)]

    payloads = await asyncio.gather(
        *[mutate(UPDATE, id=str(post.id), slug="wanted") for post in posts]
    )

    errors = [error["code"] for payload in payloads for error in payload["errors"]]
    assert errors == ["TAKEN"] * 3
    assert sum(payload["post"] is not None for payload in payloads) == 1


async def test_its_own_slug_again_is_no_change_of_slug(mutate, resources, ana):
    await make_post(resources, ana, slug="one")

    post = (await mutate(UPDATE, id="1", slug="one"))["post"]

    assert (post["slug"], post["previousSlugs"]) == ("one", [])


async def test_a_refused_change_leaves_everything_as_it_was(mutate, resources, ana, row, number_of):
    await make_post(resources, ana, title="Title", slug="one")
    await make_post(resources, ana, slug="taken")

    payload = await mutate(UPDATE, id="1", title="New", tags=["Brand new"], slug="taken")

    assert [error["code"] for error in payload["errors"]] == ["TAKEN"]
    post = await row(Post, 1)
    assert (post.title, post.slug, post.version) == ("Title", "one", 1)
    assert await number_of(Tag) == await number_of(PastSlug) == await number_of(PostTag) == 0


async def test_new_tags_replace_the_old_ones_and_all_are_recounted(mutate, resources, ana, row):
    old, kept = await make_tag(resources, "old"), await make_tag(resources, "kept")
    await make_post(resources, ana, tags=(old, kept))
    await mutate(UPDATE, id="1", tags=["old", "kept"])
    assert [(await row(Tag, id_)).post_count for id_ in (1, 2)] == [1, 1]

    post = (await mutate(UPDATE, id="1", tags=["kept", "new"]))["post"]

    assert post["tags"] == [{"name": "kept"}, {"name": "new"}]
    assert [(await row(Tag, id_)).post_count for id_ in (1, 2, 3)] == [0, 1, 1]


# ---------------------------------------------------------------- publishPost, unpublishPost


async def test_a_draft_is_published_now_and_becomes_a_draft_again(mutate, resources, ana, row, api):
    news = await make_tag(resources, "News")
    await make_draft(resources, ana, tags=(news,))

    post = (await mutate(PUBLISH, id="1"))["post"]
    assert (post["status"], post["version"]) == ("PUBLISHED", 2)
    assert await api.data("{ posts { id } }") == {"posts": [{"id": "1"}]}
    assert [(await row(User, ana.id)).post_count, (await row(Tag, 1)).post_count] == [1, 1]
    listed_at = (await row(PostTag, (1, 1))).listed_at
    assert listed_at.isoformat() == post["publishedAt"].replace("Z", "+00:00")

    post = (await mutate(UNPUBLISH, id="1"))["post"]
    assert (post["status"], post["publishedAt"], post["version"]) == ("DRAFT", None, 3)
    assert await api.data("{ posts { id } }") == {"posts": []}
    assert [(await row(User, ana.id)).post_count, (await row(Tag, 1)).post_count] == [0, 0]
    assert (await row(PostTag, (1, 1))).listed_at == (await row(Post, 1)).created_at


async def test_a_post_is_scheduled_moved_and_called_back(mutate, resources, ana, api):
    await make_draft(resources, ana)
    tomorrow, later = TOMORROW, TOMORROW + timedelta(days=1)

    for at in (later, tomorrow):
        post = (await mutate(PUBLISH, id="1", at=at.isoformat()))["post"]
        assert post["status"] == "SCHEDULED"
        assert datetime.fromisoformat(post["publishedAt"]) == at
    assert await api.data("{ posts { id } }") == {"posts": []}

    assert (await mutate(UNPUBLISH, id="1"))["post"]["status"] == "DRAFT"
    await mutate(PUBLISH, id="1", at=later.isoformat())
    assert (await mutate(PUBLISH, id="1", at=None))["post"]["status"] == "PUBLISHED"


async def test_a_published_post_is_not_published_again_nor_a_draft_made_a_draft(
    mutate, resources, ana, row
):
    await make_post(resources, ana)
    await make_draft(resources, ana)

    for at in ({}, {"at": TOMORROW.isoformat()}):
        assert await mutate(PUBLISH, id="1", **at) == {
            "post": None,
            "errors": [invalid(None, "This post is already published.", "INVALID_STATE")],
        }
    assert await mutate(UNPUBLISH, id="2") == {
        "post": None,
        "errors": [invalid(None, "This post is a draft already.", "INVALID_STATE")],
    }
    assert [(await row(Post, id_)).version for id_ in (1, 2)] == [1, 1]


async def test_an_archived_post_can_be_published_or_made_a_draft(mutate, resources, ana):
    for _ in range(2):
        await make_post(resources, ana, status=PostStatus.ARCHIVED, published_at=LONG_AGO)

    assert (await mutate(PUBLISH, id="1"))["post"]["status"] == "PUBLISHED"
    assert (await mutate(UNPUBLISH, id="2"))["post"]["status"] == "DRAFT"


# ---------------------------------------------------------------- deletePost


async def test_a_deleted_post_takes_all_that_is_its_own_with_it(
    mutate, api, resources, ana, number_of, row
):
    news = await make_tag(resources, "News")
    post = await make_post(resources, ana, tags=(news,), slug="gone")
    await make_past_slug(resources, post, "older")
    comment = await make_comment(resources, post)
    await make_comment(resources, post, parent_id=comment.id)
    await mutate(UPDATE, id="1", title="Counted")
    assert (await row(User, ana.id)).post_count == 1

    payload = await mutate(DELETE, id="1")

    assert payload == {"deletedId": "1", "deletedNodeId": "UG9zdDox", "errors": []}
    for model in (Post, Comment, PostTag, PastSlug):
        assert await number_of(model) == 0
    assert [(await row(User, ana.id)).post_count, (await row(Tag, 1)).post_count] == [0, 0]
    assert await mutate(DELETE, id="1") == {
        "deletedId": None,
        "deletedNodeId": None,
        "errors": [not_found()],
    }
    # Its slugs are free again, and its id is never given twice.
    created = (await mutate(CREATE, title="T", content="C", slug="older"))["post"]
    assert (created["id"], created["slug"]) == ("2", "older")


async def test_mutations_run_one_after_the_other_and_see_each_other(api, resources, ana):
    await make_post(resources, ana, title="Title")

    data = await api.data(
        """mutation {
          a: updatePost(input: {id: "1", title: "A"}) { post { title version } }
          b: updatePost(input: {id: "1", version: 2, title: "B"}) { post { title version } }
          c: deletePost(input: {id: "1"}) { deletedId }
          d: updatePost(input: {id: "1", title: "D"}) { post { id } errors { code } }
        }""",
        by=ana,
    )

    assert data == {
        "a": {"post": {"title": "A", "version": 2}},
        "b": {"post": {"title": "B", "version": 3}},
        "c": {"deletedId": "1"},
        "d": {"post": None, "errors": [{"code": "NOT_FOUND"}]},
    }


async def test_an_editor_changes_what_others_wrote_and_it_stays_theirs(mutate, resources, ana):
    await make_post(resources, ana)
    editor = await make_user(resources, role=Role.EDITOR)

    post = (await mutate(UPDATE, by=editor, id="1", title="Edited"))["post"]

    assert (post["title"], post["author"]) == ("Edited", {"id": str(ana.id)})
