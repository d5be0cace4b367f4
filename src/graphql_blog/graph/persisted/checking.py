"""Whether the documents of a client are valid, each as the server would take it."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from graphql import GraphQLError, assert_valid_schema
from graphql import build_schema as schema_of

from graphql_blog.graph.limits.bounds import Limits
from graphql_blog.graph.persisted.manifests import TrustedDocument
from graphql_blog.graph.persisted.sources import Operation, Problem, position_of
from graphql_blog.graph.schema import Document, Documents, documents_for

Prepare = Callable[[str], Document]


class NoSchema(Exception):
    """A schema that cannot be read; the message says why."""


def documents_against(schema_file: Path, limits: Limits) -> Documents:
    """Documents checked by the rules of this server, against another schema. Raises `NoSchema`."""
    try:
        schema = schema_of(schema_file.read_text("utf-8-sig"))
        assert_valid_schema(schema)
    except OSError as error:
        raise NoSchema(f"Cannot read {schema_file}: {error.strerror}.") from None
    except (GraphQLError, TypeError, UnicodeDecodeError) as error:
        words = str(error).splitlines()[0]
        raise NoSchema(f"{schema_file} is no GraphQL schema: {words}") from None
    return documents_for(schema, limits, entries=0)


def problems_in(operations: Iterable[Operation], prepare: Prepare) -> Iterator[Problem]:
    """What the server would refuse about operations in files."""
    for operation in operations:
        for error in prepare(operation.text).errors:
            place = operation.place(position_of(error))
            yield Problem(place, error.message, operation.name)


def problems_in_trusted(
    documents: Iterable[TrustedDocument], prepare: Prepare
) -> Iterator[Problem]:
    """The same for documents that an operator trusts."""
    for document in documents:
        for error in prepare(document.text).errors:
            yield Problem(document.place(position_of(error)), error.message, document.name)
