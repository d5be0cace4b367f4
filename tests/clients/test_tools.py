"""GraphQL Inspector and get-graphql-schema, as the page has them."""

import pytest
from graphql import build_client_schema, build_schema, introspection_from_schema, print_schema
from graphql.utilities import lexicographic_sort_schema

from tests.clients.front_end import LOCAL, SCHEMA, commands
from tests.conformance.test_schema_file import SMALL_SCHEMA

pytestmark = pytest.mark.xdist_group("clients")


def words(schema):
    """A schema in words that do not depend on who lays them out."""
    introspected = introspection_from_schema(schema, specified_by_url=False)
    printed = print_schema(lexicographic_sort_schema(build_client_schema(introspected)))
    return printed.replace('"""', ' """ ').split()


def test_the_schema_that_a_tool_fetches_is_the_one_in_the_file(front_end):
    (command,) = commands("npx get-graphql-schema")
    front_end.run(command.replace(LOCAL, front_end.server))

    fetched = (front_end.folder / "schema.graphql").read_text()

    assert words(build_schema(fetched)) == words(build_schema(SCHEMA.read_text()))


def test_nothing_of_the_small_schema_is_broken(front_end):
    front_end.write("schema.graphql", SMALL_SCHEMA)
    (command,) = commands("npx graphql-inspector diff")

    said = front_end.run(command.replace(LOCAL, front_end.server))

    assert "Type Comment was added" in said
    assert said.endswith("[success] No breaking changes detected\n")


def test_what_a_client_would_miss_is_found(front_end):
    front_end.write("schema.graphql", SMALL_SCHEMA.replace("name:", "nickname: String name:"))
    (command,) = commands("npx graphql-inspector diff")

    found = front_end.tried(command.replace(LOCAL, front_end.server))

    assert found.returncode == 1
    assert "Field nickname was removed from object type User" in found.stdout


def test_documents_are_validated(front_end):
    front_end.follow("codegen")
    (command,) = commands("npx graphql-inspector validate")

    assert front_end.run(command) == "[success] All documents are valid\n"

    front_end.write("src/wrong.ts", "graphql(`query Wrong { posts { titel } }`);")
    found = front_end.tried(command)

    assert found.returncode == 1
    assert "src/wrong.ts" in found.stdout
    assert "Cannot query field titel on type Post. Did you mean title?" in found.stdout
