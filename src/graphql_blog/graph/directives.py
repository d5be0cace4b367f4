"""The directives of the schema that say what fields cost: the numbers that `limits` enforces.

After the draft of GraphQL Cost Directives: `@cost` weighs, `@listSize` says how long a list can be.
"""

from typing import Any

import strawberry
from strawberry.schema_directive import Location


@strawberry.schema_directive(
    name="cost",
    locations=[Location.FIELD_DEFINITION, Location.OBJECT],
    description="What it costs to resolve this field once, or to return one object of this type."
    " Unless given: an object costs 1, a field of one object what the object costs, and all else"
    " nothing. These are the numbers that the server enforces.",
)
class Weight:
    weight: str


@strawberry.schema_directive(
    name="listSize",
    locations=[Location.FIELD_DEFINITION],
    description="How long this list can be, or the lists among the `sizedFields` of what it"
    " returns: as its slicing argument says (a list of ids by its length), else as `assumedSize`.",
)
class ListSize:
    assumed_size: int | None = strawberry.UNSET
    slicing_arguments: list[str] | None = strawberry.UNSET
    sized_fields: list[str] | None = strawberry.UNSET
    require_one_slicing_argument: bool | None = False


def cost(weight: int) -> Weight:
    return Weight(weight=str(weight))


def list_size(
    *slicing_arguments: str, at_most: Any = strawberry.UNSET, of: Any = strawberry.UNSET
) -> ListSize:
    return ListSize(
        assumed_size=at_most,
        slicing_arguments=list(slicing_arguments) or strawberry.UNSET,
        sized_fields=of,
        require_one_slicing_argument=strawberry.UNSET,  # Not said over and over.
    )


def at_most(size: int) -> ListSize:
    """A list that cannot be longer by its nature."""
    return list_size(at_most=size)


BY_FIRST = list_size("first")
BY_LAST = list_size("last")
BY_IDS = list_size("ids", at_most=100)
