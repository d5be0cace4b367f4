"""Messages over PostgreSQL: part of a transaction, dealt with by all before the sender goes on."""

import asyncio
from contextlib import AsyncExitStack

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from graphql_blog.pubsub import MAX_BYTES, SEND, Channel
from tests.caching import until

pytestmark = pytest.mark.parametrize("template", ["postgresql"], indirect=True)


class Process:
    """Listens, and deals with messages when it may."""

    def __init__(self, connect):
        self.received = []
        self.began = 0
        self.may_deal = asyncio.Event()
        self.may_deal.set()
        self.channel = Channel("test", connect, self.receive)

    async def receive(self, texts):
        await self.may_deal.wait()
        self.received += texts

    def begin(self):
        self.began += 1


@pytest.fixture
def connect(database_url):
    url = make_url(database_url)
    return lambda: asyncpg.connect(
        host=url.host, port=url.port, user=url.username, database=url.database
    )


@pytest.fixture
async def connection(connect):
    made = await connect()
    yield made
    await made.close()


@pytest.fixture
async def processes(connect):
    made = [Process(connect) for _ in range(3)]
    async with AsyncExitStack() as stack:
        for process in made:
            await stack.enter_async_context(process.channel.listening(process.begin))
        await until(lambda: all(process.channel.is_listening for process in made))
        yield made
    assert not any(process.channel.is_listening for process in made)


async def send(process, connection, text):
    payload, number = process.channel.message(text)
    await connection.execute(SEND, "test", payload)
    return number


async def test_a_message_is_dealt_with_by_all_when_the_sender_goes_on(processes, connection):
    number = await send(processes[0], connection, "news of today")
    heard = await processes[0].channel.heard_by_all(number, connection, 10)

    assert heard
    assert [process.received for process in processes[1:]] == [["news of today"]] * 2
    await until(lambda: processes[0].received == ["news of today"])


async def test_the_sender_waits_for_the_slowest_but_not_for_ever(processes, connection):
    processes[2].may_deal.clear()
    number = await send(processes[0], connection, "news")

    assert not await processes[0].channel.heard_by_all(number, connection, 0.1)
    number = await send(processes[0], connection, "more")
    waiting = asyncio.create_task(processes[0].channel.heard_by_all(number, connection, 10))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    processes[2].may_deal.set()
    assert await waiting
    assert processes[2].received == ["news", "more"]


async def test_nobody_waits_for_a_process_that_is_gone(processes, connection, connect):
    gone = Process(connect)
    async with gone.channel.listening(gone.begin):
        await until(lambda: gone.channel.is_listening)
        gone.may_deal.clear()
        number = await send(processes[0], connection, "news")
    await asyncio.sleep(0.05)

    assert await processes[0].channel.heard_by_all(number, connection, 10)


async def test_what_is_rolled_back_is_never_sent(processes, connection):
    transaction = connection.transaction()
    await transaction.start()
    await send(processes[0], connection, "never")
    await transaction.rollback()
    number = await send(processes[0], connection, "news")
    await processes[0].channel.heard_by_all(number, connection, 10)

    assert processes[1].received == ["news"]


async def test_a_lost_connection_is_opened_anew_and_says_that_something_was_missed(
    processes, connection
):
    victim = processes[1]
    pid = victim.channel._own_pid
    await connection.execute("SELECT pg_terminate_backend($1)", pid)
    await until(lambda: victim.began == 2 and victim.channel.is_listening)
    number = await send(processes[0], connection, "news")
    await processes[0].channel.heard_by_all(number, connection, 10)

    assert (victim.began, victim.received) == (2, ["news"])


async def test_a_message_that_is_too_long_is_refused(processes):
    with pytest.raises(ValueError, match="may have some 7900 bytes"):
        processes[0].channel.message("x" * MAX_BYTES)
