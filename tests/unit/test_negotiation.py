"""What a client takes and sends, by its headers."""

import pytest

from graphql_blog.web.negotiation import JSON, REMEMBERED, RESPONSE, accepted, is_json

BROWSER = b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),  # what to answer, whether a page goes first, what to refuse with
    [
        (None, (JSON, False, JSON)),
        (b"*/*", (JSON, False, JSON)),
        (b"application/graphql-response+json", (RESPONSE, False, RESPONSE)),
        (
            b"application/json, application/graphql-response+json;q=0.9",
            (JSON, False, RESPONSE),
        ),
        (b"application/graphql-response+json;q=0", (None, False, JSON)),
        (BROWSER, (JSON, True, JSON)),
        (b"text/html, application/json", (JSON, False, JSON)),
        (b"image/png", (None, False, JSON)),
        (b"", (None, False, JSON)),
        (b"\xff\xfe", (None, False, JSON)),
    ],
)
def test_what_a_client_takes_decides_what_it_gets(accept, expected):
    assert accepted(accept)[:3] == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (b"text/event-stream", True),
        (b"text/event-stream, */*", True),
        (b"text/event-stream, application/json;q=0.9", True),
        (b"text/event-stream, application/json", False),
        (b"text/event-stream;q=0", False),
        (b"*/*", False),
        (None, False),
    ],
)
def test_events_are_for_those_who_would_rather_have_them_than_json(accept, expected):
    assert accepted(accept).events is expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        (b"application/json", True),
        (b"Application/JSON ; charset=utf-8", True),
        (b"application/jsonx", False),
        (b"text/plain", False),
        (b"", False),
        (b"\xff", False),
    ],
)
def test_what_a_client_sends_is_known_by_its_name(content_type, expected):
    assert is_json(content_type) is expected


def test_headers_that_never_come_again_fill_no_memory():
    for number in range(3 * REMEMBERED):
        accepted(b"image/%d" % number)
        is_json(b"text/%d" % number)

    assert accepted.cache_info().currsize == REMEMBERED
    assert is_json.cache_info().currsize == REMEMBERED
