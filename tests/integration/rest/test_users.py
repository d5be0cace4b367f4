"""/api/users: registering, and the public face of an account."""

import re

import pytest
from sqlalchemy import select

from graphql_blog.auth import Role
from graphql_blog.db.models import User

USERNAME_BOUNDS = "Username must have at {} characters."
AGE_BOUNDS = "Age must be at {}."


async def test_creating_a_user_answers_201_with_that_username(client):
    answer = await client.post(
        "/api/users", json={"username": "testuser", "email": "test@example.com"}
    )

    assert answer.status_code == 201
    assert answer.json()["username"] == "testuser"
    assert answer.headers["location"] == f"/api/users/{answer.json()['id']}"


async def test_the_users_are_answered_as_json(client):
    answer = await client.get("/api/users")

    assert answer.status_code == 200
    assert re.search("json", answer.headers["content-type"])
    assert answer.json() == []


async def test_a_new_user_is_shown_without_e_mail_and_password(client):
    given = {
        "username": "ana",
        "email": "Ana@Example.com",
        "password": "a-long-password",
        "name": "Ana Sá",
        "age": 18,
    }
    created = await client.post("/api/users", json=given)

    shown = await client.get(created.headers["location"])
    listed = await client.get("/api/users")

    user = created.json()
    assert user == {
        "id": user["id"],
        "username": "ana",
        "name": "Ana Sá",
        "bio": None,
        "websiteUrl": None,
        "role": "AUTHOR",
        "createdAt": user["createdAt"],
        "links": {
            "self": f"/api/users/{user['id']}",
            "posts": f"/api/users/{user['id']}/posts",
            "comments": f"/api/users/{user['id']}/comments",
        },
    }
    assert shown.json() == user
    assert listed.json() == [user]


async def test_without_a_name_the_username_is_shown(client):
    answer = await client.post("/api/users", json={"username": "ana", "email": "a@example.com"})

    assert answer.json()["name"] == "ana"


async def test_lists_show_accounts_and_not_the_guests_who_commented(client, ana, account):
    guest = await account("guest", Role.ANONYMOUS)

    listed = await client.get("/api/users")
    shown = await client.get(f"/api/users/{guest.id}")

    assert [user["username"] for user in listed.json()] == ["ana"]
    assert listed.headers["x-total-count"] == "1"
    assert shown.json()["username"] == "guest"


@pytest.mark.parametrize("id_", ["999", "abc", "0", "9" * 20])
async def test_who_is_not_there_is_not_found(client, id_):
    answer = await client.get(f"/api/users/{id_}")

    assert (answer.status_code, answer.json()["error"]) == (404, "User not found")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("username", "ab", USERNAME_BOUNDS.format("least 3")),
        ("username", "x" * 31, USERNAME_BOUNDS.format("most 30")),
        ("username", "not alnum", "Username must be letters and digits only."),
        ("username", "ünïcode", "Username must be letters and digits only."),
        ("username", 12345, "Username must be text."),
        ("username", None, "Username must be text."),
        ("email", "no-address", "E-mail must be an e-mail address, as in ana@example.com."),
        ("age", 17, AGE_BOUNDS.format("least 18")),
        ("age", 121, AGE_BOUNDS.format("most 120")),
        ("age", "20", "Age must be a whole number."),
        ("age", 20.5, "Age must be a whole number."),
        ("age", 10**30, AGE_BOUNDS.format("most 120")),
        ("password", "short", "Password must have at least 8 characters."),
    ],
)
async def test_what_breaks_a_rule_is_refused_in_words(client, resources, field, value, message):
    given = {"username": "testuser", "email": "test@example.com", field: value}

    answer = await client.post("/api/users", json=given)

    body = answer.json()
    assert answer.status_code == 400
    assert body["error"] == message
    assert [(detail["field"], detail["message"]) for detail in body["details"]] == [
        (field, message)
    ]
    assert (await client.get("/api/users")).json() == []


@pytest.mark.parametrize(
    "at_the_bound", [{"username": "abc"}, {"username": "x" * 30}, {"age": 18}, {"age": 120}]
)
async def test_the_bounds_themselves_are_allowed(client, at_the_bound):
    given = {"username": "testuser", "email": "test@example.com", **at_the_bound}

    answer = await client.post("/api/users", json=given)

    assert answer.status_code == 201


async def test_all_that_is_wrong_is_said_at_once(client):
    answer = await client.post("/api/users", json={"username": "a", "age": 7})

    body = answer.json()
    assert body["error"] == "Username must have at least 3 characters."
    assert body["details"] == [
        {
            "field": "username",
            "message": "Username must have at least 3 characters.",
            "code": "TOO_SHORT",
            "limit": 3,
        },
        {"field": "email", "message": "E-mail is required.", "code": "REQUIRED"},
        {"field": "age", "message": "Age must be at least 18.", "code": "INVALID", "limit": 18},
    ]


async def test_what_somebody_has_already_is_a_conflict(client, ana):
    answer = await client.post("/api/users", json={"username": "ana", "email": "ana@example.com"})

    body = answer.json()
    assert answer.status_code == 409
    assert body["error"] == "This username is taken already."
    assert body["details"] == [
        {
            "field": "username",
            "message": "This username is taken already.",
            "suggestion": "ana2",
        },
        {"field": "email", "message": "There is an account with this e-mail already."},
    ]
    assert (await client.get("/api/users")).headers["x-total-count"] == "1"


async def test_nobody_chooses_their_own_role(client, resources):
    given = {"username": "mallory", "email": "m@example.com", "role": "ADMIN", "id": 77}

    answer = await client.post("/api/users", json=given)

    assert answer.json()["role"] == "AUTHOR"
    async with resources.reading() as session:
        assert (await session.scalars(select(User.role))).all() == [Role.AUTHOR]
