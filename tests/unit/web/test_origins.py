"""Which pages may use the server from a browser."""

import pytest

from graphql_blog.web.origins import Origins

LISTED = ("https://blog.example.com", "http://localhost:3000")


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (b"https://blog.example.com", True),
        (b"http://localhost:3000", True),
        (b"http://blog.example.com", False),
        (b"https://blog.example.com:8443", False),
        (b"https://blog.example.com.evil.example", False),
        (b"https://evil.example/https://blog.example.com", False),
        (b"http://localhost", False),
        (b"null", False),
        (b"*", False),
        (b"", False),
        (b"\xff", False),
    ],
)
def test_other_sites_are_allowed_by_name_alone(origin, allowed):
    origins = Origins(LISTED)

    assert origins.are_listed(origin) is allowed
    assert origins.is_allowed(origin, b"api.example.com") is allowed


def test_nobody_is_listed_unless_set():
    assert not Origins()
    assert not Origins().are_listed(b"https://blog.example.com")


def test_the_star_lists_everybody():
    assert Origins(["*"]).are_listed(b"https://anybody.example")
    assert Origins(["*"]).are_listed(b"null")


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        (b"http://127.0.0.1:8000", b"127.0.0.1:8000", True),
        (b"https://Blog.example", b"blog.example", True),
        (b"https://blog.example", b"blog.example:443", True),
        (b"http://blog.example", b"blog.example:80", True),
        (b"http://[::1]:8000", b"[::1]:8000", True),
        (b"http://blog.example", b"blog.example:443", False),
        (b"http://127.0.0.1:8001", b"127.0.0.1:8000", False),
        (b"http://localhost:8000", b"127.0.0.1:8000", False),
        (b"https://evil.example", b"", False),
        (b"null", b"", False),
        (b"http://", b"", False),
        (b"http://", b":80", False),
    ],
)
def test_our_own_pages_are_allowed_to_connect(origin, host, own):
    assert Origins().is_allowed(origin, host) is own


def test_what_is_no_browser_is_allowed_to_connect():
    assert Origins().is_allowed(None, b"127.0.0.1:8000")
