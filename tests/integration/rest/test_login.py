"""Logging in, and what a token opens."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from graphql_blog.auth import Tokens
from tests.conftest import SECRET

PASSWORD = "a-long-password"


@pytest.fixture
async def registered(client):
    given = {"username": "ana", "email": "ana@example.com", "password": PASSWORD}
    return (await client.post("/api/users", json=given)).json()


async def test_logging_in_gives_a_token_for_an_hour(client, registered):
    answer = await client.post("/api/login", json={"username": "ana", "password": PASSWORD})

    body = answer.json()
    claims = jwt.decode(body["token"], SECRET, algorithms=["HS256"], issuer="graphql-blog")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert body == {
        "token": body["token"],
        "tokenType": "Bearer",
        "expiresAt": body["expiresAt"],
        "user": {"id": registered["id"], "username": "ana"},
    }
    assert claims["id"] == registered["id"]
    assert claims["username"] == "ana"
    assert claims["exp"] - claims["iat"] == 3600
    assert int(datetime.fromisoformat(body["expiresAt"]).timestamp()) == claims["exp"]


async def test_the_e_mail_address_logs_in_too(client, registered):
    given = {"username": "ANA@example.com", "password": PASSWORD}

    answer = await client.post("/api/login", json=given)

    assert answer.json()["user"] == {"id": registered["id"], "username": "ana"}


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(client, registered):
    wrong = await client.post("/api/login", json={"username": "ana", "password": "wrong"})
    unknown = await client.post("/api/login", json={"username": "nobody", "password": PASSWORD})

    told = [{k: v for k, v in a.json().items() if k != "requestId"} for a in (wrong, unknown)]
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert told[0] == told[1]
    assert told[0] == {"error": "Invalid credentials", "code": "INVALID_CREDENTIALS", "details": []}


async def test_an_account_without_a_password_cannot_log_in(client, ana):
    answer = await client.post("/api/login", json={"username": "ana", "password": ""})

    assert (answer.status_code, answer.json()["error"]) == (401, "Invalid credentials")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"username": "ana"}, "Password is required."),
        ({"password": PASSWORD}, "Username is required."),
        ({"username": 1, "password": PASSWORD}, "Username must be text."),
    ],
)
async def test_what_is_missing_is_named(client, given, message):
    answer = await client.post("/api/login", json=given)

    assert (answer.status_code, answer.json()["error"]) == (400, message)


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800", "x" * 5000, "' OR 1=1 --"])
async def test_no_text_breaks_the_login(client, registered, text):
    headers = {"Content-Type": "application/json"}

    as_name = f'{{"username": "{text}", "password": "{PASSWORD}"}}'
    as_password = f'{{"username": "ana", "password": "{text}"}}'
    answers = [
        await client.post("/api/login", content=as_name, headers=headers),
        await client.post("/api/login", content=as_password, headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [401, 401]


async def test_the_token_opens_the_protected_address(client, registered):
    given = {"username": "ana", "password": PASSWORD}
    token = (await client.post("/api/login", json=given)).json()["token"]

    answer = await client.get("/api/protected", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 200
    assert answer.json() == {
        "message": "This is a protected route",
        "user": {"id": registered["id"], "username": "ana"},
    }


async def test_without_a_token_the_protected_address_is_closed(client):
    answer = await client.get("/api/protected")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["error"] == "Unauthorized"
    assert answer.json()["details"] == [{"reason": "TOKEN_MISSING"}]


@pytest.fixture
def bad_tokens(ana):
    now = datetime.now(UTC)
    claims = {
        "sub": str(ana.id),
        "iat": now,
        "exp": now + timedelta(hours=1),
        "jti": "x",
        "iss": "graphql-blog",
    }
    good = ana.headers["Authorization"].removeprefix("Bearer ")
    return {
        "expired": Tokens(SECRET).issue(ana.id, "ana", now - timedelta(hours=2)).text,
        "signed elsewhere": Tokens("another-secret-key-of-32-letters!").issue(1, "ana", now).text,
        "unsigned": jwt.encode(claims, None, algorithm="none"),
        "for nobody": Tokens(SECRET).issue(999, "ana", now).text,
        "damaged": good[:-4] + "AAAA",
        "garbage": "garbage",
        "empty": "",
    }


@pytest.mark.parametrize("address", ["/api/protected", "/api/posts", "/api/users", "/api/posts/1"])
async def test_a_bad_token_is_never_quietly_a_stranger(client, bad_tokens, address):
    answers = {
        name: await client.get(address, headers={"Authorization": f"Bearer {token}"})
        for name, token in bad_tokens.items()
    }

    told = {name: (a.status_code, a.json()["error"]) for name, a in answers.items()}
    assert told == dict.fromkeys(bad_tokens, (401, "Invalid token"))
    challenges = {answer.headers["www-authenticate"] for answer in answers.values()}
    assert challenges == {'Bearer error="invalid_token"'}


async def test_another_way_to_authorise_is_refused(client):
    answer = await client.get("/api/posts", headers={"Authorization": "Basic YTpi"})

    assert (answer.status_code, answer.json()["error"]) == (401, "Invalid token")


async def test_an_expired_token_says_so(client, bad_tokens):
    headers = {"Authorization": f"Bearer {bad_tokens['expired']}"}

    answer = await client.get("/api/protected", headers=headers)

    assert answer.json()["details"] == [{"reason": "TOKEN_EXPIRED"}]


async def test_everybody_is_greeted(client):
    answer = await client.get("/api/greeting")

    assert (answer.status_code, answer.json()) == (200, {"message": "Hello, World!"})
