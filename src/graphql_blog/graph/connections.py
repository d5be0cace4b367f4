"""Pages of lists: edges and connections, and the arguments that choose a page."""

from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from graphql_blog.engine.fields import part
from graphql_blog.engine.keyset import BadCursor, Ordering, Page, Slice
from graphql_blog.errors import BadRequest
from graphql_blog.graph.directives import cost, list_size

DEFAULT_PAGE = 20
MAX_PAGE = 100
BY_PAGE = list_size("first", "last", at_most=DEFAULT_PAGE, of=["edges", "nodes"])

T = TypeVar("T")


def _argument(description: str) -> Any:
    return strawberry.argument(description=description)


First = Annotated[int | None, _argument("How many; 20 unless given, 100 at most.")]
Offset = Annotated[int | None, _argument("How many to leave out before the first.")]
PageFirst = Annotated[
    int | None, _argument("The first so many after `after`; 20 unless given, 100 at most.")
]
After = Annotated[str | None, _argument("A cursor: the page starts right after it.")]
PageLast = Annotated[int | None, _argument("The last so many before `before`; 100 at most.")]
Before = Annotated[str | None, _argument("A cursor: the page ends right before it.")]


def plain_slice(ordering: Ordering, first: int | None, offset: int | None) -> Slice:
    """The part of a plain list that its arguments name."""
    return Slice(ordering, _size(first), offset or 0)


def connection_slice(
    ordering: Ordering,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> Slice:
    """The part of a connection that its arguments name; `first` and `last` exclude each other.

    Raises `BadRequest` for a cursor that is damaged or of another list.
    """
    slice_ = Slice(
        ordering,
        _size(first if last is None else last),
        after=after,
        before=before,
        backwards=last is not None,
    )
    try:
        slice_.places()
    except BadCursor as error:
        raise BadRequest(str(error)) from error
    return slice_


def _size(wanted: int | None) -> int:
    # `graph.limits` refuses wrong sizes earlier, and better; this holds where it cannot see them.
    if wanted is not None and not 1 <= wanted <= MAX_PAGE:
        raise BadRequest(f"A page has between 1 and {MAX_PAGE} entries, not {wanted}.")
    return DEFAULT_PAGE if wanted is None else wanted


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether the list goes on after this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether the list has something before this page."
    )
    start_cursor: str | None = strawberry.field(description="The cursor of the first edge.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last edge.")


@strawberry.type(description="One entry of a page.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(
        description="Where this entry stands in the list; opaque, good for `after` and `before`."
    )
    node: T = part(description="The entry itself.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = part(description="The entries with their cursors.")
    nodes: list[T] = part(description="Short form of `edges { node }`.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    total_count: int = strawberry.field(
        description="How many there are on all pages. Counted only when asked for.",
        directives=[cost(5)],
    )


@dataclass(frozen=True)
class Connected:
    """What the loaders give for a connection: its page, and the count when it was asked for."""

    page: Page
    total_count: int | None = None

    @property
    def nodes(self) -> list[Any]:
        return self.page.rows

    @property
    def edges(self) -> list["Entry"]:
        return [Entry(row, self.page.ordering) for row in self.page.rows]

    @property
    def page_info(self) -> PageInfo:
        entries = self.edges
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=entries[0].cursor if entries else None,
            end_cursor=entries[-1].cursor if entries else None,
        )


@dataclass(frozen=True)
class Entry:
    """What the loaders give for an edge."""

    node: Any
    ordering: Ordering

    @property
    def cursor(self) -> str:
        return self.ordering.cursor(self.node)
