"""How often one may guess a password."""

import asyncio
from ipaddress import ip_network

import pytest

from graphql_blog.errors import LockedOut
from graphql_blog.throttle.addresses import Addresses
from graphql_blog.throttle.buckets import LocalBuckets
from graphql_blog.throttle.logins import Logins


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def logins(clock) -> Logins:
    return Logins(LocalBuckets(clock=clock), Addresses(), attempts=3)


async def guesses(logins, address, username, times):
    """How many of so many wrong passwords are looked at, and how long the last had to wait."""
    allowed, seconds = 0, 0
    for _ in range(times):
        try:
            await logins.attempt(address, username)
            allowed += 1
        except LockedOut as refusal:
            seconds = refusal.retry_after
    return allowed, seconds


async def test_after_three_wrong_passwords_one_a_minute_is_left(logins, clock):
    assert await guesses(logins, "10.0.0.1", "ana", 10) == (3, 60)

    clock.now += 59
    assert await guesses(logins, "10.0.0.1", "ana", 10) == (0, 1)
    clock.now += 1
    assert await guesses(logins, "10.0.0.1", "ana", 10) == (1, 60)


async def test_it_says_when_to_try_again(logins):
    await guesses(logins, "10.0.0.1", "ana", 3)

    with pytest.raises(LockedOut, match=r"^Too many wrong passwords: try again in 60 s\.$"):
        await logins.attempt("10.0.0.1", "ana")


async def test_a_name_is_the_same_in_other_letters(logins):
    await guesses(logins, "10.0.0.1", "Ana@Example.com", 3)

    assert await guesses(logins, "10.0.0.1", "ana@example.COM", 1) == (0, 60)


async def test_the_right_password_is_a_new_beginning(logins):
    await guesses(logins, "10.0.0.1", "ana", 3)

    await logins.succeeded("10.0.0.1", "ana")

    assert await guesses(logins, "10.0.0.1", "ana", 4) == (3, 60)


async def test_right_passwords_are_never_counted(logins):
    for _ in range(1000):
        await logins.attempt("10.0.0.1", "ana")
        await logins.succeeded("10.0.0.1", "ana")

    assert await guesses(logins, "10.0.0.1", "ben", 1) == (1, 0)


async def test_others_at_another_address_are_not_locked_out(logins):
    await guesses(logins, "10.0.0.1", "ana", 100)

    assert await guesses(logins, "10.0.0.2", "ana", 1) == (1, 0)
    assert await guesses(logins, "10.0.0.1", "ben", 1) == (1, 0)


async def test_one_address_may_guess_at_ten_times_as_many_names(logins, clock):
    allowed = [await guesses(logins, "10.0.0.1", f"user{n}", 1) for n in range(31)]

    assert allowed == [(1, 0)] * 30 + [(0, 6)]
    clock.now += 6
    assert await guesses(logins, "10.0.0.1", "another", 1) == (1, 0)


async def test_a_name_may_be_guessed_at_from_ten_times_as_many_addresses(logins):
    allowed = [await guesses(logins, f"10.0.1.{n}", "ana", 1) for n in range(31)]

    assert allowed == [(1, 0)] * 30 + [(0, 6)]


async def test_nobody_locks_an_owner_out_where_the_owner_has_been(logins, clock):
    await logins.attempt("192.0.2.1", "ana")
    await logins.succeeded("192.0.2.1", "ana")
    clock.now += 29 * 24 * 3600
    for number in range(40):
        await guesses(logins, f"10.0.1.{number}", "ana", 1)

    assert await guesses(logins, "192.0.2.1", "ana", 4) == (3, 60)
    assert await guesses(logins, "192.0.2.2", "ana", 1) == (0, 6)


async def test_a_place_is_forgotten_after_a_month(logins, clock):
    await logins.attempt("192.0.2.1", "ana")
    await logins.succeeded("192.0.2.1", "ana")
    clock.now += 30 * 24 * 3600 + 1
    for number in range(40):
        await guesses(logins, f"10.0.1.{number}", "ana", 1)

    assert await guesses(logins, "192.0.2.1", "ana", 1) == (0, 6)


async def test_many_at_once_are_no_more(logins):
    asked = [logins.attempt("10.0.0.1", "ana") for _ in range(50)]

    outcomes = await asyncio.gather(*asked, return_exceptions=True)

    assert [outcome for outcome in outcomes if outcome is None] == [None] * 3


async def test_an_address_that_stands_for_many_is_not_locked_as_a_whole(clock):
    exempt = Addresses([ip_network("10.0.0.1")])
    logins = Logins(LocalBuckets(clock=clock), exempt, attempts=3)

    allowed = [await guesses(logins, "10.0.0.1", f"user{n}", 4) for n in range(40)]

    assert allowed == [(3, 60)] * 40


async def test_with_no_attempts_nothing_is_counted(clock):
    buckets = LocalBuckets(clock=clock)
    logins = Logins(buckets, Addresses(), attempts=0)

    assert await guesses(logins, "10.0.0.1", "ana", 1000) == (1000, 0)
    await logins.succeeded("10.0.0.1", "ana")
    assert len(buckets) == 0
