"""Functions that make many dictionaries with the same keys, at the price of writing them out."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

Make = Callable[[Sequence[list[Any]]], list[dict[str, Any]]]
WIDEST = 64


def maker(keys: tuple[str, ...]) -> Make:
    """Turns a column of values for each key into a dictionary for each row."""
    if not 0 < len(keys) <= WIDEST:
        return lambda columns: [
            dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)
        ]
    made: Make = _template(len(keys))(*keys)
    return made


@cache
def _template(width: int) -> Callable[..., Make]:
    """Such functions for so many keys, made as `namedtuple` makes its own: by writing them.

    A dictionary display is three times as fast as `dict(zip(...))`, and this is what most of the
    time of a large answer goes into. There is nothing in the text but numbers.
    """
    keys = ", ".join(f"key{n}" for n in range(width))
    values = ", ".join(f"value{n}" for n in range(width))
    pairs = ", ".join(f"key{n}: value{n}" for n in range(width))
    rows = "columns[0]" if width == 1 else "zip(*columns)"
    text = f"lambda {keys}: lambda columns: [{{{pairs}}} for {values} in {rows}]"
    template: Callable[..., Make] = eval(text)  # noqa: S307
    return template
