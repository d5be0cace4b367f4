"""createPost: what a new post is made of, and what it may not be."""

import asyncio
from datetime import UTC, datetime

from sqlalchemy import select

from graphql_blog.db.columns import PostStatus
from graphql_blog.db.models import Post, Tag, User
from tests.asserts import invalid
from tests.factories import LONG_AGO, make_tag


async def test_a_post_needs_a_title_and_a_content_alone_and_is_published_at_once(mutate, api, ana):
    before = datetime.now(UTC)

    payload = await mutate("createPost", title="Hello, Wörld!", content="  # Hi\r\n\n")

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
        "createPost",
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
    payload = await mutate("createPost", title="T", content="C", status="DRAFT")

    assert payload["post"]["status"] == "DRAFT"
    assert payload["post"]["publishedAt"] is None
    assert await api.data("{ posts { id } }") == {"posts": []}
    assert await api.data("{ posts { id } }", by=ana) == {"posts": [{"id": "1"}]}


async def test_a_post_may_be_published_in_the_past(mutate):
    payload = await mutate("createPost", title="T", content="C", publishAt="2001-01-01T00:00:00Z")

    assert payload["post"]["status"] == "PUBLISHED"
    assert payload["post"]["publishedAt"] == "2001-01-01T00:00:00Z"


async def test_every_broken_rule_is_said_at_once_and_nothing_is_stored(mutate, number_of):
    payload = await mutate(
        "createPost",
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
        assert (await mutate("createPost", **good | given))["errors"] == [], given
    for given, field in (
        ({"title": "t" * 201}, "title"),
        ({"tags": [f"tag{number}" for number in range(11)]}, "tags"),
        ({"tags": ["t" * 51]}, "tags"),
        ({"slug": "s" * 193}, "slug"),
        ({"content": " \n\t"}, "content"),
    ):
        (error,) = (await mutate("createPost", **good | given))["errors"]
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
        payload = await mutate("createPost", title="T", content="C", **given)
        assert payload == {"post": None, "errors": [error]}, given
    assert await number_of(Post) == 0


async def test_a_slug_that_is_taken_is_numbered_when_made_and_refused_when_asked_for(
    mutate, number_of
):
    for slug in ("same", "same-2", "same-3"):
        assert (await mutate("createPost", title="Same", content="C"))["post"]["slug"] == slug

    payload = await mutate("createPost", title="T", content="C", slug="same")

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
    assert (await mutate("createPost", title="!!!", content="C"))["post"]["slug"] == "untitled"
    assert (await mutate("createPost", title="???", content="C"))["post"]["slug"] == "untitled-2"


async def test_posts_of_one_title_at_once_all_get_a_slug_of_their_own(mutate):
    payloads = await asyncio.gather(
        *[mutate("createPost", title="Same", content="C") for _ in range(3)]
    )

    assert sorted(payload["post"]["slug"] for payload in payloads) == ["same", "same-2", "same-3"]


async def test_posts_made_at_once_are_all_counted(mutate, row, ana, resources):
    await asyncio.gather(
        *[
            mutate("createPost", title=f"T{n}", content="C", tags=["b", "a"][:: n % 2 or -1])
            for n in range(6)
        ]
    )

    assert (await row(User, ana.id)).post_count == 6
    async with resources.reading() as session:
        assert (await session.scalars(select(Tag.post_count))).all() == [6, 6]


async def test_a_tag_is_found_again_by_its_slug(mutate, number_of, resources):
    await make_tag(resources, "News", slug="news")

    payload = await mutate("createPost", title="T", content="C", tags=["NEWS", "Fun Stuff"])

    assert payload["post"]["tags"] == [{"name": "Fun Stuff"}, {"name": "News"}]
    assert await number_of(Tag) == 2
