"""Who may do what: every mutation, for every role, on one's own and on what others wrote."""

import pytest

from graphql_blog.auth import Role
from graphql_blog.db.columns import PostStatus
from graphql_blog.db.models import Post
from graphql_blog.services.policy import TABLE, Action
from tests.factories import make_comment, make_post, make_user

MUTATIONS = {
    "createPost": (Action.CREATE_POST, '{title: "New", content: "C"}'),
    "updatePost": (Action.UPDATE_POST, '{id: "%s", title: "New"}'),
    "publishPost": (Action.PUBLISH_POST, '{id: "%s"}'),
    "unpublishPost": (Action.PUBLISH_POST, '{id: "%s"}'),
    "deletePost": (Action.DELETE_POST, '{id: "%s"}'),
    "addComment": (Action.ADD_COMMENT, '{postId: "%s", content: "C"}'),
}
WITHOUT_OWNER = {"createPost", "addComment"}


@pytest.mark.parametrize("own", [True, False], ids=["own", "others"])
async def test_every_mutation_answers_as_the_table_of_the_policy_says(api, resources, own):
    other = await make_user(resources)
    for role in (None, *Role):
        viewer = await make_user(resources, role=role) if role else None
        for name in MUTATIONS:
            wanted = expected(name, role, own=own)
            # Who may publish needs something to publish; who may not, something to see.
            draft = name == "publishPost" and wanted == "done"
            post = await make_post(
                resources,
                viewer if own and viewer else other,
                status=PostStatus.DRAFT if draft else PostStatus.PUBLISHED,
            )

            assert await outcome(api, resources, name, post, viewer) == wanted, (name, role)


def expected(name, role, *, own):
    rule = TABLE[MUTATIONS[name][0]]
    if role is None:
        return "UNAUTHENTICATED", None
    if not role.includes(rule.role):
        return "FORBIDDEN", None
    if own or name in WITHOUT_OWNER or role.includes(rule.on_others):
        return "done"
    return "NOT_ALLOWED", rule.on_others.value


async def outcome(api, resources, name, post, viewer):
    """`done`, or the code and the role it would need. What is refused has changed nothing."""
    input_ = MUTATIONS[name][1].replace("%s", str(post.id))
    before = await snapshot(resources)
    body = await api.body(
        f"mutation {{ {name}(input: {input_})"
        " { errors { code ... on PermissionError { requires } } } }",
        by=viewer,
    )
    after = await snapshot(resources)
    if "errors" in body:
        (error,) = body["errors"]
        assert error["path"] == [name]
        refusal = error["extensions"]["code"], None
    elif body["data"][name]["errors"]:
        (error,) = body["data"][name]["errors"]
        refusal = error["code"], error["requires"]
    else:
        assert after != before
        return "done"
    assert after == before
    return refusal


async def snapshot(resources):
    """Every row of every table."""
    async with resources.reader.connect() as connection:
        return {
            table.name: sorted(map(str, await connection.execute(table.select())))
            for table in Post.metadata.sorted_tables
        }


async def test_every_action_on_posts_and_comments_is_tried_here():
    # Comments cannot be changed or deleted yet; their rules are shown by viewerCan… fields.
    later = {Action.UPDATE_COMMENT, Action.DELETE_COMMENT}

    assert {action for action, _ in MUTATIONS.values()} | later == set(Action)


async def test_a_refusal_says_which_role_it_would_take(api, resources):
    await make_post(resources)
    reader = await make_user(resources, role=Role.READER)
    author = await make_user(resources)

    (error,) = await api.errors(
        'mutation { createPost(input: {title: "T", content: "C"}) { errors { code } } }',
        by=reader,
    )
    assert error["message"] == "Only accounts with the role AUTHOR or higher may write posts."

    data = await api.data(
        'mutation { deletePost(input: {id: "1"}) { errors { message } } }', by=author
    )
    assert data["deletePost"]["errors"] == [
        {"message": "Only its author or an EDITOR may delete this post."}
    ]


async def test_what_a_viewer_could_do_is_what_the_policy_says(api, resources):
    author = await make_user(resources, role=Role.AUTHOR)
    editor = await make_user(resources, role=Role.EDITOR)
    post = await make_post(resources, author)
    await make_comment(resources, post, author)
    query = """{
      post(id: 1) { viewerCanUpdate viewerCanDelete }
      comment(id: 1) { viewerCanUpdate viewerCanDelete }
    }"""

    for viewer, may in [
        (None, False),
        (await make_user(resources, role=Role.READER), False),
        (await make_user(resources, role=Role.AUTHOR), False),
        (author, True),
        (editor, True),
    ]:
        both = {"viewerCanUpdate": may, "viewerCanDelete": may}
        assert await api.data(query, by=viewer) == {"post": both, "comment": both}


async def test_what_follows_a_mutation_that_the_role_forbids_is_not_done(api, resources):
    reader = await make_user(resources, role=Role.READER)
    await make_post(resources)

    body = await api.body(
        """mutation {
          a: createPost(input: {title: "T", content: "C"}) { errors { code } }
          b: addComment(input: {postId: "1", content: "C"}) { comment { content } }
        }""",
        by=reader,
    )

    # A payload is never null, so the error takes the whole answer with it.
    assert body["data"] is None
    assert [error["extensions"]["code"] for error in body["errors"]] == ["FORBIDDEN"]
    assert (await snapshot(resources))["comments"] == []
