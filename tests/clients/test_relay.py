"""Relay: a store of nodes by their global id, which asks only for what it has not."""

import pytest

from tests.clients.test_clients import REFUSALS

pytestmark = pytest.mark.xdist_group("clients")

ASKED = {
    "method": "POST",
    "accept": "application/graphql-response+json",
    "status": 200,
    "type": "application/graphql-response+json; charset=utf-8",
}
POST = {
    "nodeId": "UG9zdDoy",
    "title": "Who writes here",
    "author": {"nodeId": "VXNlcjoy", "name": "Mira Okafor"},
    "tags": [{"nodeId": "VGFnOjE"}, {"nodeId": "VGFnOjIw"}],
    "comments": [{"nodeId": "Q29tbWVudDoxMQ"}],
}
MIRA = {"__typename": "User", "name": "Mira Okafor"}
NODES = [
    {"__typename": "Post", "title": "Who writes here"},
    MIRA,
    {"__typename": "Tag", "name": "Meta"},
    {
        "__typename": "Comment",
        "content": '"It tends to be the same explanation" is the best summary of this site so far.',
    },
]


@pytest.fixture
def told(front_end):
    """What Relay came to know; it must not complain about anything."""
    front_end.follow("relay")
    front_end.add("src/relay.js", "src/requests.mjs")
    front_end.run("npx relay-compiler && npx babel src --out-dir dist")
    return front_end.told("node dist/relay.js")


def test_relay_is_served(told):
    # Relay sends null where a variable is missing.
    missing = REFUSALS["missing"] | {"message": told["missing"]["message"]}

    assert told == {
        "first": {"result": {"post": POST}, "requests": [ASKED]},
        "again": {"result": {"post": POST}, "requests": []},
        "known": {"result": {"node": MIRA}, "requests": []},
        "nodes": NODES,
        "missing": missing,
        "unknown": REFUSALS["unknown"],
    }
    assert missing["message"].startswith("Variable '$id' has invalid value: Expected value of")
