"""Where the rows of every relation come from: one source a relation, one statement a level.

A source is `async (asked, keys, **arguments)` and answers every key. It reads the columns that the
document asks for below the field, of the rows that the viewer may see, and no others.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated, Any

import strawberry
from sqlalchemy import Select, select

from graphql_blog.db.models import Comment, PastSlug, Post, PostTag, Tag, User
from graphql_blog.engine.asked import Asked
from graphql_blog.engine.declared import Batch
from graphql_blog.engine.keyset import Ordering
from graphql_blog.engine.rows import (
    Row,
    grouped,
    one_of_keys,
)
from graphql_blog.graph.connections import (
    After,
    Before,
    Connected,
    First,
    Offset,
    PageFirst,
    PageLast,
    connection_slice,
    plain_slice,
)
from graphql_blog.graph.context import Context
from graphql_blog.graph.enums import PostOrderField
from graphql_blog.graph.filters import (
    LAST_CHANGED,
    NEWEST,
    OLDEST_COMMENT,
    CommentOrderBy,
    PostFilterBy,
    PostOrder,
    PostOrderBy,
)
from graphql_blog.graph.nouns import COMMENT, POST, TAG, USER, VIEWER, Children, by_key
from graphql_blog.services import related

MAX_PAST_SLUGS = 5


# ---------------------------------------------------------------- one object by its key

Found = Awaitable[list[Row | None]]


def posts_by_id(asked: Asked, ids: list[int]) -> Found:
    return by_key(asked, POST, Post.id, ids)


def users_by_id(asked: Asked, ids: list[int]) -> Found:
    return by_key(asked, USER, User.id, ids)


def comments_by_id(asked: Asked, ids: list[int]) -> Found:
    return by_key(asked, COMMENT, Comment.id, ids)


def tags_by_id(asked: Asked, ids: list[int]) -> Found:
    return by_key(asked, TAG, Tag.id, ids)


def users_by_username(asked: Asked, usernames: list[str]) -> Found:
    return by_key(asked, USER, User.username, usernames)


def tags_by_slug(asked: Asked, slugs: list[str]) -> Found:
    return by_key(asked, TAG, Tag.slug, slugs)


def viewers_by_id(asked: Asked, ids: list[int]) -> Found:
    """Own accounts; nothing but `viewer` and logging in leads here."""
    return by_key(asked, VIEWER, User.id, ids)


BY_ID = {"Post": posts_by_id, "User": users_by_id, "Comment": comments_by_id, "Tag": tags_by_id}


# ---------------------------------------------------------------- children of many parents


def _own_posts(context: Context) -> Select[Any]:
    """Those of every state: only the `Viewer` of the same account leads here."""
    return select(Post)


def _tagged_posts(context: Context) -> Select[Any]:
    return POST.readable(context).join(PostTag, PostTag.post_id == Post.id)


POSTS_OF_USERS = Children(POST, Post.author_id, POST.readable)
POSTS_OF_VIEWERS = Children(POST, Post.author_id, _own_posts)
POSTS_WITH_TAGS = Children(POST, PostTag.tag_id, _tagged_posts)
COMMENTS_OF_POSTS = Children(COMMENT, Comment.post_id, COMMENT.readable, parents=Post.id)
COMMENTS_OF_USERS = Children(COMMENT, Comment.author_id, COMMENT.readable)
REPLIES = Children(COMMENT, Comment.parent_id, COMMENT.readable)


def _with_tags(order: PostOrder) -> Ordering:
    """By date a tag's own index has the order; a cursor is that of any list by date."""
    ordering = order.ordering()
    if order.field is not PostOrderField.PUBLISHED_AT:
        return ordering
    return Ordering(ordering.name, PostTag.listed_at, PostTag.post_id, ordering.descending)


async def posts_of_users(
    asked: Asked,
    user_ids: list[int],
    *,
    first: First = 20,
    offset: Offset = 0,
    filter: PostFilterBy = None,
    order_by: PostOrderBy = NEWEST,
) -> list[list[Row]]:
    slice_ = plain_slice((order_by or NEWEST).ordering(), first, offset)
    return await replace(POSTS_OF_USERS, filter=filter).lists(asked, user_ids, slice_)


async def posts_with_tags(
    asked: Asked,
    tag_ids: list[int],
    *,
    first: First = 20,
    offset: Offset = 0,
    order_by: PostOrderBy = NEWEST,
) -> list[list[Row]]:
    slice_ = plain_slice(_with_tags(order_by or NEWEST), first, offset)
    return await POSTS_WITH_TAGS.lists(asked, tag_ids, slice_)


async def comments_of_posts(
    asked: Asked,
    post_ids: list[int],
    *,
    first: First = 20,
    offset: Offset = 0,
    order_by: CommentOrderBy = OLDEST_COMMENT,
) -> list[list[Row]]:
    slice_ = plain_slice((order_by or OLDEST_COMMENT).ordering(), first, offset)
    return await COMMENTS_OF_POSTS.lists(asked, post_ids, slice_)


def _post_connection(
    children: Children,
    usual: PostOrder,
    ordering: Callable[[PostOrder], Ordering] = PostOrder.ordering,
) -> Batch:
    async def connection(
        asked: Asked,
        parent_ids: list[int],
        *,
        first: PageFirst = None,
        after: After = None,
        last: PageLast = None,
        before: Before = None,
        filter: PostFilterBy = None,
        order_by: PostOrderBy = usual,
    ) -> list[Connected]:
        slice_ = connection_slice(ordering(order_by or usual), first, after, last, before)
        return await replace(children, filter=filter).connections(asked, parent_ids, slice_)

    return connection


def _comment_connection(children: Children) -> Batch:
    async def connection(
        asked: Asked,
        parent_ids: list[int],
        *,
        first: PageFirst = None,
        after: After = None,
        last: PageLast = None,
        before: Before = None,
    ) -> list[Connected]:
        slice_ = connection_slice(OLDEST_COMMENT.ordering(), first, after, last, before)
        return await children.connections(asked, parent_ids, slice_)

    return connection


posts_of_users_connection = _post_connection(POSTS_OF_USERS, NEWEST)
posts_of_viewers_connection = _post_connection(POSTS_OF_VIEWERS, LAST_CHANGED)
posts_with_tags_connection = _post_connection(POSTS_WITH_TAGS, NEWEST, _with_tags)
comments_of_users_connection = _comment_connection(COMMENTS_OF_USERS)
replies_connection = _comment_connection(REPLIES)


async def comments_of_posts_connection(
    asked: Asked,
    post_ids: list[int],
    *,
    first: PageFirst = None,
    after: After = None,
    last: PageLast = None,
    before: Before = None,
    order_by: CommentOrderBy = OLDEST_COMMENT,
) -> list[Connected]:
    slice_ = connection_slice((order_by or OLDEST_COMMENT).ordering(), first, after, last, before)
    return await COMMENTS_OF_POSTS.connections(asked, post_ids, slice_)


# ---------------------------------------------------------------- short lists and counts


RelatedFirst = Annotated[
    int | None, strawberry.argument(description="How many; 5 unless given, 100 at most.")
]


async def related_posts(
    asked: Asked, post_ids: list[int], *, first: RelatedFirst = 5
) -> list[list[Row]]:
    """Other posts with the same tags. A rare tag says more than one that every post has."""
    limit = plain_slice(NEWEST.ordering(), 5 if first is None else first, 0).limit
    found = await asked.context.read(
        _related,
        asked.columns,
        graphql_type=POST.name,
        found_by="parent_key",
        keys=post_ids,
        limit=limit,
    )
    return grouped(found, post_ids)


def _related(context: Context, names: tuple[str, ...]) -> Select[Any]:
    columns = POST.columns((*names, "id"))
    return related.of_posts(context.viewer, context.now, context.dialect, columns)


async def tags_of_posts(asked: Asked, post_ids: list[int]) -> list[list[Row]]:
    context = asked.context
    # Of the tags it reads those that it finds, and no others.
    options: dict[str, Any] = {"found_by": "parent_key", "by": (PostTag.post_id, Tag.slug)}
    found = await context.read(
        _tags, asked.columns, graphql_type=TAG.name, keys=post_ids, **options
    )
    return grouped(found, post_ids)


def _tags(context: Context, names: tuple[str, ...]) -> Select[Any]:
    tagged = TAG.readable(context).join(PostTag, PostTag.tag_id == Tag.id)
    columns = (*TAG.columns((*names, "id")), PostTag.post_id.label("parent_key"))
    wanted = tagged.where(one_of_keys(context.dialect, PostTag.post_id))
    return wanted.with_only_columns(*columns).order_by(Tag.name, Tag.id)


async def past_slugs_of_posts(asked: Asked, post_ids: list[int]) -> list[list[str]]:
    found: dict[int, list[str]] = {post_id: [] for post_id in post_ids}
    for post_id, slug in await asked.context.read(
        _past_slugs, found_by=PastSlug.post_id.key, by=(PastSlug.post_id, Post.id), keys=post_ids
    ):
        found[post_id].append(slug)
    return [found[post_id][:MAX_PAST_SLUGS] for post_id in post_ids]


def _past_slugs(context: Context) -> Select[Any]:
    rows = POST.readable(context).join(PastSlug, PastSlug.post_id == Post.id)
    had = rows.where(one_of_keys(context.dialect, PastSlug.post_id))
    columns: Any = (PastSlug.post_id, PastSlug.slug)
    return had.with_only_columns(*columns).order_by(PastSlug.replaced_at.desc(), PastSlug.slug)


async def comment_counts_of_posts(asked: Asked, post_ids: list[int]) -> list[int]:
    counts = await COMMENTS_OF_POSTS.counts(asked, post_ids)
    return [counts.get(post_id, 0) for post_id in post_ids]


async def post_counts_of_users(asked: Asked, user_ids: list[int]) -> list[int]:
    counts = await POSTS_OF_USERS.counts(asked, user_ids)
    return [counts.get(user_id, 0) for user_id in user_ids]


async def post_counts_of_tags(asked: Asked, tag_ids: list[int]) -> list[int]:
    counts = await POSTS_WITH_TAGS.counts(asked, tag_ids)
    return [counts.get(tag_id, 0) for tag_id in tag_ids]
