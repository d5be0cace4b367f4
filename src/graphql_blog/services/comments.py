"""The rules for comments: who reads them, and adding one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from graphql_blog.auth import Viewer
from graphql_blog.db.columns import CommentStatus, PostStatus
from graphql_blog.db.models import Comment, Post
from graphql_blog.engine.keyset import orderings
from graphql_blog.engine.statements import constant
from graphql_blog.errors import NotFound, WrongState
from graphql_blog.services import counts, policy, posts, validation
from graphql_blog.services.parameters import id_of
from graphql_blog.services.policy import Action

ORDERINGS = {"CREATED_AT": Comment.created_at, "ID": Comment.id}
ordering = orderings("comments", ORDERINGS, Comment.id)


def visible_to(viewer: Viewer, now: datetime) -> Select[Comment]:
    """The comments this viewer may read: never without the post they stand under."""
    if viewer.is_editor:
        return select(Comment)
    on_readable_post = exists().where(Post.id == Comment.post_id, posts.readable(viewer, now))
    return select(Comment).where(_shown_to(viewer), on_readable_post)


async def add(
    session: AsyncSession,
    viewer: Viewer,
    post_id: int,
    given: Mapping[str, Any],
    now: datetime,
) -> Comment:
    """A new comment under a published post, or under another comment of the same post."""
    policy.require_role(viewer, Action.ADD_COMMENT)
    assert viewer.id is not None
    new = validation.read(validation.NewComment, given)
    await _require_open(session, viewer, post_id, now)
    if new.parent_id is not None:
        answered = Comment.id == new.parent_id
        parent = visible_to(viewer, now).where(answered, Comment.post_id == post_id)
        if (await session.scalars(parent)).one_or_none() is None:
            raise NotFound("There is no such comment under this post.", field="parentId")
    comment = Comment(
        post_id=post_id,
        author_id=viewer.id,
        parent_id=new.parent_id,
        content=new.content,
        status=CommentStatus.VISIBLE,
        created_at=now,
        updated_at=now,
    )
    session.add(comment)
    await session.flush()
    await counts.recount(session, now, posts=[post_id])
    return comment


def _shown_to(viewer: Viewer) -> ColumnElement[bool]:
    visible = Comment.status == constant(CommentStatus.VISIBLE, Comment.status.type)
    if viewer.id is None:
        return visible
    pending = Comment.status == constant(CommentStatus.PENDING, Comment.status.type)
    return or_(visible, and_(Comment.author_id == id_of(viewer), pending))


async def _require_open(session: AsyncSession, viewer: Viewer, post_id: int, now: datetime) -> None:
    post = (await session.scalars(posts.visible_to(viewer, now).where(Post.id == post_id))).first()
    if post is None:
        raise NotFound("Post not found", field="postId")
    if post.status_at(now) is not PostStatus.PUBLISHED:
        raise WrongState("Only published posts take comments.")
