"""The page of GraphiQL as it is sent, and its examples against the schema that is served."""

import json
from pathlib import Path

import pytest
from graphql import build_schema, get_operation_ast, parse, validate
from graphql.execution.values import get_variable_values
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from graphql_blog.web import graphiql

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(ROOT.glob("frontend/src/examples/*.graphql"))
POLICY = graphiql.CONTENT_SECURITY_POLICY


@pytest.fixture
def client():
    routes = [Route("/graphql", graphiql.page), *graphiql.ROUTES]
    return TestClient(Starlette(routes=routes))


@pytest.fixture
def schema():
    return build_schema((ROOT / "schema.graphql").read_text())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_valid(schema, path):
    assert validate(schema, parse(path.read_text())) == []


def test_variables_of_an_example_are_valid(schema):
    example = ROOT / "frontend/src/examples/posts-by-page"
    operation = get_operation_ast(parse(example.with_suffix(".graphql").read_text()))
    variables = json.loads(example.with_suffix(".json").read_text())
    found = get_variable_values(schema, operation.variable_definitions, variables)
    assert not isinstance(found, list), found


def test_page_allows_nothing_from_elsewhere(client):
    sent = client.get("/graphql")
    assert sent.headers["Content-Type"] == "text/html; charset=utf-8"
    assert sent.headers["Content-Security-Policy"] == POLICY
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Referrer-Policy"] == "no-referrer"
    assert sent.headers["Vary"] == "Accept"


def test_hashed_files_are_kept_for_good(client, monkeypatch, tmp_path):
    hashed = tmp_path / "graphiql" / "assets"
    hashed.mkdir(parents=True)
    (hashed / "index-0a1b.js").write_text("export {};")
    monkeypatch.setattr(graphiql.Static, "hashed", hashed)
    static = TestClient(graphiql.Static(directory=tmp_path))

    sent = static.get("/graphiql/assets/index-0a1b.js")

    assert sent.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert sent.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"


def test_other_files_are_asked_for_again(client):
    sent = client.get("/static/fallback.js")
    assert sent.status_code == 200
    assert sent.headers["Cache-Control"] == "no-cache"
    again = client.get("/static/fallback.js", headers={"If-None-Match": sent.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/static/../graphiql.py", "/static/%2e%2e/graphiql.py", "/static/..%2fgraphiql.py"]
)
def test_nothing_outside_the_folder_is_sent(client, path):
    assert client.get(path).status_code == 404
