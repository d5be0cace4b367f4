"""The server as a process: starting, refusing to start, stopping."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.conftest import ROOT, SECRET, served

FIRST_QUERY = {"query": 'query { post(id: "1") { title content author { name } } }'}
ANSWER = {
    "data": {
        "post": {"title": "First Post", "content": "Hello world!", "author": {"name": "Admin"}}
    }
}


def run(folder: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200", **variables}
    return subprocess.run(
        [sys.executable, "-m", "graphql_blog", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_serves_the_demo_blog_and_says_where(tmp_path):
    with served(tmp_path) as url:
        answer = httpx2.post(f"{url}/graphql", json=FIRST_QUERY)
        health = httpx2.get(f"{url}/healthz")

    said = (tmp_path / "serve.log").read_text()
    assert answer.json() == ANSWER
    assert health.json() == {"status": "ok", "database": "ok"}
    assert f"Home      {url}/" in said
    assert f"GraphiQL  {url}/graphql" in said
    assert f"REST      {url}/api/posts" in said
    assert f"Health    {url}/healthz" in said
    assert "Log in    admin / password" in said
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_second_start_keeps_the_blog_and_the_tokens(tmp_path):
    login = {"username": "admin", "password": "password"}
    with served(tmp_path) as url:
        token = httpx2.post(f"{url}/api/login", json=login).json()["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        httpx2.post(f"{url}/api/posts", json={"title": "Kept", "content": "x"}, headers=bearer)

    with served(tmp_path) as url:
        newest = httpx2.get(f"{url}/api/posts", params={"limit": 1}).json()[0]
        protected = httpx2.get(f"{url}/api/protected", headers=bearer)

    assert newest["title"] == "Kept"
    assert protected.status_code == 200
    assert "Log in    admin / password" in (tmp_path / "serve.log").read_text()


def test_serving_on_graphql_core_is_warned_of_once(tmp_path):
    with served(tmp_path, GRAPHQL_BLOG_ENGINE="core") as url:
        answer = httpx2.post(f"{url}/graphql", json=FIRST_QUERY)
    warned = (tmp_path / "serve.log").read_text().count("Slow engine")

    with served(tmp_path) as url:
        httpx2.post(f"{url}/graphql", json=FIRST_QUERY)

    assert answer.json() == ANSWER
    assert warned == 1
    assert "Slow engine" not in (tmp_path / "serve.log").read_text()


def test_several_workers_serve_one_client(tmp_path):
    login = {"username": "admin", "password": "password"}
    with served(tmp_path, "--workers", "2") as url:
        token = httpx2.post(f"{url}/api/login", json=login).json()["token"]
        statuses = {
            httpx2.get(
                f"{url}/api/protected", headers={"Authorization": f"Bearer {token}"}
            ).status_code
            for _ in range(12)
        }

    assert statuses == {200}


def test_the_port_comes_from_the_environment_too(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

        result = run(tmp_path, "serve", PORT=str(port))

    assert result.returncode == 1
    assert result.stderr == (
        f"Error: Port {port} on 127.0.0.1 cannot be opened: it is in use. Try --port.\n"
    )


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        (
            {"GRAPHQL_BLOG_DATABASE_URL": "postgresql://somebody:s3cret@127.0.0.1:9/blog"},
            "Database connection failed: ",
        ),
        (
            {"GRAPHQL_BLOG_DATABASE_URL": "mysql://localhost/blog"},
            "GRAPHQL_BLOG_DATABASE_URL names 'mysql': only sqlite and postgresql are known",
        ),
        (
            {"GRAPHQL_BLOG_DATABASE_URL": "nonsense"},
            "GRAPHQL_BLOG_DATABASE_URL is no address of a database",
        ),
        ({"PORT": "eighty"}, "PORT: input should be a valid integer"),
        ({"GRAPHQL_BLOG_ENV": "prod"}, "GRAPHQL_BLOG_ENV: input should be 'development'"),
        ({"GRAPHQL_BLOG_ENV": "production"}, "GRAPHQL_BLOG_SECRET_KEY must be 32 or more"),
        (
            {"GRAPHQL_BLOG_ENV": "production", "GRAPHQL_BLOG_SECRET_KEY": "your-secret-key"},
            "GRAPHQL_BLOG_SECRET_KEY must be 32 or more",
        ),
        (
            {"GRAPHQL_BLOG_ENV": "production", "GRAPHQL_BLOG_SECRET_KEY": SECRET},
            "run `graphql-blog migrate` first",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path, variables, words):
    result = run(tmp_path, "serve", "--host", "127.0.0.1", **variables)

    assert result.returncode == 1
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert "s3cret" not in result.stderr


def test_production_serves_a_migrated_database_without_the_demo(tmp_path):
    production = {"GRAPHQL_BLOG_ENV": "production", "GRAPHQL_BLOG_SECRET_KEY": SECRET}
    assert run(tmp_path, "migrate", **production).returncode == 0

    demo = run(tmp_path, "demo", **production)
    with served(tmp_path, **production) as url:
        posts = httpx2.get(f"{url}/api/posts").json()

    assert posts == []
    assert demo.returncode == 1
    assert "it is refused when GRAPHQL_BLOG_ENV=production" in demo.stderr


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stopping_finishes_what_is_in_flight(tmp_path, how):
    with served(tmp_path) as url:
        host, port = url.removeprefix("http://").split(":")
        body = b'{"username": "admin", "password": "password"}'
        head = (
            f"POST /api/login HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection((host, int(port))) as half_sent:
            half_sent.sendall(head.encode() + body[:10])
            time.sleep(0.2)
            os.kill(_pid_at(tmp_path), how)
            time.sleep(0.3)
            half_sent.sendall(body[10:])
            answer = half_sent.recv(65536)

    assert answer.startswith(b"HTTP/1.1 200 OK")


def test_stopping_tells_open_sockets_to_connect_again(tmp_path):
    with ExitStack() as clients:
        with served(tmp_path, "--workers", "2") as url:
            address = url.replace("http", "ws") + "/graphql"
            socket = clients.enter_context(connect(address, subprotocols=["graphql-transport-ws"]))
            socket.send('{"type": "connection_init"}')
            assert socket.recv(timeout=5) == '{"type":"connection_ack"}'
            began = time.monotonic()

        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)

    assert closed.value.rcvd.code == 1001
    assert time.monotonic() - began < 30


def test_a_message_on_a_socket_is_bounded_as_a_body_is(tmp_path):
    with served(tmp_path, GRAPHQL_BLOG_MAX_BODY_BYTES="2000") as url:
        address = url.replace("http", "ws") + "/graphql"
        with connect(address, subprotocols=["graphql-transport-ws"]) as socket:
            assert socket.response.headers.get("Sec-WebSocket-Extensions") is None
            socket.send(" " * 2001)
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(timeout=5)

    assert closed.value.rcvd.code == 1009


def _pid_at(folder: Path) -> int:
    said = (folder / "serve.log").read_text()
    return int(said.split("Started server process [")[1].split("]")[0])


def test_reload_needs_a_single_worker(tmp_path):
    result = run(tmp_path, "serve", "--reload", "--workers", "2")

    assert result.returncode == 1
    assert result.stderr == "Error: --reload goes with one worker: leave out --workers.\n"
