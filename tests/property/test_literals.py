"""A query with values in its text gets the same answer, whatever was asked in that form before."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.types.graphql import OperationType

from graphql_blog.auth import STRANGER
from graphql_blog.graph.context import Context
from graphql_blog.graph.schema import Document, Schema, build_schema
from tests.blogs import blogs, on_one_database, store

ENGINE, CORE = build_schema(), build_schema(breadth_first=False)
DOCUMENTS_OF = {schema: schema.documents(entries=1_000) for schema in (ENGINE, CORE)}
READING = frozenset({OperationType.QUERY})
FORMS = (
    "{{ post(id: {}) {{ title author {{ name }} }} }}",
    "query A {{\n  one: post(id: {}) {{ title }}\n  other: post(id:{}) {{ id tags {{ slug }} }} }}",
    "query ($n: Int = 2) {{ user(id: {}) {{ posts(first: $n) {{ id }} }} tag(id: {}) {{ slug }} }}",
    "{{ postBySlug(slug: {}) {{ ...F }} }} fragment F on Post {{ id comments(first: 1) {{ id }} }}",
    "{{ node(id: {}) {{ id }} userByUsername(username: {}) {{ id }} __typename }}",
    "{{ post(id: {}) {{ id }} post(id: {}) {{ title }} }}",
    "{{ postsConnection(first: 2, after: {}) {{ nodes {{ id }} }} posts(first: {}) {{ id }} }}",
)  # fmt: skip
texts = st.sampled_from(
    ["1", "2", "", "0", "-1", "x", "ü", "slug-1", "tag-1", "ana", "99999999999", "UG9zdDox", "{}"]
)  # fmt: skip
values = st.one_of(
    texts.map(lambda text: f'"{text}"'), st.sampled_from(["1", "2", "7", "0", "007"])
)
queries = st.tuples(st.sampled_from(FORMS), values, values).map(lambda q: q[0].format(*q[1:]))


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
@settings(on_one_database, max_examples=40)
@given(blog=blogs(), asked=st.lists(queries, min_size=5, max_size=30))
async def test_what_is_alike_is_answered_as_it_is_alone(resources, blog, asked):
    await store(resources, blog)
    now = datetime.now(UTC)

    async def answered(schema: Schema, document: Document) -> Any:
        context = Context(viewer=STRANGER, now=now, request_id="test", resources=resources)
        result = await schema.run(document, {}, context, None, READING)
        errors = result.errors or ()
        if document.lifted:
            errors = [document.lifted.relocated(error) for error in errors]
        return orjson.dumps(result.data), [error.formatted for error in errors], context.cost

    for query in asked:
        alike = await answered(ENGINE, DOCUMENTS_OF[ENGINE].alike(query))
        alone = await answered(CORE, DOCUMENTS_OF[CORE].prepared(query))
        assert alike == alone, query
