"""The served process towards the network: proxies before it, and HTTPS without one."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network

import httpx2
import pytest
import uvicorn
from starlette.responses import JSONResponse

from graphql_blog.web.proxies import Proxies
from tests.conftest import CERTIFICATE, KEY, served, trusting
from tests.integration.cli.test_serve import run

FORWARDED = {"X-Forwarded-For": "1.1.1.1, 203.0.113.9", "X-Forwarded-Proto": "https"}
STAY = "strict-transport-security"


async def who(scope, receive, send):
    """Says who asks, as rate limits see it."""
    await JSONResponse([scope["client"][0], scope["scheme"]])(scope, receive, send)


@contextmanager
def listening(app) -> Iterator[str]:
    """uvicorn, as `serve` sets it up, in a thread."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, proxy_headers=False, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.mark.parametrize(
    ("trusted", "seen"),
    [("127.0.0.1", ["203.0.113.9", "https"]), ("10.0.0.0/8", ["127.0.0.1", "http"])],
)
def test_clients_are_those_that_trusted_proxies_name(trusted, seen):
    with listening(Proxies(who, [ip_network(trusted)], "x-forwarded-for")) as url:
        assert httpx2.get(url, headers=FORWARDED).json() == seen


def test_nobody_is_believed_unless_set(tmp_path):
    with served(tmp_path, GRAPHQL_BLOG_HSTS_MAX_AGE="60") as url:
        answer = httpx2.get(f"{url}/healthz", headers=FORWARDED)

    assert answer.status_code == 200
    assert STAY not in answer.headers


def test_a_trusted_proxy_may_say_that_it_was_https(tmp_path):
    variables = {"GRAPHQL_BLOG_HSTS_MAX_AGE": "60", "GRAPHQL_BLOG_TRUSTED_PROXIES": "127.0.0.0/8"}
    with served(tmp_path, **variables) as url:
        safe = httpx2.get(f"{url}/healthz", headers=FORWARDED)
        plain = httpx2.get(f"{url}/healthz")

    assert safe.headers[STAY] == "max-age=60"
    assert STAY not in plain.headers


def test_https_without_a_proxy(tmp_path):
    options = ["--ssl-certfile", str(CERTIFICATE), "--ssl-keyfile", str(KEY)]
    with served(tmp_path, *options, GRAPHQL_BLOG_HSTS_MAX_AGE="60") as url:
        answer = httpx2.get(f"{url}/healthz", verify=trusting())
        with pytest.raises(httpx2.TransportError):
            httpx2.get(f"{url}/healthz".replace("https", "http"))

    assert url.startswith("https://127.0.0.1:")
    assert answer.json() == {"status": "ok", "database": "ok"}
    assert answer.headers[STAY] == "max-age=60"


def test_a_certificate_that_cannot_be_used_is_refused_in_one_line(tmp_path):
    result = run(tmp_path, "serve", "--port", "0", "--ssl-certfile", str(KEY))

    assert result.returncode == 1
    assert f"{KEY} is no certificate with its key: " in result.stderr
    assert result.stderr.count("\n") == 1
