"""publishPost, unpublishPost and deletePost: from state to state, and away."""

from datetime import datetime, timedelta

from graphql_blog.auth import Role
from graphql_blog.db.columns import PostStatus
from graphql_blog.db.models import Comment, PastSlug, Post, PostTag, Tag, User
from tests.asserts import invalid, not_found
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


async def test_a_draft_is_published_now_and_becomes_a_draft_again(mutate, resources, ana, row, api):
    news = await make_tag(resources, "News")
    await make_draft(resources, ana, tags=(news,))

    post = (await mutate("publishPost", id="1"))["post"]
    assert (post["status"], post["version"]) == ("PUBLISHED", 2)
    assert await api.data("{ posts { id } }") == {"posts": [{"id": "1"}]}
    assert [(await row(User, ana.id)).post_count, (await row(Tag, 1)).post_count] == [1, 1]
    listed_at = (await row(PostTag, (1, 1))).listed_at
    assert listed_at.isoformat() == post["publishedAt"].replace("Z", "+00:00")

    post = (await mutate("unpublishPost", id="1"))["post"]
    assert (post["status"], post["publishedAt"], post["version"]) == ("DRAFT", None, 3)
    assert await api.data("{ posts { id } }") == {"posts": []}
    assert [(await row(User, ana.id)).post_count, (await row(Tag, 1)).post_count] == [0, 0]
    assert (await row(PostTag, (1, 1))).listed_at == (await row(Post, 1)).created_at


async def test_a_post_is_scheduled_moved_and_called_back(mutate, resources, ana, api):
    await make_draft(resources, ana)
    tomorrow, later = TOMORROW, TOMORROW + timedelta(days=1)

    for at in (later, tomorrow):
        post = (await mutate("publishPost", id="1", at=at.isoformat()))["post"]
        assert post["status"] == "SCHEDULED"
        assert datetime.fromisoformat(post["publishedAt"]) == at
    assert await api.data("{ posts { id } }") == {"posts": []}

    assert (await mutate("unpublishPost", id="1"))["post"]["status"] == "DRAFT"
    await mutate("publishPost", id="1", at=later.isoformat())
    assert (await mutate("publishPost", id="1", at=None))["post"]["status"] == "PUBLISHED"


async def test_a_published_post_is_not_published_again_nor_a_draft_made_a_draft(
    mutate, resources, ana, row
):
    await make_post(resources, ana)
    await make_draft(resources, ana)

    for at in ({}, {"at": TOMORROW.isoformat()}):
        assert await mutate("publishPost", id="1", **at) == {
            "post": None,
            "errors": [invalid(None, "This post is already published.", "INVALID_STATE")],
        }
    assert await mutate("unpublishPost", id="2") == {
        "post": None,
        "errors": [invalid(None, "This post is a draft already.", "INVALID_STATE")],
    }
    assert [(await row(Post, id_)).version for id_ in (1, 2)] == [1, 1]


async def test_an_archived_post_can_be_published_or_made_a_draft(mutate, resources, ana):
    for _ in range(2):
        await make_post(resources, ana, status=PostStatus.ARCHIVED, published_at=LONG_AGO)

    assert (await mutate("publishPost", id="1"))["post"]["status"] == "PUBLISHED"
    assert (await mutate("unpublishPost", id="2"))["post"]["status"] == "DRAFT"


async def test_a_deleted_post_takes_all_that_is_its_own_with_it(
    mutate, api, resources, ana, number_of, row
):
    news = await make_tag(resources, "News")
    post = await make_post(resources, ana, tags=(news,), slug="gone")
    await make_past_slug(resources, post, "older")
    comment = await make_comment(resources, post)
    await make_comment(resources, post, parent_id=comment.id)
    await mutate("updatePost", id="1", title="Counted")
    assert (await row(User, ana.id)).post_count == 1

    payload = await mutate("deletePost", id="1")

    assert payload == {"deletedId": "1", "deletedNodeId": "UG9zdDox", "errors": []}
    for model in (Post, Comment, PostTag, PastSlug):
        assert await number_of(model) == 0
    assert [(await row(User, ana.id)).post_count, (await row(Tag, 1)).post_count] == [0, 0]
    assert await mutate("deletePost", id="1") == {
        "deletedId": None,
        "deletedNodeId": None,
        "errors": [not_found()],
    }
    # Its slugs are free again, and its id is never given twice.
    created = (await mutate("createPost", title="T", content="C", slug="older"))["post"]
    assert (created["id"], created["slug"]) == ("2", "older")


async def test_mutations_run_one_after_the_other_and_see_each_other(api, resources, ana):
    await make_post(resources, ana, title="Title")

    data = await api.data(
        """mutation {
          a: updatePost(input: {id: "1", title: "A"}) { post { title version } }
          b: updatePost(input: {id: "1", version: 2, title: "B"}) { post { title version } }
          c: deletePost(input: {id: "1"}) { deletedId }
          d: updatePost(input: {id: "1", title: "D"}) { post { id } errors { code } }
        }""",
        by=ana,
    )

    assert data == {
        "a": {"post": {"title": "A", "version": 2}},
        "b": {"post": {"title": "B", "version": 3}},
        "c": {"deletedId": "1"},
        "d": {"post": None, "errors": [{"code": "NOT_FOUND"}]},
    }


async def test_an_editor_changes_what_others_wrote_and_it_stays_theirs(mutate, resources, ana):
    await make_post(resources, ana)
    editor = await make_user(resources, role=Role.EDITOR)

    post = (await mutate("updatePost", by=editor, id="1", title="Edited"))["post"]

    assert (post["title"], post["author"]) == ("Edited", {"id": str(ana.id)})
