"""Who pays for a request, and from which bucket: an account for what it sends, else an address."""

import math

from graphql_blog.errors import RateLimited
from graphql_blog.throttle.addresses import Addresses
from graphql_blog.throttle.buckets import Buckets, Rate

READ, WRITE = 1, 10
"""What a request to the REST API costs."""
EXECUTED = 1
"""A GraphQL operation whose cost nobody counted."""
REFUSED = 5
"""A GraphQL document that is refused: reading it was the work."""
UNREAD = 1
"""A request that is refused before anything was done for it."""


class Budgets:
    """What accounts and strangers may spend."""

    def __init__(self, *, accounts: Rate, strangers: Rate, addresses: Addresses) -> None:
        self.accounts = accounts
        self.strangers = strangers
        self._addresses = addresses

    def meter(self, buckets: Buckets, host: str) -> "Meter":
        """For one request, which a stranger pays until it says whose it is."""
        return Meter(self, buckets, self._addresses.group(host))


class Meter:
    """Counts what one request costs."""

    __slots__ = ("_buckets", "_budgets", "charged", "full_in", "key", "rate", "wait")

    def __init__(self, budgets: Budgets, buckets: Buckets, key: str | None) -> None:
        self._budgets = budgets
        self._buckets = buckets
        self.key = key
        """None for those who are not counted."""
        self.rate = budgets.strangers
        self.full_in = 0.0 if key is None else buckets.full_in(key)
        """Seconds until all that was spent is back."""
        self.wait = 0
        """Seconds to wait, where it was refused."""
        self.charged = False

    def bill(self, account_id: int | None) -> None:
        """The account that pays, when there is one. Raises `RateLimited` when nothing is left."""
        if account_id is not None:
            self.key, self.rate = f"account:{account_id}", self._budgets.accounts
            self.full_in = self._buckets.full_in(self.key)
        self.require()

    def require(self) -> None:
        """Raises `RateLimited` when nothing is left: there is no need to look any closer."""
        if self.is_spent:
            raise self._refusal(self.rate.wait(self.full_in, 1), 1)

    @property
    def is_spent(self) -> bool:
        """Whether less than a point is left."""
        return self.full_in > self.rate.spent

    async def charge(self, points: int) -> None:
        """Takes what something costs. Raises `RateLimited` when that is not there."""
        self.charged = True
        if self.key is None:
            return
        self.full_in, wait = await self._buckets.take(self.key, points, self.rate)
        if wait:
            raise self._refusal(wait, points)

    @property
    def available(self) -> int:
        return self.rate.available(self.full_in)

    def _refusal(self, wait: float, points: int) -> RateLimited:
        rate, self.charged, self.wait = self.rate, True, max(1, math.ceil(wait))
        hint = "" if rate is self._budgets.accounts else ", or log in for a budget of your own"
        return RateLimited(
            f"This costs {_points(points)}, and {self.available:,} of {rate.points:,} are left,"
            f" with {rate.per_second:g} more each second."
            f" Wait {self.wait} s, or ask for less{hint}.",
            retry_after=self.wait,
        )


def _points(number: int) -> str:
    return "1 point" if number == 1 else f"{number:,} points"
