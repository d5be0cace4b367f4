"""/api/tags, the tags of a post, the posts with a tag, and posts that are related by them."""

import pytest

from tests.factories import make_draft, make_post, make_tag


@pytest.fixture
async def tags(resources):
    """Two tags, the second with the stranger name."""
    return [await make_tag(resources, "news"), await make_tag(resources, "新聞 C++", slug="新聞")]


async def test_the_tags_are_listed_by_name_and_found_by_slug(client, tags):
    listed = await client.get("/api/tags")
    one = await client.get(listed.json()[1]["links"]["self"])

    assert listed.json() == [
        {
            "id": 1,
            "slug": "news",
            "name": "news",
            "description": None,
            "links": {"self": "/api/tags/news", "posts": "/api/tags/news/posts"},
        },
        {
            "id": 2,
            "slug": "新聞",
            "name": "新聞 C++",
            "description": None,
            "links": {
                "self": "/api/tags/%E6%96%B0%E8%81%9E",
                "posts": "/api/tags/%E6%96%B0%E8%81%9E/posts",
            },
        },
    ]
    assert one.json() == listed.json()[1]
    assert listed.headers["x-total-count"] == "2"


async def test_the_posts_with_a_tag_are_paged_newest_first(client, resources, tags):
    posts = [await make_post(resources, tags=(tags[1],)) for _ in range(3)]
    await make_post(resources, tags=(tags[0],))
    await make_draft(resources, tags=(tags[1],))
    first = await client.get("/api/tags/新聞/posts?limit=2&fields=title")
    following = first.headers["link"].partition(">")[0].removeprefix("<")
    second = await client.get(following)

    shown = first.json() + second.json()
    assert [post["id"] for post in shown] == [post.id for post in reversed(posts)]
    assert first.headers["x-total-count"] == "3"
    counted = await client.get("/api/tags?fields=postCount&order=-id")
    assert counted.json() == [{"id": 2, "postCount": 3}, {"id": 1, "postCount": 1}]


async def test_the_tags_of_a_post_are_all_of_them(client, resources, tags):
    post = await make_post(resources, tags=tags)
    draft = await make_draft(resources, tags=tags)

    answer = await client.get(f"/api/posts/{post.id}/tags?fields=slug")

    assert sorted(tag["slug"] for tag in answer.json()) == ["news", "新聞"]
    assert (await client.get(f"/api/posts/{draft.id}/tags")).status_code == 404


async def test_posts_are_related_by_tags(client, resources, tags):
    post, *others = [await make_post(resources, tags=(tags[0],)) for _ in range(3)]
    await make_post(resources, tags=(tags[1],))
    hidden = await make_draft(resources, tags=(tags[0],))

    answer = await client.get(f"/api/posts/{post.id}/related?fields=title")
    one = await client.get(f"/api/posts/{post.id}/related?limit=1&fields=title")
    inside = await client.get(f"/api/posts/{post.id}?fields=relatedPosts.title")

    assert [other["id"] for other in answer.json()] == [other.id for other in reversed(others)]
    assert one.json() == answer.json()[:1]
    assert inside.json()["relatedPosts"] == answer.json()
    assert (await client.get(f"/api/posts/{hidden.id}/related")).status_code == 404


@pytest.mark.parametrize("slug", ["nothing", "1", "%00", "NEWS", "%ff", "a%2Fb"])
async def test_what_is_not_there_is_not_found(client, tags, slug):
    assert (await client.get(f"/api/tags/{slug}")).status_code == 404
    assert (await client.get(f"/api/tags/{slug}/posts")).status_code == 404
