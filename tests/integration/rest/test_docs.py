"""docs/rest.md is true: its addresses, fields and orders are those there are, its examples run."""

import json
import re

import pytest

from graphql_blog.demo import fill
from graphql_blog.rest.objects.nouns import COMMENT, POST, TAG, USER, VIEWER
from graphql_blog.rest.objects.tables import TABLES
from graphql_blog.rest.openapi import document
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "rest.md").read_text()
EXAMPLES = re.findall(r"```http\nGET (\S+)\n```\n\n```json\n(.*?)```", PAGE, re.DOTALL)
NAMES = {"post": POST, "user": USER, "comment": COMMENT, "tag": TAG, "me": VIEWER}


@pytest.fixture
def template(sqlite_template):
    """Nothing here depends on the kind of the database."""
    return sqlite_template


async def test_the_examples_are_answered_so(client, resources):
    async with resources.transaction() as session:
        await fill.fill(session, resources.passwords)

    assert len(EXAMPLES) == 3
    for address, shown in EXAMPLES:
        assert (await client.get(address)).json() == json.loads(shown), address


def test_all_addresses_are_there_with_their_methods():
    rows = re.findall(r"^\| `(/api/\S*)` \| ([^|]+) \|", PAGE, re.MULTILINE)
    told = {path: re.findall(r"[A-Z]+", methods) for path, methods in rows}

    assert {path: sorted(methods) for path, methods in told.items()} == {
        path: sorted(name.upper() for name in methods if name != "parameters")
        for path, methods in document()["paths"].items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_all_fields_and_embeds_are_there(name):
    row = re.search(rf"^\| {name} \|(.*)\|(.*)\|(.*)\|$", PAGE, re.MULTILINE)
    assert row
    told = [[*re.findall(r"`(\w+)`", cell)] for cell in row.groups()]
    table = TABLES[NAMES[name]]

    more = dict.fromkeys(field.partition(".")[0] for field in table.more)
    assert told == [[*table.whole], [*more], [*table.embeds]]


def test_all_orders_are_there():
    paths = document()["paths"].values()
    operations = [made for path in paths for made in path.values() if isinstance(made, dict)]
    parameters = [one for made in operations if "parameters" in made for one in made["parameters"]]
    orders = [one["schema"]["enum"] for one in parameters if one["name"] == "order"]
    row = re.search(r"^\| `order` \|(.*)\|$", PAGE, re.MULTILINE)

    assert row
    told = {*re.findall(r"`(\w+)`", row[1])}
    assert told == {name for order in orders for name in order if not name.startswith("-")}
