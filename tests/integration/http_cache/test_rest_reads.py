"""REST reads: who may keep them, for how long, and by which names they are purged."""

from datetime import UTC, datetime, timedelta

import pytest

from graphql_blog.db.models import PostTag
from tests.factories import make_comment, make_past_slug, make_post, make_tag, stored

# HTTP is the same whatever the database.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

PUBLIC = "public, max-age=10, stale-while-revalidate=10"
PRIVATE = "private, no-cache"


def caching(answer):
    return answer.headers["cache-control"], answer.headers.get("surrogate-key")


NAMES = {
    "/api/posts": "Post.list blog",
    "/api/posts/{post}": "Post Post:{post} blog",
    "/api/users": "User.list blog",
    "/api/users/{ana}": "User User:{ana} blog",
    "/api/users/{ana}/posts": "Post Post.author_id Post.author_id:{ana} Post:{post} User User:{ana}"
    " blog",
    "/api/users/by-username/ana": "User User:{ana} blog",
    "/api/tags": "Tag.list blog",
    "/api/tags/none": "Tag Tag:{tag} blog",
    "/api/posts/by-slug/first": "PastSlug.list Post.list blog",
    "/api/posts/by-slug/former": "PastSlug.list Post.list blog",
    "/api/posts/{post}/tags": "Post Post:{post} PostTag.post_id PostTag.post_id:{post} Tag"
    " Tag:{tag} blog",
    "/api/posts/{post}/comments": "Comment Comment.post_id Comment.post_id:{post} Comment:{said}"
    " Post Post:{post} blog",
    "/api/posts/{post}?include=author": "Post Post:{post} User User:{ana} blog",
    "/api/posts/{post}?fields=commentCount": "Comment.post_id Comment.post_id:{post} Post"
    " Post:{post} blog",
    "/api/comments/{said}": "Comment Comment:{said} Post.list blog",
}


@pytest.fixture
async def ids(api, ana, post):
    """What stands in the addresses: a post with a tag, a comment, and a slug it had before."""
    tag = await make_tag(api.resources, "none")
    await stored(api.resources, PostTag(post_id=post.id, tag_id=tag.id))
    await make_past_slug(api.resources, post, "former")
    said = await make_comment(api.resources, post, ana)
    return {"ana": ana.id, "post": post.id, "tag": tag.id, "said": said.id}


@pytest.mark.parametrize("address", NAMES)
async def test_what_strangers_read_is_public_and_has_names(api, ids, address):
    address, names = address.format(**ids), NAMES[address].format(**ids)
    answer = await api.client.get(address)
    etag = answer.headers.get("etag", '"none"')
    known = await api.client.get(address, headers={"If-None-Match": etag})

    is_there = answer.status_code == 200
    assert (answer.status_code, known.status_code) == ((200, 304) if is_there else (301, 301))
    assert is_there is ("former" not in address)
    assert caching(answer) == caching(known) == (PUBLIC, names)
    assert known.headers["vary"].startswith("Accept, Authorization")
    assert answer.headers["vary"].endswith("Accept-Encoding") is is_there


@pytest.mark.parametrize("address", NAMES)
async def test_what_an_account_reads_is_its_own(api, ana, ids, address):
    address = address.format(**ids)
    for headers in (api.headers(ana), {"Cookie": "theme=dark"}):
        answer = await api.client.get(address, headers=headers)

        assert answer.status_code in {200, 301}
        assert caching(answer) == (PRIVATE, None)
        assert ("etag" in answer.headers) is (answer.status_code == 200)


@pytest.mark.parametrize("address", ["/api/posts", "/api/users/{ana}/posts"])
async def test_a_list_is_public_until_the_next_post_appears_by_itself(api, ana, post, address):
    in_a_moment = datetime.now(UTC) + timedelta(seconds=7)
    await make_post(api.resources, ana, published_at=in_a_moment)
    answer = await api.client.get(address.format(ana=ana.id))

    assert caching(answer)[0] in {f"public, max-age={seconds}" for seconds in (4, 5, 6)}
    # A post that is there already does not come later.
    one = await api.client.get(f"/api/posts/{post.id}")
    assert caching(one)[0] == PUBLIC


async def test_reading_twice_looks_only_once_for_what_comes_next(api, post, statements):
    await api.client.get("/api/posts")
    statements.clear()
    await api.client.get("/api/posts")

    assert len(statements) == 2


@pytest.mark.parametrize(
    ("address", "status"),
    [("/api/posts/999", 404), ("/api/posts?limit=0", 400), ("/api/protected", 401), ("/no", 404)],
)
async def test_refusals_are_kept_by_nobody(api, address, status):
    answer = await api.client.get(address)

    assert (answer.status_code, caching(answer)) == (status, ("no-store", None))


async def test_what_a_change_answers_is_for_who_made_it(api, ana):
    given = {"title": "New", "content": "New"}
    made = await api.client.post("/api/posts", json=given, headers=api.headers(ana))

    assert caching(made) == (PRIVATE, None)


@pytest.mark.parametrize("address", ["/api/greeting", "/openapi.json", "/schema.graphql"])
async def test_what_no_commit_changes_is_asked_for_each_time(api, address):
    answer = await api.client.get(address)
    known = await api.client.get(address, headers={"If-None-Match": answer.headers["etag"]})

    assert known.status_code == 304
    assert caching(answer) == caching(known) == ("no-cache", None)


async def test_the_health_of_the_server_is_that_of_now(api):
    assert caching(await api.client.get("/healthz")) == ("no-store", None)
