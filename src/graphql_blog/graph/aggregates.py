"""Posts, counted: in all, by status, month, tag and author; a statement each, when asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry
from sqlalchemy import Integer, Select, String, bindparam, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from graphql_blog.db.columns import PostStatus
from graphql_blog.db.models import Post as PostTable
from graphql_blog.db.models import PostTag
from graphql_blog.engine.fields import asked, relation
from graphql_blog.engine.statements import constant, only
from graphql_blog.errors import BadRequest
from graphql_blog.graph import loaders
from graphql_blog.graph.connections import MAX_PAGE
from graphql_blog.graph.context import Context, Info
from graphql_blog.graph.directives import BY_FIRST, BY_LAST, at_most
from graphql_blog.graph.filters import PostFilter
from graphql_blog.graph.nouns import POST, filtered
from graphql_blog.graph.types import Tag, User
from graphql_blog.services.parameters import now_of

LIMIT = bindparam("limit", type_=Integer())
Build = Callable[[Context, PostFilter | None], Select[Any]]


@strawberry.type(description="How many posts are in one state.")
class PostStatusCount:
    status: PostStatus = strawberry.field(description="The state.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="How many posts became visible in one month.")
class MonthCount:
    month: str = strawberry.field(description="The month in UTC, as YYYY-MM.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="How many posts have one tag.")
class TagCount:
    tag_id: strawberry.Private[int]
    tag: Tag = relation(loaders.tags_by_id, key="tag_id", description="The tag.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="How many posts one author wrote.")
class AuthorCount:
    author_id: strawberry.Private[int]
    author: User = relation(loaders.users_by_id, key="author_id", description="The author.")
    count: int = strawberry.field(description="How many.")


@dataclass(frozen=True)
class PostsCounted:
    """The posts that are counted: those that the viewer may read, and that the filter lets by."""

    filter: PostFilter | None


Last = Annotated[
    int | None,
    strawberry.argument(description="The last so many months that have posts; 100 at most."),
]
Top = Annotated[int | None, strawberry.argument(description="The first so many; 100 at most.")]


@strawberry.type(description="Posts, counted.")
class PostAggregate:
    @strawberry.field(description="How many in all.")
    async def count(self, info: Info) -> int:
        return int((await _counted(info, self, _in_all))[0][0])

    @strawberry.field(
        description="How many in each state; states without posts are left out.",
        directives=[at_most(len(PostStatus))],
    )
    async def by_status(self, info: Info) -> list[PostStatusCount]:
        counts = {PostStatus(shown): n for shown, n in await _counted(info, self, _by_status)}
        return [
            PostStatusCount(status=status, count=counts[status])
            for status in PostStatus
            if status in counts
        ]

    @strawberry.field(
        description="How many became visible in each month, latest first.", directives=[BY_LAST]
    )
    async def by_month(self, info: Info, last: Last = 12) -> list[MonthCount]:
        found = await _first(info, self, _by_month, "last", _size(last, 12))
        return [MonthCount(month=month, count=n) for month, n in found]

    @strawberry.field(description="How many have each tag, most first.", directives=[BY_FIRST])
    async def by_tag(self, info: Info, first: Top = 20) -> list[TagCount]:
        found = await _first(info, self, _by_tag, "first", _size(first, 20))
        return [TagCount(tag_id=tag_id, count=n) for tag_id, n in found]

    @strawberry.field(description="How many each author wrote, most first.", directives=[BY_FIRST])
    async def by_author(self, info: Info, first: Top = 20) -> list[AuthorCount]:
        found = await _first(info, self, _by_author, "first", _size(first, 20))
        return [AuthorCount(author_id=id_, count=n) for id_, n in found]


def _in_all(context: Context, filter: PostFilter | None) -> Select[Any]:
    ids = _posts(context, filter).with_only_columns(PostTable.id)
    return select(func.count()).select_from(ids.subquery())


def _by_status(context: Context, filter: PostFilter | None) -> Select[Any]:
    scheduled = PostTable.visible_from > now_of(context.now)
    stored = PostTable.status.cast(String)
    shown = case((scheduled, constant("SCHEDULED", String())), else_=stored)
    counted = _posts(context, filter).with_only_columns(shown.label("status"), func.count())
    return counted.group_by(shown)


def _by_month(context: Context, filter: PostFilter | None) -> Select[Any]:
    if context.dialect.name == "postgresql":
        in_utc = func.timezone(constant("UTC", String()), PostTable.published_at)
        month = func.to_char(in_utc, constant("YYYY-MM", String()))
    else:
        month = func.substr(PostTable.published_at, constant(1), constant(7), type_=String)
    counted = _posts(context, filter).with_only_columns(month.label("month"), func.count())
    published = counted.where(PostTable.published_at.is_not(None))
    return only(published.group_by("month").order_by(month.desc()), LIMIT)


def _by_tag(context: Context, filter: PostFilter | None) -> Select[Any]:
    tagged = _posts(context, filter).join(PostTag, PostTag.post_id == PostTable.id)
    return _most(tagged, PostTag.tag_id)


def _by_author(context: Context, filter: PostFilter | None) -> Select[Any]:
    return _most(_posts(context, filter), PostTable.author_id)


def _most(rows: Select[Any], by: InstrumentedAttribute[int]) -> Select[Any]:
    columns: Any = (by, func.count())
    counted = rows.with_only_columns(*columns).group_by(by)
    return only(counted.order_by(func.count().desc(), by), LIMIT)


def _posts(context: Context, filter: PostFilter | None) -> Select[Any]:
    return filtered(context, POST.readable(context), filter)


async def _counted(info: Info, counted: Any, build: Build, **values: Any) -> list[Any]:
    kept = counted.filter is None
    return await info.context.read(build, counted.filter, kept=kept, **values)


async def _first(info: Info, counted: Any, build: Build, argument: str, size: int) -> list[Any]:
    """So many of the rows; says so when there are more and nobody named a number."""
    found = await _counted(info, counted, build, limit=size + 1)
    field = asked(info)
    if len(found) > size and not field.passes_argument(argument):
        use = f"{field.field_name}({argument}:)"
        info.context.notice(path=field.path, code="TRUNCATED", returned=size, use=use)
    return found[:size]


def _size(wanted: int | None, usual: int) -> int:
    if wanted is not None and not 1 <= wanted <= MAX_PAGE:
        raise BadRequest(f"Between 1 and {MAX_PAGE}, not {wanted}.")
    return usual if wanted is None else wanted
