"""What a request costs, and what is left to whoever sends it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ThrottleStatus:
    """The bucket that points are taken from, after this request has taken its own."""

    maximum_available: int
    currently_available: int
    restore_rate: int
    """Points that come back per second."""
