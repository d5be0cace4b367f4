"""Runs the blog behind a real Varnish with `default.vcl`, and shows what each promise looks like.

apt-get install varnish varnish-modules
.venv/bin/python deploy/varnish/prove.py

It takes half a minute, needs no other service, and leaves nothing behind. Its exit code says
whether all promises were kept; what it printed last is in docs/caching.md.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from websockets.asyncio.client import connect

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parents[1] / "src"
TOKEN = "Purge-Token: change-me"
# Short, so that it can be watched how time passes: answers live for 6 s, 5 of them in Varnish.
SECONDS = {"GRAPHQL_BLOG_CACHE_SECONDS": "6.9", "GRAPHQL_BLOG_MAX_AGE": "1"}
POST = '{ post(id: "1") { title author { name } } }'
WRITES = 50


class Proof:
    """The blog, reached through Varnish and past it."""

    def __init__(self, blog: str, varnish: str, log: Path) -> None:
        self.varnish = httpx2.Client(base_url=varnish, timeout=10)
        self.address = varnish
        self.blog = httpx2.Client(base_url=blog, timeout=10)
        self._log = log
        self.failed = 0
        sent = {"username": "admin", "password": "password"}
        token = self.blog.post("/api/login", json=sent).json()["token"]
        self.admin = {"Authorization": f"Bearer {token}"}

    def show(self, promise: str, seen: str, *, kept: bool) -> None:
        self.failed += not kept
        print(f"{'ok  ' if kept else 'FAIL'} {promise}\n     {seen}", flush=True)

    def get(self, query: str, **headers: str) -> httpx2.Response:
        return self.varnish.get("/graphql", params={"query": query}, headers=headers)

    def write(self, title: str) -> None:
        answer = self.blog.patch("/api/posts/1", json={"title": title}, headers=self.admin)
        answer.raise_for_status()

    def requests(self) -> list[dict[str, Any]]:
        """Those that reached the blog, as it logged them."""
        time.sleep(0.3)
        lines = [json.loads(line) for line in self._log.read_text().splitlines() if "{" in line]
        return [line for line in lines if line.get("event") == "Request"]


def hits(proof: Proof) -> None:
    first, second = proof.get(POST), proof.get(POST)
    before = len(proof.requests())
    for _ in range(100):
        proof.get(POST)
    reached = len(proof.requests()) - before
    seen = f"{first.headers['x-cache']}, then {second.headers['x-cache']}; of 100 more {reached}"
    said = second.headers["cache-control"]
    kept = second.headers["x-cache"] == "HIT" and reached == 0 and "s-maxage=5" in said
    proof.show("What strangers ask again is answered by Varnish.", f"{seen} reached us", kept=kept)
    sizes = [proof.varnish.get("/api/posts").headers["x-cache"] for _ in range(2)]
    proof.show("So are REST reads.", ", then ".join(sizes), kept=sizes[1] == "HIT")


def unmodified(proof: Proof) -> None:
    etag = proof.get(POST).headers["etag"]
    again = proof.get(POST, **{"If-None-Match": etag})
    seen = f"If-None-Match: {etag} → {again.status_code}, {len(again.content)} bytes"
    proof.show("Who has an answer gets none.", seen, kept=again.status_code == 304)


def revalidation(proof: Proof) -> None:
    address = "/api/posts?limit=100"
    proof.varnish.get(address)
    time.sleep(8)
    before = len(proof.requests())
    # The first is given the old answer while Varnish asks for the next one.
    answers = [proof.varnish.get(address)]
    time.sleep(0.3)
    answers.append(proof.varnish.get(address))
    asked = [(line["path"], line["status"]) for line in proof.requests()[before:]]
    seen = f"after its time Varnish asked {asked}; the client got {answers[1].status_code}"
    kept = asked == [("/api/posts", 304)] and answers[1].status_code == 200
    proof.show("Varnish itself asks by ETag, and is told 304.", seen, kept=kept)


def purging(proof: Proof) -> None:
    other = '{ post(id: "2") { title } }'
    proof.get(other)
    proof.get(POST)
    waited = []
    for number in range(WRITES):
        title = f"Title {number}"
        proof.write(title)
        written = time.perf_counter()
        while proof.get(POST).json()["data"]["post"]["title"] != title:
            if time.perf_counter() - written > 5:
                break
        waited.append((time.perf_counter() - written) * 1000)
    worst, usual = max(waited), statistics.median(waited)
    seen = f"{WRITES} writes, each seen by strangers after {usual:.0f} ms, {worst:.0f} ms at worst"
    proof.show("A write is seen at once through Varnish.", seen, kept=worst < 1000)
    state = proof.get(other).headers["x-cache"]
    proof.show("What it did not change stays there.", state, kept=state == "HIT")


def hammering(proof: Proof) -> None:
    """Readers that never pause, so that answers are on their way while they are purged."""
    written: list[float] = []
    seen: list[tuple[float, int]] = []

    def read() -> None:
        with httpx2.Client(base_url=proof.address) as client:
            while len(written) < WRITES:
                began = time.perf_counter()
                answer = client.get("/graphql", params={"query": POST}).json()
                title = answer["data"]["post"]["title"]
                if title.startswith("Hammer "):
                    seen.append((began, int(title.removeprefix("Hammer "))))

    with ThreadPoolExecutor() as pool:
        readers = [pool.submit(read) for _ in range(4)]
        for number in range(WRITES):
            proof.write(f"Hammer {number}")
            written.append(time.perf_counter())
            time.sleep(0.03)
        for reader in readers:
            reader.result()
    # How long after the next write was answered somebody still began to read what it replaced.
    late = [began - written[number + 1] for began, number in seen if number + 1 < len(written)]
    worst = max(0.0, *late) * 1000
    words = f"{len(seen)} reads by four at once during {WRITES} writes: {worst:.0f} ms late at most"
    proof.show("Nor is it missed by who reads without pause.", words, kept=worst < 4000)


def foreign_purges(proof: Proof) -> None:
    proof.get(POST)
    status = proof.varnish.request("PURGE", "/", headers={"Surrogate-Key": "blog"}).status_code
    state = proof.get(POST).headers["x-cache"]
    seen = f"PURGE without the token: {status}, and still {state}"
    proof.show("Nobody else purges.", seen, kept=status == 403 and state == "HIT")


async def _viewers(proof: Proof) -> list[tuple[bool, str, Any]]:
    query = {"query": "{ viewer { email } posts(first: 1) { title } }"}
    async with httpx2.AsyncClient(base_url=proof.address) as client:

        async def ask(number: int) -> tuple[bool, str, Any]:
            known = number % 2 == 0
            headers = proof.admin if known else {}
            answer = await client.get("/graphql", params=query, headers=headers)
            return known, answer.headers["cache-control"], answer.json()["data"]["viewer"]

        return await asyncio.gather(*map(ask, range(200)))


def viewers(proof: Proof) -> None:
    answers = asyncio.run(_viewers(proof))
    own = [
        viewer == {"email": "admin@example.com"} and "private" in said
        for k, said, viewer in answers
        if k
    ]
    others = [viewer is None and "public" in said for k, said, viewer in answers if not k]
    seen = f"at once {sum(own)} of {len(own)} as admin, {sum(others)} of {len(others)} as nobody"
    proof.show("Accounts and strangers are never mixed.", seen, kept=all(own) and all(others))
    drafts = proof.varnish.get("/api/posts", headers={"Cookie": "session=1"})
    said = drafts.headers["cache-control"]
    proof.show("With a cookie it is for its reader.", said, kept=said == "private, no-cache")


def schedule(proof: Proof) -> None:
    due = datetime.now(UTC) + timedelta(seconds=4)
    given = {"title": "Scheduled", "content": "Soon.", "status": "SCHEDULED"}
    given["publishAt"] = due.isoformat()
    proof.blog.post("/api/posts", json=given, headers=proof.admin).raise_for_status()
    query, titles = "{ posts(first: 1) { title } }", []
    while datetime.now(UTC) < due + timedelta(seconds=2):
        shown = proof.get(query).json()["data"]["posts"][0]["title"] == "Scheduled"
        titles.append(((datetime.now(UTC) - due).total_seconds(), shown))
        time.sleep(0.05)
    early = [at for at, shown in titles if shown and at < 0]
    first = min((at for at, shown in titles if shown), default=99.0)
    seen = f"it appeared {first:.2f} s after its time, and never before"
    proof.show("A scheduled post appears by itself.", seen, kept=not early and first < 1)


async def _socket(address: str) -> str:
    url = address.replace("http", "ws") + "/graphql"
    async with connect(url, subprotocols=["graphql-transport-ws"]) as client:  # type: ignore[list-item]
        await client.send('{"type": "connection_init"}')
        return str(json.loads(await client.recv())["type"])


def sockets(proof: Proof) -> None:
    said = asyncio.run(_socket(proof.address))
    proof.show("WebSockets pass through.", said, kept=said == "connection_ack")


@contextmanager
def running(*command: str, folder: Path, **variables: str) -> Iterator[Path]:
    log = folder / f"{Path(command[0]).name}.log"
    with (
        log.open("w") as out,
        subprocess.Popen(
            command, cwd=folder, env={**os.environ, **variables}, stdout=out, stderr=out
        ) as process,
    ):
        try:
            yield log
        finally:
            process.terminate()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def answering(url: str, seconds: float = 60) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(httpx2.TransportError):
            if httpx2.get(f"{url}/healthz").status_code == 200:
                return url
        time.sleep(0.1)
    raise SystemExit(f"Nothing answers at {url}.")


def main() -> int:
    blog_port, port = free_port(), free_port()
    blog, varnish = f"http://127.0.0.1:{blog_port}", f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        settings = {
            "GRAPHQL_BLOG_PURGE_URL": f"{varnish}/",
            "GRAPHQL_BLOG_PURGE_METHOD": "PURGE",
            "GRAPHQL_BLOG_PURGE_HEADER": TOKEN,
            "GRAPHQL_BLOG_TRUSTED_PROXIES": "127.0.0.1",
            "GRAPHQL_BLOG_LOG_FORMAT": "json",
            "PYTHONPATH": str(SOURCES),
            **SECONDS,
        }
        serve = [sys.executable, "-m", "graphql_blog", "serve", "--port", str(blog_port)]
        log = stack.enter_context(running(*serve, folder=folder, **settings))
        vcl = folder / "blog.vcl"
        vcl.write_text((HERE / "default.vcl").read_text().replace('"8000"', f'"{blog_port}"'))
        varnishd = ["varnishd", "-F", "-f", str(vcl), "-a", f"127.0.0.1:{port}", "-n", "varnish"]
        stack.enter_context(running(*varnishd, folder=folder))
        answering(blog)
        proof = Proof(blog, answering(varnish), log)
        for promise in (
            hits,
            unmodified,
            revalidation,
            purging,
            hammering,
            foreign_purges,
            viewers,
            schedule,
            sockets,
        ):
            promise(proof)
    return proof.failed


if __name__ == "__main__":
    sys.exit(main())
