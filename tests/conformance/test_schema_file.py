"""The schema: its file, its descriptions and bounds, and the small schema it grew from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
    print_ast,
    validate,
)
from graphql.utilities import ast_from_value, find_breaking_changes

from graphql_blog.graph import schema as ours
from tests.asking import Api
from tests.factories import make_post, make_user

FILE = Path(__file__).resolve().parents[2] / "schema.graphql"

# What clients have been written against; every query for it stays valid and answers the same.
SMALL_SCHEMA = """
type Post { id: ID! title: String! content: String! author: User! }
type User { id: ID! name: String! posts: [Post!]! }
type Query { post(id: ID!): Post  posts: [Post!]!  user(id: ID!): User }
"""
DOCUMENTS = {
    'query { post(id: "1") { title content author { name } } }': {
        "post": {"title": "First Post", "content": "Hello world!", "author": {"name": "Admin"}}
    },
    "query { posts { id title content author { id name } } }": {
        "posts": [
            {
                "id": "1",
                "title": "First Post",
                "content": "Hello world!",
                "author": {"id": "1", "name": "Admin"},
            }
        ]
    },
    'query { user(id: "1") { id name posts { title author { name } } } }': {
        "user": {
            "id": "1",
            "name": "Admin",
            "posts": [{"title": "First Post", "author": {"name": "Admin"}}],
        }
    },
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return ours.build_schema()._schema


def test_the_file_is_what_the_code_prints():
    assert FILE.read_text(encoding="utf-8") == ours.build_schema().as_str() + "\n"


def test_the_file_is_a_schema_that_changes_nothing_of_the_one_in_use(schema):
    read = build_schema(FILE.read_text(encoding="utf-8"))

    assert find_breaking_changes(read, schema) == []
    assert find_breaking_changes(schema, read) == []


def test_nothing_of_the_small_schema_is_broken(schema):
    assert find_breaking_changes(build_schema(SMALL_SCHEMA), schema) == []


def test_every_document_for_the_small_schema_is_valid(schema):
    for document in DOCUMENTS:
        assert validate(build_schema(SMALL_SCHEMA), parse(document)) == []
        assert validate(schema, parse(document)) == []


async def test_every_document_for_the_small_schema_is_answered(client, resources):
    admin = await make_user(resources, username="admin", display_name="Admin")
    await make_post(resources, admin, title="First Post", content="Hello world!")

    for document, answer in DOCUMENTS.items():
        assert await Api(client, resources).data(document) == answer


def test_everything_has_a_description(schema):
    described = dict(parts(schema))

    assert len(described) > 400
    assert [
        name for name, description in described.items() if not (description or "").strip()
    ] == []


def parts(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """All that can be described, by its path, but for what introspection adds."""
    for type_ in own_types(schema):
        yield type_.name, type_.description
        if isinstance(type_, GraphQLEnumType):
            for name, value in type_.values.items():
                yield f"{type_.name}.{name}", value.description
        for name, field in fields_of(type_).items():
            yield f"{type_.name}.{name}", field.description
            for argument, given in getattr(field, "args", {}).items():
                yield f"{type_.name}.{name}({argument})", given.description


def own_types(schema: GraphQLSchema) -> list[Any]:
    return [type_ for name, type_ in schema.type_map.items() if not name.startswith("__")]


def fields_of(type_: Any) -> dict[str, Any]:
    kinds = GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType
    return type_.fields if isinstance(type_, kinds) else {}


def test_every_list_is_bounded_by_an_argument_or_by_its_nature():
    schema = build_schema(FILE.read_text(encoding="utf-8"))
    unbounded = {
        f"{type_.name}.{name}"
        for type_ in own_types(schema)
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not has_pages(type_)
        for name, field in type_.fields.items()
        if is_list_type(get_nullable_type(field.type))
        and not field.args.keys() & {"first", "last"}
        and "listSize" not in [given.name.value for given in field.ast_node.directives or ()]
    }

    # An error's path is as long as the input is deep.
    assert {name for name in unbounded if not name.endswith(".path")} == set()


def has_pages(type_: Any) -> bool:
    """A page is as long as the field that returned it said."""
    return "pageInfo" in type_.fields


def test_every_connection_is_asked_for_by_page_and_never_null(schema):
    connections = [
        (name, field)
        for type_ in own_types(schema)
        for name, field in fields_of(type_).items()
        if get_named_type(field.type).name.endswith("Connection")
    ]

    assert len(connections) == 9
    for name, field in connections:
        assert name.endswith("Connection")
        assert {"first", "after", "last", "before"} <= field.args.keys(), name
        assert str(field.type).endswith("Connection!"), name


PLAIN = {
    "Query.post": "(id: ID!): Post",
    "Query.user": "(id: ID!): User",
    "Query.comment": "(id: ID!): Comment",
    "Query.tag": "(id: ID!): Tag",
    "Query.postBySlug": "(slug: String!): Post",
    "Query.userByUsername": "(username: String!): User",
    "Query.tagBySlug": "(slug: String!): Tag",
    "Query.node": "(id: ID!): Node",
    "Query.nodes": "(ids: [ID!]!): [Node]!",
    "Query.viewer": "(): Viewer",
    "Query.posts": "(first: Int = 20, offset: Int = 0, filter: PostFilter,"
    " orderBy: PostOrder = { field: PUBLISHED_AT, direction: DESC }): [Post!]!",
    "Query.postsConnection": "(first: Int, after: String, last: Int, before: String,"
    " filter: PostFilter,"
    " orderBy: PostOrder = { field: PUBLISHED_AT, direction: DESC }): PostConnection!",
    "User.posts": "(first: Int = 20, offset: Int = 0, filter: PostFilter,"
    " orderBy: PostOrder = { field: PUBLISHED_AT, direction: DESC }): [Post!]!",
    "Tag.posts": "(first: Int = 20, offset: Int = 0,"
    " orderBy: PostOrder = { field: PUBLISHED_AT, direction: DESC }): [Post!]!",
    "Post.comments": "(first: Int = 20, offset: Int = 0,"
    " orderBy: CommentOrder = { field: CREATED_AT, direction: ASC }): [Comment!]!",
    "Post.title": "(): String!",
    "Post.content": "(): String!",
    "Post.author": "(): User!",
    "Post.publishedAt": "(): DateTime",
    "User.name": "(): String!",
    "PostConnection.totalCount": "(): Int!",
}


@pytest.mark.parametrize("path", PLAIN)
def test_its_arguments_defaults_and_nulls_are_decided(schema, path):
    type_name, name = path.split(".")
    field = schema.type_map[type_name].fields[name]  # type: ignore[attr-defined]

    assert f"({', '.join(map(written, field.args.items()))}): {field.type}" == PLAIN[path]


def written(argument: tuple[str, Any]) -> str:
    name, given = argument
    text = f"{name}: {given.type}"
    default = ast_from_value(given.default_value, given.type)
    return text if default is None else f"{text} = {print_ast(default)}"
