"""Apollo Client, urql and graphql-request, each put through the same questions."""

import pytest

pytestmark = pytest.mark.xdist_group("clients")

POST = {"id": "1", "title": "First Post", "author": {"id": "1", "name": "Admin"}}
ACCEPT = {
    "apollo": "application/graphql-response+json,application/json;q=0.9",
    "urql": "application/graphql-response+json, application/graphql+json, application/json,"
    " text/event-stream, multipart/mixed",
    "graphql-request": "application/graphql-response+json, application/json",
}
CACHING = ["apollo", "urql"]
REFUSALS = {
    "invalid": {
        "status": 400,
        "message": "Cannot query field 'titel' on type 'Post'. Did you mean 'title'?",
        "code": "GRAPHQL_VALIDATION_FAILED",
        "requestId": "string",
    },
    "missing": {
        "status": 400,
        "message": "Variable '$id' has invalid value: Expected a value of non-null type 'ID!' to be"
        " provided.",
        "code": "BAD_USER_INPUT",
        "requestId": "string",
    },
    "unknown": {
        "status": 401,
        "message": "Invalid token",
        "code": "UNAUTHENTICATED",
        "reason": "TOKEN_INVALID",
        "requestId": "string",
    },
}
EMBEDDED = {
    "viewer": {
        "role": "ADMIN",
        "user": {"id": "1", "name": "Admin"},
        "postsConnection": {"nodes": [{"id": "75"}]},
    },
    "post": {"id": "1", "seo": {"metaTitle": "First Post"}},
    "postAggregate": {
        "count": 75,
        "byStatus": [
            {"status": "DRAFT", "count": 4},
            {"status": "SCHEDULED", "count": 1},
            {"status": "PUBLISHED", "count": 69},
            {"status": "ARCHIVED", "count": 1},
        ],
        "byMonth": [{"month": "2035-01", "count": 1}],
        "byTag": [{"tag": {"id": "20", "name": "Writing"}, "count": 14}],
        "byAuthor": [{"author": {"id": "3", "name": "Luc Ferreira"}, "count": 10}],
    },
}


@pytest.fixture(params=ACCEPT)
def name(request):
    return request.param


@pytest.fixture
def told(front_end, name):
    """What the client came to know; it must not complain about anything."""
    if name in CACHING:
        front_end.follow(name)
    front_end.add(f"{name}.mjs", "questions.mjs", "requests.mjs")
    return front_end.told(f"node {name}.mjs")


def test_every_client_is_served(told, name):
    asked = {
        "method": "POST",
        "accept": ACCEPT[name],
        "status": 200,
        "type": "application/graphql-response+json; charset=utf-8",
    }
    cached = [] if name in CACHING else [asked]
    # Where there is a cache, all pages read so far are one list in it.
    comments = 8 if name in CACHING else 4

    assert told == {
        "first": {"result": {"post": POST}, "requests": [asked]},
        "again": {"result": {"post": POST}, "requests": cached},
        "less": {"result": {"post": {"id": "1", "title": "First Post"}}, "requests": cached},
        "pages": {"result": [str(id_) for id_ in range(73, 73 + comments)], "requests": cached},
        **REFUSALS,
        "embedded": EMBEDDED,
    }
