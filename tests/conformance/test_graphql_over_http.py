"""GraphQL over HTTP: the audits that the field has agreed on, by their ids, against the server.

All of them pass: also those that the package counts as warnings (SHOULD) and notices (MAY).
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests import npm
from tests.servers import Unavailable, leave_out

pytestmark = pytest.mark.xdist_group("demo server")

SCRIPT = Path(__file__).with_name("audits.mjs")
AUDITS = """
22EB 4655 47DE 80D8 82A3 BF61 78D5 2C94 5A70 9C48 9ABE 03D4 A5BF 423L LKJ0 LKJ1 LKJ2 LKJ3 34A2 13EE
6C00 6C01 6C02 6C03 8161 B8B3 94B0 0220 94B1 0221 94B2 0222 4760 4761 4762 4763 2EA1 28B9 D6D5 6A70
58B0 58B1 58B2 58B3 428F 1B7A B6DC BCF8 B7N8 8764 3E3A 572B FDE2 7B9B 865D 556A D586 51FE 74FF 5E5B
86EE
""".split()


@pytest.fixture(scope="module")
def found(demo_server: str) -> dict[str, Any]:
    """What the audits found, by their ids."""
    try:
        folder = npm.project("audits")
    except Unavailable as reason:
        leave_out(reason)
    command = [str(npm.node()), str(SCRIPT), str(folder), f"{demo_server}/graphql"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    return {audit["id"]: audit for audit in json.loads(said.stdout)}


@pytest.mark.parametrize("audit_id", AUDITS)
def test_audit(found, audit_id):
    audit = found[audit_id]

    assert audit["status"] == "ok", f"{audit['name']}: {audit['reason']}"


def test_these_are_all_audits_there_are(found):
    assert list(found) == AUDITS


def test_head_is_get_without_the_body(demo_server):
    with httpx2.Client(base_url=demo_server) as client:
        head = client.head("/graphql", params={"query": "{ __typename }"})
        # A body after all would be taken for the beginning of this answer.
        get = client.get("/graphql", params={"query": "{ __typename }"})

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"] == "31"
    assert get.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
@pytest.mark.parametrize(
    ("status", "code", "request_"),
    [
        (400, "BAD_REQUEST", {"content": b"{"}),
        (401, "UNAUTHENTICATED", {"headers": {"Authorization": "Bearer x"}}),
        (405, "METHOD_NOT_ALLOWED", {"method": "DELETE"}),
        (413, "CONTENT_TOO_LARGE", {"content": b" " * (1024 * 1024 + 1)}),
        (415, "UNSUPPORTED_MEDIA_TYPE", {"headers": {"Content-Type": "text/plain"}}),
    ],
)
def test_a_refusal_is_a_graphql_answer_of_the_type_that_was_asked_for(
    demo_server, accept, status, code, request_
):
    asked = {"method": "POST", "content": b'{"query": "{ __typename }"}', **request_}
    headers = {"Accept": accept, "Content-Type": "application/json", **asked.pop("headers", {})}

    answer = httpx2.request(url=f"{demo_server}/graphql", headers=headers, **asked)

    (error,) = answer.json()["errors"]
    assert answer.status_code == status
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert list(answer.json()) == ["errors"]
    assert error["extensions"]["code"] == code
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]
