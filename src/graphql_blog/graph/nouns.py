"""The nouns as rows: which of them a viewer may read, one by one, in lists, and of many parents.

Each statement is made by a function, once for each set of columns and kind of viewer, and kept:
`context.read(_with_keys, noun, key, names, keys=ids)`. What differs from request to request is a
parameter there, known by its name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from graphql_blog.db.models import Comment, Post, Tag, User
from graphql_blog.engine.asked import Asked
from graphql_blog.engine.keyset import Bounds, Page, Slice
from graphql_blog.engine.rows import Row, one_of_keys, page_of_each_parent, pages_by_parent
from graphql_blog.graph.connections import Connected
from graphql_blog.graph.context import Context
from graphql_blog.graph.filters import PostFilter, UserFilter
from graphql_blog.services import comments, posts, tags, users


@dataclass(frozen=True, eq=False)
class Noun:
    """A GraphQL type whose objects are rows of one table, and which of them a viewer may read."""

    name: str
    model: Any
    readable: Callable[[Context], Select[Any]]

    def columns(self, names: Iterable[str]) -> list[InstrumentedAttribute[Any]]:
        return [getattr(self.model, name) for name in sorted(set(names))]


POST = Noun("Post", Post, lambda context: posts.visible_to(context.viewer, context.now))
USER = Noun("User", User, lambda context: users.visible_to(context.viewer))
VIEWER = Noun("Viewer", User, USER.readable)
COMMENT = Noun("Comment", Comment, lambda context: comments.visible_to(context.viewer, context.now))
TAG = Noun("Tag", Tag, lambda context: tags.visible_to(context.viewer))


async def by_key(
    asked: Asked, noun: Noun, key: InstrumentedAttribute[Any], keys: list[Any]
) -> list[Row | None]:
    context, name = asked.context, key.key
    names = (*asked.columns, name, "id")
    found = await context.read(
        _with_keys, noun, key, names, graphql_type=noun.name, found_by=name, by=(key,), keys=keys
    )
    if context.visited is not None and len(found) < len(keys):
        context.visited.note_missing(noun.model.__tablename__)
    if not found:
        return [None] * len(keys)
    place = found[0].places[name]
    rows = {row[place]: row for row in found}
    return [rows.get(key_) for key_ in keys]


def _with_keys(
    context: Context, noun: Noun, key: InstrumentedAttribute[Any], names: tuple[str, ...]
) -> Select[Any]:
    rows = noun.readable(context).where(one_of_keys(context.dialect, key))
    return rows.with_only_columns(*noun.columns(names))


@dataclass(frozen=True)
class Listed:
    """What a list of the query is made of: a noun, and those of its rows that the filter lets by.

    `rows` is part of what a statement is kept by: a function of a module, and no closure. A filter
    is another with each request, so a statement with one is not kept.
    """

    noun: Noun
    rows: Callable[[Context, Any], Select[Any]]
    filter: PostFilter | UserFilter | None = None

    async def fetch(self, asked: Asked, names: tuple[str, ...], slice_: Slice) -> list[Row]:
        found: list[Row] = await asked.context.read(
            _sliced,
            self,
            names,
            slice_.bounds,
            graphql_type=self.noun.name,
            kept=self.filter is None,
            **slice_.values,
        )
        return found

    async def count(self, asked: Asked) -> int:
        counted = await asked.context.read(_all_counted, self, kept=self.filter is None)
        return int(counted[0][0])


def _sliced(
    context: Context, listed: Listed, names: tuple[str, ...], bounds: Bounds
) -> Select[Any]:
    rows = listed.rows(context, listed.filter)
    return bounds.of(rows.with_only_columns(*listed.noun.columns(names)))


def _all_counted(context: Context, listed: Listed) -> Select[Any]:
    rows = listed.rows(context, listed.filter).with_only_columns(listed.noun.model.id)
    return select(func.count()).select_from(rows.subquery())


@dataclass(frozen=True)
class Children:
    """Rows that belong to parents: of which noun, by which column, and which of them.

    `rows` makes the SELECT and is part of what a statement is kept by: a function of a module, and
    no closure. A filter is another with each request, so a statement with one is not kept.
    """

    noun: Noun
    parent: InstrumentedAttribute[Any]
    rows: Callable[[Context], Select[Any]]
    filter: PostFilter | None = None
    parents: InstrumentedAttribute[Any] | None = None
    """The id of the parents, where their rows are looked at too, and no others of their table."""

    async def lists(self, asked: Asked, parents: list[Any], slice_: Slice) -> list[list[Row]]:
        pages = await self._pages(asked, parents, slice_, asked.columns)
        if any(page.has_next for page in pages):
            notice_if_cut_by_default(asked, slice_)
        return [page.rows for page in pages]

    async def connections(self, asked: Asked, parents: list[Any], slice_: Slice) -> list[Connected]:
        counts = await self.counts(asked, parents) if asked.asks_for("totalCount") else {}
        if not wants_page(asked):
            return [Connected(slice_.page([]), counts.get(parent, 0)) for parent in parents]
        names = (*asked.columns, *slice_.ordering.keys)
        pages = await self._pages(asked, parents, slice_, names)
        return [
            Connected(page, counts.get(parent, 0))
            for parent, page in zip(parents, pages, strict=True)
        ]

    async def counts(self, asked: Asked, parents: list[Any]) -> dict[Any, int]:
        kept = self.filter is None
        counted = asked.context.read(
            _counted, self, kept=kept, found_by=self.parent.key, by=self._by, keys=parents
        )
        return dict(await counted)

    @property
    def _by(self) -> tuple[InstrumentedAttribute[Any], ...]:
        if self.filter is not None:
            return ()  # Filters look wherever they want.
        return (self.parent,) if self.parents is None else (self.parent, self.parents)

    async def _pages(
        self, asked: Asked, parents: list[Any], slice_: Slice, names: tuple[str, ...]
    ) -> list[Page]:
        found = await asked.context.read(
            _paged,
            self,
            names,
            slice_.bounds,
            graphql_type=self.noun.name,
            kept=self.filter is None,
            found_by="parent_key",
            by=self._by,
            keys=parents,
            **slice_.values,
        )
        return pages_by_parent(found, parents, slice_)


def _counted(context: Context, children: Children) -> Select[Any]:
    rows = filtered(context, children.rows(context), children.filter)
    wanted = rows.where(one_of_keys(context.dialect, children.parent))
    return wanted.with_only_columns(children.parent, func.count()).group_by(children.parent)


def _paged(
    context: Context, children: Children, names: tuple[str, ...], bounds: Bounds
) -> Select[Any]:
    rows = filtered(context, children.rows(context), children.filter)
    columns = children.noun.columns((*names, "id"))
    return page_of_each_parent(context.dialect, rows, columns, children.parent, bounds)


def wants_page(asked: Asked) -> bool:
    return any(asked.asks_for(name) for name in ("edges", "nodes", "pageInfo"))


def notice_if_cut_by_default(asked: Asked, slice_: Slice) -> None:
    """A list that was cut without anybody asking for it says so (`extensions.notices`)."""
    if not asked.passes_argument("first"):
        use = f"{asked.field_name}Connection"
        asked.context.notice(path=asked.path, code="TRUNCATED", returned=slice_.limit, use=use)


def filtered(context: Context, rows: Select[Any], filter: PostFilter | None) -> Select[Any]:
    return rows.where(filter.condition(context.now)) if filter else rows
