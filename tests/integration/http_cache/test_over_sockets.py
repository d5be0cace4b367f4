"""What the server sends over a socket: nothing where nothing is wanted, packed or not."""

import httpx2
import pytest

ONE, MANY = {"query": '{ post(id: "1") { title } }'}, {"query": "{ posts { title content } }"}
READS = ("GET", "HEAD")


@pytest.mark.parametrize(
    ("address", "asked", "coding"),
    [
        ("/graphql", ONE, None),
        ("/graphql", MANY, "br"),
        ("/api/posts/1", {}, None),
        ("/api/posts", {}, "br"),
    ],
)
def test_what_a_client_has_is_not_sent_again(demo_server, address, asked, coding):
    accepting = {"Accept-Encoding": "br"}
    with httpx2.Client(base_url=demo_server, headers=accepting) as client:
        whole = client.get(address, params=asked)
        known = {"If-None-Match": whole.headers["etag"]}
        answers = [client.request(method, address, params=asked, headers=known) for method in READS]
        head = client.head(address, params=asked)

    assert whole.headers.get("content-encoding") == coding
    assert whole.headers["etag"].startswith("W/") == bool(coding)
    for answer in answers:
        assert (answer.status_code, answer.content) == (304, b"")
        for name in ("etag", "vary", "cache-control", "surrogate-key"):
            assert answer.headers[name] == whole.headers[name]
        assert "content-encoding" not in answer.headers
    assert (head.status_code, head.content) == (200, b"")
