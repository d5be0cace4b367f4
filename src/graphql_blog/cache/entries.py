"""What is kept, and what is on its way to be kept."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

EVERYTHING = "*"
BYTES_OF_A_TAG = 150
"""With its places in the index."""
BYTES_OF_AN_ENTRY = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished answer, and the tags of all that it is made of."""

    body: bytes
    status: int
    media_type: str
    tags: frozenset[str]
    expires_at: float
    """By the clock on the wall: it is what says whether a scheduled post is to be seen."""

    @property
    def size(self) -> int:
        return len(self.body) + BYTES_OF_A_TAG * len(self.tags) + BYTES_OF_AN_ENTRY


class Fill:
    """An answer being made: what changes meanwhile may or may not be in it."""

    __slots__ = ("changed", "is_void")

    def __init__(self) -> None:
        self.changed: set[str] = set()
        self.is_void = False
        """Something changed that has no name."""

    @property
    def is_untouched(self) -> bool:
        """Whether who asks from now on may still have this answer."""
        return not self.changed and not self.is_void

    def spoils(self, tags: Set[str]) -> bool:
        """Whether an answer with these tags may be of before the change."""
        if self.is_void:
            return True
        return bool(self.changed) and not self.changed.isdisjoint(with_kinds(tags))


def with_kinds(tags: Iterable[str]) -> set[str]:
    """The tags, and what stands for all of their kind."""
    return {name for tag in tags for name in (tag, kind_of(tag))}


def kind_of(tag: str) -> str:
    return tag.partition(":")[0]
