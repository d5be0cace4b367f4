"""The statuses that the draft of 2026 has for what the one before called 400 and 200."""

import pytest

pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
ASKED = {
    "fine": {"query": "{ __typename }"},
    "partial": {"query": '{ __typename postsConnection(after: "x") { totalCount } }'},
    "syntax": {"query": "{"},
    "validation": {"query": "{ nothing }"},
    "variables": {"query": "query ($id: ID!) { post(id: $id) { id } }"},
    "page size": {"query": "{ posts(first: 0) { id } }"},
    "operation": {"query": "query One { __typename }", "operationName": "Two"},
}
STATUSES = {
    "2025": {
        "fine": 200,
        "partial": 200,
        "syntax": 400,
        "validation": 400,
        "variables": 400,
        "page size": 400,
        "operation": 400,
    },
    "2026": {
        "fine": 200,
        "partial": 294,
        "syntax": 400,
        "validation": 422,
        "variables": 422,
        "page size": 422,
        "operation": 422,
    },
}


@pytest.fixture
def settings(request, settings):
    return type(settings).load(**settings.model_dump() | {"http_status_draft": request.param})


@pytest.mark.parametrize("settings", STATUSES, indirect=True)
async def test_the_draft_decides_for_new_clients_alone(client, settings):
    for what, asked in ASKED.items():
        new = await client.post("/graphql", json=asked, headers={"Accept": RESPONSE})
        old = await client.post("/graphql", json=asked, headers={"Accept": JSON})

        assert new.status_code == STATUSES[settings.http_status_draft][what], what
        assert old.status_code == 200, what
        assert ("data" in new.json()) == (what in {"fine", "partial"})
