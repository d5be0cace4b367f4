"""`graphql-blog operations`, and serving trusted documents, as somebody runs them."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import Result
from typer.testing import CliRunner

from graphql_blog.cli import app
from tests.conftest import ROOT, served
from tests.integration.cli.test_serve import run
from tests.servers import valkey_server

CLIENT = {
    "home.graphql": "# What visitors see first\nquery Home {\n  posts(first: 3) { ...Card }\n}\n",
    "card.tsx": "export const Card = gql`\n  fragment Card on Post { title author { name } }\n`;\n",
    "node_modules/other/q.graphql": "{ nothing }",
}
SMALLER = """
type Query { posts(first: Int): [Post!]! }
type Post { title: String!, author: Author! }
type Author { username: String! }
"""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where the command is run; the files of a client are in src."""
    monkeypatch.chdir(tmp_path)
    for name, text in CLIENT.items():
        (tmp_path / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / name).write_text(text)
    return tmp_path


def operations(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["operations", *arguments])


def test_a_client_that_is_valid_is_told_so(folder):
    result = run(folder, "operations", "check", "src")

    assert (result.returncode, result.stdout, result.stderr) == (0, "1 operation: all valid.\n", "")


def test_each_problem_is_told_with_its_place_as_the_server_would(folder):
    (folder / "src" / "later.gql").write_text(
        "query Later { posts(first: 500) { id } }\n"
        "query Wrong($id: ID!) {\n  post(id: $id) { titel }\n}\n"
        "query Home { __typename }\n"
        "fragment Alone on Post { id }\n"
    )
    (folder / "src" / "open.graphql").write_text("{ posts {\n")

    result = operations("check", "src")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "src/later.gql:1:15: `first` must be between 1 and 100, not 500:"
        " read a long list page by page.",
        "src/later.gql:3:19: Cannot query field 'titel' on type 'Post'. Did you mean 'title'?",
        'src/later.gql:5:1: There is another operation named "Home": src/home.graphql:2:1.',
        "src/open.graphql:2:1: Syntax Error: Expected Name, found <EOF>.",
    ]
    assert result.stderr.splitlines() == [
        'Note: src/later.gql:6:1: no operation needs the fragment "Alone": it was not checked',
        "4 operations, 4 problems.",
    ]


def test_deployed_clients_are_checked_against_the_schema_to_come(folder):
    (folder / "next.graphql").write_text(SMALLER)

    result = operations("check", "src", "--schema", "next.graphql")

    assert result.exit_code == 1
    assert result.stdout == "src/card.tsx:2:42: Cannot query field 'name' on type 'Author'.\n"
    ours = operations("check", "src", "--schema", str(ROOT / "schema.graphql"))
    assert (ours.exit_code, ours.stdout) == (0, "1 operation: all valid.\n")


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (None, "Cannot read next.graphql: No such file or directory.\n"),
        ("type Query {", "next.graphql is no GraphQL schema: Syntax Error: Expected Name"),
        ("type Post { id: ID }", "next.graphql is no GraphQL schema: Query root type must be"),
        ("type Query { a: Nothing }", "next.graphql is no GraphQL schema: Unknown type"),
    ],
)
def test_a_schema_that_is_none_is_refused(folder, schema, words):
    if schema is not None:
        (folder / "next.graphql").write_text(schema)

    result = operations("check", "src", "--schema", "next.graphql")

    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {words}")


def test_programs_read_json(folder):
    (folder / "src" / "wrong.graphql").write_text("query Wrong {\n  nothing\n}")

    result = operations("check", "src", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "operations": 2,
        "problems": [
            {
                "file": "src/wrong.graphql",
                "line": 2,
                "column": 3,
                "message": "Cannot query field 'nothing' on type 'Query'.",
                "operation": "Wrong",
            }
        ],
        "unusedFragments": [],
    }


def test_a_fragment_that_is_wrong_is_told_once(folder):
    (folder / "src" / "more.graphql").write_text(
        "query A { posts { ...F } } query B { posts { ...F } } fragment F on Post { x }"
    )

    result = operations("check", "src")

    assert result.stdout == "src/more.graphql:1:76: Cannot query field 'x' on type 'Post'.\n"


def test_manifests_are_checked_too(folder):
    (folder / "persisted.json").write_text(json.dumps({"a1": "{ posts { id } }", "a2": "{\n x }"}))

    result = operations("check", "persisted.json")

    assert result.exit_code == 1
    assert result.stdout == "persisted.json#a2:2:2: Cannot query field 'x' on type 'Query'.\n"
    assert result.stderr == "2 operations, 1 problem.\n"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nothing", "Cannot read nothing: No such file or directory."),
        ("empty", "There is no operation in empty."),
        ("nothing.json", "nothing.json: No such file or directory."),
    ],
)
def test_a_folder_without_operations_is_no_success(folder, path, words):
    (folder / "empty").mkdir()

    result = operations("check", path)

    assert (result.exit_code, result.stderr) == (1, f"Error: {words}\n")


def test_a_manifest_is_written_that_the_server_takes(folder):
    result = operations("manifest", "src", "--output", "manifest.json")

    (entry,) = json.loads((folder / "manifest.json").read_text())["operations"]
    assert (result.exit_code, result.stdout) == (0, "")
    assert (entry["name"], entry["type"]) == ("Home", "query")
    assert entry["id"] == sha256(entry["body"].encode()).hexdigest()
    assert operations("manifest", "src").stdout == (folder / "manifest.json").read_text()
    assert operations("check", "manifest.json").stdout == "1 operation: all valid.\n"


def test_no_manifest_is_written_of_what_is_not_valid(folder):
    (folder / "src" / "wrong.graphql").write_text("query Wrong { nothing }")

    result = operations("manifest", "src", "--output", "manifest.json")

    assert result.exit_code == 1
    assert "src/wrong.graphql:1:15: Cannot query field" in result.stdout
    assert not (folder / "manifest.json").exists()


def test_several_processes_know_the_same_documents(folder):
    query = "{ posts(first: 1) { title } }"
    persisted = {"version": 1, "sha256Hash": sha256(query.encode()).hexdigest()}
    by_hash: dict[str, Any] = {"extensions": {"persistedQuery": persisted}}
    by_name = {"documentId": "First", "variables": {"id": "1"}}
    (folder / "trusted").mkdir()
    (folder / "trusted" / "first.gql").write_text(
        "query First($id: ID!) { post(id: $id) { title } }"
    )
    set_so = {
        "GRAPHQL_BLOG_OPERATIONS": "persisted",
        "GRAPHQL_BLOG_TRUSTED_DOCUMENTS": "trusted",
    }

    with (
        valkey_server() as valkey,
        served(folder, "--workers", "2", GRAPHQL_BLOG_REDIS_URL=valkey.url, **set_so) as url,
    ):

        def ask(**asked: Any) -> Any:
            return httpx2.post(f"{url}/graphql", json=asked, timeout=30).json()

        refused = ask(query=query)
        registered = ask(query=query, **by_hash)
        by_hashes = [ask(**by_hash) for _ in range(8)]
        by_names = [ask(**by_name) for _ in range(8)]

    assert refused["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_ALLOWED"
    assert list(registered) == ["data"]
    assert by_hashes == [registered] * 8
    assert by_names == [{"data": {"post": {"title": "First Post"}}}] * 8


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nothing", "nothing: No such file or directory\n"),
        ("broken.json", "broken.json: this is not valid JSON: "),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(tmp_path, path, words):
    (tmp_path / "broken.json").write_text("{")

    result = run(tmp_path, "serve", GRAPHQL_BLOG_TRUSTED_DOCUMENTS=path)

    assert result.returncode == 1
    assert result.stderr.startswith(
        f"Error: GRAPHQL_BLOG_TRUSTED_DOCUMENTS cannot be used: {words}"
    )
    assert result.stderr.count("\n") == 1


def test_check_looks_at_trusted_documents_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "manifest.json").write_text('{"a": "{ posts { id } }", "b": "{ nothing }"}')
    trusted = {"GRAPHQL_BLOG_TRUSTED_DOCUMENTS": "manifest.json"}

    result = CliRunner().invoke(app, ["check"], env=trusted)

    assert result.exit_code == 1
    assert result.stdout == "manifest.json#b:1:3: Cannot query field 'nothing' on type 'Query'.\n"
