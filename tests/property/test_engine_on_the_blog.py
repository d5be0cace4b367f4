"""Any document on the blog's own schema: the engine says what graphql-core says, with no more SQL.

Each document is executed for several viewers in turn, who share its plan and its statements, and
still see what graphql-core shows each of them.
"""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from graphql import GraphQLError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strawberry.types.graphql import OperationType

from graphql_blog.auth import STRANGER, Role, Viewer
from graphql_blog.graph.context import Context
from graphql_blog.graph.schema import Schema, build_schema
from graphql_blog.resources import Resources
from tests.blogs import ACCOUNTS, Blog, blogs, store
from tests.limits import UNLIMITED
from tests.torture.documents import Document, document
from tests.torture.inputs import values

ENGINE, CORE = build_schema(), build_schema(breadth_first=False)
DOCUMENTS_OF = {
    schema: schema.documents(entries=100, limits=UNLIMITED) for schema in (ENGINE, CORE)
}
READING = frozenset({OperationType.QUERY})
DOCUMENTS = 12

viewers = st.sampled_from(
    [STRANGER, *(Viewer(id=a.id, username=a.username, role=Role(a.role)) for a in ACCOUNTS)]
)
queries = (
    st.binary(min_size=100, max_size=300)
    .map(lambda data: document(ENGINE._schema, data))
    .filter(lambda written: not written.text.startswith("mutation"))
)
asked = st.lists(queries, min_size=1, max_size=DOCUMENTS)
seeds = st.integers(0, 2**16)
# One database for all examples, filled anew for each.
on_one_database = settings(deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
@settings(on_one_database, max_examples=30)
@given(blog=blogs(), queries=asked, who=st.tuples(viewers, viewers), seed=seeds)
async def test_any_document_has_the_same_answer_on_sqlite(resources, blog, queries, who, seed):
    await assert_the_same(resources, blog, queries, who, seed)


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
@settings(on_one_database, max_examples=12)
@given(blog=blogs(), queries=asked, who=st.tuples(viewers, viewers), seed=seeds)
async def test_any_document_has_the_same_answer_on_postgresql(resources, blog, queries, who, seed):
    await assert_the_same(resources, blog, queries, who, seed)


async def assert_the_same(
    resources: Resources, blog: Blog, queries: list[Document], who: Any, seed: int
) -> None:
    await store(resources, blog)
    now = datetime.now(UTC)
    for query in queries:
        for viewer in (*who, who[0]):
            core = await answered(CORE, resources, query, viewer, now, seed)
            engine = await answered(ENGINE, resources, query, viewer, now, seed)
            assert engine.data == core.data, (query.text, viewer, seed)
            assert engine.nulls == core.nulls, (query.text, viewer, seed)
            # An error stops graphql-core where it stands; the engine goes on with the others.
            if not core.nulls:
                assert engine.statements <= core.statements, (query.text, viewer, seed)


class Answered:
    """An answer, and how many statements it took."""

    def __init__(self, data: Any, errors: list[GraphQLError], statements: int) -> None:
        # As bytes, so that the order of the keys counts.
        self.data = orjson.dumps(data)
        self.nulls = {null_in(data, error.path or []) for error in errors}
        self.statements = statements


def null_in(data: Any, path: list[Any]) -> tuple[Any, ...]:
    """Where the error at this path made the data null."""
    for length, step in enumerate(path):
        if data is None:
            return tuple(path[:length])
        data = data[step]
    return tuple(path)


async def answered(
    schema: Schema,
    resources: Resources,
    query: Document,
    viewer: Viewer,
    now: datetime,
    seed: int,
) -> Answered:
    sent: list[Any] = []
    context = Context(viewer=viewer, now=now, request_id="test", resources=resources)
    variables = values(schema._schema, query.variables, seed)
    prepared = DOCUMENTS_OF[schema].prepared(query.text)
    resources.rows.observers.append(sent.append)
    try:
        result = await schema.run(prepared, variables, context, query.operation, READING)
    finally:
        resources.rows.observers.remove(sent.append)
    return Answered(result.data, list(result.errors or ()), len(sent))
