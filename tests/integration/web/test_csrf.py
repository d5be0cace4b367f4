"""What pages of other sites can send without being asked first does nothing here.

A form, or a script without a preflight, sends GET, HEAD and POST with three types of body alone.
"""

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from graphql_blog.auth import Role
from tests.factories import make_user

MUTATION = 'mutation { createPost(input: {title: "Forged", content: "x"}) { post { id } } }'
QUERY = json.dumps({"query": MUTATION})
POST = '{"title": "Forged", "content": "x"}'
ACCOUNT = '{"username": "forged", "email": "forged@example.com"}'
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
SIMPLE = ["text/plain", FORM, MULTIPART, None]
CROSS_SITE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def template(sqlite_template):
    """Nothing gets as far as the database."""
    return sqlite_template


@pytest.fixture
async def editor(resources):
    """Somebody whose token comes along, the worst that could be."""
    user = await make_user(resources, role=Role.EDITOR)
    token = resources.tokens.issue(user.id, user.username, datetime.now(UTC)).text
    return {"Authorization": f"Bearer {token}"}


def forms(content):
    """The same as a form sends it."""
    field = f'--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n{content}\r\n--x--\r\n'
    return [content, urlencode({"query": content}), f"{content}=", field]


async def test_as_json_it_would_be_done(client, editor):
    headers = editor | {"Content-Type": "application/json"}

    for address, content in [("/graphql", QUERY), ("/api/posts", POST), ("/api/users", ACCOUNT)]:
        answer = await client.post(address, content=content, headers=headers)
        assert answer.status_code in {200, 201}

    assert [post["title"] for post in await written(client)] == ["Forged", "Forged"]


@pytest.mark.parametrize("kind", SIMPLE)
@pytest.mark.parametrize("content", [*forms(QUERY), *forms(MUTATION)])
async def test_graphql_executes_nothing_of_a_simple_type(client, editor, kind, content):
    headers = editor | CROSS_SITE | ({"Content-Type": kind} if kind else {})

    answer = await client.post("/graphql", content=content, headers=headers)

    assert answer.status_code in {400, 415}
    assert "data" not in answer.json()
    assert await written(client) == []


@pytest.mark.parametrize("kind", SIMPLE)
@pytest.mark.parametrize(("address", "content"), [("/api/posts", POST), ("/api/users", ACCOUNT)])
async def test_rest_does_nothing_of_a_simple_type(client, editor, kind, address, content):
    headers = editor | CROSS_SITE | ({"Content-Type": kind} if kind else {})

    answer = await client.post(address, content=content, headers=headers)

    assert answer.status_code == 415
    assert await written(client) == []
    assert "forged" not in (await client.get("/api/users")).text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "parameters",
    [
        {"query": MUTATION},
        {
            "query": MUTATION.replace("mutation", "query Read { __typename } mutation Forge"),
            "operationName": "Forge",
        },
        {"mutation": MUTATION},
    ],
)
async def test_an_address_changes_nothing(client, editor, method, parameters):
    answer = await client.request(
        method, "/graphql", params=parameters, headers=editor | CROSS_SITE
    )

    assert answer.status_code in {400, 405}
    assert await written(client) == []


@pytest.mark.parametrize("override", ["X-HTTP-Method-Override", "X-Method-Override", "_method"])
async def test_no_header_or_parameter_turns_get_into_something_else(client, editor, override):
    headers = editor | CROSS_SITE | {override: "POST"}
    answers = [
        await client.get("/graphql", params={"query": MUTATION, override: "POST"}, headers=headers),
        await client.get("/api/posts", params={override: "POST"}, headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [405, 200]
    assert await written(client) == []


async def written(client):
    return (await client.get("/api/posts")).json()
