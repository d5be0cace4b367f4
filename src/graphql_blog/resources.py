"""What a process holds open: the database, for reading and for writing, and its keys."""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from graphql_blog.auth import Passwords, Role, Tokens
from graphql_blog.cache import Memory, Policy, Responses, Shared
from graphql_blog.engine.postgresql import PostgresqlReader, connected
from graphql_blog.engine.readers import DatabaseAway, Reader
from graphql_blog.engine.sqlite import SqliteReader
from graphql_blog.http_cache import Lifetimes, PurgeRequests, Purges, TagHeader
from graphql_blog.invalidation import Invalidation, PostgresqlInvalidation, SqliteInvalidation
from graphql_blog.settings import CachePlace, Settings
from graphql_blog.site import Site
from graphql_blog.throttle.addresses import Addresses
from graphql_blog.throttle.buckets import Buckets, LocalBuckets
from graphql_blog.throttle.logins import Logins
from graphql_blog.throttle.shared import SharedBuckets

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # readers do not wait for the writer
    "PRAGMA synchronous = NORMAL",  # safe with WAL; a power cut may lose the last commits
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",
    "PRAGMA cache_size = -65536",  # 64 MiB
    "PRAGMA case_sensitive_like = ON",  # as PostgreSQL's LIKE is
)
READER_PRAGMAS = (*SQLITE_PRAGMAS, "PRAGMA query_only = ON")
REDIS_TIMEOUT = 1.0
"""Seconds. Whoever asks can do without an answer."""


@dataclass(frozen=True)
class Resources:
    """Readers and writers are separate handles, so that reads can go to replicas one day."""

    reader: AsyncEngine
    writer: AsyncEngine
    rows: Reader
    """Reads for the graph at the cost of the driver alone."""
    redis: Redis | None
    """What several processes share; None where each works for itself."""
    invalidation: Invalidation
    responses: Responses | None
    """The answers that are kept; None where none are."""
    lifetimes: Lifetimes
    """What browsers and CDNs may keep of them."""
    site: Site
    """Where people read the blog."""
    buckets: Buckets
    """What accounts and addresses have spent."""
    logins: Logins
    tokens: Tokens
    passwords: Passwords
    registration_role: Role

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for looking things up, each statement on its own."""
        async with AsyncSession(self.reader, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that commits when the block ends well and leaves nothing when it does not."""
        async with self.writer.connect() as connection:
            sessions = async_sessionmaker(connection, expire_on_commit=False)
            async with sessions.begin() as session:
                yield session
            await self.invalidation.committed(connection)


@asynccontextmanager
async def opened(settings: Settings, *, serving: bool = False) -> AsyncIterator[Resources]:
    """The resources of this process, closed again when the block ends.

    Only who serves keeps responses, and waits for others to forget what it changes.
    """
    reader, writer = open_reader(settings.database), open_writer(settings.database)
    rows, redis = open_rows(settings.database), open_redis(settings)
    buckets = open_buckets(redis)
    addresses = Addresses(settings.rate_limit_exempt)
    invalidation = open_invalidation(writer)
    keeps = serving and settings.cache is not CachePlace.OFF
    purges = open_purges(settings, invalidation)
    try:
        async with (
            invalidation.listening() if serving else nullcontext(),
            purges.running(finish=not serving) if purges else nullcontext(),
        ):
            yield Resources(
                reader=reader,
                writer=writer,
                rows=rows,
                redis=redis,
                invalidation=invalidation,
                responses=open_responses(settings, invalidation, redis) if keeps else None,
                lifetimes=open_lifetimes(settings),
                site=Site(settings.site_title, settings.site_url),
                buckets=buckets,
                logins=Logins(buckets, addresses, attempts=settings.login_attempts),
                tokens=Tokens(secret_key(settings)),
                passwords=Passwords(),
                registration_role=Role(settings.registration_role),
            )
    finally:
        await rows.close()
        if redis is not None:
            await redis.aclose()
        await reader.dispose()
        await writer.dispose()


def is_database_away(error: BaseException | None) -> bool:
    """Whether it is the database that cannot be reached, and not a statement that is wrong."""
    if isinstance(error, DBAPIError):
        # Without a statement it failed while connecting.
        return error.statement is None or error.connection_invalidated
    return isinstance(error, DatabaseAway | OSError | PoolTimeout)


def open_reader(url: URL) -> AsyncEngine:
    """An engine whose statements stand alone: no BEGIN, no ROLLBACK around them."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", **_driver_options(url))
    if url.get_backend_name() == "sqlite":
        _prepare_sqlite(engine, READER_PRAGMAS)
    return engine


def open_rows(url: URL) -> Reader:
    """A reader of single statements, on the driver itself."""
    if url.get_backend_name() == "sqlite":
        return SqliteReader(url, partial(_prepare, pragmas=READER_PRAGMAS))
    return PostgresqlReader(url)


def open_redis(settings: Settings) -> Redis | None:
    """A client that connects when it is first used, and gives up soon: nothing depends on it."""
    url = settings.redis_url.get_secret_value()
    if not url:
        return None
    # One more try at once: the server may have closed a connection that was idle.
    retry = Retry(NoBackoff(), 1)
    return Redis.from_url(
        url, socket_connect_timeout=REDIS_TIMEOUT, socket_timeout=REDIS_TIMEOUT, retry=retry
    )


def open_buckets(redis: Redis | None) -> Buckets:
    local = LocalBuckets()
    return SharedBuckets(redis, local) if redis is not None else local


def open_invalidation(writer: AsyncEngine) -> Invalidation:
    if writer.dialect.name == "sqlite":
        return SqliteInvalidation(writer)
    return PostgresqlInvalidation(writer, partial(connected, writer.url))


def open_responses(
    settings: Settings, invalidation: Invalidation, redis: Redis | None
) -> Responses:
    memory = invalidation.memory = Memory(
        max_bytes=settings.cache_bytes,
        max_entries=settings.cache_entries,
        policy=Policy(settings.cache_policy),
    )
    if redis is not None and settings.cache is not CachePlace.MEMORY:
        invalidation.shared = Shared(redis, _name_of(settings.database))
    return Responses(memory, invalidation, invalidation.shared, seconds=settings.cache_seconds)


def open_lifetimes(settings: Settings) -> Lifetimes:
    return Lifetimes(
        max_age=settings.max_age,
        is_purged=bool(settings.purge_url),
        tag_header=TagHeader(settings.tag_header.value),
    )


def open_purges(settings: Settings, invalidation: Invalidation) -> Purges | None:
    """Whoever writes tells the CDN, whether it serves or not."""
    if not settings.purge_url:
        return None
    header = settings.purge_header.get_secret_value()
    requests = PurgeRequests(settings.purge_url, method=settings.purge_method.value, header=header)
    purges = Purges(requests)
    invalidation.told.append(purges.add)
    return purges


def _name_of(url: URL) -> str:
    """What all processes of a blog, and only they, call its database."""
    if url.get_backend_name() == "sqlite":
        return str(Path(url.database or "").absolute())
    return f"{url.host}:{url.port}/{url.database}?{sorted(url.query.items())}"


def open_writer(url: URL) -> AsyncEngine:
    """An engine for transactions. SQLite's take the write lock at once, so none fails midway."""
    engine = create_async_engine(url, **_driver_options(url))
    if url.get_backend_name() == "sqlite":
        _prepare_sqlite(engine, SQLITE_PRAGMAS)
        event.listen(engine.sync_engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def secret_key(settings: Settings) -> str:
    """The key that signs tokens: the setting, or in development one made once and kept."""
    given = settings.secret_key.get_secret_value()
    return given or _kept_secret(settings.data_dir / "secret_key")


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.{os.getpid()}")
    made.touch(mode=0o600)
    made.write_text(secrets.token_urlsafe(48))
    try:
        # Several workers may start at once: whoever links first decides, whole or not at all.
        path.hardlink_to(made)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return path.read_text()


def _driver_options(url: URL) -> dict[str, Any]:
    # Parameters may be drafts, e-mails and hashes: they do not belong into a log.
    options: dict[str, Any] = {"hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
        # Each connection has a thread and a page cache of its own.
        return options | {"pool_size": 4, "max_overflow": 4}
    # Integer ids and short keys gain nothing from the compiler, which costs a second at first use.
    return options | {
        "pool_size": 10,
        "max_overflow": 10,
        "pool_pre_ping": True,
        "connect_args": {"server_settings": {"jit": "off"}},
    }


def _prepare_sqlite(engine: AsyncEngine, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        _prepare(connection, pragmas)


def _prepare(connection: Any, pragmas: tuple[str, ...]) -> None:
    # The driver's own BEGIN comes too late, with the first write; ours is explicit.
    connection.isolation_level = None
    # SQLite's own lower() leaves É as it is.
    connection.create_function("lower", 1, _lower, deterministic=True)
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(pragma)
    cursor.close()


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value
