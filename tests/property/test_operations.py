"""Whatever the schema allows to be asked, by whomever: it is answered, and never with a bug.

hypothesis-graphql makes operations up from the schema alone. `OPERATIONS=2000` tries so many of
each kind, instead of the few that there is time for.
"""

import os
from typing import Any

import httpx2
import pytest
from graphql import print_ast
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, nodes, queries
from starlette.applications import Starlette

from graphql_blog.app import create_app
from graphql_blog.auth import Role
from graphql_blog.db import models
from graphql_blog.graph.schema import build_schema
from graphql_blog.resources import Resources
from graphql_blog.settings import Engine, Settings
from tests.asking import RESPONSE, Api
from tests.blogs import ADAM, ANA, RAE, Blog, Said, Written, store
from tests.conftest import connected
from tests.factories import LONG_AGO

SCHEMA = build_schema()._schema
EXAMPLES = int(os.environ.get("OPERATIONS", "40"))
CODES = {
    "BAD_USER_INPUT",
    "FORBIDDEN",
    "GRAPHQL_VALIDATION_FAILED",
    "MAX_COST_EXCEEDED",
    "PAGE_SIZE_EXCEEDED",
    "QUERY_TOO_DEEP",
    "TOO_MANY_ALIASES",
    "TOO_MANY_DIRECTIVES",
    "TOO_MANY_FIELDS",
    "TOO_MANY_NODES",
    "TOO_MANY_TOKENS",
    "UNAUTHENTICATED",
}
INSTANTS = ["2020-02-29T23:59:59.999999+01:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
SCALARS = {
    "DateTime": st.sampled_from(INSTANTS).map(nodes.String),
    "JSON": st.just("{}").map(nodes.String),
}
BLOG = Blog(
    posts=[
        Written(
            author, "PUBLISHED", LONG_AGO, LONG_AGO, LONG_AGO, None, frozenset({1, 2}), 1, number
        )
        for number, author in ((1, ANA.id), (2, ADAM.id))
    ],
    comments=[Said(1, RAE.id, "VISIBLE", LONG_AGO, 0, 1), Said(1, ANA.id, "SPAM", LONG_AGO, 0, 2)],
)
viewers = st.sampled_from([None, RAE, ADAM])
asked = queries(SCHEMA, custom_scalars=SCALARS, print_ast=print_ast)
changed = mutations(SCHEMA, custom_scalars=SCALARS, print_ast=print_ast)
on_one_blog = settings(
    max_examples=EXAMPLES, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
async def blog(resources: Resources) -> None:
    await store(resources, BLOG)


@pytest.fixture
async def core(settings: Settings) -> Starlette:
    """The same blog, with each operation executed by graphql-core."""
    return create_app(settings.model_copy(update={"engine": Engine.CORE}))


@on_one_blog
@given(query=asked, viewer=viewers)
@pytest.mark.usefixtures("blog")
async def test_every_query_is_answered(
    api: Api, core: Starlette, resources: Resources, query: str, viewer: Any
) -> None:
    answer = await sent(api.client, api, query, viewer)

    async with connected(core, resources) as client:
        assert answer.get("data") == (await sent(client, api, query, viewer)).get("data")


@on_one_blog
@given(mutation=changed, viewer=viewers)
@pytest.mark.usefixtures("blog")
async def test_every_mutation_is_answered(api: Api, mutation: str, viewer: Any) -> None:
    await sent(api.client, api, mutation, viewer)


async def sent(client: httpx2.AsyncClient, api: Api, operation: str, viewer: Any) -> Any:
    """The answer, which is one that is foreseen."""
    by = None
    if viewer is not None:
        by = models.User(id=viewer.id, username=viewer.username, role=Role(viewer.role))
    headers = {"Accept": RESPONSE, **api.headers(by)}
    answer = await client.post("/graphql", json={"query": operation}, headers=headers)
    body = answer.json()
    codes = {error["extensions"]["code"] for error in body.get("errors", ())}
    assert codes <= CODES, (operation, body["errors"])
    assert answer.status_code in {200, 400}
    assert ("data" in body) == (answer.status_code == 200)
    return body
