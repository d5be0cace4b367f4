"""The schema as it is committed, to compare with what the server shows of it."""

from pathlib import Path

from graphql import GraphQLSchema, build_schema, lexicographic_sort_schema, print_schema

COMMITTED = (Path(__file__).resolve().parents[1] / "schema.graphql").read_text("utf-8")


def assert_is_the_committed_schema(shown: GraphQLSchema) -> None:
    committed = build_schema(COMMITTED)

    assert in_order(shown) == in_order(committed)


def in_order(schema: GraphQLSchema) -> str:
    return print_schema(lexicographic_sort_schema(schema))
