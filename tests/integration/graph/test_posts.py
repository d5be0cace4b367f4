"""Reading posts: the fields of one, and the ways to find it."""

import pytest

from graphql_blog.db.columns import ContentFormat, PostStatus
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

SEED_QUERY = 'query { post(id: "1") { title content author { name } } }'


async def test_the_first_query_of_all_is_answered_with_exactly_what_it_asks_for(api, resources):
    admin = await make_user(resources, username="admin")
    await make_post(resources, admin, title="First Post", content="Hello world!")

    body = await api.body(SEED_QUERY)

    assert body == {
        "data": {
            "post": {
                "title": "First Post",
                "content": "Hello world!",
                "author": {"name": "admin"},
            }
        }
    }


async def test_a_post_that_is_not_there_is_null_and_no_error(api):
    assert await api.body(SEED_QUERY) == {"data": {"post": None}}


async def test_what_can_be_no_id_finds_nothing_and_is_no_error(api, resources):
    await make_post(resources)

    for id_ in ("0", "-1", "1.0", "2147483648", "9" * 30, "a", " 1", "1 ", "\u0661", "UG9zdDox=x"):
        body = await api.body("query ($id: ID!) { post(id: $id) { id } }", id=id_)
        assert body == {"data": {"post": None}}, id_


async def test_every_field_of_a_post(api, resources):
    ana = await make_user(resources, username="ana", display_name="Ana")
    first, second = await make_tag(resources, "Zebra"), await make_tag(resources, "Apple")
    post = await make_post(
        resources,
        ana,
        tags=(first, second),
        title="A *title*",
        slug="a-title",
        content="Some **bold** words.\n",
        created_at=LONG_AGO,
        published_at=LONG_AGO.replace(microsecond=250000),
        updated_at=LONG_AGO.replace(year=2021),
        permalink="/2020/01/a-title/",
    )
    await make_past_slug(resources, post, "older", replaced_at=LONG_AGO)
    await make_past_slug(resources, post, "newer", replaced_at=LONG_AGO.replace(year=2021))
    comment = await make_comment(resources, post, ana)

    data = await api.data(
        """{
          post(id: 1) {
            __typename id nodeId title content contentFormat contentHtml plainText excerpt wordCount
            readingTimeMinutes slug previousSlugs permalink status publishedAt createdAt updatedAt
            version author { id } tags { slug } comments { id } commentCount viewerCanUpdate
            viewerCanDelete restUrl seo { metaTitle metaDescription canonicalUrl noIndex }
          }
        }"""
    )

    assert data["post"] == {
        "__typename": "Post",
        "id": "1",
        "nodeId": "UG9zdDox",
        "title": "A *title*",
        "content": "Some **bold** words.\n",
        "contentFormat": "MARKDOWN",
        "contentHtml": "<p>Some <strong>bold</strong> words.</p>\n",
        "plainText": "Some bold words.",
        "excerpt": "Some bold words.",
        "wordCount": 3,
        "readingTimeMinutes": 1,
        "slug": "a-title",
        "previousSlugs": ["newer", "older"],
        "permalink": "/2020/01/a-title/",
        "status": "PUBLISHED",
        "publishedAt": "2020-01-01T12:00:00.250000Z",
        "createdAt": "2020-01-01T12:00:00Z",
        "updatedAt": "2021-01-01T12:00:00Z",
        "version": 1,
        "author": {"id": str(ana.id)},
        "tags": [{"slug": "apple"}, {"slug": "zebra"}],
        "comments": [{"id": str(comment.id)}],
        "commentCount": 1,
        "viewerCanUpdate": False,
        "viewerCanDelete": False,
        "restUrl": "/api/posts/1",
        "seo": {
            "metaTitle": "A *title*",
            "metaDescription": "Some bold words.",
            "canonicalUrl": None,
            "noIndex": False,
        },
    }


async def test_what_search_engines_are_told_can_differ_from_the_post(api, resources):
    await make_post(
        resources,
        meta_title="For engines",
        meta_description="About it",
        canonical_url="https://example.com/a",
        no_index=True,
    )

    data = await api.data(
        "{ post(id: 1) { seo { metaTitle metaDescription canonicalUrl noIndex } } }"
    )

    assert data["post"]["seo"] == {
        "metaTitle": "For engines",
        "metaDescription": "About it",
        "canonicalUrl": "https://example.com/a",
        "noIndex": True,
    }


async def test_html_stays_html_and_loses_its_scripts(api, resources):
    content = "<p>One</p><script>alert(1)</script>"
    await make_post(resources, content=content, content_format=ContentFormat.HTML)

    data = await api.data("{ post(id: 1) { contentFormat content contentHtml plainText } }")

    assert data["post"] == {
        "contentFormat": "HTML",
        "content": content,
        "contentHtml": "<p>One</p>",
        "plainText": "One",
    }


async def test_an_excerpt_is_cut_on_a_word_and_never_longer_than_asked(api, resources):
    await make_post(resources, content="One two three four five.")

    data = await api.data(
        "{ post(id: 1) { excerpt short: excerpt(maxLength: 10) one: excerpt(maxLength: 1) } }"
    )

    assert data["post"] == {"excerpt": "One two three four five.", "short": "One two…", "one": "…"}


async def test_an_excerpt_of_ones_own_comes_before_the_content(api, resources):
    await make_post(resources, content="Content", excerpt="My *own* words")

    assert await api.data("{ post(id: 1) { excerpt } }") == {"post": {"excerpt": "My own words"}}


async def test_an_excerpt_of_a_senseless_length_is_refused(api, resources):
    await make_post(resources)

    for length in (0, -1, 1001):
        errors = await api.errors(
            "query ($length: Int) { post(id: 1) { excerpt(maxLength: $length) } }", length=length
        )
        assert errors == [
            {
                "message": f"`maxLength` must be between 1 and 1000, not {length}.",
                "path": ["post", "excerpt"],
                "extensions": {"code": "BAD_USER_INPUT"},
            }
        ]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"status": PostStatus.DRAFT}, "DRAFT"),
        ({"status": PostStatus.DRAFT, "published_at": LONG_AGO}, "DRAFT"),
        ({"published_at": TOMORROW}, "SCHEDULED"),
        ({"published_at": LONG_AGO}, "PUBLISHED"),
        ({"status": PostStatus.ARCHIVED, "published_at": LONG_AGO}, "ARCHIVED"),
    ],
)
async def test_only_a_published_post_is_shown_to_strangers(api, resources, given, status):
    ana = await make_user(resources)
    await make_post(resources, ana, **given)

    assert await api.data("{ post(id: 1) { status } }", by=ana) == {"post": {"status": status}}
    seen = {"status": status} if status == "PUBLISHED" else None
    assert await api.data("{ post(id: 1) { status } }") == {"post": seen}


async def test_ids_are_those_of_rest(api, client, resources):
    await make_post(resources)
    await make_post(resources)

    data = await api.data("{ posts { id restUrl author { id restUrl } } }")

    for post in data["posts"]:
        rest = (await client.get(post["restUrl"])).json()
        assert str(rest["id"]) == post["id"]
        assert str(rest["authorId"]) == post["author"]["id"]
        author = (await client.get(post["author"]["restUrl"])).json()
        assert str(author["id"]) == post["author"]["id"]


async def test_posts_are_listed_newest_first(api, resources):
    old, new = await make_post(resources), await make_post(resources)

    data = await api.data("{ posts { id } }")

    assert data == {"posts": [{"id": str(new.id)}, {"id": str(old.id)}]}


BY_SLUG = "query ($slug: String!) { postBySlug(slug: $slug) { id slug } }"


async def test_a_post_is_found_by_its_slug_a_former_one_and_its_old_address(api, resources):
    await make_post(resources)
    post = await make_post(resources, slug="now", permalink="/2020/01/old/")
    await make_past_slug(resources, post, "before")
    found = {"postBySlug": {"id": str(post.id), "slug": "now"}}

    for slug in ("now", "before", "/2020/01/old/", "/2020/01/old", "2020/01/old/", "2020/01/old"):
        assert await api.data(BY_SLUG, slug=slug) == found, slug


async def test_another_slug_finds_nothing(api, resources):
    await make_post(resources, slug="now")

    for slug in ("", "/", "NOW", "no%", "n_w", "now-2"):
        assert await api.data(BY_SLUG, slug=slug) == {"postBySlug": None}, slug


async def test_the_present_owner_of_a_slug_comes_before_an_address(api, resources):
    await make_post(resources, permalink="/shared")
    owner = await make_post(resources, slug="shared")

    assert (await api.data(BY_SLUG, slug="shared"))["postBySlug"]["id"] == str(owner.id)


async def test_a_draft_is_found_by_slug_by_its_author_alone(api, resources):
    ana = await make_user(resources)
    draft = await make_draft(resources, ana, slug="draft", permalink="/draft-was-here")
    await make_past_slug(resources, draft, "draft-before")

    for slug in ("draft", "draft-before", "/draft-was-here"):
        assert await api.data(BY_SLUG, slug=slug) == {"postBySlug": None}
        assert (await api.data(BY_SLUG, by=ana, slug=slug))["postBySlug"]["slug"] == "draft"


async def test_five_former_slugs_are_shown_at_most(api, resources):
    post = await make_post(resources)
    for year in range(2001, 2008):
        await make_past_slug(resources, post, f"in-{year}", replaced_at=LONG_AGO.replace(year=year))

    data = await api.data("{ post(id: 1) { previousSlugs } }")

    assert data["post"]["previousSlugs"] == [f"in-{year}" for year in range(2007, 2002, -1)]
