"""Reading users, comments, tags and the viewer: every field, and every way to find them."""

from graphql_blog.auth import Role
from graphql_blog.db.columns import CommentStatus
from tests.factories import LONG_AGO, make_comment, make_draft, make_post, make_tag, make_user

USER = """{
  __typename id nodeId name username bio websiteUrl role createdAt postCount restUrl
  posts { id } postsConnection { nodes { id } } commentsConnection { nodes { id } }
}"""


async def test_every_field_of_a_user(api, resources):
    ana = await make_user(
        resources,
        username="ana",
        display_name="Ana",
        bio="Writes.",
        website_url="https://ana.example",
        created_at=LONG_AGO,
    )
    post = await make_post(resources, ana)
    await make_draft(resources, ana)
    comment = await make_comment(resources, post, ana)

    data = await api.data(f'{{ user(id: 1) {USER} userByUsername(username: "ana") {USER} }}')

    assert data["user"] == {
        "__typename": "User",
        "id": "1",
        "nodeId": "VXNlcjox",
        "name": "Ana",
        "username": "ana",
        "bio": "Writes.",
        "websiteUrl": "https://ana.example",
        "role": "AUTHOR",
        "createdAt": "2020-01-01T12:00:00Z",
        "postCount": 1,
        "restUrl": "/api/users/1",
        "posts": [{"id": str(post.id)}],
        "postsConnection": {"nodes": [{"id": str(post.id)}]},
        "commentsConnection": {"nodes": [{"id": str(comment.id)}]},
    }
    assert data["userByUsername"] == data["user"]


async def test_a_user_without_a_display_name_is_called_by_the_username(api, resources):
    await make_user(resources, username="ana")

    assert await api.data("{ user(id: 1) { name } }") == {"user": {"name": "ana"}}


async def test_a_username_is_looked_up_exactly(api, resources):
    await make_user(resources, username="ana")
    query = "query ($name: String!) { userByUsername(username: $name) { username } }"

    for username in ("ANA", "an", "an%", "", "ana "):
        assert await api.data(query, name=username) == {"userByUsername": None}, username
    assert await api.data(query, name="ana") == {"userByUsername": {"username": "ana"}}


async def test_users_are_listed_by_username_without_guests(api, resources):
    for username, role in [("cid", Role.READER), ("ana", Role.ADMIN), ("bob", Role.ANONYMOUS)]:
        await make_user(resources, username=username, role=role)

    data = await api.data(
        "{ users { username } usersConnection { totalCount nodes { username } } }"
    )

    listed = [{"username": "ana"}, {"username": "cid"}]
    assert data == {"users": listed, "usersConnection": {"totalCount": 2, "nodes": listed}}


async def test_guests_are_listed_to_whoever_asks_for_them(api, resources):
    await make_user(resources, username="ana")
    await make_user(resources, username="guest", role=Role.ANONYMOUS)

    data = await api.data("{ users(filter: {role: ANONYMOUS}) { username } }")

    assert data == {"users": [{"username": "guest"}]}


async def test_nothing_private_is_in_the_type_of_users(api):
    data = await api.data('{ __type(name: "User") { fields { name } } }')

    assert not {"email", "passwordHash", "preferences", "age", "emailVerified"} & {
        field["name"] for field in data["__type"]["fields"]
    }


COMMENT = """{
  __typename id nodeId content contentHtml status createdAt updatedAt viewerCanUpdate
  viewerCanDelete author { id } post { id } parent { id } repliesConnection { nodes { id } }
}"""


async def test_every_field_of_a_comment(api, resources):
    post = await make_post(resources)
    parent = await make_comment(resources, post)
    comment = await make_comment(
        resources,
        post,
        parent_id=parent.id,
        content="*Yes*",
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )
    reply = await make_comment(resources, post, parent_id=comment.id)

    data = await api.data(f"query ($id: ID!) {{ comment(id: $id) {COMMENT} }}", id=comment.id)

    assert data["comment"] == {
        "__typename": "Comment",
        "id": "2",
        "nodeId": "Q29tbWVudDoy",
        "content": "*Yes*",
        "contentHtml": "<p><em>Yes</em></p>\n",
        "status": "VISIBLE",
        "createdAt": "2020-01-01T12:00:00Z",
        "updatedAt": "2020-01-01T12:00:00Z",
        "viewerCanUpdate": False,
        "viewerCanDelete": False,
        "author": {"id": str(comment.author_id)},
        "post": {"id": "1"},
        "parent": {"id": "1"},
        "repliesConnection": {"nodes": [{"id": str(reply.id)}]},
    }


async def test_an_imported_comment_is_html(api, resources):
    post = await make_post(resources)
    content = "<b>Yes</b><script>no</script>"
    await make_comment(resources, post, content=content, source_id="old:1")

    data = await api.data("{ comment(id: 1) { content contentHtml } }")

    assert data["comment"]["content"] == content
    assert "<b>Yes</b>" in data["comment"]["contentHtml"]
    assert "script" not in data["comment"]["contentHtml"]


async def test_a_reply_outlives_the_view_of_its_parent(api, resources):
    post = await make_post(resources)
    spam = await make_comment(resources, post, status=CommentStatus.SPAM)
    await make_comment(resources, post, parent_id=spam.id)

    data = await api.data("{ comment(id: 2) { id parent { id } } spam: comment(id: 1) { id } }")

    assert data == {"comment": {"id": "2", "parent": None}, "spam": None}


async def test_a_pending_comment_is_seen_by_its_author_and_by_editors(api, resources):
    post = await make_post(resources)
    ben = await make_user(resources)
    comment = await make_comment(resources, post, ben, status=CommentStatus.PENDING)
    editor = await make_user(resources, role=Role.EDITOR)
    query = "{ comment(id: 1) { id } post(id: 1) { commentCount comments { id } } }"

    hidden = {"comment": None, "post": {"commentCount": 0, "comments": []}}
    id_ = {"id": str(comment.id)}
    shown = {"comment": id_, "post": {"commentCount": 1, "comments": [id_]}}
    assert await api.data(query) == hidden
    assert await api.data(query, by=await make_user(resources)) == hidden
    assert await api.data(query, by=ben) == shown
    assert await api.data(query, by=editor) == shown


TAG = """{
  __typename id nodeId slug name description postCount posts { id }
  postsConnection { nodes { id } }
}"""


async def test_every_field_of_a_tag(api, resources):
    tag = await make_tag(resources, "News", slug="news", description="What is new")
    post = await make_post(resources, tags=(tag,))
    await make_draft(resources, tags=(tag,))

    data = await api.data(f'{{ tag(id: 1) {TAG} tagBySlug(slug: "news") {TAG} }}')

    assert data["tag"] == {
        "__typename": "Tag",
        "id": "1",
        "nodeId": "VGFnOjE",
        "slug": "news",
        "name": "News",
        "description": "What is new",
        "postCount": 1,
        "posts": [{"id": str(post.id)}],
        "postsConnection": {"nodes": [{"id": str(post.id)}]},
    }
    assert data["tagBySlug"] == data["tag"]


async def test_tags_are_listed_by_name(api, resources):
    for name in ("beta", "Gamma", "alpha"):
        await make_tag(resources, name)

    data = await api.data("{ tags { name } tagsConnection { totalCount nodes { name } } }")

    # By code point, as both databases compare text.
    listed = [{"name": "Gamma"}, {"name": "alpha"}, {"name": "beta"}]
    assert data == {"tags": listed, "tagsConnection": {"totalCount": 3, "nodes": listed}}


async def test_what_is_not_there_is_null(api):
    data = await api.data(
        """{
          user(id: 1) { id } userByUsername(username: "ana") { id } comment(id: 1) { id }
          tag(id: 1) { id } tagBySlug(slug: "news") { id }
          posts { id } users { id } tags { id }
        }"""
    )

    assert data == {
        **dict.fromkeys(["user", "userByUsername", "comment", "tag", "tagBySlug"]),
        **{name: [] for name in ["posts", "users", "tags"]},
    }


VIEWER = """{ viewer {
  user { id name } email emailVerified role preferences postsConnection { nodes { id status } }
} }"""


async def test_a_stranger_is_no_viewer(api, resources):
    await make_user(resources)

    assert await api.data(VIEWER) == {"viewer": None}


async def test_the_viewer_is_who_asks_with_posts_in_every_state_last_changed_first(api, resources):
    ana = await make_user(resources, username="ana", preferences={"theme": "dark", "n": [1]})
    await make_user(resources)
    draft = await make_draft(resources, ana)
    post = await make_post(resources, ana)
    await make_post(resources)

    assert await api.data(VIEWER, by=ana) == {
        "viewer": {
            "user": {"id": str(ana.id), "name": "ana"},
            "email": "ana@example.com",
            "emailVerified": False,
            "role": "AUTHOR",
            "preferences": {"theme": "dark", "n": [1]},
            "postsConnection": {
                "nodes": [
                    {"id": str(post.id), "status": "PUBLISHED"},
                    {"id": str(draft.id), "status": "DRAFT"},
                ]
            },
        }
    }
