"""/api/posts: what is answered, to whom, and what is refused."""

import pytest

ID_OF_NOTHING = [
    "999999",
    "2147483648",
    "9" * 30,
    "abc",
    "-1",
    "1.0",
    "0",
    "01",
    "NaN",
    "%00",
    "%D9%A1",
]


async def test_a_created_post_is_answered_whole(client, ana):
    given = {"title": "First Post", "content": "Hello *world*!"}

    answer = await client.post("/api/posts", json=given, headers=ana.headers)

    post = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/posts/{post['id']}"
    assert post == {
        "id": post["id"],
        "title": "First Post",
        "content": "Hello *world*!",
        "contentFormat": "MARKDOWN",
        "slug": "first-post",
        "excerpt": "Hello world!",
        "status": "PUBLISHED",
        "publishedAt": post["createdAt"],
        "createdAt": post["createdAt"],
        "updatedAt": post["createdAt"],
        "version": 1,
        "authorId": ana.id,
        "links": {
            "self": f"/api/posts/{post['id']}",
            "author": f"/api/users/{ana.id}",
            "comments": f"/api/posts/{post['id']}/comments",
            "tags": f"/api/posts/{post['id']}/tags",
            "related": f"/api/posts/{post['id']}/related",
        },
    }
    assert post["createdAt"].endswith("Z")


async def test_a_created_post_is_found_where_its_location_says(client, ana):
    given = {"title": "First Post", "content": "Hello", "tags": ["One", "Two"]}
    created = await client.post("/api/posts", json=given, headers=ana.headers)

    answer = await client.get(created.headers["location"])

    assert answer.status_code == 200
    assert answer.json() == created.json()
    assert answer.headers["etag"] == created.headers["etag"]


async def test_a_created_post_is_in_the_list(client, written):
    post = await written()

    answer = await client.get("/api/posts")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == [post]


async def test_the_newest_post_comes_first(client, written):
    posts = [await written(f"Post {number}") for number in range(3)]

    answer = await client.get("/api/posts")

    assert answer.json() == posts[::-1]


async def test_an_empty_blog_is_an_empty_list(client):
    answer = await client.get("/api/posts")

    assert answer.json() == []
    assert answer.headers["x-total-count"] == "0"
    assert "link" not in answer.headers


@pytest.mark.parametrize("id_", ID_OF_NOTHING)
async def test_what_is_not_there_is_not_found(client, written, id_):
    await written()

    answer = await client.get(f"/api/posts/{id_}")

    assert answer.status_code == 404
    assert answer.json()["error"] == "Post not found"
    assert answer.json()["code"] == "NOT_FOUND"


@pytest.mark.parametrize("hidden", [{"status": "DRAFT"}, {"publishAt": "2999-01-01T00:00:00Z"}])
async def test_what_is_not_yet_public_is_seen_by_its_author_and_editors_alone(
    client, written, ana, ben, editor, hidden
):
    post = await written(**hidden)
    address = post["links"]["self"]
    counts, shown = {}, {}

    for name, headers in {
        "stranger": {},
        "ben": ben.headers,
        "ana": ana.headers,
        "editor": editor.headers,
    }.items():
        listed = await client.get("/api/posts", headers=headers)
        counts[name] = len(listed.json()), listed.headers["x-total-count"]
        one = await client.get(address, headers=headers)
        shown[name] = one.status_code, one.json().get("error")

    nothing, all_ = (0, "0"), (1, "1")
    assert counts == {"stranger": nothing, "ben": nothing, "ana": all_, "editor": all_}
    absent, there = (404, "Post not found"), (200, None)
    assert shown == {"stranger": absent, "ben": absent, "ana": there, "editor": there}


async def test_a_scheduled_post_says_so(written):
    post = await written(publishAt="2999-01-01T00:00:00+02:00", status="SCHEDULED")

    assert (post["status"], post["publishedAt"]) == ("SCHEDULED", "2998-12-31T22:00:00Z")


async def test_the_posts_of_an_author_are_a_list_of_their_own(client, written, ana, ben):
    post = await written()

    of_ana = await client.get(f"/api/users/{ana.id}/posts")
    of_ben = await client.get(f"/api/users/{ben.id}/posts")
    of_nobody = await client.get("/api/users/999/posts")

    assert (of_ana.json(), of_ben.json()) == ([post], [])
    assert (of_nobody.status_code, of_nobody.json()["error"]) == (404, "User not found")


async def test_writing_needs_a_login(client, written):
    post = await written()
    given = {"title": "New", "content": "New"}

    answers = [
        await client.post("/api/posts", json=given),
        await client.put(post["links"]["self"], json=given),
        await client.patch(post["links"]["self"], json=given),
        await client.delete(post["links"]["self"]),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert {answer.json()["error"] for answer in answers} == {"Unauthorized"}
    assert (await client.get("/api/posts")).json() == [post]


async def test_a_reader_may_not_write(client, account):
    reader = await account("reader", "READER")

    given = {"title": "T", "content": "C"}
    answer = await client.post("/api/posts", json=given, headers=reader.headers)

    assert answer.status_code == 403
    assert answer.json()["details"] == [{"requires": "AUTHOR"}]
    assert (await client.get("/api/posts")).json() == []


@pytest.mark.parametrize(
    ("given", "messages"),
    [
        ({"content": "C"}, ["Title is required."]),
        ({"title": "T"}, ["Content is required."]),
        ({}, ["Title is required.", "Content is required."]),
        ({"title": " ", "content": "C"}, ["Title is required."]),
        ({"title": 7, "content": "C"}, ["Title must be text."]),
        ({"title": "x" * 201, "content": "C"}, ["Title must have at most 200 characters."]),
    ],
)
async def test_what_breaks_the_rules_is_refused_with_all_reasons(client, ana, given, messages):
    answer = await client.post("/api/posts", json=given, headers=ana.headers)

    body = answer.json()
    assert answer.status_code == 400
    assert body["error"] == messages[0]
    assert [detail["message"] for detail in body["details"]] == messages
    assert (await client.get("/api/posts")).json() == []


async def test_a_slug_that_is_taken_is_a_conflict_with_a_suggestion(client, written, ana):
    post = await written(slug="hello")

    given = {"title": "T", "content": "C", "slug": "hello"}
    answer = await client.post("/api/posts", json=given, headers=ana.headers)

    assert answer.status_code == 409
    assert answer.json()["code"] == "TAKEN"
    assert answer.json()["details"][0]["suggestion"] == "hello-2"
    assert (await client.get("/api/posts")).json() == [post]


async def test_put_replaces_title_and_content(client, written, ana):
    post = await written(contentFormat="HTML", excerpt="Kept")
    given = {"title": "New title", "content": "New content"}

    answer = await client.put(post["links"]["self"], json=given, headers=ana.headers)

    now = answer.json()
    assert answer.status_code == 200
    assert now == {**post, **given, "version": 2, "updatedAt": now["updatedAt"]}
    assert (await client.get(post["links"]["self"])).json() == now


async def test_put_takes_back_what_get_gave(client, written, ana):
    post = await written()

    given = {**post, "title": "New title"}
    answer = await client.put(post["links"]["self"], json=given, headers=ana.headers)

    now = answer.json()
    assert now == {**given, "version": 2, "updatedAt": now["updatedAt"]}


@pytest.mark.parametrize("given", [{"title": "T"}, {"content": "C"}, {}])
async def test_put_wants_title_and_content(client, written, ana, given):
    post = await written()

    answer = await client.put(post["links"]["self"], json=given, headers=ana.headers)

    assert answer.status_code == 400
    assert answer.json()["error"].endswith("is required.")
    assert (await client.get(post["links"]["self"])).json() == post


async def test_patch_changes_only_what_is_given(client, written, ana):
    post = await written()

    answer = await client.patch(
        post["links"]["self"], json={"title": "New title"}, headers=ana.headers
    )

    now = answer.json()
    assert answer.status_code == 200
    assert now == {**post, "title": "New title", "version": 2, "updatedAt": now["updatedAt"]}


async def test_a_version_that_is_no_longer_current_is_a_conflict(client, written, ana):
    post = await written()
    address = post["links"]["self"]
    now = await client.patch(address, json={"title": "2", "version": 1}, headers=ana.headers)

    answer = await client.patch(address, json={"title": "3", "version": 1}, headers=ana.headers)

    assert answer.status_code == 409
    assert answer.json()["code"] == "STALE_VERSION"
    assert answer.json()["details"] == [{"currentVersion": 2}]
    assert (await client.get(address)).json() == now.json()


async def test_others_may_not_change_or_delete_a_post(client, written, ben):
    post = await written()
    address, given = post["links"]["self"], {"title": "T", "content": "C"}

    answers = [
        await client.put(address, json=given, headers=ben.headers),
        await client.patch(address, json=given, headers=ben.headers),
        await client.delete(address, headers=ben.headers),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert (await client.get(address)).json() == post


async def test_an_editor_may_change_and_delete_every_post(client, written, editor):
    address = (await written())["links"]["self"]

    given = {"title": "T", "content": "C"}
    changed = await client.put(address, json=given, headers=editor.headers)
    deleted = await client.delete(address, headers=editor.headers)

    assert (changed.status_code, deleted.status_code) == (200, 204)


@pytest.mark.parametrize("id_", ID_OF_NOTHING)
async def test_what_is_not_there_cannot_be_changed_or_deleted(client, ana, id_):
    address, given = f"/api/posts/{id_}", {"title": "T", "content": "C"}

    answers = [
        await client.put(address, json=given, headers=ana.headers),
        await client.patch(address, json=given, headers=ana.headers),
        await client.delete(address, headers=ana.headers),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert {answer.json()["error"] for answer in answers} == {"Post not found"}


async def test_a_post_is_deleted_once(client, written, ana):
    address = (await written())["links"]["self"]

    first = await client.delete(address, headers=ana.headers)
    second = await client.delete(address, headers=ana.headers)

    assert (first.status_code, first.content) == (204, b"")
    assert (second.status_code, second.json()["error"]) == (404, "Post not found")
    assert (await client.get(address)).status_code == 404
    assert (await client.get("/api/posts")).json() == []


@pytest.mark.parametrize(
    "content", ["x\r\ny\t", "\U0001f469\u200d\U0001f4bb e\u0301", "'; DROP --"]
)
async def test_content_comes_back_exactly_as_it_was_written(client, written, content):
    post = await written(content=content)

    answer = await client.get(post["links"]["self"])

    assert answer.json()["content"] == content
