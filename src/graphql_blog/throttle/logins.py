"""Wrong passwords: how often one may guess, from where, and for whom."""

import math
from hashlib import blake2b

import structlog

from graphql_blog.errors import LockedOut
from graphql_blog.throttle.addresses import Addresses
from graphql_blog.throttle.buckets import Buckets, Rate, Taken

log = structlog.get_logger("graphql_blog.throttle")

MINUTE = 60
WIDER = 10
"""One address has several people behind it; one account is guessed at from several addresses."""
# Filled by one log-in, and empty again a month later: whoever has been here may try again.
KNOWN = Rate(1, 1 / (30 * 24 * 60 * MINUTE))


class Logins:
    """Allows so many wrong passwords in a row, and one more each minute.

    Counted are a name from an address, any name from an address, and, ten times as generously, a
    name from anywhere. The last would let strangers lock out an owner: not where the owner has
    logged in before.
    """

    def __init__(self, buckets: Buckets, addresses: Addresses, *, attempts: int) -> None:
        """With 0 attempts nothing is counted."""
        self._buckets = buckets
        self._addresses = addresses
        self._attempts = attempts
        self._narrow = Rate(attempts, 1 / MINUTE)
        self._wide = Rate(attempts * WIDER, WIDER / MINUTE)

    async def attempt(self, address: str, username: str) -> None:
        """One more guess, counted before it is checked, so that many at once are no more.

        Raises `LockedOut`, whether or not there is an account of that name.
        """
        if not self._attempts:
            return
        who, place = _name(username), self._addresses.group(address)
        from_here = f"{place or address}:{who}"
        _require(await self._wait(from_here, self._narrow))
        if place is not None:
            _require(await self._wait(place, self._wide))
        wait = await self._wait(who, self._wide)
        if wait and not await self._is_known(from_here):
            _require(wait)

    async def succeeded(self, address: str, username: str) -> None:
        """The password was right: it counts as no guess, and wrong ones before it are forgotten."""
        if not self._attempts:
            return
        who, place = _name(username), self._addresses.group(address)
        from_here = f"{place or address}:{who}"
        await self._take(from_here, self._narrow, -self._attempts)
        if place is not None:
            await self._take(place, self._wide, -1)
        await self._take(who, self._wide, -1)
        await self._take(f"known:{from_here}", KNOWN)

    async def _is_known(self, from_here: str) -> bool:
        empty_for, _ = await self._take(f"known:{from_here}", KNOWN, 0)
        return empty_for > 0

    async def _wait(self, what: str, rate: Rate) -> float:
        _, wait = await self._take(what, rate)
        return wait

    async def _take(self, what: str, rate: Rate, points: int = 1) -> Taken:
        return await self._buckets.take(f"login:{what}", points, rate)


def _name(username: str) -> str:
    """As the log-in compares e-mails; hashed, since people type passwords there too."""
    folded = username.lower().encode("utf-8", "surrogatepass")
    return blake2b(folded, digest_size=16).hexdigest()


def _require(wait: float) -> None:
    if wait:
        seconds = max(1, math.ceil(wait))
        log.warning("Too many wrong passwords", retryAfter=seconds)
        raise LockedOut(f"Too many wrong passwords: try again in {seconds} s.", retry_after=seconds)
