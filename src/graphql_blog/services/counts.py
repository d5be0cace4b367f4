"""The stored counters that lists are ordered by. What is shown is always counted afresh."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from graphql_blog.db.columns import CommentStatus
from graphql_blog.db.models import Comment, Post, PostTag, Tag, User


async def recount(
    session: AsyncSession,
    now: datetime,
    *,
    authors: Collection[int] = (),
    tags: Collection[int] = (),
    posts: Collection[int] = (),
) -> None:
    """Brings the counters of these authors, tags and posts up to date."""
    for noun, ids in ((User, authors), (Tag, tags), (Post, posts)):
        await _lock(session, noun, ids)
    # Others may have published since `now`, when this change began.
    public = Post.visible_from <= max(now, datetime.now(UTC))
    if authors:
        written = select(func.count()).where(Post.author_id == User.id, public).scalar_subquery()
        await session.execute(update(User).where(User.id.in_(authors)).values(post_count=written))
    if tags:
        tagged = (
            select(func.count())
            .select_from(PostTag)
            .join(Post, Post.id == PostTag.post_id)
            .where(PostTag.tag_id == Tag.id, public)
            .scalar_subquery()
        )
        await session.execute(update(Tag).where(Tag.id.in_(tags)).values(post_count=tagged))
    if posts:
        visible = Comment.status == CommentStatus.VISIBLE
        said = select(func.count()).where(Comment.post_id == Post.id, visible).scalar_subquery()
        await session.execute(update(Post).where(Post.id.in_(posts)).values(comment_count=said))


async def _lock(session: AsyncSession, noun: type[User | Tag | Post], ids: Collection[int]) -> None:
    """Waits for whoever counts the same rows: what they wrote is then there to be counted."""
    if ids:
        rows = select(noun.id).where(noun.id.in_(ids)).order_by(noun.id)
        await session.execute(rows.with_for_update(key_share=True))
