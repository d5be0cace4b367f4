"""The reader of SQLite: short statements in the loop's thread, and nothing ever blocks that."""

import asyncio
import sqlite3
import threading

import pytest
from sqlalchemy import Integer, bindparam, column, func, literal_column, select, text
from sqlalchemy.engine import make_url

from graphql_blog.engine.readers import DatabaseAway
from graphql_blog.engine.sqlite import THREADS, SqliteReader
from graphql_blog.engine.statements import constant

THREAD = select(func.thread())
ENDLESS = 10**12


def counting():
    """The thread that counts to `last`, which takes as long as that is large."""
    last = bindparam("last", type_=Integer())
    numbers = select(literal_column("1").label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + constant(1)).where(numbers.c.n < last))
    return select(func.max(numbers.c.n), func.thread())


COUNTING = counting()
LONG = 300_000
"""Takes some 100 ms: longer than the loop's thread has, and soon over."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "books.db"


@pytest.fixture
def connections():
    """Those that readers opened."""
    return []


@pytest.fixture
async def reader(path, connections):
    def prepare(connection):
        connection.isolation_level = None
        connection.create_function("thread", 0, threading.get_ident)
        connection.execute("PRAGMA busy_timeout = 20000")
        connections.append(connection)

    reader = SqliteReader(make_url(f"sqlite+aiosqlite:///{path}"), prepare)
    yield reader
    await reader.close()


async def read(reader, rows, **values):
    return await reader.fetch(reader.statements.get(rows, lambda: rows), values)


async def thread_of(reader, last):
    ((counted, thread),) = await read(reader, COUNTING, last=last)
    assert counted == last
    return thread


HERE = threading.get_ident()


async def test_a_short_statement_runs_in_the_thread_of_the_loop(reader):
    assert await read(reader, THREAD) == [(HERE,)]


async def test_a_long_statement_is_answered_from_another_thread(reader):
    assert await thread_of(reader, LONG) != HERE


async def test_others_are_answered_while_a_long_statement_runs(reader):
    endless = asyncio.create_task(read(reader, COUNTING, last=ENDLESS))
    await asyncio.sleep(0.1)

    assert await read(reader, THREAD) == [(HERE,)]

    assert not endless.done()
    endless.cancel()


async def test_a_statement_that_was_long_twice_goes_to_another_thread_at_once(reader):
    await thread_of(reader, LONG)
    assert await thread_of(reader, 1) == HERE

    await thread_of(reader, LONG)
    assert await thread_of(reader, 1) != HERE
    # Others stay.
    assert await read(reader, THREAD) == [(HERE,)]


async def test_a_statement_ends_with_the_task_that_waits_for_it(reader, connections):
    for _ in range(2):
        endless = [asyncio.create_task(read(reader, COUNTING, last=ENDLESS)) for _ in range(9)]
        await asyncio.sleep(0.2)
        for task in endless:
            task.cancel()
        ended = await asyncio.gather(*endless, return_exceptions=True)
        assert {type(end) for end in ended} == {asyncio.CancelledError}

    # All threads would still be busy, and more connections open.
    async with asyncio.timeout(30):
        assert await thread_of(reader, LONG) != HERE
    assert len(connections) <= 1 + THREADS


async def test_closing_ends_what_is_running_and_leaves_no_connection(reader, connections):
    endless = asyncio.create_task(read(reader, COUNTING, last=ENDLESS))
    while len(connections) < 2:  # noqa: ASYNC110 - nothing tells when it is opened
        await asyncio.sleep(0.02)

    await reader.close()

    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        await endless
    assert len(connections) == 2
    for connection in connections:
        with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
            connection.execute("SELECT 1")


async def test_a_lock_holds_up_the_statement_and_not_the_loop(reader, path):
    assert await read(reader, THREAD) == [(HERE,)]
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("CREATE TABLE books (id)")
        other.execute("BEGIN EXCLUSIVE")
        books = select(func.count(), func.thread()).select_from(text("books"))
        waiting = asyncio.create_task(read(reader, books))
        await asyncio.sleep(0.2)
        assert not waiting.done()

        other.execute("COMMIT")

        ((count, thread),) = await waiting
    other.close()
    assert (count, thread != HERE) == (0, True)


async def test_a_statement_that_was_read_holds_nothing_back(reader, path):
    with sqlite3.connect(path, isolation_level=None) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE books (id)")
        writer.executemany("INSERT INTO books VALUES (?)", [(n,) for n in range(1000)])
        books = select(column("id")).select_from(text("books"))

        assert len(await read(reader, books)) == 1000

        # The first number says whether somebody was in the way.
        found = writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    writer.close()
    assert found == (0, 0, 0)


async def test_a_file_that_cannot_be_opened_is_away(tmp_path):
    reader = SqliteReader(
        make_url(f"sqlite+aiosqlite:///{tmp_path}/nowhere/books.db"), lambda connection: None
    )

    with pytest.raises(DatabaseAway) as away:
        await read(reader, select(constant(1)))

    assert str(away.value.__cause__) == "unable to open database file"
    await reader.close()


async def test_a_connection_that_cannot_be_set_up_is_away(path):
    path.write_bytes(b"This is no database." * 100)

    def prepare(connection):
        connection.execute("PRAGMA journal_mode = WAL")

    reader = SqliteReader(make_url(f"sqlite+aiosqlite:///{path}"), prepare)

    with pytest.raises(DatabaseAway) as away:
        await read(reader, select(constant(1)))

    assert str(away.value.__cause__) == "file is not a database"
    await reader.close()


async def test_many_short_statements_leave_others_their_turns(reader):
    short = LONG // 50  # some two milliseconds
    await read(reader, COUNTING, last=short)
    turns = 0

    async def somebody_else():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    waiting = asyncio.create_task(somebody_else())
    await asyncio.gather(*[read(reader, COUNTING, last=short) for _ in range(100)])
    waiting.cancel()

    assert turns >= 10
