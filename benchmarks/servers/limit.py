"""What is left when there is no GraphQL: SQL written by hand, rows, dicts, orjson.

It knows every query by its text, and answers it as well as one can.
"""

import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

import asyncpg
import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.queries import PAGE_SIZES, Q1, Q2, Q3, Q4, Q4_1000, Q5, page

Variables = dict[str, Any]
HEADERS = [(b"content-type", b"application/json; charset=utf-8")]

ONE = """
    SELECT posts.title, posts.content, users.name FROM posts JOIN users ON users.id = author_id
    WHERE posts.id = $1 AND visible_from <= $2"""
PAGE = """
    SELECT posts.id, posts.title, users.name FROM posts JOIN users ON users.id = author_id
    WHERE visible_from <= $1 ORDER BY listed_at DESC, posts.id DESC LIMIT $2"""
FLAT = """
    SELECT id, title, content FROM posts
    WHERE visible_from <= $1 ORDER BY listed_at DESC, id DESC LIMIT $2"""
COMMENTS = {
    "postgresql": """
        SELECT parents.id, page.content, page.author_id
        FROM unnest($1::int[]) AS parents(id) CROSS JOIN LATERAL (
            SELECT content, author_id, created_at, id FROM comments
            WHERE post_id = parents.id AND status = 'VISIBLE'
            ORDER BY created_at, id LIMIT 5
        ) AS page ORDER BY page.created_at, page.id""",
    "sqlite": """
        SELECT post_id, content, author_id FROM (
            SELECT post_id, content, author_id, created_at, id,
                row_number() OVER (PARTITION BY post_id ORDER BY created_at, id) AS number
            FROM comments
            WHERE post_id IN (SELECT value FROM json_each($1)) AND status = 'VISIBLE'
        ) AS numbered WHERE number <= 5 ORDER BY created_at, id""",
}
# Fewer than the comments, so that a join would look up most of them several times.
NAMES = {
    "postgresql": "SELECT id, name FROM users WHERE id = ANY($1::int[])",
    "sqlite": "SELECT id, name FROM users WHERE id IN (SELECT value FROM json_each($1))",
}


class Database(Protocol):
    """What the handlers need of either database."""

    kind: str

    async def fetch(self, statement: str, *values: Any) -> Sequence[Any]: ...

    def now(self) -> Any: ...

    def keys(self, ids: list[int]) -> Any: ...


class PostgreSQL:
    """Prepared statements on a pool of asyncpg's."""

    kind = "postgresql"

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool

    async def fetch(self, statement: str, *values: Any) -> Sequence[Any]:
        found: Sequence[Any] = await self.pool.fetch(statement, *values)
        return found

    def now(self) -> datetime:
        return datetime.now(UTC)

    def keys(self, ids: list[int]) -> list[int]:
        return ids


class SQLite:
    """One connection, used in the loop's own thread."""

    kind = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    async def fetch(self, statement: str, *values: Any) -> Sequence[Any]:
        return self.connection.execute(statement, values).fetchall()

    def now(self) -> str:
        return datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")

    def keys(self, ids: list[int]) -> str:
        return orjson.dumps(ids).decode()


Handler = Callable[[Database, Variables], Awaitable[Any]]


async def one_post(database: Database, variables: Variables) -> Any:
    found = await database.fetch(ONE, int(variables["id"]), database.now())
    if not found:
        return {"post": None}
    title, content, name = found[0]
    return {"post": {"title": title, "content": content, "author": {"name": name}}}


def posts_with_author(size: int) -> Handler:
    async def answer(database: Database, _variables: Variables) -> Any:
        found = await database.fetch(PAGE, database.now(), size)
        return {
            "posts": [
                {"id": str(id_), "title": title, "author": {"name": name}}
                for id_, title, name in found
            ]
        }

    return answer


async def posts_with_comments(database: Database, _variables: Variables) -> Any:
    found = await database.fetch(PAGE, database.now(), 50)
    comments: dict[int, list[Any]] = {row[0]: [] for row in found}
    said = await database.fetch(COMMENTS[database.kind], database.keys(list(comments)))
    authors = database.keys(list({author_id for _, _, author_id in said}))
    names = {
        id_: {"name": name} for id_, name in await database.fetch(NAMES[database.kind], authors)
    }
    for id_, content, author_id in said:
        comments[id_].append({"content": content, "author": names[author_id]})
    return {
        "posts": [
            {"id": str(id_), "title": title, "author": {"name": name}, "comments": comments[id_]}
            for id_, title, name in found
        ]
    }


def flat_posts(size: int) -> Handler:
    async def answer(database: Database, _variables: Variables) -> Any:
        found = await database.fetch(FLAT, database.now(), size)
        return {
            "posts": [
                {"id": str(id_), "title": title, "content": content}
                for id_, title, content in found
            ]
        }

    return answer


async def type_name(_database: Database, _variables: Variables) -> Any:
    return {"__typename": "Query"}


HANDLERS: dict[str, Handler] = {
    Q1.text: one_post,
    Q2.text: posts_with_author(50),
    Q3.text: posts_with_comments,
    Q4.text: flat_posts(100),
    Q4_1000.text: flat_posts(1_000),
    Q5.text: type_name,
    **{page(size).text: posts_with_author(size) for size in PAGE_SIZES},
}
WITH_ID = re.compile(r'{ post\(id: "(\d+)"\) { title content author { name } } }')


async def answered(database: Database, request: dict[str, Any]) -> Any:
    if handler := HANDLERS.get(request["query"]):
        return await handler(database, request.get("variables") or {})
    if found := WITH_ID.fullmatch(request["query"]):
        return await one_post(database, {"id": found[1]})
    raise KeyError(request["query"])


class Limit:
    """The application; its database is open while it is served."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(receive, send)
            return
        message = await receive()
        body = message["body"]
        while message["more_body"]:
            message = await receive()
            body += message["body"]
        answer = orjson.dumps({"data": await answered(self.database, orjson.loads(body))})
        await send({"type": "http.response.start", "status": 200, "headers": _headers(answer)})
        await send({"type": "http.response.body", "body": answer})

    async def lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        async with opened(self.database_url) as self.database:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


@asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[Database]:
    if database_url.startswith("sqlite"):
        connection = sqlite3.connect(database_url.partition(":///")[2])
        connection.execute("PRAGMA cache_size = -65536")
        yield SQLite(connection)
        connection.close()
        return
    async with asyncpg.create_pool(database_url, max_size=10) as pool:
        yield PostgreSQL(pool)


def _headers(answer: bytes) -> list[tuple[bytes, bytes]]:
    return [*HEADERS, (b"content-length", b"%d" % len(answer))]


def app(database_url: str) -> ASGIApp:
    return Limit(database_url)
