"""Whether clients may ask for the schema: a setting, which errors keep to as well."""

import pytest
from graphql import build_client_schema, get_introspection_query

from graphql_blog.graph.introspection import SWITCHED_OFF
from graphql_blog.settings import Switch
from tests.committed import assert_is_the_committed_schema

pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

OFF = pytest.mark.parametrize("settings", [Switch.OFF], indirect=True)
BOTH = pytest.mark.parametrize("settings", list(Switch), indirect=True)
# Each of these gets a hint where hints are given.
MISSPELT = [
    ("{ pots { id } }", {}),
    ("{ posts { titel } }", {}),
    ("{ posts(frist: 1) { id } }", {}),
    ("{ posts { ... on Pots { id } } }", {}),
    ("{ posts(orderBy: {field: PUBLISHED, direction: DESC}) { id } }", {}),
    ("{ posts(filter: {tags: {anyOf: []}}) { id } }", {}),
    ("query ($order: PostOrdr) { posts(orderBy: $order) { id } }", {}),
    (
        "query ($order: PostOrder) { posts(orderBy: $order) { id } }",
        {"order": {"field": "PUBLISHED", "direction": "DESC"}},
    ),
    (
        "query ($order: PostOrder) { posts(orderBy: $order) { id } }",
        {"order": {"field": "TITLE", "drection": "DESC"}},
    ),
]


@pytest.fixture
def settings(request, settings):
    return settings.model_copy(update={"introspection": request.param})


@pytest.mark.parametrize("settings", [Switch.ON], indirect=True)
async def test_its_result_is_the_committed_schema(api):
    introspection = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, one_of=True
    )

    assert_is_the_committed_schema(build_client_schema(await api.data(introspection)))


@OFF
@pytest.mark.parametrize(
    "query",
    [
        get_introspection_query(),
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Post") { name } }',
        "{ posts { id } ...Hidden } fragment Hidden on Query { a: __schema { description } }",
        '{ __type(name: "Post") { name } posts(first: 0) { id } }',
    ],
)
async def test_switched_off_it_is_refused_in_words(api, statements, query):
    response = await api.post(query)

    first = response.json()["errors"][0]
    assert response.status_code == 400
    assert first["message"] == SWITCHED_OFF
    assert first["extensions"]["code"] == "INTROSPECTION_DISABLED"
    assert statements == []


@OFF
async def test_the_names_of_types_in_an_answer_stay(api):
    assert await api.data("{ __typename posts { __typename } }") == {
        "__typename": "Query",
        "posts": [],
    }


@BOTH
async def test_hints_are_given_where_the_schema_is(api, settings):
    for query, variables in MISSPELT:
        errors = await api.errors(query, **variables)

        hinted = "Did you mean" in str(errors)
        assert hinted == settings.shows_schema, (query, errors)
