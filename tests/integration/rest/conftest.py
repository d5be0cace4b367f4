"""Accounts with a token each, and posts to ask for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import httpx2
import pytest
from starlette.applications import Starlette

from graphql_blog.auth import Role
from graphql_blog.db.models import User
from graphql_blog.resources import Resources
from tests import contract
from tests.conftest import connected


@pytest.fixture
async def client(app: Starlette, resources: Resources) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that holds every answer it gets against the OpenAPI document."""
    async with connected(app, resources) as made:
        made.event_hooks = {"response": [contract.hold]}
        yield made


@dataclass(frozen=True)
class Account:
    """Somebody registered, and the header that says so."""

    id: int
    username: str
    headers: dict[str, str]


MakeAccount: TypeAlias = Callable[..., Awaitable[Account]]
MakePost: TypeAlias = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def account(resources: Resources) -> MakeAccount:
    async def make(username: str, role: Role = Role.AUTHOR) -> Account:
        user = User(username=username, email=f"{username}@example.com", role=role)
        async with resources.transaction() as session:
            session.add(user)
        token = resources.tokens.issue(user.id, username, datetime.now(UTC)).text
        return Account(user.id, username, {"Authorization": f"Bearer {token}"})

    return make


@pytest.fixture
async def ana(account: MakeAccount) -> Account:
    return await account("ana")


@pytest.fixture
async def ben(account: MakeAccount) -> Account:
    return await account("ben")


@pytest.fixture
async def editor(account: MakeAccount) -> Account:
    return await account("editor", Role.EDITOR)


@pytest.fixture
def written(client: httpx2.AsyncClient, ana: Account) -> MakePost:
    """Ana's posts."""

    async def write(title: str = "Title", content: str = "Content", **more: Any) -> dict[str, Any]:
        given = {"title": title, "content": content, **more}
        answer = await client.post("/api/posts", json=given, headers=ana.headers)
        assert answer.status_code == 201
        return answer.json()

    return write
