"""The reader of PostgreSQL: cancelled in the database too, and at home when that comes back."""

import asyncio
from random import Random

import pytest
from sqlalchemy import Float, bindparam, func, select, text
from sqlalchemy.engine import make_url

from graphql_blog import resources as resources_of
from graphql_blog.engine.postgresql import PostgresqlReader
from graphql_blog.engine.readers import DatabaseAway
from graphql_blog.engine.statements import constant
from tests import servers

SLEEP = select(func.pg_sleep(bindparam("seconds", type_=Float())).is_(None))
ONE = select(constant(1))
RUNNING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(%'"
    " AND pid != pg_backend_pid()"
)
CONNECTED = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND query LIKE '%pg_sleep(%' AND pid != pg_backend_pid()"
)
END = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND query LIKE '%pg_sleep(%' AND pid != pg_backend_pid()"
)


@pytest.fixture
async def url(postgres_server):
    async with servers.temporary_database(postgres_server, "template") as url:
        yield url


@pytest.fixture
async def open_reader(url):
    """Makes readers with the options it is given, and closes them."""
    opened = []
    # asyncpg asks for TLS first, on a socket whose end it leaves to nobody when it is cut off.
    plain = make_url(url).update_query_dict({"ssl": "disable"})

    def open_reader(**options):
        opened.append(PostgresqlReader(plain, **options))
        return opened[-1]

    yield open_reader
    for reader in opened:
        await reader.close()


@pytest.fixture
async def ask(url):
    """Asks the database beside the reader."""
    engine = resources_of.open_reader(make_url(url))

    async def ask(statement):
        async with engine.connect() as connection:
            return (await connection.execute(statement)).scalar_one()

    yield ask
    await engine.dispose()


async def read(reader, rows, **values):
    return await reader.fetch(reader.statements.get(rows, lambda: rows), values)


async def until(ask, statement, expected):
    for _ in range(1000):
        if await ask(statement) == expected:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{statement} is not {expected}")


async def test_nothing_is_opened_before_the_first_read(open_reader, ask):
    reader = open_reader()
    assert await ask(CONNECTED) == 0

    assert await read(reader, SLEEP, seconds=0) == [(False,)]

    assert await ask(CONNECTED) == 1
    await reader.close()
    await until(ask, CONNECTED, 0)


async def test_a_task_that_is_cancelled_ends_its_statement_in_the_database(open_reader, ask):
    reader = open_reader()
    task = asyncio.create_task(read(reader, SLEEP, seconds=600))
    await until(ask, RUNNING, 1)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await until(ask, RUNNING, 0)
    assert await read(reader, ONE) == [(1,)]


async def test_a_statement_whose_connection_ends_is_read_again(open_reader, ask):
    reader = open_reader()
    task = asyncio.create_task(read(reader, SLEEP, seconds=1))
    await until(ask, RUNNING, 1)

    assert await ask(END) == 1

    assert await task == [(False,)]


async def test_a_statement_that_loses_two_connections_finds_the_database_away(open_reader, ask):
    reader = open_reader()
    task = asyncio.create_task(read(reader, SLEEP, seconds=600))

    for _ in range(2):
        await until(ask, RUNNING, 1)
        assert await ask(END) == 1

    with pytest.raises(DatabaseAway) as away:
        await task
    assert "terminating connection" in str(away.value.__cause__)
    assert await read(reader, ONE) == [(1,)]


async def test_connections_that_ended_while_idle_are_not_used_again(open_reader, ask):
    reader = open_reader()
    await asyncio.gather(*[read(reader, SLEEP, seconds=0.2 + n / 100) for n in range(5)])

    assert await ask(END) == 5

    again = [read(reader, SLEEP, seconds=0.1 + n / 100) for n in range(5)]
    assert [len(rows) for rows in await asyncio.gather(*again)] == [1] * 5


async def test_there_are_so_many_connections_and_patience_for_one_ends(open_reader, ask):
    reader = open_reader(max_connections=2, patience_seconds=0.2)
    busy = [asyncio.create_task(read(reader, SLEEP, seconds=600 + n)) for n in range(2)]
    await until(ask, RUNNING, 2)

    with pytest.raises(DatabaseAway) as away:
        await read(reader, ONE)

    assert type(away.value.__cause__) is TimeoutError
    assert await ask(CONNECTED) == 2
    for task in busy:
        task.cancel()
    await asyncio.gather(*busy, return_exceptions=True)
    assert await read(reader, ONE) == [(1,)]


async def test_a_server_that_is_not_there_is_away():
    reader = PostgresqlReader(make_url(f"postgresql+asyncpg://a@127.0.0.1:{servers.free_port()}/b"))

    with pytest.raises(DatabaseAway):
        await read(reader, ONE)

    await reader.close()


async def test_a_statement_is_prepared_once_on_each_connection(open_reader):
    reader = open_reader(max_connections=1)
    own = text("pg_prepared_statements WHERE statement LIKE '%never said elsewhere%'")
    prepared = select(func.count(), constant("never said elsewhere")).select_from(own)

    for _ in range(3):
        ((count, _words),) = await read(reader, prepared)
        assert count == 1


async def test_connections_compile_no_plans_and_write_nothing(open_reader):
    reader = open_reader()

    for setting, value in {"jit": "off", "default_transaction_read_only": "on"}.items():
        rows = select(func.current_setting(constant(setting)))
        assert await read(reader, rows) == [(value,)]


async def test_after_closing_nothing_is_read_or_opened_any_more(open_reader, ask):
    reader = open_reader(max_connections=1)
    running = asyncio.create_task(read(reader, SLEEP, seconds=2))
    await until(ask, RUNNING, 1)
    waiting = asyncio.create_task(read(reader, ONE))
    await asyncio.sleep(0)

    await reader.close()

    answers = await asyncio.gather(running, waiting, read(reader, ONE), return_exceptions=True)
    assert [type(answer) for answer in answers] == [DatabaseAway] * 3
    await until(ask, CONNECTED, 0)


async def test_whatever_happens_no_place_for_a_connection_is_lost(open_reader, ask):
    reader = open_reader(max_connections=3)
    chance = Random(7)

    async def somebody():
        reading = asyncio.create_task(read(reader, SLEEP, seconds=chance.random() / 50))
        await asyncio.sleep(chance.random() / 20)
        reading.cancel()
        return await asyncio.gather(reading, return_exceptions=True)

    for _ in range(10):
        everybody = [asyncio.create_task(somebody()) for _ in range(12)]
        await asyncio.sleep(0.01)
        await ask(END)
        await asyncio.gather(*everybody)

    assert (
        await asyncio.gather(*[read(reader, SLEEP, seconds=0.01) for _ in range(9)])
        == [[(False,)]] * 9
    )
