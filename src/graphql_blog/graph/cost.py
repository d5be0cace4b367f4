"""What a request costs, and what is left to whoever sends it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple


class Cost(NamedTuple):
    """What an operation can cost at most: known before anything is read."""

    requested: int
    """In points, as the directives of the schema count them."""
    nodes: int
    """How many objects could come back."""
    depth: int
    """How many fields stand below each other."""
    characters: int = 0
    """How many characters the long texts that could come back may have at most."""


@dataclass(frozen=True, slots=True)
class ThrottleStatus:
    """The bucket that points are taken from, after this request has taken its own."""

    maximum_available: int
    currently_available: int
    restore_rate: int
    """Points that come back per second."""

    def full_at(self, now: datetime) -> datetime:
        """When all points are back."""
        missing = self.maximum_available - self.currently_available
        return now + timedelta(seconds=max(missing, 0) / max(self.restore_rate, 1))

    def told(self) -> dict[str, int]:
        return {
            "maximumAvailable": self.maximum_available,
            "currentlyAvailable": self.currently_available,
            "restoreRate": self.restore_rate,
        }


UNTHROTTLED = ThrottleStatus(5_000, 5_000, 50)
"""What is said where nobody keeps count: the bucket is always full."""
