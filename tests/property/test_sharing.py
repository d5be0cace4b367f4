"""Requests of many viewers at once share statements, and nobody gets what is another's."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.types.graphql import OperationType

from graphql_blog.auth import STRANGER, Role, Viewer
from graphql_blog.graph.context import Context
from graphql_blog.graph.schema import Schema, build_schema
from tests.blogs import ACCOUNTS, blogs, on_one_database, store

ENGINE, CORE = build_schema(), build_schema(breadth_first=False)
DOCUMENTS_OF = {schema: schema.documents(entries=10) for schema in (ENGINE, CORE)}
READING = frozenset({OperationType.QUERY})
POST = """query ($id: ID!) { post(id: $id) {
    title author { name postCount posts { id } } tags { slug postCount } previousSlugs
    comments(first: 2) { content author { username } } commentsConnection { totalCount }
} }"""
QUERIES = (
    POST,
    POST.replace("query (", "query Again ("),
    "query ($id: ID!) { user(id: $id) { name posts(first: 3) { id title comments { id } } } }",
    "query ($id: ID!) { tag(id: $id) { slug postsConnection(first: 2) { nodes { id title } } } }",
    "query ($id: ID!) { comment(id: $id) { author { name } post { title author { name } } } }",
    "query { posts { id author { name } commentCount relatedPosts { id } } }",
)

viewers = st.sampled_from(
    [STRANGER, *(Viewer(id=a.id, username=a.username, role=Role(a.role)) for a in ACCOUNTS)]
)
requests = st.tuples(viewers, st.sampled_from(QUERIES), st.integers(1, 6))


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
@settings(on_one_database, max_examples=25)
@given(blog=blogs(), asked=st.lists(requests, min_size=8, max_size=24))
async def test_whoever_asks_at_once_gets_what_he_gets_alone(resources, blog, asked):
    await store(resources, blog)
    now = datetime.now(UTC)

    async def answered(schema: Schema, viewer: Viewer, query: str, id_: int) -> Any:
        context = Context(viewer=viewer, now=now, request_id="test", resources=resources)
        prepared = DOCUMENTS_OF[schema].prepared(query)
        result = await schema.run(prepared, {"id": str(id_)}, context, None, READING)
        return orjson.dumps(result.data), [error.message for error in result.errors or ()]

    alone = [await answered(CORE, *request) for request in asked]
    together = await asyncio.gather(*[answered(ENGINE, *request) for request in asked])

    assert together == alone
