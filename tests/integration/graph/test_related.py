"""Related posts: those that share tags, the rarest first."""

from datetime import UTC, datetime

from graphql_blog.services import counts
from tests.factories import make_draft, make_post, make_tag

RELATED = "{ post(id: 1) { relatedPosts(first: 3) { id } } }"
NOW = datetime(2026, 11, 20, tzinfo=UTC)


async def make_blog(resources):
    """Post 1 shares the common tag with 2, 3 and 4, and the rare one with 3."""
    common, rare = await make_tag(resources, "common"), await make_tag(resources, "rare")
    await make_post(resources, tags=[common, rare])
    await make_post(resources, tags=[common])
    await make_post(resources, tags=[common, rare])
    await make_post(resources, tags=[common])
    await make_draft(resources, tags=[common, rare])
    await make_post(resources)
    async with resources.transaction() as session:
        await counts.recount(session, NOW, tags=[common.id, rare.id])


async def test_the_rarest_shared_tag_comes_first_then_the_newest(api, resources):
    await make_blog(resources)

    data = await api.data(RELATED)

    assert data == {"post": {"relatedPosts": [{"id": "3"}, {"id": "4"}, {"id": "2"}]}}


async def test_posts_without_tags_have_none(api, resources):
    await make_blog(resources)

    assert await api.data("{ post(id: 6) { relatedPosts { id } } }") == {
        "post": {"relatedPosts": []}
    }


async def test_many_posts_take_one_statement(api, resources, statements):
    await make_blog(resources)
    statements.clear()

    data = await api.data("{ posts { relatedPosts(first: 1) { title } } }")

    assert [len(post["relatedPosts"]) for post in data["posts"]] == [0, 1, 1, 1, 1]
    assert len(statements) == 2
