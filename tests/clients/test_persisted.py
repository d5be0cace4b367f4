"""Persisted operations, as clients ask for them by hash and by id."""

import json
import shutil

import httpx2
import pytest

from tests.clients.front_end import LOCAL, FrontEnd, commands
from tests.clients.test_page import READ, RELAY_WARNS
from tests.conftest import served

pytestmark = pytest.mark.xdist_group("clients")

MANIFEST = '"persistConfig": { "file": "./persisted.json" }, '


# urql sends the text by GET too where it fits into an address.
@pytest.mark.parametrize(("client", "method"), [("apollo", "POST"), ("urql", "GET")])
def test_clients_register_what_is_not_known(front_end, client, method):
    front_end.add(f"{client}-persisted.mjs", "persisted.mjs", "requests.mjs")

    assert front_end.told(f"node {client}-persisted.mjs") == [
        *["GET 64 400", f"{method} text 64 200", "First Post"],
        *["GET 64 200", "First Post"],
    ]


@pytest.fixture
def compiled(packages, tmp_path):
    """The page's program for Relay, which sends ids, and their manifest."""
    front_end = FrontEnd(tmp_path, packages)
    front_end.follow("relay")
    front_end.write("persisted.json", "{}")
    edit(front_end, "relay.config.json", '"schemaConfig":', f'{MANIFEST}"schemaConfig":')
    edit(front_end, "src/environment.js", "{ text }", "{ id }")
    edit(front_end, "src/environment.js", "{ query: text, variables }", "{ doc_id: id, variables }")
    front_end.run("npx relay-compiler")
    return front_end


def edit(front_end, name, old, new):
    text = (front_end.folder / name).read_text()
    assert old in text
    front_end.write(name, text.replace(old, new))


@pytest.fixture
def trusting(compiled, generated, tmp_path_factory):
    """A server that answers what Relay and the code generator made manifests of."""
    folder = tmp_path_factory.mktemp("trusting")
    trusted = folder / "trusted"
    trusted.mkdir()
    shutil.copy(compiled.folder / "persisted.json", trusted / "relay.json")
    shutil.copy(generated.folder / "src/gql/persisted-documents.json", trusted / "codegen.json")
    variables = {"GRAPHQL_BLOG_OPERATIONS": "trusted", "GRAPHQL_BLOG_TRUSTED_DOCUMENTS": "trusted"}
    with served(folder, **variables) as url:
        yield url


def test_relay_asks_by_id(compiled, trusting):
    edit(compiled, "src/environment.js", LOCAL, trusting)
    (command,) = commands("npx relay-compiler")

    said = compiled.run(command, warns=RELAY_WARNS)

    assert said[said.index(READ[0]) :].splitlines()[:3] == READ
    assert "Renamed by Relay" in said


def test_generated_documents_are_asked_for_by_id(generated, trusting):
    manifest = json.loads((generated.folder / "src/gql/persisted-documents.json").read_text())
    post = next(id_ for id_, text in manifest.items() if text.startswith("query Post("))

    answer = httpx2.post(f"{trusting}/graphql", json={"documentId": post, "variables": {"id": "1"}})
    refused = httpx2.post(f"{trusting}/graphql", json={"query": "{ posts { id } }"})

    assert answer.json()["data"]["post"]["title"] == "First Post"
    assert [error["extensions"]["code"] for error in refused.json()["errors"]] == [
        "PERSISTED_QUERY_NOT_ALLOWED"
    ]
