"""register and login: accounts, tokens, and what is said when it fails."""

import asyncio
from datetime import UTC, datetime, timedelta

import jwt
import pytest
import structlog
from pwdlib.hashers.bcrypt import BcryptHasher
from sqlalchemy import func, select

from graphql_blog.auth import Role
from graphql_blog.db.models import User
from tests.asserts import invalid
from tests.factories import make_user

REGISTER = """mutation ($input: RegisterInput!) { register(input: $input) {
  user { id name username role } token expiresAt
  errors {
    __typename message code path
    ... on ValidationError { limit }
    ... on ConflictError { suggestion }
  }
} }"""
LOGIN = """mutation ($input: LoginInput!) { login(input: $input) {
  token tokenType expiresAt viewer { email role user { username } }
  errors { __typename message code path ... on AuthError { retryAfterSeconds } }
} }"""


@pytest.fixture
def register(api):
    async def register(**given):
        defaults = {"username": "ana", "email": "ana@example.com", "password": "a good one"}
        return (await api.data(REGISTER, input=defaults | given))["register"]

    return register


@pytest.fixture
def login(api):
    async def login(username, password):
        return (await api.data(LOGIN, input={"username": username, "password": password}))["login"]

    return login


async def accounts(resources):
    async with resources.reading() as session:
        return await session.scalar(select(func.count()).select_from(User))


async def test_an_account_is_made_and_logged_in(api, register):
    payload = await register(name="Ana", age=18)

    token = payload.pop("token")
    expires_at = datetime.fromisoformat(payload.pop("expiresAt"))
    assert payload == {
        "user": {"id": "1", "name": "Ana", "username": "ana", "role": "AUTHOR"},
        "errors": [],
    }
    assert timedelta(minutes=59) < expires_at - datetime.now(UTC) <= timedelta(hours=1)
    sent = {"Authorization": f"Bearer {token}"}
    seen = await api.post("{ viewer { email } }", headers=sent)
    assert seen.json() == {"data": {"viewer": {"email": "ana@example.com"}}}


async def test_a_password_is_stored_as_an_argon2id_hash_alone(register, resources):
    await register()

    async with resources.reading() as session:
        stored = await session.scalar(select(User.password_hash))
    assert stored.startswith("$argon2id$")
    assert "a good one" not in stored


async def test_the_least_that_makes_an_account_makes_one_without_a_log_in(api, login):
    given = {"username": "ana", "email": "ana@example.com"}

    payload = (await api.data(REGISTER, input=given))["register"]

    assert payload == {
        "user": {"id": "1", "name": "ana", "username": "ana", "role": "AUTHOR"},
        "token": None,
        "expiresAt": None,
        "errors": [],
    }
    assert (await login("ana", ""))["token"] is None


async def test_every_broken_rule_is_said_at_once_and_nothing_is_stored(register, resources):
    payload = await register(username="a!", email="no", password="short", name=" ", age=17)

    assert payload == {
        "user": None,
        "token": None,
        "expiresAt": None,
        "errors": [
            invalid("username", "Username must have at least 3 characters.", "TOO_SHORT", 3),
            invalid("email", "E-mail must be an e-mail address, as in ana@example.com."),
            invalid("password", "Password must have at least 8 characters.", "TOO_SHORT", 8),
            invalid("name", "Name is required.", "REQUIRED"),
            invalid("age", "Age must be at least 18.", limit=18),
        ],
    }
    assert await accounts(resources) == 0


async def test_the_bounds_of_every_rule(register):
    accepted = [
        {"username": "abc"},
        {"username": "a" * 30},
        {"age": 120},
        {"password": "8 signs."},
        {"password": "p" * 1024},
        {"name": "n" * 100},
        {"email": f"{'e' * 88}@example.com"},
    ]
    refused = [
        {"username": "ab"},
        {"username": "a" * 31},
        {"username": "a b"},
        {"username": "änn"},
        {"age": 121},
        {"password": "7 signs"},
        {"password": "p" * 1025},
        {"password": "ü" * 513},
        {"name": "n" * 101},
        {"email": f"{'e' * 89}@example.com"},
        {"email": "a@b"},
        {"email": "a b@example.com"},
    ]

    for number, given in enumerate(accepted):
        name = f"user{number}"
        other = {"username": name, "email": f"{name}@example.com", "password": None}
        assert (await register(**other | given))["errors"] == [], given
    for given in refused:
        (error,) = (await register(**{"username": "new", "email": "new@b.org"} | given))["errors"]
        assert error["path"] == ["input", next(iter(given))], given


async def test_a_name_and_an_email_that_are_taken_are_both_said(register, resources):
    await make_user(resources, username="ana", email="ana@example.com")
    await make_user(resources, username="ana2")

    payload = await register(email="ANA@example.com")

    assert payload["user"] is None
    assert payload["errors"] == [
        {
            "__typename": "ConflictError",
            "message": "This username is taken already.",
            "code": "TAKEN",
            "path": ["input", "username"],
            "suggestion": "ana3",
        },
        {
            "__typename": "ConflictError",
            "message": "There is an account with this e-mail already.",
            "code": "TAKEN",
            "path": ["input", "email"],
            "suggestion": None,
        },
    ]
    assert await accounts(resources) == 2


async def test_of_many_who_register_one_name_at_once_one_gets_it(register, resources):
    payloads = await asyncio.gather(
        *[register(email=f"ana{number}@example.com", password=None) for number in range(4)]
    )

    assert sorted(bool(payload["user"]) for payload in payloads) == [False, False, False, True]
    assert {error["code"] for payload in payloads for error in payload["errors"]} == {"TAKEN"}
    assert await accounts(resources) == 1


async def test_a_log_in_answers_a_token_with_the_claims_that_rest_gives(register, login, client):
    await register()

    payload = await login("ana", "a good one")
    rest = await client.post("/api/login", json={"username": "ana", "password": "a good one"})

    tokens = [payload.pop("token"), rest.json()["token"]]
    claims, others = (jwt.decode(token, options={"verify_signature": False}) for token in tokens)
    assert claims.pop("jti") != others.pop("jti")
    assert claims["exp"] - claims["iat"] == others["exp"] - others["iat"] == 3600
    for claim in (claims, others):
        del claim["exp"], claim["iat"]
    assert claims == others
    assert claims == {"id": 1, "username": "ana", "sub": "1", "iss": "graphql-blog"}
    del payload["expiresAt"]
    assert payload == {
        "tokenType": "Bearer",
        "viewer": {"email": "ana@example.com", "role": "AUTHOR", "user": {"username": "ana"}},
        "errors": [],
    }


async def test_the_email_logs_in_too_in_any_case(register, login):
    await register()

    assert (await login("ANA@example.com", "a good one"))["viewer"]["user"] == {"username": "ana"}


async def test_every_log_in_that_fails_is_answered_alike(register, login, resources):
    await register()
    await make_user(resources, username="nopassword")
    await make_user(resources, username="broken", password_hash="not a hash")

    failed = {
        "token": None,
        "tokenType": None,
        "expiresAt": None,
        "viewer": None,
        "errors": [
            {
                "__typename": "AuthError",
                "message": "Invalid credentials",
                "code": "INVALID_CREDENTIALS",
                "path": None,
                "retryAfterSeconds": None,
            }
        ],
    }
    for username, password in [
        ("ana", "a wrong one"),
        ("ana", ""),
        ("ANA", "a good one"),
        ("nobody", "a good one"),
        ("", ""),
        ("nopassword", ""),
        ("nopassword", "a good one"),
        ("broken", "a good one"),
        ("ana", "a good one" + "x" * 2000),
    ]:
        assert await login(username, password) == failed, (username, password)


async def test_an_old_bcrypt_hash_fits_and_is_replaced(login, resources):
    bcrypt = BcryptHasher(rounds=4).hash("imported")
    user = await make_user(resources, username="ana", password_hash=bcrypt)

    assert (await login("ana", "not this"))["errors"] != []
    assert await hash_of(resources, user) == bcrypt

    assert (await login("ana", "imported"))["errors"] == []
    better = await hash_of(resources, user)
    assert better.startswith("$argon2id$")

    assert (await login("ana", "imported"))["errors"] == []
    assert await hash_of(resources, user) == better


async def hash_of(resources, user):
    async with resources.reading() as session:
        return await session.scalar(select(User.password_hash).where(User.id == user.id))


async def test_a_log_in_is_logged_without_password_or_token(register, login):
    await register()

    with structlog.testing.capture_logs() as logged:
        token = (await login("ana", "a good one"))["token"]

    assert {"event": "User logged in", "log_level": "info", "userId": 1} in logged
    assert token not in str(logged)
    assert "a good one" not in str(logged)


async def test_a_registered_account_has_the_role_of_the_setting(register, resources):
    await register()

    async with resources.reading() as session:
        assert await session.scalar(select(User.role)) is Role.AUTHOR


async def test_logging_in_does_not_act_for_the_rest_of_the_request(api, resources):
    ana = await make_user(resources, username="ana")
    hashed = await resources.passwords.hash("correct horse")
    await make_user(resources, username="ben", password_hash=hashed)
    query = """mutation {
      login(input: {username: "ben", password: "correct horse"}) { viewer { email } }
      createPost(input: {title: "T", content: "C"}) { post { author { username } } }
    }"""

    assert await api.data(query, by=ana) == {
        "login": {"viewer": {"email": "ben@example.com"}},
        "createPost": {"post": {"author": {"username": "ana"}}},
    }
