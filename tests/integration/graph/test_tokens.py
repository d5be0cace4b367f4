"""Tokens: a good one says who asks, and a bad one is never quietly nobody."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from sqlalchemy import delete

from graphql_blog.auth import Role, Tokens
from graphql_blog.db.models import User
from tests.conftest import SECRET
from tests.factories import make_draft, make_user

# A token is read the same way whatever the database.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

VIEWER = "{ viewer { user { username } role } }"


@pytest.fixture
async def ana(resources):
    return await make_user(resources, username="ana")


def claims(user, **other):
    now = int(datetime.now(UTC).timestamp())
    good = {
        "id": user.id,
        "username": user.username,
        "sub": str(user.id),
        "iat": now,
        "exp": now + 3600,
        "jti": "once",
        "iss": "graphql-blog",
    }
    return {name: value for name, value in (good | other).items() if value is not None}


def signed(user, key=SECRET, algorithm="HS256", **other):
    return jwt.encode(claims(user, **other), key, algorithm=algorithm)


HOUR_AGO = int((datetime.now(UTC) - timedelta(hours=1)).timestamp())
FORGERIES = {
    "signed elsewhere": lambda ana: (
        Tokens("another-secret-key-0123456789-abcdef")
        .issue(ana.id, ana.username, datetime.now(UTC))
        .text
    ),
    "unsigned": lambda ana: signed(ana, key=None, algorithm="none"),
    "unsigned, with the signature of a good one": lambda ana: ".".join(
        [
            *signed(ana, key=None, algorithm="none").split(".")[:2],
            signed(ana).split(".")[2],
        ]
    ),
    "signed with another algorithm": lambda ana: signed(ana, algorithm="HS512", key=SECRET * 2),
    "with the claims of another": lambda ana: ".".join(
        [signed(ana).split(".")[0], signed(ana, sub="99").split(".")[1], signed(ana).split(".")[2]]
    ),
    "of another issuer": lambda ana: signed(ana, iss="somebody"),
    "without an issuer": lambda ana: signed(ana, iss=None),
    "without an end": lambda ana: signed(ana, exp=None),
    "without a beginning": lambda ana: signed(ana, iat=None),
    "without an id of its own": lambda ana: signed(ana, jti=None),
    "about nobody": lambda ana: signed(ana, sub=None),
    "about a word": lambda ana: signed(ana, sub="ana"),
    "about an account that is not there": lambda ana: signed(ana, sub="99"),
    "that begins tomorrow": lambda ana: signed(ana, iat=HOUR_AGO + 90_000, nbf=HOUR_AGO + 90_000),
    "cut short": lambda ana: signed(ana)[:-1],
    "of three words": lambda ana: "not.a.token",
    "empty": lambda ana: "",
    "two": lambda ana: f"{signed(ana)} {signed(ana)}",
}


def assert_refused(response, reason="TOKEN_INVALID"):
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert response.json() == {
        "errors": [
            {
                "message": "Invalid token",
                "extensions": {
                    "code": "UNAUTHENTICATED",
                    "reason": reason,
                    "requestId": response.headers["x-request-id"],
                },
            }
        ]
    }


async def test_a_token_says_who_asks(api, ana):
    data = await api.data(VIEWER, by=ana)

    assert data == {"viewer": {"user": {"username": "ana"}, "role": "AUTHOR"}}
    for scheme in ("bearer", "BEARER"):
        sent = {"Authorization": f"{scheme} {signed(ana)}"}
        assert (await api.post(VIEWER, headers=sent)).json() == {"data": data}


async def test_a_bad_token_is_401_even_for_what_strangers_may_read(api, client, ana):
    for kind, forge in FORGERIES.items():
        sent = {"Authorization": f"Bearer {forge(ana)}"}
        for response in (
            await api.post("{ __typename }", headers=sent),
            await client.get("/graphql", params={"query": "{ __typename }"}, headers=sent),
        ):
            assert response.status_code == 401, kind
            assert_refused(response)


async def test_an_expired_token_says_that_it_is(api, resources, ana):
    issued = datetime.now(UTC) - timedelta(hours=1, seconds=1)
    old = resources.tokens.issue(ana.id, ana.username, issued).text

    response = await api.post(VIEWER, headers={"Authorization": f"Bearer {old}"})

    assert_refused(response, "TOKEN_EXPIRED")


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Token x", "Bearer", "ey.ey.ey"])
async def test_a_header_of_another_kind_is_401(api, header):
    assert_refused(await api.post(VIEWER, headers={"Authorization": header}))


async def test_a_token_outlives_no_account(api, resources, ana):
    async with resources.transaction() as session:
        await session.execute(delete(User).where(User.id == ana.id))

    assert_refused(await api.post(VIEWER, by=ana))


async def test_a_token_carries_an_account_and_not_its_rights(api, resources, ana):
    await make_draft(resources)
    headers = api.headers(ana)
    assert (await api.post("{ posts { id } }", headers=headers)).json() == {"data": {"posts": []}}

    async with resources.transaction() as session:
        (await session.get(User, ana.id)).role = Role.EDITOR

    assert (await api.post("{ posts { id } }", headers=headers)).json() == {
        "data": {"posts": [{"id": "1"}]}
    }


async def test_a_refused_mutation_did_nothing(api, statements):
    query = 'mutation { register(input: {username: "ana", email: "a@b.c"}) { token } }'

    assert_refused(await api.post(query, headers={"Authorization": "Bearer x"}))

    assert statements == []
