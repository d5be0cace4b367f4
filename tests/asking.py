"""Asks the GraphQL API over HTTP, as a client would."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2

from graphql_blog.db.models import User
from graphql_blog.resources import Resources

RESPONSE = "application/graphql-response+json"


@dataclass(frozen=True)
class Api:
    """The API on one database."""

    client: httpx2.AsyncClient
    resources: Resources

    async def post(
        self,
        query: str,
        *,
        by: User | None = None,
        headers: dict[str, str] | None = None,
        **variables: Any,
    ) -> httpx2.Response:
        sent = {"Accept": RESPONSE, **self.headers(by), **(headers or {})}
        asked = {"query": query, "variables": variables}
        return await self.client.post("/graphql", json=asked, headers=sent)

    async def body(self, query: str, *, by: User | None = None, **variables: Any) -> Any:
        return (await self.post(query, by=by, **variables)).json()

    async def data(self, query: str, *, by: User | None = None, **variables: Any) -> Any:
        """The data of an answer that has no errors."""
        body = await self.body(query, by=by, **variables)
        assert "errors" not in body, body["errors"]
        return body["data"]

    async def errors(self, query: str, *, by: User | None = None, **variables: Any) -> Any:
        """The errors of an answer, without what differs from request to request."""
        body = await self.body(query, by=by, **variables)
        for error in body["errors"]:
            del error["extensions"]["requestId"]
            error.pop("locations", None)
        return body["errors"]

    def headers(self, user: User | None) -> dict[str, str]:
        """What says that this user asks."""
        if user is None:
            return {}
        token = self.resources.tokens.issue(user.id, user.username, datetime.now(UTC))
        return {"Authorization": f"Bearer {token.text}"}


BOOKKEEPING = {"number", "parent_key"}


def columns_of(statement: str) -> set[str]:
    """What a SELECT reads of its table, in words: `posts.title`, `comments.count_1`."""
    columns = re.match(r"SELECT (.*?)\s+FROM ", statement, re.DOTALL)
    table = re.search(r"FROM (posts|users|comments|tags|post_tags|slug_history)\b", statement)
    assert columns, statement
    assert table, statement
    names = {re.split(r" AS |\.", part)[-1].strip() for part in columns[1].split(",")}
    return {f"{table[1]}.{name}" for name in names - BOOKKEEPING}
