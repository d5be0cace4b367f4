"""The server that is attacked: a process of its own, of which the log and the memory are seen."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.attacks.attack import http
from tests.attacks.wire import ask
from tests.conftest import served

SECRET = "a-secret-key-for-attacks-alone-0123456789"
MOST_MEMORY = 400 * 2**20
SETTINGS = {
    "GRAPHQL_BLOG_SECRET_KEY": SECRET,
    "GRAPHQL_BLOG_LOG_FORMAT": "json",
    # All that production closes and could be attacked is open.
    "GRAPHQL_BLOG_INTROSPECTION": "on",
    "GRAPHQL_BLOG_MAX_BATCH": "10",
    "GRAPHQL_BLOG_RATE_LIMIT": "off",
    "GRAPHQL_BLOG_CLIENT_TIMEOUT": "1.5",
}


@dataclass
class Target:
    """A server, as its operator sees it."""

    process: int
    log: Path
    port: int
    read: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def complaints(self) -> list[str]:
        """What went wrong, from the log since it was looked at last."""
        with self.log.open("rb") as log:
            log.seek(self.read)
            new = log.read()
        self.read += len(new)
        return [line[:2000] for line in new.decode().splitlines() if _is_complaint(line)]

    def memory(self) -> int:
        """Bytes that the process holds at this moment."""
        status = Path(f"/proc/{self.process}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024

    def connections(self) -> list[str]:
        """The sockets that the process has open."""
        opened = []
        for entry in Path(f"/proc/{self.process}/fd").iterdir():
            with suppress(FileNotFoundError):  # It was closed meanwhile.
                opened.append(str(entry.readlink()))
        return [place for place in opened if place.startswith("socket:")]

    def assert_well(self) -> None:
        """It lives, answers, has nothing to complain of, and has not grown out of bounds."""
        answer = ask(self.port, http("/healthz", method="GET"))
        assert (answer.status, answer.body) == (200, b'{"status":"ok","database":"ok"}')
        complaints = self.complaints()
        assert complaints == [], complaints
        if Path("/proc/self/status").exists():
            assert self.memory() < MOST_MEMORY


def _is_complaint(line: str) -> bool:
    """Errors of any kind: attacks are the fault of the client, and nothing to log as ours."""
    try:
        entry = json.loads(line)
    except json.JSONDecodeError:
        return "Traceback" in line
    return entry["level"] in {"error", "critical"} or entry.get("status") == 500


@contextmanager
def attacked(folder: Path, **variables: str) -> Iterator[Target]:
    """The demo blog, served by the real command."""
    with served(folder, **{**SETTINGS, **variables}) as url:
        log = folder / "serve.log"
        process = int(re.search(r"Started server process \[(\d+)\]", log.read_text())[1])
        yield Target(process, log, int(url.rpartition(":")[2]))
