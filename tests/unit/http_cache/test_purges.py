"""What changed reaches the CDN: soon, whole, in few requests, and also when it was away."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from graphql_blog.http_cache import Purges
from graphql_blog.http_cache.purge_requests import NotPurged
from graphql_blog.http_cache.purges import MAX_NAMES, MAX_WAITING

LATER = 3_600


class Cdn:
    """Notes what it is told; may be away, or slow."""

    def __init__(self):
        self.told = []
        self.is_away = False
        self.answers = asyncio.Event()
        self.answers.set()
        self._heard = asyncio.Event()
        self._more = asyncio.Event()

    async def send(self, names):
        self._heard.set()
        await self.answers.wait()
        if self.is_away:
            raise NotPurged("HTTP/1.1 503 Away")
        self.told.append(list(names))
        self._more.set()

    async def heard(self, times=1):
        async with asyncio.timeout(5):
            while len(self.told) < times:
                self._more.clear()
                await self._more.wait()

    async def is_asked(self):
        async with asyncio.timeout(5):
            await self._heard.wait()
        self._heard.clear()


@pytest.fixture
def cdn():
    return Cdn()


@asynccontextmanager
async def purging(cdn, *, finish=False, **given):
    seconds = {"again_seconds": LATER, "rest_seconds": 0.001, "flush_seconds": 0.05} | given
    purges = Purges(cdn, **seconds)
    async with purges.running(finish=finish):
        yield purges


async def test_what_a_commit_changed_is_sent_in_one_request(cdn):
    async with purging(cdn) as purges:
        purges.add({"Post:1", "Post.list"})
        await cdn.heard()

        assert cdn.told == [["Post.list", "Post:1", "Post:any"]]


async def test_what_changes_while_a_request_is_on_its_way_goes_together_in_the_next(cdn):
    async with purging(cdn) as purges:
        cdn.answers.clear()
        purges.add({"Post.list"})
        await cdn.is_asked()
        for tag in ("User.list", "Post.list", "Tag.list"):
            purges.add({tag})
        cdn.answers.set()
        await cdn.heard(2)

        assert cdn.told == [["Post.list"], ["Post.list", "Tag.list", "User.list"]]


async def test_many_names_are_several_requests(cdn):
    names = {f"T{number:03}.list" for number in range(MAX_NAMES + 10)}
    async with purging(cdn) as purges:
        purges.add(names)
        await cdn.heard(2)

        assert [len(told) for told in cdn.told] == [MAX_NAMES, 10]
        assert {name for told in cdn.told for name in told} == names


async def test_while_the_cdn_is_away_everything_waits_and_the_log_says_so_once(cdn):
    with capture_logs() as logged:
        async with purging(cdn) as purges:
            cdn.is_away = True
            for number in range(5):
                purges.add({f"T{number}.list"})
                await cdn.is_asked()
            cdn.is_away = False
            await cdn.heard()
            await asyncio.sleep(0.01)

    assert {name for told in cdn.told for name in told} == {f"T{n}.list" for n in range(5)}
    assert [(line["event"], line.get("error")) for line in logged] == [
        ("Caches are not purged", "HTTP/1.1 503 Away"),
        ("Caches are purged again", None),
    ]


async def test_of_too_many_that_wait_the_kinds_are_purged(cdn):
    async with purging(cdn) as purges:
        cdn.answers.clear()
        purges.add({"User.list"})
        await cdn.is_asked()
        purges.add({f"Post:{number}" for number in range(MAX_WAITING + 1)})
        purges.add({"Post:7", "Tag.list"})
        cdn.answers.set()
        await cdn.heard(2)

        assert cdn.told == [["User.list"], ["Post", "Post:7", "Post:any", "Tag.list"]]


async def test_each_is_sent_once_more_for_what_was_fetched_before_and_kept_after(cdn):
    async with purging(cdn, again_seconds=0.02) as purges:
        purges.add({"Post:1"})
        await cdn.heard(2)
        await asyncio.sleep(0.06)

        assert cdn.told == [["Post:1", "Post:any"]] * 2


async def test_a_process_that_ends_sends_what_is_left(cdn):
    async with purging(cdn) as purges:
        cdn.answers.clear()
        purges.add({"Post.list"})
        await cdn.is_asked()
        purges.add({"User.list"})
        cdn.answers.set()

    assert sorted({name for told in cdn.told for name in told}) == ["Post.list", "User.list"]


@pytest.mark.parametrize("sent_before", [0, 1])
async def test_a_command_stays_until_each_was_sent_once_more(cdn, sent_before):
    began = asyncio.get_running_loop().time()
    purges = Purges(cdn, again_seconds=0.05)
    async with purges.running(finish=True):
        purges.add({"Post.list"})
        await cdn.heard(sent_before)

    assert cdn.told == [["Post.list"]] * 2
    assert asyncio.get_running_loop().time() - began >= 0.05


@pytest.mark.parametrize("is_away", [True, False])
@pytest.mark.parametrize("finish", [True, False])
async def test_but_it_does_not_wait_for_long(cdn, is_away, finish):
    cdn.is_away = is_away
    began = asyncio.get_running_loop().time()
    with capture_logs() as logged:
        async with purging(cdn, finish=finish, rest_seconds=LATER) as purges:
            if not is_away:
                cdn.answers.clear()
            purges.add({"Post.list"})

    assert asyncio.get_running_loop().time() - began < 2
    assert cdn.told == []
    (line,) = logged
    why = "HTTP/1.1 503 Away" if is_away else "not done within 0.05 seconds"
    assert (line["event"], line["error"], line["names"]) == ("Caches are left unpurged", why, 1)
