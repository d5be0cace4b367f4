"""Whatever is asked: nothing comes back that was not in the price."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strawberry.types.graphql import OperationType

from graphql_blog.auth import Role, Viewer
from graphql_blog.graph.context import Context
from graphql_blog.graph.schema import build_schema
from tests.blogs import EVE, blogs, store
from tests.limits import UNLIMITED
from tests.torture.documents import document
from tests.torture.inputs import values

BLOG = build_schema()
DOCUMENTS = BLOG.documents(entries=0, limits=UNLIMITED)
# She sees everything.
EDITOR = Viewer(id=EVE.id, username=EVE.username, role=Role(EVE.role))

queries = (
    st.binary(min_size=100, max_size=300)
    .map(lambda data: document(BLOG._schema, data))
    .filter(lambda written: not written.text.startswith("mutation"))
)


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
@settings(
    deadline=None,
    derandomize=True,
    print_blob=True,
    max_examples=25,
    suppress_health_check=list(HealthCheck),
)
@given(blog=blogs(), asked=st.lists(queries, min_size=1, max_size=12), seed=st.integers(0, 2**16))
async def test_no_answer_costs_more_than_was_asked_for(resources, blog, asked, seed):
    await store(resources, blog)
    for query in asked:
        context = Context(EDITOR, datetime.now(UTC), "test", resources)
        variables = values(BLOG._schema, query.variables, seed)
        prepared = DOCUMENTS.prepared(query.text)
        result = await BLOG.run(
            prepared, variables, context, query.operation, frozenset({OperationType.QUERY})
        )

        if result.data is not None:
            cost, operation = context.cost, context.operation_cost
            assert operation.actual(result.data) <= cost.requested, (query.text, variables)
            assert depth(result.data) <= cost.depth or "__" in query.text
            assert objects(result.data) - 1 <= cost.nodes or "__" in query.text


def objects(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(objects, value.values()))
    return sum(map(objects, value)) if isinstance(value, list) else 0


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return max(map(depth, value), default=0) if isinstance(value, list) else 0
