"""Posts, counted: in all, by status, month, tag and author; a statement each, when asked for."""

from dataclasses import dataclass
from typing import Annotated, Any

import strawberry
from sqlalchemy import Select, String, case, func, literal, select

from graphql_blog.db.columns import PostStatus
from graphql_blog.db.models import Post as PostTable
from graphql_blog.db.models import PostTag
from graphql_blog.engine.fields import asked, relation
from graphql_blog.engine.rows import fetch_tuples
from graphql_blog.errors import BadRequest
from graphql_blog.graph import loaders
from graphql_blog.graph.connections import MAX_PAGE
from graphql_blog.graph.context import Info
from graphql_blog.graph.types import Tag, User


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
    """The posts that are counted: those that the viewer may read, and that pass the filter."""

    rows: Select[Any]


Last = Annotated[
    int | None,
    strawberry.argument(description="The last so many months that have posts; 100 at most."),
]
Top = Annotated[int | None, strawberry.argument(description="The first so many; 100 at most.")]


@strawberry.type(description="Posts, counted.")
class PostAggregate:
    @strawberry.field(description="How many in all.")
    async def count(self, info: Info) -> int:
        counted = select(func.count()).select_from(_ids(self).subquery())
        return int((await _fetched(info, counted))[0][0])

    @strawberry.field(description="How many in each state; states without posts are left out.")
    async def by_status(self, info: Info) -> list[PostStatusCount]:
        scheduled = PostTable.visible_from > info.context.now
        shown = case((scheduled, literal("SCHEDULED", String)), else_=PostTable.status.cast(String))
        counted = _of(self, shown.label("status"), func.count()).group_by(shown)
        counts = {PostStatus(status): count for status, count in await _fetched(info, counted)}
        return [
            PostStatusCount(status=status, count=counts[status])
            for status in PostStatus
            if status in counts
        ]

    @strawberry.field(description="How many became visible in each month, latest first.")
    async def by_month(self, info: Info, last: Last = 12) -> list[MonthCount]:
        if info.context.reader.dialect.name == "postgresql":
            month = func.to_char(func.timezone("UTC", PostTable.published_at), "YYYY-MM")
        else:
            month = func.substr(PostTable.published_at, 1, 7, type_=String)
        counted = _of(self, month.label("month"), func.count()).where(
            PostTable.published_at.is_not(None)
        )
        latest = counted.group_by("month").order_by(month.desc())
        found = await _first(info, latest, "last", _size(last, 12))
        return [MonthCount(month=m, count=count) for m, count in found]

    @strawberry.field(description="How many have each tag, most first.")
    async def by_tag(self, info: Info, first: Top = 20) -> list[TagCount]:
        count = func.count()
        tagged = self.rows.join(PostTag, PostTag.post_id == PostTable.id)  # type: ignore
        counted = tagged.with_only_columns(PostTag.tag_id, count).group_by(PostTag.tag_id)
        most = counted.order_by(count.desc(), PostTag.tag_id)
        found = await _first(info, most, "first", _size(first, 20))
        return [TagCount(tag_id=tag_id, count=n) for tag_id, n in found]

    @strawberry.field(description="How many each author wrote, most first.")
    async def by_author(self, info: Info, first: Top = 20) -> list[AuthorCount]:
        count = func.count()
        counted = _of(self, PostTable.author_id, count).group_by(PostTable.author_id)
        most = counted.order_by(count.desc(), PostTable.author_id)
        found = await _first(info, most, "first", _size(first, 20))
        return [AuthorCount(author_id=id_, count=n) for id_, n in found]


def _of(counted: Any, *columns: Any) -> Select[Any]:
    rows: Select[Any] = counted.rows
    return rows.with_only_columns(*columns)


def _ids(counted: Any) -> Select[Any]:
    return _of(counted, PostTable.id)


async def _fetched(info: Info, statement: Select[Any]) -> Any:
    return await fetch_tuples(info.context.reader, statement)


async def _first(info: Info, rows: Select[Any], argument: str, size: int) -> Any:
    """So many of the rows; says so when there are more and nobody named a number."""
    found = await _fetched(info, rows.limit(size + 1))
    field = asked(info)
    if len(found) > size and not field.passes_argument(argument):
        use = f"{field.info.field_name}({argument}:)"
        info.context.notice(path=field.path, code="TRUNCATED", returned=size, use=use)
    return found[:size]


def _size(wanted: int | None, usual: int) -> int:
    if wanted is not None and not 1 <= wanted <= MAX_PAGE:
        raise BadRequest(f"Between 1 and {MAX_PAGE}, not {wanted}.")
    return usual if wanted is None else wanted
