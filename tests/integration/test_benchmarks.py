"""The benchmarks run: answers are compared, tables are printed, the report is written."""

import asyncio
import gc
import json
import subprocess
import sys
from contextlib import ExitStack, asynccontextmanager
from itertools import cycle
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from benchmarks import checks, contestants, data, in_process, load, queries
from benchmarks.__main__ import app, named
from benchmarks.data import Filling
from benchmarks.measuring import Measured, Spread, cheaper, faster, turns
from benchmarks.processes import CAN_PIN, SERVER_CORE, pinned, running
from benchmarks.results import Results
from tests.conftest import ROOT

# One process, for one run of them.
pytestmark = pytest.mark.xdist_group("benchmarks")
SMALL = ["--database", "sqlite", "--rounds", "2", "--seconds", "0.05", "--connections", "2"]


def run(*options):
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *map(str, options)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def small_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("benchmarks")
    parts = ["--part", "http", "--part", "cache", "--part", "in process", "--only", "Q2"]
    written = ["--json", folder / "found.json", "--report", "--docs", folder / "docs"]
    return folder, run(*SMALL, *parts, *written, "--folder", folder)


def test_measures_every_server_in_every_round(small_run):
    folder, finished = small_run
    assert (finished.returncode, finished.stderr) == (0, "")

    found = Results.read(folder / "found.json").measured

    over_http = [one for one in found if one.part == "http"]
    assert [one.server for one in over_http] == [
        "graphql-blog",
        "graphql-blog, core",
        "plain Strawberry",
        "hand-written",
    ]
    assert {(one.case, one.connections, len(one.per_second)) for one in over_http} == {("Q2", 2, 2)}
    kept = [one for one in found if one.part == "cache"]
    assert [(one.server, one.case) for one in kept] == [
        (server, case)
        for case in ("Q5", "Q1 (100 ids)", "Q2")
        for server in ("graphql-blog, kept", "constant answer")
    ]
    in_process = [one for one in found if one.part == "in process"]
    assert [one.database for one in in_process] == ["in memory"] * 4 + ["sqlite"] * 4
    assert {len(one.cpu_micros) for one in in_process} == {2}


def test_prints_each_query_and_a_summary(small_run):
    said = small_run[1].stdout

    assert "The load alone: up to " in said
    assert "Q2 · SQLite, 2 connections" in said
    assert "Q2 · in process, in memory" in said
    assert "Answers that are kept: requests per second\nSQLite, 2 connections\n" in said
    assert "Requests per second, relative to plain Strawberry\nSQLite, 2 connections\n" in said


def test_writes_tables_and_charts(small_run):
    docs = small_run[0] / "docs"

    text = (docs / "README.md").read_text()

    assert "|  | Q2 |\n| --- | ---: |\n| **graphql-blog** | **" in text
    assert "![Over HTTP: http-sqlite](http-sqlite.svg)" in text
    chart = ElementTree.parse(docs / "http-sqlite.svg").getroot()
    words = [element.text for element in chart.iter("{http://www.w3.org/2000/svg}text")]
    assert words[:3] == [
        "Requests per second on SQLite",
        "times plain Strawberry; one core, 2 connections",
        "Q2 · 50 posts with author",
    ]
    assert "plain Strawberry" in words


def test_shows_figures_that_were_measured_before(small_run, tmp_path):
    folder, measured = small_run

    options = ["--from", folder / "found.json", "--report", "--docs", tmp_path]
    again = CliRunner().invoke(app, [*map(str, options)])

    assert again.exit_code == 0
    assert measured.stdout.endswith(again.stdout)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        path.name: path.read_text() for path in (folder / "docs").iterdir()
    }


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (["--only", "Q9"], "'Q9' is none of Q1, Q1 literal, Q2, Q3, Q4, Q4 (1,000), Q5"),
        (["--only", "Q1", "--only", "Q9"], "'Q9' is none of Q1, Q1 literal,"),
        (["--part", "luck"], "'luck' is none of http, cache, in process, pages, growth"),
        (["--database", "paper"], "'paper' is none of postgresql, sqlite"),
        (["--connections", "0"], "Invalid value for '--connections': "),
        (["--rounds", "0"], "Invalid value for '--rounds': "),
        (["--seconds", "0"], "Invalid value for '--seconds': "),
        (["--from", "missing.json"], "file 'missing.json' does not exist"),
    ],
)
def test_refuses_what_it_does_not_know(wrong, words, tmp_path):
    wide = {"COLUMNS": "200"}
    refused = CliRunner(env=wide).invoke(app, [*wrong, "--folder", str(tmp_path)])

    assert refused.exit_code == 2
    assert words in refused.stderr


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"about": {}, "measured": [{"part": "http"}]}'])
def test_a_file_without_measurements_is_refused_in_one_line(tmp_path, text):
    (tmp_path / "other.json").write_text(text)

    refused = run("--from", tmp_path / "other.json")

    assert refused.returncode == 1
    assert refused.stderr == (
        f"{tmp_path / 'other.json'} has no measurements: --json writes them.\n"
    )


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["Q1"], ["Q1", "Q1 literal"]),
        (["Q1 literal"], ["Q1 literal"]),
        (["Q5", "Q4"], ["Q4", "Q4 (1,000)", "Q5"]),
        (None, ["Q1", "Q1 literal", "Q2", "Q3", "Q4", "Q4 (1,000)", "Q5"]),
    ],
)
def test_a_query_brings_its_sisters_along(wanted, found):
    assert [query.name for query in named(wanted)] == found


def test_a_server_is_on_its_core_from_the_start_and_we_stay_where_we_were():
    cores = "import os; print(getattr(os, 'sched_getaffinity', lambda _: 'no choice')(0))"

    def told() -> str:
        command = [sys.executable, "-c", cores]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    before = told()

    with pinned(SERVER_CORE):
        assert told() == (f"{{{SERVER_CORE}}}" if CAN_PIN else before)

    assert told() == before


async def test_a_turn_looks_for_garbage_among_its_own_alone():
    kept = []

    async def execute(*_):
        kept.append((gc.get_freeze_count(), any(one is kept for one in gc.get_objects())))

    await in_process._cpu_micros(execute, cycle([("{ __typename }", {})]), 0.001)

    assert {(count > 0, is_seen) for count, is_seen in kept} == {(True, False)}
    assert gc.get_freeze_count() == 0


def filled(folder, posts):
    filling = Filling(f"posts{posts}", users=5, posts=posts, comments=0, characters=10)
    said = []
    return asyncio.run(data.sqlite(folder, filling, said.append)), said


def test_a_database_is_filled_once(tmp_path):
    first, said_first = filled(tmp_path, 60)
    again, said_again = filled(tmp_path, 60)

    assert first == again
    assert (len(said_first), said_again) == (1, [])
    assert [f"sqlite:///{path}" for path in tmp_path.iterdir()] == [first]


def test_nothing_is_timed_where_answers_differ(tmp_path):
    urls = [filled(tmp_path, posts)[0] for posts in (60, 70)]
    with ExitStack() as stack:
        one, other = [stack.enter_context(running(contestants.BY_HAND, url)) for url in urls]

        checks.check("Q2", {one: queries.Q2.bodies})
        with pytest.raises(
            checks.AnswersDiffer, match=r"Q2 is answered by hand-written with .*Post 60"
        ):
            checks.check("Q2", dict.fromkeys([one, other], queries.Q2.bodies))


def test_nothing_is_timed_where_the_answer_is_an_error():
    with running(contestants.BY_HAND, "sqlite:///:memory:") as server:
        unknown = queries.page(7).bodies

        with pytest.raises(
            checks.AnswersDiffer, match="hand-written answers b'Internal Server Error'"
        ):
            checks.check("A page of 7", {server: unknown})


@asynccontextmanager
async def answering(*parts):
    """A server that answers each request with these parts, sent one after the other."""
    seen, handlers = [], []

    async def answer(reader, writer):
        handlers.append(asyncio.current_task())
        while await reader.read(65536):
            seen.append(parts)
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0.001)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], seen
        await asyncio.gather(*handlers)


@pytest.mark.parametrize(
    "parts",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"],
        [b"HTTP/1.1 200 OK\r\nContent-", b"Length: 4\r\n\r\nbo", b"dy"],
        [b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n", b"0\r\n\r\n"],
    ],
)
async def test_the_load_counts_whole_answers(parts):
    async with answering(*parts) as (port, seen):
        sent = await load.send(port, [load.http_request(b"{}")], connections=3, seconds=0.05)

    assert sent.requests == len(seen)
    assert sent.requests >= 3
    assert sent.seconds >= 0.05


async def test_the_load_stops_at_an_answer_that_is_none():
    async with answering(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n") as (port, _):
        with pytest.raises(load.WrongAnswer, match="500 Oh"):
            await load.send(port, [load.http_request(b"{}")], connections=1, seconds=1)


def test_whoever_was_first_is_last_in_the_next_round():
    assert list(turns(3, rounds=3)) == [0, 1, 2, 1, 2, 0, 2, 0, 1]


def test_ratios_are_taken_within_a_round():
    ours = Measured("http", "sqlite", 1, "Q2", "graphql-blog", (100, 40, 90), (10, 25, 11))
    plain = Measured("http", "sqlite", 1, "Q2", "plain Strawberry", (10, 5, 30), (100, 200, 99))

    assert faster(ours, plain) == Spread(middle=8, low=3, high=10)
    assert cheaper(ours, plain) == Spread(middle=9, low=8, high=10)


def test_every_id_is_asked_for_in_its_own_request():
    sent = [json.loads(body) for body in queries.Q1.bodies]
    literal = [json.loads(body)["query"] for body in queries.Q1_LITERAL.bodies]

    assert [int(request["variables"]["id"]) for request in sent] == list(queries.IDS)
    assert len(set(literal)) == len(queries.IDS) == 4_000
    assert literal[0] == '{ post(id: "1") { title content author { name } } }'
