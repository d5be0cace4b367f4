"""What is shown anywhere passes all limits with room: half of each would do."""

import re
from pathlib import Path

import pytest

from benchmarks.queries import QUERIES
from graphql_blog.graph.limits.bounds import Limits
from graphql_blog.graph.schema import build_schema

ROOT = Path(__file__).resolve().parents[3]
BLOG = build_schema()
HALF = Limits(
    tokens=2_000,
    document_length=50_000,
    definitions=50,
    depth=6,
    introspection_depth=3,
    aliases=15,
    directives=25,
    fields=500,
    merged_fields=1_000,
    nodes=5_000,
    cost=1_000,
)
DOCUMENTS = BLOG.documents(entries=0, limits=HALF)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LIMITS = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")


def shown(path):
    """The documents in a page: blocks, programs, commands and tables."""
    text = path.read_text(encoding="utf-8")
    yield from re.findall(r"^```graphql\n(.*?)^```", text, re.M | re.S)
    yield from re.findall(r"(?:gql|graphql)(?:\(`|`)([^`]*)`", text)
    yield from re.findall(r"graphql-blog explain '([^']*)'", text)
    yield from (
        asked.replace('\\"', '"') for asked in re.findall(r'"query": "((?:\\"|[^"])*)"', text)
    )


def examples():
    found = [(f"{path.name} {n}", one) for path in PAGES for n, one in enumerate(shown(path), 1)]
    for folder in ("frontend/src/examples", "tests/snapshots"):
        found += [
            (path.stem, path.read_text()) for path in sorted((ROOT / folder).glob("*.graphql"))
        ]
    found += [(query.name, query.text) for query in QUERIES if "1000" not in query.text]
    return found


EXAMPLES = examples()


@pytest.mark.parametrize("text", [text for _, text in EXAMPLES], ids=[name for name, _ in EXAMPLES])
def test_every_example_passes_half_of_the_limits(text):
    prepared = DOCUMENTS.prepared(text)

    about_limits = [error for error in prepared.errors if "limit" in (error.extensions or {})]
    assert about_limits == []
    if prepared.facts:
        for operation in prepared.facts.costs.values():
            assert operation.of({}).requested <= HALF.cost
            assert operation.of({}).nodes <= HALF.nodes


def test_there_are_examples():
    assert len(EXAMPLES) > 40
    assert {name.split()[0] for name, _ in EXAMPLES} >= {"README.md", "clients.md", "first-post"}


PRICES = re.findall(r"^\| `(.*?)` \| ([\d,]+) \| ([\d,]+) \|$", LIMITS, re.M)


@pytest.mark.parametrize(("query", "points", "objects"), PRICES)
def test_the_prices_in_the_documentation_are_these(query, points, objects):
    cost = DOCUMENTS.prepared(query).facts.operation(None).of({})

    assert (cost.requested, cost.nodes) == (int(points), int(objects))


def test_the_limits_in_the_documentation_are_these():
    told = re.findall(r"\| ([\d,]+) \| `[A-Z_]+` \| `MAX_([A-Z_]+)` \|$", LIMITS, re.M)

    assert {name.lower(): int(most.replace(",", "")) for most, name in told} == {
        name: getattr(Limits(), name) for name in Limits.__slots__
    }
    assert len(PRICES) == 10


def test_the_refusal_in_the_documentation_is_one():
    query = "{ posts { comments(first: 100) { author { name } } } }"
    (error,) = BLOG.documents(entries=0).prepared(query).errors

    assert error.message in LIMITS
    assert [place["path"] for place in error.extensions["dearest"]] == [
        ["posts", "comments"],
        ["posts", "comments", "author"],
        ["posts"],
    ]
