"""Requests made up from the OpenAPI document: the answer is always one that it promises, no bug.

Of what is sent some is as the document says, and some is anything at all.
"""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql
from starlette.applications import Starlette

from graphql_blog.resources import Resources
from graphql_blog.rest.objects.nouns import COMMENT, POST, TAG, USER, VIEWER, Noun
from graphql_blog.rest.objects.tables import TABLES
from graphql_blog.rest.openapi import document
from tests import contract
from tests.asking import Api
from tests.blogs import ADAM, ANA, INSTANTS, RAE, Blog, Said, Written, on_one_database, store
from tests.conftest import connected

Json = dict[str, Any]
METHODS = {"get", "head", "put", "post", "patch", "delete"}
OPERATIONS = [
    (method, path, made, of_path.get("parameters", []))
    for path, of_path in document()["paths"].items()
    for method, made in of_path.items()
    if method in METHODS
]
SCHEMAS = document()["components"]["schemas"]
BLOG = Blog(
    [
        Written(
            author_id=ANA.id,
            status=status,
            published_at=INSTANTS[0] if status == "PUBLISHED" else None,
            created_at=INSTANTS[0],
            updated_at=INSTANTS[0],
            permalink=None,
            tag_ids=frozenset({1, 2}),
            past_slugs=1,
            id=id_,
        )
        for id_, status in enumerate(["PUBLISHED", "PUBLISHED", "DRAFT", "ARCHIVED"], 1)
    ],
    [
        Said(1, RAE.id, "VISIBLE", INSTANTS[0], 0, 1),
        Said(1, RAE.id, "PENDING", INSTANTS[0], 1, 2, 1),
    ],
)

text = st.text(max_size=12)
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | text
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3)
)


def paths(noun: Noun, levels: int = 3) -> st.SearchStrategy[str]:
    """Names of fields and embeds, those deeper in it too."""
    table = TABLES[noun]
    here = st.sampled_from([*table.whole, *table.more, *table.embeds, "seo", "x"])
    if not levels:
        return here
    deeper = [
        paths(embed.noun, levels - 1).map(f"{name}.{{}}".format)
        for name, embed in table.embeds.items()
    ]
    return st.one_of([here, *deeper])


NOUNS = {"posts": POST, "comments": COMMENT, "tags": TAG, "users": USER, "users_me": VIEWER}
SELECTIONS = {name: st.lists(paths(noun), max_size=4).map(",".join) for name, noun in NOUNS.items()}
IN_PATH = {
    "id": st.integers(1, 4).map(str),
    "slug": st.sampled_from(["tag-1", "post-1", "post-1-was-0"]),
    "username": st.sampled_from(["ana", "rae"]),
}
known = st.one_of([*IN_PATH.values()])


def value_of(schema: Json) -> st.SearchStrategy[Any]:
    """Values that the schema admits, as far as it is made of what is used in the document."""
    keyword = next(word for word in (*MADE_BY, "type") if word in schema)
    return MADE_BY[schema["type"] if keyword == "type" else keyword](schema)


def object_of(schema: Json) -> st.SearchStrategy[Any]:
    properties = {name: value_of(each) for name, each in schema["properties"].items()}
    required = {name: properties.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(required, optional=properties)


def integer_of(schema: Json) -> st.SearchStrategy[Any]:
    least = schema.get("minimum", -9)
    return st.integers(least, min(schema.get("maximum", 9), least + 20))


def string_of(schema: Json) -> st.SearchStrategy[Any]:
    if schema.get("format") == "date-time":
        return st.sampled_from(["2020-01-01T00:00:00Z", "2999-01-01T00:00:00+02:00"])
    return known | text


MADE_BY: dict[str, Callable[[Json], st.SearchStrategy[Any]]] = {
    "$ref": lambda schema: value_of(SCHEMAS[schema["$ref"].rpartition("/")[2]]),
    "allOf": lambda schema: value_of(schema["allOf"][0]),
    "anyOf": lambda schema: st.one_of([value_of(each) for each in schema["anyOf"]]),
    "enum": lambda schema: st.sampled_from(schema["enum"]),
    "object": object_of,
    "array": lambda schema: st.lists(value_of(schema["items"]), max_size=3),
    "integer": integer_of,
    "boolean": lambda schema: st.booleans(),
    "null": lambda schema: st.none(),
    "string": string_of,
}


@dataclass(frozen=True)
class Asked:
    """A request, and who sends it."""

    method: str
    path: str
    query: list[tuple[str, str]]
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def mostly(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What fits, and now and then anything."""
    return st.one_of(usual, usual, usual, usual, text)


@st.composite
def requests(draw: st.DrawFn) -> Asked:
    method, path, made, in_path = draw(st.sampled_from(OPERATIONS))
    names = {given["name"]: draw(mostly(IN_PATH[given["name"]])) for given in in_path}
    filled = re.sub(r"\{(\w+)\}", lambda found: quote(names[found[1]], safe=""), path)
    query = []
    for parameter in made.get("parameters", ()):
        if parameter["in"] == "query" and draw(st.integers(0, 3)) == 0:
            name = parameter["name"]
            usual = value_of(parameter["schema"])
            if name in {"fields", "include"}:
                usual = SELECTIONS.get(made["operationId"], SELECTIONS[made["tags"][0]])
            query.append((name, str(draw(mostly(usual)))))
    body = None
    if "requestBody" in made:
        schema = made["requestBody"]["content"]["application/json"]["schema"]
        body = draw(mostly(value_of(schema)) | anything)
    conditions = st.sampled_from([{}, {}, {"If-Match": '"x"'}, {"If-None-Match": "*"}])
    return Asked(method, filled, query, body, draw(conditions))


async def begin(resources: Resources) -> None:
    """The database holds the blog; what is written gets ids that are not in it."""
    await store(resources, BLOG)
    if resources.rows.dialect.name == "postgresql":
        async with resources.transaction() as session:
            for table in ("users", "posts", "tags", "comments"):
                sequence = f"pg_get_serial_sequence('{table}', 'id')"
                await session.execute(sql(f"SELECT setval({sequence}, 1000)"))


@pytest.fixture
async def held(app: Starlette, resources: Resources) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that holds every answer it gets against the document."""
    await begin(resources)
    async with connected(app, resources) as made:
        made.event_hooks = {"response": [contract.hold]}
        yield made


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
@settings(on_one_database, max_examples=300)
@given(asked=requests(), by=st.sampled_from([None, RAE, ANA, ADAM]))
async def test_every_request_is_answered_as_promised_on_sqlite(held, resources, asked, by):
    await assert_answered_as_promised(held, resources, asked, by)


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
@settings(on_one_database, max_examples=100)
@given(asked=requests(), by=st.sampled_from([None, RAE, ANA, ADAM]))
async def test_every_request_is_answered_as_promised_on_postgresql(held, resources, asked, by):
    await assert_answered_as_promised(held, resources, asked, by)


async def assert_answered_as_promised(
    held: httpx2.AsyncClient, resources: Resources, asked: Asked, by: Any
) -> None:
    headers = {**Api(held, resources).headers(by), **asked.headers}
    content = {} if asked.body is None else {"json": asked.body}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.query)
    answer = await held.request(asked.method, f"{asked.path}?{query}", headers=headers, **content)

    assert answer.status_code < 500, answer.text
    if answer.status_code == 204:
        await begin(resources)
