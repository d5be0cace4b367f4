"""Fields that tell back, as a text, which arguments came and what they were told of the request."""

from typing import Any

import strawberry
from graphql.pyutils import Path
from strawberry.types import Info
from strawberry.types.nodes import FragmentSpread, InlineFragment, Selection
from strawberry.types.unset import UNSET

from tests.torture.chaos import Kind


@strawberry.input
class Lid:
    kind: Kind = Kind.GREEN
    weight: float | None = UNSET


@strawberry.input
class Box:
    size: int
    name: str | None = "unnamed"
    kinds: list[Kind] | None = UNSET
    lid: Lid | None = strawberry.field(default_factory=Lid)
    inner: "list[Box] | None" = None


def echo(
    must: int,
    number: float | None = 1.5,
    flag: bool = True,  # an argument of the API
    text: str | None = UNSET,
    id: strawberry.ID | None = None,
    kind: Kind = Kind.RED,
    kinds: list[Kind | None] | None = UNSET,
    rows: list[list[int]] | None = None,
    box: Box | None = UNSET,
    maybe: strawberry.Maybe[str | None] = None,
) -> str:
    return repr((must, number, flag, text, id, kind, kinds, rows, box, maybe))


def extend(numbers: list[int] | None = UNSET, box: Box | None = UNSET) -> str:
    """Changes what it was given, which no other object may notice."""
    if numbers:
        numbers.append(len(numbers))
    if box and box.inner:
        box.inner.append(box.inner[0])
        box.size += 1
    return repr((numbers, box))


def about(info: Info) -> str:
    return repr(
        [
            (info.field_name, info.python_name, info.operation.name and info.operation.name.value),
            (_steps(info.path), str(info._raw_info.parent_type), str(info._raw_info.return_type)),
            (info.variable_values, sorted(info._raw_info.fragments)),
            (len(info._raw_info.field_nodes), [_selected(field) for field in info.selected_fields]),
        ]
    )


def _steps(path: Path | None) -> list[Any]:
    return [*_steps(path.prev), (path.key, path.typename)] if path else []


def _selected(selection: Selection) -> Any:
    below = [_selected(inner) for inner in selection.selections]
    if isinstance(selection, FragmentSpread | InlineFragment):
        return selection.type_condition, below
    return selection.name, selection.alias, selection.arguments, below
