"""Where the rows of every relation come from: one source a relation, one statement a level.

A source is `async (asked, keys, **arguments)` and answers every key. It reads the columns that the
document asks for below the field, of the rows that the viewer may see, and no others.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry
from sqlalchemy import Select, Subquery, and_, func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import InstrumentedAttribute, aliased

from graphql_blog.db.models import Comment, PastSlug, Post, PostTag, Tag, User
from graphql_blog.engine.asked import Asked, Batch
from graphql_blog.engine.keyset import Ordering, Slice
from graphql_blog.engine.rows import (
    Row,
    fetch,
    fetch_tuples,
    one_of_keys,
    page_of_each_parent,
    pages_by_parent,
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
    PostFilter,
    PostFilterBy,
    PostOrder,
    PostOrderBy,
)
from graphql_blog.services import comments, posts, tags, users

MAX_PAST_SLUGS = 5
RELATED_OF_A_TAG = 100
"""So many of the newest posts of each tag are compared, however many have it."""


@dataclass(frozen=True)
class Noun:
    """A GraphQL type whose objects are rows of one table, and which of them a viewer may read."""

    name: str
    model: Any
    readable: Callable[[Context], Select[Any]]

    def columns(self, names: Iterable[str]) -> list[InstrumentedAttribute[Any]]:
        return [getattr(self.model, name) for name in sorted(set(names))]


POST = Noun("Post", Post, lambda context: posts.visible_to(context.viewer, context.now))
USER = Noun("User", User, lambda context: users.visible_to(context.viewer))
COMMENT = Noun("Comment", Comment, lambda context: comments.visible_to(context.viewer, context.now))
TAG = Noun("Tag", Tag, lambda context: tags.visible_to(context.viewer))


# ---------------------------------------------------------------- one object by its key


async def posts_by_id(asked: Asked, ids: list[int]) -> list[Row | None]:
    return await _by_key(asked, POST, Post.id, ids)


async def users_by_id(asked: Asked, ids: list[int]) -> list[Row | None]:
    return await _by_key(asked, USER, User.id, ids)


async def comments_by_id(asked: Asked, ids: list[int]) -> list[Row | None]:
    return await _by_key(asked, COMMENT, Comment.id, ids)


async def tags_by_id(asked: Asked, ids: list[int]) -> list[Row | None]:
    return await _by_key(asked, TAG, Tag.id, ids)


async def users_by_username(asked: Asked, usernames: list[str]) -> list[Row | None]:
    return await _by_key(asked, USER, User.username, usernames)


async def tags_by_slug(asked: Asked, slugs: list[str]) -> list[Row | None]:
    return await _by_key(asked, TAG, Tag.slug, slugs)


async def viewers_by_id(asked: Asked, ids: list[int]) -> list[Row | None]:
    """Own accounts; nothing but `viewer` and logging in leads here."""
    return await _by_key(asked, Noun("Viewer", User, USER.readable), User.id, ids)


BY_ID = {"Post": posts_by_id, "User": users_by_id, "Comment": comments_by_id, "Tag": tags_by_id}


async def _by_key(
    asked: Asked, noun: Noun, key: InstrumentedAttribute[Any], keys: list[Any]
) -> list[Row | None]:
    reader = asked.context.reader
    rows = noun.readable(asked.context).where(one_of_keys(reader, key, keys))
    columns = noun.columns([*asked.columns, key.key])
    found = await fetch(reader, rows.with_only_columns(*columns), noun.name)
    by_key = {getattr(row, key.key): row for row in found}
    return [by_key.get(key_) for key_ in keys]


# ---------------------------------------------------------------- children of many parents


@dataclass(frozen=True)
class Children:
    """Rows that belong to parents: by which column, and narrowed how."""

    noun: Noun
    parent: InstrumentedAttribute[Any]
    rows: Select[Any]

    async def lists(self, asked: Asked, parents: list[Any], slice_: Slice) -> list[list[Row]]:
        pages = await self._pages(asked, parents, slice_, asked.columns)
        if any(page.has_next for page in pages):
            notice_if_cut_by_default(asked, slice_)
        return [page.rows for page in pages]

    async def connections(self, asked: Asked, parents: list[Any], slice_: Slice) -> list[Connected]:
        counts = await self.counts(asked, parents) if asked.asks_for("totalCount") else {}
        if not wants_page(asked):
            return [Connected(slice_.page([]), counts.get(parent, 0)) for parent in parents]
        names = [*asked.columns, *slice_.ordering.keys]
        pages = await self._pages(asked, parents, slice_, names)
        return [
            Connected(page, counts.get(parent, 0))
            for parent, page in zip(parents, pages, strict=True)
        ]

    async def _pages(
        self, asked: Asked, parents: list[Any], slice_: Slice, names: Iterable[str]
    ) -> list[Any]:
        columns = self.noun.columns([*names, "id"])
        reader = asked.context.reader
        statement = page_of_each_parent(reader, self.rows, columns, self.parent, parents, slice_)
        found = await fetch(reader, statement, self.noun.name)
        return pages_by_parent(found, parents, slice_)

    async def counts(self, asked: Asked, parents: list[Any]) -> dict[Any, int]:
        reader = asked.context.reader
        rows = self.rows.where(one_of_keys(reader, self.parent, parents))
        counted = rows.with_only_columns(self.parent, func.count()).group_by(self.parent)
        return dict(await fetch_tuples(reader, counted))


def wants_page(asked: Asked) -> bool:
    return any(asked.asks_for(name) for name in ("edges", "nodes", "pageInfo"))


def notice_if_cut_by_default(asked: Asked, slice_: Slice) -> None:
    """A list that was cut without anybody asking for it says so (`extensions.notices`)."""
    if not asked.passes_argument("first"):
        use = f"{asked.info.field_name}Connection"
        asked.context.notice(path=asked.path, code="TRUNCATED", returned=slice_.limit, use=use)


def filtered(asked: Asked, rows: Select[Any], filter: PostFilter | None) -> Select[Any]:
    return rows.where(filter.condition(asked.context.now)) if filter else rows


@dataclass(frozen=True)
class PostsOfAuthor:
    """The posts of each user."""

    asked: Asked
    filter: PostFilter | None = None

    def children(self) -> Children:
        rows = filtered(self.asked, POST.readable(self.asked.context), self.filter)
        return Children(POST, Post.author_id, rows)

    @staticmethod
    def ordering(order: PostOrder) -> Ordering:
        return order.ordering()


@dataclass(frozen=True)
class OwnPosts(PostsOfAuthor):
    """The posts of the account itself in every state: only its own `Viewer` leads here."""

    def children(self) -> Children:
        return Children(POST, Post.author_id, filtered(self.asked, select(Post), self.filter))


@dataclass(frozen=True)
class PostsWithTag:
    """The posts of each tag."""

    asked: Asked
    filter: PostFilter | None = None

    def children(self) -> Children:
        tagged = POST.readable(self.asked.context).join(PostTag, PostTag.post_id == Post.id)
        return Children(POST, PostTag.tag_id, filtered(self.asked, tagged, self.filter))

    @staticmethod
    def ordering(order: PostOrder) -> Ordering:
        """By date a tag's own index has the order; a cursor is that of any list by date."""
        ordering = order.ordering()
        if order.field is not PostOrderField.PUBLISHED_AT:
            return ordering
        return Ordering(ordering.name, PostTag.listed_at, PostTag.post_id, ordering.descending)


def _comments_of(asked: Asked, parent: InstrumentedAttribute[Any]) -> Children:
    return Children(COMMENT, parent, COMMENT.readable(asked.context))


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
    return await PostsOfAuthor(asked, filter).children().lists(asked, user_ids, slice_)


async def posts_with_tags(
    asked: Asked,
    tag_ids: list[int],
    *,
    first: First = 20,
    offset: Offset = 0,
    order_by: PostOrderBy = NEWEST,
) -> list[list[Row]]:
    slice_ = plain_slice(PostsWithTag.ordering(order_by or NEWEST), first, offset)
    return await PostsWithTag(asked).children().lists(asked, tag_ids, slice_)


async def comments_of_posts(
    asked: Asked,
    post_ids: list[int],
    *,
    first: First = 20,
    offset: Offset = 0,
    order_by: CommentOrderBy = OLDEST_COMMENT,
) -> list[list[Row]]:
    slice_ = plain_slice((order_by or OLDEST_COMMENT).ordering(), first, offset)
    return await _comments_of(asked, Comment.post_id).lists(asked, post_ids, slice_)


def _post_connection(source: type[PostsOfAuthor | PostsWithTag], usual: PostOrder) -> Batch:
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
        ordering = source.ordering(order_by or usual)
        slice_ = connection_slice(ordering, first, after, last, before)
        return await source(asked, filter).children().connections(asked, parent_ids, slice_)

    return connection


def _comment_connection(parent: InstrumentedAttribute[Any]) -> Batch:
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
        return await _comments_of(asked, parent).connections(asked, parent_ids, slice_)

    return connection


posts_of_users_connection = _post_connection(PostsOfAuthor, NEWEST)
posts_of_viewers_connection = _post_connection(OwnPosts, LAST_CHANGED)
posts_with_tags_connection = _post_connection(PostsWithTag, NEWEST)
comments_of_users_connection = _comment_connection(Comment.author_id)
replies_connection = _comment_connection(Comment.parent_id)


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
    return await _comments_of(asked, Comment.post_id).connections(asked, post_ids, slice_)


# ---------------------------------------------------------------- short lists and counts


RelatedFirst = Annotated[
    int | None, strawberry.argument(description="How many; 5 unless given, 100 at most.")
]


async def related_posts(
    asked: Asked, post_ids: list[int], *, first: RelatedFirst = 5
) -> list[list[Row]]:
    """Other posts with the same tags. A rare tag says more than one that every post has."""
    reader = asked.context.reader
    limit = plain_slice(NEWEST.ordering(), 5 if first is None else first, 0).limit
    own, newest = aliased(PostTag), _newest_of_their_tags(reader, post_ids)
    # Whole numbers: their sum does not depend on the order of summing.
    closeness = func.sum(1_000_000 // (Tag.post_count + 1))
    number = func.row_number().over(
        partition_by=own.post_id,
        order_by=[closeness.desc(), Post.listed_at.desc(), Post.id.desc()],
    )
    numbered = (
        POST.readable(asked.context)
        .join(newest, newest.c.post_id == Post.id)
        .join(own, and_(own.tag_id == newest.c.tag_id, own.post_id != Post.id))
        .join(Tag, Tag.id == own.tag_id)
        .where(one_of_keys(reader, own.post_id, post_ids), newest.c.number <= RELATED_OF_A_TAG)
        .group_by(own.post_id, Post.id, Post.listed_at)
        .with_only_columns(Post.id, own.post_id.label("parent_key"), number.label("number"))
        .subquery()
    )
    rows = (
        select(*POST.columns([*asked.columns, "id"]), numbered.c.parent_key)
        .join(numbered, numbered.c.id == Post.id)
        .where(numbered.c.number <= limit)
        .order_by(numbered.c.number)
    )
    return _grouped(await fetch(reader, rows, POST.name), post_ids)


def _newest_of_their_tags(reader: AsyncEngine, post_ids: list[int]) -> Subquery:
    """The posts with any tag of these, numbered from the newest on, for each tag."""
    own = aliased(PostTag)
    tags_ = select(own.tag_id).where(one_of_keys(reader, own.post_id, post_ids))
    number = func.row_number().over(
        partition_by=PostTag.tag_id, order_by=[PostTag.listed_at.desc(), PostTag.post_id.desc()]
    )
    links = select(PostTag.tag_id, PostTag.post_id, number.label("number"))
    return links.where(PostTag.tag_id.in_(tags_)).subquery()


async def tags_of_posts(asked: Asked, post_ids: list[int]) -> list[list[Row]]:
    reader = asked.context.reader
    tagged = TAG.readable(asked.context).join(PostTag, PostTag.tag_id == Tag.id)
    rows = tagged.where(one_of_keys(reader, PostTag.post_id, post_ids)).with_only_columns(
        *TAG.columns([*asked.columns, "id"]), PostTag.post_id.label("parent_key")
    )
    found = await fetch(reader, rows.order_by(Tag.name, Tag.id), TAG.name)
    return _grouped(found, post_ids)


async def past_slugs_of_posts(asked: Asked, post_ids: list[int]) -> list[list[str]]:
    reader = asked.context.reader
    had = one_of_keys(reader, PastSlug.post_id, post_ids)
    rows = POST.readable(asked.context).join(PastSlug, PastSlug.post_id == Post.id).where(had)
    newest_first = rows.order_by(PastSlug.replaced_at.desc(), PastSlug.slug)
    found: dict[int, list[str]] = {post_id: [] for post_id in post_ids}
    for post_id, slug in await fetch_tuples(
        reader, newest_first.with_only_columns(PastSlug.post_id, PastSlug.slug)
    ):
        found[post_id].append(slug)
    return [found[post_id][:MAX_PAST_SLUGS] for post_id in post_ids]


async def comment_counts_of_posts(asked: Asked, post_ids: list[int]) -> list[int]:
    counts = await _comments_of(asked, Comment.post_id).counts(asked, post_ids)
    return [counts.get(post_id, 0) for post_id in post_ids]


async def post_counts_of_users(asked: Asked, user_ids: list[int]) -> list[int]:
    counts = await PostsOfAuthor(asked).children().counts(asked, user_ids)
    return [counts.get(user_id, 0) for user_id in user_ids]


async def post_counts_of_tags(asked: Asked, tag_ids: list[int]) -> list[int]:
    counts = await PostsWithTag(asked).children().counts(asked, tag_ids)
    return [counts.get(tag_id, 0) for tag_id in tag_ids]


def _grouped(found: Iterable[Any], keys: Sequence[Any]) -> list[list[Any]]:
    groups: dict[Any, list[Any]] = {key: [] for key in keys}
    for row in found:
        groups[row.parent_key].append(row)
    return [groups[key] for key in keys]
