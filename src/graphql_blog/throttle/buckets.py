"""Buckets of points that fill again with time, kept in this process.

One number describes a bucket: when it will be full again. Each point that is taken moves that on,
and a bucket that is full need not be kept at all (the generic cell rate algorithm).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Protocol, TypeAlias

MAX_BUCKETS = 100_000
"""Some 20 MB. Where more are wanted, those that are nearest to full are forgotten."""
FIRST_SWEEP = 1024
# Sums of fractions of seconds are never quite exact: a point is not lost for a millionth of one.
ALMOST = 1e-6

Taken: TypeAlias = tuple[float, float]
"""Seconds until the bucket is full again; and those to wait first, when nothing was taken, or 0."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many points a full bucket holds, and how many come back in a second."""

    points: int
    per_second: float
    seconds: float = field(init=False)
    """How long an empty bucket takes to fill."""
    spent: float = field(init=False)
    """How long one takes that has just a point in it; where it is longer, there is none."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "seconds", self.points / self.per_second)
        object.__setattr__(self, "spent", (self.points - 1) / self.per_second + ALMOST)

    def available(self, full_in: float) -> int:
        """What is in a bucket that will be full again in so many seconds."""
        left = self.points - full_in * self.per_second + ALMOST
        return int(left) if left > 0 else 0

    def wait(self, full_in: float, points: int) -> float:
        """The seconds until so many points can be taken from it."""
        return max(0.0, full_in + min(points, self.points) / self.per_second - self.seconds)


class Buckets(Protocol):
    """A bucket for each key; one that nobody took from is full."""

    async def take(self, key: str, points: int, rate: Rate) -> Taken:
        """Takes points when they are there, else nothing. Less than none gives points back.

        Who wants more than a bucket holds gets it from a full one, and waits the longer afterwards.
        """
        ...

    def full_in(self, key: str) -> float:
        """Seconds until the bucket is full, as far as this process knows without asking."""
        ...


class LocalBuckets:
    """The buckets of this process: those that are not full, up to a bound."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, most: int = MAX_BUCKETS
    ) -> None:
        self._clock = clock
        self._most = most
        self._full_at: dict[str, float] = {}
        self._sweep_at = min(FIRST_SWEEP, most)

    def __len__(self) -> int:
        return len(self._full_at)

    async def take(self, key: str, points: int, rate: Rate) -> Taken:
        now = self._clock()
        before = self._full_at.get(key, now)
        full_in = (before - now if before > now else 0.0) + points / rate.per_second
        if full_in > rate.seconds + ALMOST and before > now:
            return before - now, rate.wait(before - now, points)
        self._keep(key, full_in, now)
        return full_in if full_in > 0 else 0.0, 0.0

    def full_in(self, key: str) -> float:
        full_at = self._full_at.get(key)
        if full_at is None:
            return 0.0
        full_in = full_at - self._clock()
        return full_in if full_in > 0 else 0.0

    def note(self, key: str, full_in: float) -> None:
        """What somebody else found out about a bucket."""
        self._keep(key, full_in, self._clock())

    def _keep(self, key: str, full_in: float, now: float) -> None:
        if full_in <= 0:
            self._full_at.pop(key, None)
            return
        self._full_at[key] = now + full_in
        if len(self._full_at) > self._sweep_at:
            self._sweep(now)

    def _sweep(self, now: float) -> None:
        """Forgets full buckets, and where there are too many those that are nearest to it."""
        kept = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        if len(kept) >= self._most:
            # Some room, so that this does not happen for each new key.
            room = self._most - self._most // 10
            kept = dict(nlargest(room, kept.items(), key=lambda item: item[1]))
        self._full_at = kept
        self._sweep_at = min(self._most, max(FIRST_SWEEP, 2 * len(kept)))
