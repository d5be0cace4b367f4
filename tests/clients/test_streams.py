"""GraphQL over WebSockets and as Server-Sent Events, with graphql-ws and graphql-sse."""

import pytest

pytestmark = pytest.mark.xdist_group("clients")

NOBODY = [{"viewer": None}]
TITLES = [{"posts": [{"title": "First Post"}, {"title": "Who writes here"}]}]


@pytest.fixture
def streaming(front_end):
    front_end.follow("streams")
    return front_end


def test_streams_are_served(streaming):
    streaming.add("streams.mjs")

    assert streaming.told("node streams.mjs") == {
        "anonymous": {"sockets": NOBODY, "events": NOBODY},
        "titles": {"sockets": TITLES, "events": TITLES},
        "together": [NOBODY, TITLES, NOBODY],
        "closed": {"code": 4403, "reason": "Forbidden: TOKEN_INVALID"},
        "refused": 401,
    }
