"""Addresses by slug and username, one's own, and lists that are narrowed and ordered."""

import pytest

from graphql_blog.auth import Role
from graphql_blog.db.columns import PostStatus
from tests.factories import make_draft, make_past_slug, make_post, make_tag, make_user

BY_SLUG = "/api/posts/by-slug"


async def test_a_post_is_found_by_its_slug(client, resources):
    post = await make_post(resources, slug="größe")

    answer = await client.get(f"{BY_SLUG}/größe?fields=title")
    whole = await client.get(f"{BY_SLUG}/gr%C3%B6%C3%9Fe")

    assert answer.json() == {"id": post.id, "title": post.title}
    assert whole.json() == (await client.get(f"/api/posts/{post.id}")).json()


@pytest.mark.parametrize("old", ["former", "/2020/01/there/", "2020/01/there", "%2F2020/01/there"])
async def test_an_old_address_leads_to_the_new_one(client, resources, old):
    post = await make_post(resources, slug="größe", permalink="/2020/01/there/")
    await make_past_slug(resources, post, "former")

    answer = await client.get(f"{BY_SLUG}/{old}?fields=title&include=author")

    assert (answer.status_code, answer.content) == (301, b"")
    location = answer.headers["location"]
    assert location == f"{BY_SLUG}/gr%C3%B6%C3%9Fe?fields=title&include=author"
    assert (await client.get(location)).json()["title"] == post.title


@pytest.mark.parametrize("slug", ["nothing", "%00", "hidden", "was-hidden", "a/b/c"])
async def test_what_nobody_may_see_is_at_no_slug(client, resources, slug):
    hidden = await make_draft(resources, slug="hidden")
    await make_past_slug(resources, hidden, "was-hidden")

    answer = await client.get(f"{BY_SLUG}/{slug}")

    assert (answer.status_code, answer.json()["error"]) == (404, "Post not found")


async def test_a_user_is_found_by_username(client, ana):
    shown = await client.get("/api/users/by-username/ana")

    assert shown.json() == (await client.get(f"/api/users/{ana.id}")).json()
    for other in ("Ana", "nobody", "%00"):
        assert (await client.get(f"/api/users/by-username/{other}")).status_code == 404


async def test_who_is_logged_in_sees_what_nobody_else_does(client, resources, ana):
    post = await make_draft(resources, author_id=ana.id)
    await make_draft(resources)

    answer = await client.get("/api/me", headers=ana.headers)
    posts = await client.get("/api/me/posts?fields=status", headers=ana.headers)
    embeds = await client.get("/api/me?include=user,posts&fields=email", headers=ana.headers)

    assert answer.json() == {
        "id": ana.id,
        "username": "ana",
        "name": "ana",
        "email": "ana@example.com",
        "emailVerified": False,
        "role": "AUTHOR",
        "preferences": {},
        "links": {
            "self": "/api/me",
            "posts": "/api/me/posts",
            "user": f"/api/users/{ana.id}",
        },
    }
    assert posts.json() == [{"id": post.id, "status": "DRAFT"}]
    shown = (await client.get(f"/api/users/{ana.id}")).json()
    assert embeds.json().keys() == {"id", "email", "user", "posts"}
    assert (embeds.json()["user"], len(embeds.json()["posts"])) == (shown, 1)
    assert answer.headers["cache-control"] == "private, no-cache"
    for address in ("/api/me", "/api/me/posts"):
        assert (await client.get(address)).status_code == 401


@pytest.fixture
async def blog(resources):
    """Posts 1 and 2 by ana, the first tagged; 3 by ben, tagged; 4 a draft by ben."""
    ana, ben = [await make_user(resources, username=name) for name in ("ana", "ben")]
    news = await make_tag(resources, "news")
    await make_post(resources, ana, tags=(news,), title="B")
    await make_post(resources, ana, title="A")
    await make_post(resources, ben, tags=(news,), title="C")
    await make_draft(resources, ben, title="D")
    return ana, ben


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [3, 2, 1]),
        ("tag=news", [3, 1]),
        ("tag=nothing", []),
        ("tag=" + "%27%20OR%201=1", []),
        ("author=1", [2, 1]),
        ("author=1&tag=news", [1]),
        ("authorUsername=ben", [3]),
        ("authorUsername=BEN", []),
        ("status=PUBLISHED", [3, 2, 1]),
        ("status=DRAFT", []),
        ("order=title", [2, 1, 3]),
        ("order=-title", [3, 1, 2]),
        ("order=publishedAt", [1, 2, 3]),
        ("order=-id&author=1", [2, 1]),
        ("order=-commentCount&limit=1", [3]),
    ],
)
async def test_lists_of_posts_are_narrowed_and_ordered(client, blog, query, ids):
    answer = await client.get(f"/api/posts?fields=id&{query}")

    assert [post["id"] for post in answer.json()] == ids
    if "limit" not in query:
        assert answer.headers["x-total-count"] == str(len(ids))


async def test_the_author_sees_the_drafts_among_them(api, blog):
    _, ben = blog
    by_ben = api.headers(ben)

    for status, ids in (("DRAFT", [4]), ("SCHEDULED", []), ("PUBLISHED", [3, 2, 1])):
        answer = await api.client.get(f"/api/posts?fields=id&status={status}", headers=by_ben)
        assert [post["id"] for post in answer.json()] == ids


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/api/posts?author=ana", "author must be an id, as in author=1."),
        ("/api/posts?author=0", "author must be an id, as in author=1."),
        ("/api/posts?tag=%00", "tag must not contain NUL or half characters."),
        ("/api/posts?authorUsername=%00", "authorUsername must not contain NUL"),
        (
            "/api/posts?status=draft",
            f"status must be one of {', '.join(PostStatus)}.",
        ),
        (
            "/api/tags?order=size",
            "order must be one of name, -name, postCount, -postCount, id, -id.",
        ),
        ("/api/users?role=KING", f"role must be one of {', '.join(Role)}."),
    ],
)
async def test_what_no_list_can_be_narrowed_by_is_refused_in_words(client, address, words):
    answer = await client.get(address)

    assert answer.status_code == 400
    assert answer.json()["error"].startswith(words)


async def test_guests_are_listed_when_they_are_asked_for(client, blog, account):
    await account("guest", Role.ANONYMOUS)

    guests = await client.get("/api/users?role=ANONYMOUS&fields=username")
    authors = await client.get("/api/users?role=AUTHOR&fields=postCount&order=username")

    assert [user["username"] for user in guests.json()] == ["guest"]
    assert [user["postCount"] for user in authors.json()] == [2, 1]


async def test_pages_in_any_order_are_the_list(client, blog):
    address, ids = "/api/posts?fields=id&order=title&limit=1&tag=news", []
    while address:
        answer = await client.get(address)
        ids += [post["id"] for post in answer.json()]
        address = answer.headers.get("link", "").partition(">")[0].removeprefix("<")

    assert ids == [1, 3]
