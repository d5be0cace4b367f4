"""The rules for posts: who reads them, how they are listed, written, published and removed."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, selectinload

from graphql_blog.auth import Viewer
from graphql_blog.db.columns import Instant, PostStatus
from graphql_blog.db.models import PastSlug, Post, PostTag, Tag
from graphql_blog.engine.keyset import orderings
from graphql_blog.engine.statements import constant, only
from graphql_blog.errors import Clash, NotFound, Stale, Taken
from graphql_blog.services import counts, policy, tags, validation
from graphql_blog.services.parameters import id_of, now_of
from graphql_blog.services.policy import Action
from graphql_blog.services.slugs import free_for_post, slug_of

INSERT_ATTEMPTS = 20
ORDERINGS = {
    "PUBLISHED_AT": Post.listed_at,
    "CREATED_AT": Post.created_at,
    "UPDATED_AT": Post.updated_at,
    "TITLE": Post.title,
    "COMMENT_COUNT": Post.comment_count,
    "ID": Post.id,
}
SLUG_PARAMETERS = ("slug", "path", "closed_path")
ordering = orderings("posts", ORDERINGS, Post.id)


def visible_to(viewer: Viewer, now: datetime) -> Select[Post]:
    """The posts this viewer may read. Every read of posts starts here."""
    return select(Post).where(readable(viewer, now))


def readable(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """The same as a condition, for what belongs to posts."""
    if viewer.is_editor:
        return true()
    public = Post.visible_from <= now_of(now)
    return public if viewer.id is None else or_(public, Post.author_id == id_of(viewer))


def in_status(status: PostStatus, now: datetime) -> ColumnElement[bool]:
    """The posts that show this status now."""
    if status is PostStatus.PUBLISHED:
        return Post.visible_from <= now_of(now)
    if status is PostStatus.SCHEDULED:
        return Post.visible_from > now_of(now)
    return Post.status == status


def tagged(slugs: Sequence[str]) -> ColumnElement[bool]:
    """The posts that have one of these tags."""
    # A link of its own: the statement around it may be joined to tags already.
    link = aliased(PostTag)
    named = select(Tag.id).where(Tag.slug.in_(slugs))
    return exists().where(link.post_id == Post.id, link.tag_id.in_(named))


def next_visible(now: datetime) -> Select[Any]:
    """When the next scheduled post becomes visible: until then time alone changes nothing."""
    # A name of its own: reads that go together go at the latest of their instants.
    after = bindparam("after", now, Instant())
    # A scheduled post is listed at that very instant, and lists have an index.
    coming = select(Post.visible_from).where(Post.listed_at > after, Post.visible_from > after)
    return only(coming.order_by(Post.listed_at, Post.id), constant(1))


def found_by_slug(viewer: Viewer, now: datetime) -> Select[Post]:
    """The post that has the `slug`; else the one that had it, or was at this address, before.

    `slug_parameters` gives the values.
    """
    # A look-up each: PostgreSQL would read the whole table for the three joined by OR.
    slug, bare, closed = (bindparam(name, type_=String()) for name in SLUG_PARAMETERS)
    has = select(Post.id).where(Post.slug == slug).correlate(None)
    had = select(PastSlug.post_id).where(PastSlug.slug == slug)
    was_at = select(Post.id).where(Post.permalink.in_([bare, closed])).correlate(None)
    named = Post.id.in_(union_all(has, had, was_at))
    found = visible_to(viewer, now).where(named).order_by(Post.slug != slug, Post.id)
    return only(found, constant(1))


def slug_parameters(text: str) -> dict[str, str]:
    """A slug, or where an imported post was: the text as a path with and without a last slash."""
    path = text.strip("/")
    return dict(zip(SLUG_PARAMETERS, (text, f"/{path}", f"/{path}/"), strict=True))


async def create(
    session: AsyncSession, viewer: Viewer, given: Mapping[str, Any], now: datetime
) -> Post:
    """A new post by the viewer; published at once unless the input says otherwise."""
    policy.require_role(viewer, Action.CREATE_POST)
    assert viewer.id is not None
    new = validation.read(validation.NewPost, given, now=now)
    status, published_at = _publication(new, now)
    post = Post(
        author_id=viewer.id,
        title=new.title,
        content=new.content,
        content_format=new.content_format,
        excerpt=new.excerpt,
        status=status,
        published_at=published_at,
        created_at=now,
        updated_at=now,
        tags=await tags.named(session, new.tags or ()),
    )
    _set_seo(post, new.seo)
    await _insert(session, post, new.slug)
    await _after_change(session, post, now)
    return post


async def change(
    session: AsyncSession, viewer: Viewer, post_id: int, given: Mapping[str, Any], now: datetime
) -> Post:
    """The post with what was given changed. Raises `Stale` when `version` is not current."""
    post = await _for_change(session, viewer, post_id, Action.UPDATE_POST, now)
    changes = validation.read(validation.PostChanges, given)
    if changes.version is not None and changes.version != post.version:
        raise Stale(current_version=post.version)
    named = changes.model_fields_set - {"version"}
    if not named:
        return post
    for field in ("title", "content", "content_format", "excerpt"):
        if field in named:
            setattr(post, field, getattr(changes, field))
    if "slug" in named:
        await _rename(session, post, changes.slug, now)
    former_tags = {tag.id for tag in post.tags}
    if "tags" in named:
        post.tags = await tags.named(session, changes.tags or ())
    if "seo" in named:
        _set_seo(post, changes.seo)
    post.touch(now)
    await session.flush()
    await _after_change(session, post, now, former_tags=former_tags)
    return post


async def publish(
    session: AsyncSession, viewer: Viewer, post_id: int, now: datetime, at: datetime | None = None
) -> Post:
    """The post visible from `at`, or from now on."""
    post = await _for_change(session, viewer, post_id, Action.PUBLISH_POST, now)
    post.publish(at or now, now)
    await session.flush()
    await _after_change(session, post, now)
    return post


async def unpublish(session: AsyncSession, viewer: Viewer, post_id: int, now: datetime) -> Post:
    """The post a draft again."""
    post = await _for_change(session, viewer, post_id, Action.PUBLISH_POST, now)
    post.unpublish(now)
    await session.flush()
    await _after_change(session, post, now)
    return post


async def remove(session: AsyncSession, viewer: Viewer, post_id: int, now: datetime) -> None:
    """The post gone, with its comments."""
    post = await _for_change(session, viewer, post_id, Action.DELETE_POST, now)
    tag_ids = [tag.id for tag in post.tags]
    await session.execute(delete(Post).where(Post.id == post_id))
    await counts.recount(session, now, authors=[post.author_id], tags=tag_ids)


async def _for_change(
    session: AsyncSession, viewer: Viewer, post_id: int, action: Action, now: datetime
) -> Post:
    """The post, locked until the transaction ends; raises when the viewer may not do this to it."""
    policy.require_role(viewer, action)
    found = visible_to(viewer, now).where(Post.id == post_id)
    locked = found.options(selectinload(Post.tags)).with_for_update(of=Post)
    post = (await session.scalars(locked)).one_or_none()
    if post is None:
        raise NotFound("Post not found")
    policy.require(viewer, action, owner_id=post.author_id)
    return post


def _publication(new: validation.NewPost, now: datetime) -> tuple[PostStatus, datetime | None]:
    """The status to store and the instant of publication: a scheduled post is one to come."""
    if new.status is PostStatus.DRAFT:
        return PostStatus.DRAFT, None
    return PostStatus.PUBLISHED, new.publish_at or now


def _set_seo(post: Post, seo: validation.Seo | None) -> None:
    """Null clears all of it; a field that is not given stays."""
    given = seo or validation.Seo(
        meta_title=None, meta_description=None, canonical_url=None, no_index=None
    )
    for field in given.model_fields_set:
        value = getattr(given, field)
        setattr(post, field, bool(value) if field == "no_index" else value)


async def _insert(session: AsyncSession, post: Post, slug: str | None) -> None:
    for attempt in count(1):
        post.slug = await _free_slug(session, slug, post)
        try:
            async with session.begin_nested():
                session.add(post)
        except IntegrityError:
            # Another post took the slug between our look and our insert: look again.
            if attempt == INSERT_ATTEMPTS:
                raise
        else:
            return


async def _rename(session: AsyncSession, post: Post, slug: str, now: datetime) -> None:
    if slug == post.slug:
        return
    former, post_id = post.slug, post.id
    free = await _free_slug(session, slug, post)
    try:
        async with session.begin_nested():
            post.slug = free
    except IntegrityError:
        # Another post took it between our look and our change.
        raise _taken(await free_for_post(session, slug, post_id=post_id)) from None
    await session.execute(delete(PastSlug).where(PastSlug.slug.in_([former, slug])))
    session.add(PastSlug(slug=former, post_id=post.id, replaced_at=now))


async def _free_slug(session: AsyncSession, wanted: str | None, post: Post) -> str:
    """The slug asked for, or one made from the title. Raises `Taken` when the wish is not free."""
    free = await free_for_post(session, wanted or slug_of(post.title), post_id=post.id)
    if wanted and free != wanted:
        raise _taken(free)
    return free


def _taken(suggestion: str) -> Taken:
    return Taken([Clash("slug", "Another post has, or had, this slug.", suggestion)])


async def _after_change(
    session: AsyncSession, post: Post, now: datetime, *, former_tags: Set[int] = frozenset()
) -> None:
    """What is stored beside the post for the sake of ordering follows it."""
    listed_at = post.published_at or post.created_at
    await session.execute(
        update(PostTag)
        .where(and_(PostTag.post_id == post.id, PostTag.listed_at != listed_at))
        .values(listed_at=listed_at)
    )
    tag_ids = former_tags | {tag.id for tag in post.tags}
    await counts.recount(session, now, authors=[post.author_id], tags=tag_ids)
