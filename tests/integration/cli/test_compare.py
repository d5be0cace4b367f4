"""`graphql-blog compare`, as somebody types it, against a server that runs."""

import json

import pytest
from typer.testing import CliRunner

from graphql_blog.cli import app
from graphql_blog.cli.terminal import output
from tests.conftest import served

SCENARIOS = ["Post page", "Home page", "Author page", "List on a phone", "The same post again"]
WAYS = ["rest-plain", "rest-best", "graphql", "graphql-get"]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with served(tmp_path_factory.mktemp("compared")) as running:
        yield running


@pytest.fixture
def compare(monkeypatch):
    def run(*options):
        monkeypatch.setattr(output, "width", 110)
        return CliRunner().invoke(app, ["compare", "--rounds", "1", *options])

    return run


def test_all_scenarios_for_programs(compare, url):
    done = compare("--url", url, "--json")

    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [one["title"] for one in told] == SCENARIOS
    for one in told:
        assert [way["name"] for way in one["ways"]] == WAYS
        for way in one["ways"]:
            figures = way["figures"]
            assert len(way["urls"]) == figures["requests"]["median"]
            assert all(
                range_["least"] <= range_["median"] <= range_["most"] for range_ in figures.values()
            )
            assert figures["bytesOnWire"]["median"] <= figures["bytesDown"]["median"]
            later = figures["time150"]["median"] - figures["time0"]["median"]
            assert later == pytest.approx(150 * figures["roundTrips"]["median"], abs=0.01)
        assert one["verdicts"]


def test_one_scenario_for_people(compare, url):
    done = compare("--url", url, "--scenario", "home")

    assert done.exit_code == 0, done.output
    heads = ("Home page", "REST as commonly written", "GraphQL, persisted GET")
    rows = ("Requests", "Bytes never shown", "SQL statements", "Server CPU", "150 ms of latency")
    for words in (*heads, *rows):
        assert words in done.stdout
    assert "Beside REST as commonly written GraphQL takes 1 instead of" in done.stdout
    assert "one request at a time" in " ".join(done.stdout.split())


def test_markdown_is_a_table(compare, url):
    done = compare("--url", url, "--scenario", "cached", "--markdown")

    lines = done.stdout.splitlines()
    assert lines[0] == "### The same post again"
    assert lines[2].count("|") == lines[3].count("|") == 6
    assert "| Requests | 1 | 1 | 1 | 1 |" in lines
    (won,) = [line for line in lines if line.startswith("- REST at its best wins with")]
    assert "0 B instead of" in won


def test_a_query_of_ones_own(compare, url, tmp_path):
    query = tmp_path / "tags.graphql"
    query.write_text(
        "query ($n: Int) { tags(first: $n) { name postCount } postAggregate { count } }"
    )

    done = compare("--url", url, "--query", str(query), "--variables", '{"n": 3}', "--json")

    (told,) = json.loads(done.stdout)
    assert told["title"] == "Your own query"
    assert told["notes"] == ["REST has no address for `postAggregate`."]
    plain = told["ways"][0]["urls"]
    assert plain[0] == "GET /api/tags?limit=3"
    assert len(plain) == 4
    assert told["ways"][1]["urls"] == ["GET /api/tags?limit=3&fields=name,postCount"]


def test_without_a_server_one_is_started(compare, tmp_path, monkeypatch):
    monkeypatch.setattr("graphql_blog.cli.compare.USUAL_URL", "http://127.0.0.1:1")
    database = f"sqlite:///{tmp_path / 'own.db'}"

    done = compare("--scenario", "mobile", "--database-url", database, "--json")

    assert done.exit_code == 0, done.output
    assert "No server was named: one runs at http://127.0.0.1:" in done.stderr
    assert json.loads(done.stdout)[0]["title"] == "List on a phone"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--scenario", "attic"], "There is no scenario attic: there is post, home,"),
        (["--variables", "{", "--query"], "The variables are no JSON"),
        (["--query"], "Cannot query field 'titel' on type 'Post'. Did you mean 'title'?"),
    ],
)
def test_what_cannot_be_compared_is_said(compare, url, tmp_path, options, words):
    query = tmp_path / "wrong.graphql"
    query.write_text("{ posts { titel } }")
    options = [*options, str(query)] if options[-1] == "--query" else options

    done = compare("--url", url, *options)

    assert done.exit_code == 1
    assert words in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("localhost:8000", "--url must begin with http:// or https://"),
        ("http://127.0.0.1:1", "127.0.0.1:1 does not answer"),
    ],
)
def test_a_server_that_is_none_is_said(compare, url, words):
    done = compare("--url", url)

    assert done.exit_code == 1
    assert words in " ".join(done.stderr.split())


def test_a_server_that_does_not_compare_is_said(compare, tmp_path):
    with served(tmp_path, GRAPHQL_BLOG_COMPARE="off") as url:
        done = compare("--url", url)

    assert done.exit_code == 1
    assert "does not compare: start it with GRAPHQL_BLOG_COMPARE=on." in " ".join(
        done.stderr.split()
    )
