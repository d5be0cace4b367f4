"""Puts the schema together: root types, scalars, and what is checked before execution."""

from datetime import UTC, datetime
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from graphql_blog.db.columns import read_instant
from graphql_blog.graph.errors import USER_ERRORS
from graphql_blog.graph.limits import Limits
from graphql_blog.graph.mutations import Mutation
from graphql_blog.graph.queries import Query


class Schema(strawberry.Schema):
    """The schema of the blog; `web.graphql` logs what Strawberry would log here."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        pass


def build_schema() -> Schema:
    extensions: list[type[SchemaExtension]] = [Limits]
    return Schema(
        query=Query,
        mutation=Mutation,
        types=USER_ERRORS,
        extensions=extensions,
        config=StrawberryConfig(scalar_map={datetime: DATE_TIME}),
    )


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read(text: Any) -> datetime:
    return read_instant(text if isinstance(text, str) else "")


DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="RFC 3339 instant, always UTC with a trailing Z, e.g. 2026-11-20T11:04:00Z.",
    serialize=_written,
    parse_value=_read,
)
