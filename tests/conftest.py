"""What every test may ask for: a fresh migrated database of either kind, and the app on it."""

import asyncio
import logging
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
from sqlalchemy import event
from sqlalchemy.engine import make_url
from starlette.applications import Starlette

from graphql_blog import resources as resources_of
from graphql_blog.app import create_app
from graphql_blog.db import migrations
from graphql_blog.db.models import Base
from graphql_blog.engine.readers import Sent
from graphql_blog.resources import Resources
from graphql_blog.settings import Settings
from tests import servers
from tests.asking import Api

ROOT = Path(__file__).resolve().parents[1]
CERTIFICATE, KEY = (ROOT / "tests" / "tls" / f"localhost.{kind}" for kind in ("pem", "key"))
SECRET = "a-secret-key-for-tests-alone-0123456789"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says loudly what this machine could not run."""
    skipped = Counter(report.longrepr[2] for report in terminalreporter.getreports("skipped"))
    missing = {reason: count for reason, count in skipped.items() if servers.NOT_RUN in reason}
    if missing:
        terminalreporter.section("WARNING: these tests were left out", red=True, bold=True)
    for reason, count in missing.items():
        terminalreporter.line(f"{count} tests: {reason}", red=True, bold=True)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def plain_tracebacks() -> None:
    """Drawing a box around every variable of a bug takes seconds."""
    processors = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    # As a server logs unless it is told to say more: nothing of what goes on in the background.
    level = structlog.make_filtering_bound_logger(logging.INFO)
    structlog.configure(processors=[*processors[:-1], plain], wrapper_class=level)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "blog.db"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL server with a migrated database named `template`; yields its address."""
    try:
        with servers.running_postgres() as server_url:
            asyncio.run(_migrate(asyncio.run(servers.create_database(server_url, "template"))))
            yield server_url
    except servers.Unavailable as reason:
        servers.leave_out(reason)


async def _migrate(url: str) -> None:
    engine = resources_of.open_writer(make_url(url))
    await migrations.upgrade(engine)
    await engine.dispose()


@pytest.fixture(scope="session")
def valkey() -> Iterator[servers.Valkey]:
    """A Valkey server, which is Redis to its clients."""
    with servers.valkey_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest) -> Any:
    """What the databases of one kind are copied from: a file, or the address of a server."""
    # Not asked for in an asynchronous fixture: making it runs an event loop of its own.
    makers = {"sqlite": "sqlite_template", "postgresql": "postgres_server"}
    return request.getfixturevalue(makers[request.param])


@pytest.fixture
async def database_url(template: Path | str, tmp_path: Path) -> AsyncIterator[str]:
    """A fresh migrated database; every test that asks for one runs on both kinds."""
    if isinstance(template, Path):
        shutil.copy(template, tmp_path / "blog.db")
        yield f"sqlite:///{tmp_path / 'blog.db'}"
    else:
        tables = Base.metadata.tables
        async with servers.shared_database(template, "template", tables) as url:
            yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings.load(
        env="test", database_url=database_url, data_dir=tmp_path, secret_key=SECRET, cache="off"
    )


@pytest.fixture
async def app(settings: Settings) -> Starlette:
    return create_app(settings)


@pytest.fixture
async def resources(app: Starlette) -> AsyncIterator[Resources]:
    """What the app holds open: the tests look at the same database through the same handles."""
    async with app.router.lifespan_context(app) as state:
        yield state["resources"]


@pytest.fixture
async def client(app: Starlette, resources: Resources) -> AsyncIterator[httpx2.AsyncClient]:
    """Talks to the app as a client would."""
    async with connected(app, resources) as made:
        yield made


@pytest.fixture
def api(client: httpx2.AsyncClient, resources: Resources) -> Api:
    """The GraphQL API, to be asked."""
    return Api(client, resources)


@asynccontextmanager
async def connected(app: Starlette, resources: Resources) -> AsyncIterator[httpx2.AsyncClient]:
    async def with_state(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "state": {"resources": resources}}, receive, send)

    transport = httpx2.ASGITransport(app=with_state, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as made:
        yield made


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo blog, served by the real command; yields its address."""
    with served(tmp_path_factory.mktemp("demo")) as url:
        yield url


@contextmanager
def served(folder: Path, *options: str, **variables: str) -> Iterator[str]:
    """`graphql-blog serve` as a process of its own, in `folder`; yields its address."""
    command = [sys.executable, "-m", "graphql_blog", "serve", "--port", "0", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **variables}
    log = (folder / "serve.log").open("w+")
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log) as server:
        try:
            yield address_in(folder / "serve.log", server)
        finally:
            server.terminate()
            server.wait(30)
            log.close()


def address_in(log: Path, server: "subprocess.Popen[bytes]", seconds: float = 120) -> str:
    """Where the server says it is, as soon as it answers there."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        if found := re.search(r"https?://[\w.]+:\d+", log.read_text()):
            with suppress(httpx2.TransportError):
                httpx2.get(f"{found[0]}/healthz", timeout=1, verify=trusting())
                return found[0]
        time.sleep(0.05)
    raise AssertionError(f"The server did not start:\n{log.read_text()}")


def trusting() -> ssl.SSLContext:
    """Trusts the certificate of these tests, and no other."""
    return ssl.create_default_context(cafile=CERTIFICATE)


@pytest.fixture
def statements(resources: Resources) -> Iterator[list[str]]:
    """The SQL sent from now on, as text."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    def note_rows(read: Sent) -> None:
        sent.append(read.sql)

    engines = [resources.reader.sync_engine, resources.writer.sync_engine]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    resources.rows.observers.append(note_rows)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    resources.rows.observers.remove(note_rows)
