"""/api/comments, and the comments of posts and accounts: who sees them, and adding one."""

import pytest

from graphql_blog.auth import Role
from tests.asking import Api
from tests.factories import make_comment, make_draft, make_post, make_user


@pytest.fixture
async def post(resources):
    return await make_post(resources)


async def test_a_comment_is_answered_whole_and_found_where_its_location_says(client, post, ana):
    given = {"content": "Hear, *hear*"}
    added = await client.post(f"/api/posts/{post.id}/comments", json=given, headers=ana.headers)
    shown = await client.get(added.headers["location"])
    listed = await client.get(f"/api/posts/{post.id}/comments")

    comment = added.json()
    assert (added.status_code, added.headers["location"]) == (201, comment["links"]["self"])
    assert comment == {
        "id": 1,
        "content": "Hear, *hear*",
        "status": "VISIBLE",
        "createdAt": comment["createdAt"],
        "updatedAt": comment["createdAt"],
        "postId": post.id,
        "authorId": ana.id,
        "parentId": None,
        "links": {
            "self": "/api/comments/1",
            "author": f"/api/users/{ana.id}",
            "post": f"/api/posts/{post.id}",
            "replies": "/api/comments/1/replies",
        },
    }
    assert shown.json() == comment
    assert shown.headers["etag"] == added.headers["etag"]
    assert listed.json() == [comment]


async def test_an_answer_names_what_it_answers(client, resources, post, ana):
    first = await make_comment(resources, post)
    given = {"content": "Right", "parentId": first.id}

    added = await client.post(f"/api/posts/{post.id}/comments", json=given, headers=ana.headers)
    replies = await client.get(f"/api/comments/{first.id}/replies")

    assert added.json()["parentId"] == first.id
    assert replies.json() == [added.json()]
    assert replies.headers["x-total-count"] == "1"


@pytest.mark.parametrize(
    ("given", "status", "error", "field"),
    [
        ({}, 400, "Content is required.", "content"),
        ({"content": " "}, 400, "Content is required.", "content"),
        ({"content": "x" * 10_001}, 400, "Content must have at most 10000 characters.", "content"),
        ({"content": "A", "parentId": "1"}, 400, "Parent id must be a whole number.", "parentId"),
        ({"content": "A", "parentId": 2**31}, 400, "Parent id must be at most", "parentId"),
        ({"content": "A", "parentId": 77}, 404, "There is no such comment under this post.", None),
    ],
)
async def test_what_breaks_a_rule_is_refused_in_words(
    client, post, ana, given, status, error, field
):
    answer = await client.post(f"/api/posts/{post.id}/comments", json=given, headers=ana.headers)

    assert answer.status_code == status
    assert answer.json()["error"].startswith(error)
    assert [detail.get("field") for detail in answer.json()["details"]] == [field][: status == 400]
    assert (await client.get(f"/api/posts/{post.id}/comments")).json() == []


async def test_who_may_comment_and_where(client, resources, post, ana, account):
    draft = await make_draft(resources)
    guest = await account("guest", Role.ANONYMOUS)
    editor = await account("chief", Role.EDITOR)
    given, found = {"content": "A"}, {}

    for name, headers, where in (
        ("stranger", {}, post),
        ("guest", guest.headers, post),
        ("on a draft of others", ana.headers, draft),
        ("on a draft one sees", editor.headers, draft),
    ):
        answer = await client.post(f"/api/posts/{where.id}/comments", json=given, headers=headers)
        found[name] = answer.status_code, answer.json()["code"]

    assert found == {
        "stranger": (401, "UNAUTHENTICATED"),
        "guest": (403, "FORBIDDEN"),
        "on a draft of others": (404, "NOT_FOUND"),
        "on a draft one sees": (409, "INVALID_STATE"),
    }


async def test_what_is_not_visible_is_seen_by_its_author_and_editors_alone(
    client, resources, post, ana, editor
):
    writer = await make_user(resources, role=Role.READER)
    pending = await make_comment(resources, post, writer, status="PENDING")
    spam = await make_comment(resources, post, writer, status="SPAM")
    reply = await make_comment(resources, post, author_id=ana.id, parent_id=pending.id)
    token = Api(client, resources).headers(writer)
    seen = {}

    for name, headers in {
        "stranger": {},
        "ana": ana.headers,
        "writer": token,
        "editor": editor.headers,
    }.items():
        listed = await client.get(f"/api/posts/{post.id}/comments", headers=headers)
        of_writer = await client.get(f"/api/users/{writer.id}/comments", headers=headers)
        one = await client.get(f"/api/comments/{pending.id}", headers=headers)
        replies = await client.get(f"/api/comments/{pending.id}/replies", headers=headers)
        answered = await client.get(f"/api/comments/{reply.id}", headers=headers)
        assert listed.headers["x-total-count"] == str(len(listed.json()))
        seen[name] = (
            [comment["id"] for comment in listed.json()],
            [comment["id"] for comment in of_writer.json()],
            (one.status_code, replies.status_code),
            answered.json()["parentId"],
        )

    nothing = [reply.id], [], (404, 404), None
    assert seen == {
        "stranger": nothing,
        "ana": nothing,
        "writer": ([pending.id, reply.id], [pending.id], (200, 200), pending.id),
        "editor": (
            [pending.id, spam.id, reply.id],
            [pending.id, spam.id],
            (200, 200),
            pending.id,
        ),
    }


async def test_comments_go_with_their_post(client, resources, editor):
    draft = await make_draft(resources)
    comment = await make_comment(resources, draft)
    addresses = (f"/api/comments/{comment.id}", f"/api/posts/{draft.id}/comments")

    for address in addresses:
        assert (await client.get(address)).status_code == 404
        assert (await client.get(address, headers=editor.headers)).status_code == 200


async def test_the_comments_of_a_post_are_paged_from_either_end(client, resources, post):
    comments = [await make_comment(resources, post) for _ in range(5)]
    ids = [comment.id for comment in comments]
    address = f"/api/posts/{post.id}/comments?limit=2"

    pages = []
    while address:
        answer = await client.get(address)
        pages.append([comment["id"] for comment in answer.json()])
        address = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
    last = await client.get(f"/api/posts/{post.id}/comments?order=-createdAt&limit=2&fields=id")

    assert pages == [ids[:2], ids[2:4], ids[4:]]
    assert last.json() == [{"id": ids[4]}, {"id": ids[3]}]


@pytest.mark.parametrize("path", ["comments/9", "comments/9/replies", "posts/9/comments"])
async def test_of_what_is_not_there_nothing_is_answered(client, path):
    assert (await client.get(f"/api/{path}")).status_code == 404
