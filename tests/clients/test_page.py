"""docs/clients.md is true: its programs run, with the versions that it names."""

import json
import re

import pytest

from tests import npm
from tests.clients.front_end import PAGE, commands

pytestmark = pytest.mark.xdist_group("clients")

READ = ["First Post, by Admin", "69 posts, the last is First Post", "UNAUTHENTICATED"]
REFUSED = "input.title Title is required."
# Relay misses the post that a refused mutation has not made; the page says so.
RELAY_WARNS = "Warning: MutationHandlers: Expected target node to exist.\n"


@pytest.mark.parametrize("client", ["apollo", "urql"])
def test_programs_of_caching_clients(front_end, client):
    front_end.follow(client)

    assert front_end.run("node main.mjs").splitlines() == [*READ, REFUSED, "true"]


def test_programs_of_relay(front_end):
    front_end.follow("relay")
    (command,) = commands("npx relay-compiler")

    said = front_end.run(command, warns=RELAY_WARNS)

    printed = said[said.index(READ[0]) :].split("\n", 6)
    id_ = re.search(r"__id: '(\w+)'", printed[-1])[1]
    assert printed[:-1] == [*READ, REFUSED, "From Relay", "Renamed by Relay"]
    assert printed[-1].split() == [
        *f"{{ __id: '{id_}', __typename: 'Post', nodeId: '{id_}',".split(),
        *"title: 'Renamed by Relay', version: 2 }".split(),
    ]


def test_programs_with_generated_types(front_end):
    front_end.follow("codegen")
    (command,) = commands("npx graphql-codegen")
    (as_modules,) = commands("npm pkg set")
    name, value = as_modules.split()[-1].split("=")
    front_end.write("package.json", json.dumps({name: value}))

    said = front_end.run(command)

    assert said[said.index(READ[0]) :].splitlines() == [
        f"{READ[0]}, 2024-01-05T09:00:00Z",
        *READ[1:],
        "input.title Title must have at most 200 characters. 200",
        "Typed PUBLISHED",
    ]


def test_versions_are_those_tried():
    locked = json.loads((npm.REQUIREMENTS / "clients" / "package.json").read_text())["dependencies"]
    tried = dict(re.findall(r"(?<=`)([@\w/.-]+)` (\d+\.\d+\.\d+)", PAGE))
    installed = {word for line in commands("npm install") for word in line.split()[2:]}

    assert tried.items() <= locked.items()
    assert installed - {"--save-dev"} <= locked.keys()
