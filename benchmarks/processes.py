"""Every server as one process on one core, and what it uses of that core."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import IO

from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[1]
SERVER_CORE, LOAD_CORE = 0, 1
CAN_PIN = hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1
CAN_COUNT = Path("/proc/self/stat").exists()
SECRET = "only-for-benchmarks-0123456789-abcdefgh"


class DidNotStart(Exception):
    """A server ended, or did not answer; the message has what it said."""


@dataclass(frozen=True)
class Server:
    """How a server is started."""

    name: str
    command: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Running:
    """A server that answers on a port of this machine."""

    name: str
    port: int
    pid: int

    def cpu_seconds(self) -> float | None:
        """What its process has used so far, threads and kernel included."""
        if not CAN_COUNT:
            return None
        # The name of the program stands in parentheses, and may have spaces in it.
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def python(name: str, module: str, *arguments: str, **variables: str) -> Server:
    return Server(name, (sys.executable, "-m", module, *arguments), variables)


def production(**variables: str) -> dict[str, str]:
    """The settings of our server as an operator would have them."""
    return {
        "GRAPHQL_BLOG_ENV": "production",
        "GRAPHQL_BLOG_SECRET_KEY": SECRET,
        "GRAPHQL_BLOG_LOG_LEVEL": "warning",
        # The load comes from one address, and is more than anybody may ask for.
        "GRAPHQL_BLOG_RATE_LIMIT": "off",
        # What is compared is executing, not having executed before.
        "GRAPHQL_BLOG_CACHE": "off",
        **variables,
    }


@contextmanager
def running(server: Server, database_url: str = "") -> Iterator[Running]:
    """The server on that database, until the block ends."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "GRAPHQL_BLOG_DATABASE_URL": database_url,
        "PORT": str(port),
        **server.variables,
    }
    with tempfile.TemporaryFile() as log, started(server, environment, log) as process:
        try:
            if not answers(port, process):
                log.seek(0)
                said = log.read().decode()[-3000:]
                raise DidNotStart(f"{server.name} did not start:\n{said}")
            yield Running(server.name, port, process.pid)
        finally:
            process.terminate()


def started(
    server: Server, environment: Mapping[str, str], log: IO[bytes]
) -> "subprocess.Popen[bytes]":
    # It inherits its core, so that no thread it starts can be on another.
    with pinned(SERVER_CORE):
        return subprocess.Popen(server.command, cwd=ROOT, env=environment, stdout=log, stderr=log)


def pin(core: int) -> None:
    """This thread, and whatever it starts from now on, runs on that core alone."""
    if CAN_PIN:
        os.sched_setaffinity(0, {core})


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """The same until the block ends; what was started within stays there."""
    before = os.sched_getaffinity(0) if CAN_PIN else None
    pin(core)
    try:
        yield
    finally:
        if before:
            os.sched_setaffinity(0, before)


def answers(port: int, process: "subprocess.Popen[bytes]", seconds: float = 60) -> bool:
    """Waits for the server to answer anything."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            connection.getresponse()
            connection.close()
            return True
        time.sleep(0.05)
    return False
