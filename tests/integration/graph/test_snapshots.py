"""What telling operations do, beside them in files: their plan, their SQL, their answer.

    tests/snapshots/
        three-levels.graphql           the operation; `# as:` says who asks, `# variables:` what for
        three-levels.plan.txt          its fields, their batches, and what these read
        three-levels.sqlite.sql        the statements, by the fields that they are for …
        three-levels.postgresql.sql    … on each database
        three-levels.json              the answer

A difference is shown line by line. If it is meant, `UPDATE_SNAPSHOTS=1` writes the files anew; look
at them with `git diff` then. With CI=true nothing is ever written.
"""

import difflib
import io
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from rich.console import Console
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from graphql_blog.auth import STRANGER, Role, Viewer
from graphql_blog.cli.explain import read_in_words
from graphql_blog.cli.plan_tree import PlanTree
from graphql_blog.cli.sql_text import laid_out
from graphql_blog.db.columns import PostStatus
from graphql_blog.engine.trace import FieldTrace, Trace
from graphql_blog.graph.context import Context
from graphql_blog.graph.schema import build_schema
from graphql_blog.resources import Resources
from tests.conftest import ROOT
from tests.factories import make_comment, make_post, make_tag, make_user

FOLDER = ROOT / "tests" / "snapshots"
OPERATIONS = sorted(FOLDER.glob("*.graphql"))
PARTS = ["plan.txt", "sqlite.sql", "postgresql.sql", "json"]
WIDTH = 100
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SCHEMA = build_schema()


@pytest.fixture
async def viewers(resources: Resources) -> dict[str | None, Viewer]:
    """A small blog, the same each time; those who may ask for it, by their names."""
    day = iter(datetime(2025, 3, number, 9, tzinfo=UTC) for number in range(1, 29))
    ana = await make_user(resources, username="ana", display_name="Ana Torres", bio="Counts.")
    ben = await make_user(resources, username="ben", display_name="Ben Ito")
    cleo = await make_user(resources, username="cleo", role=Role.READER)
    python = await make_tag(resources, "python", post_count=2)
    travel = await make_tag(resources, "travel", post_count=1)
    speed = await make_tag(resources, "speed", post_count=3)

    async def post(author: Any, title: str, content: str, *tags: Any, **given: Any) -> Any:
        at = next(day)
        slug, instants = title.lower().replace(" ", "-"), {"created_at": at, "updated_at": at}
        if "status" not in given:
            instants["published_at"] = at
        words = {"title": title, "slug": slug, "content": content}
        return await make_post(resources, author, tags=tags, **words, **instants, **given)

    precise = await post(ana, "Precise", "Read *only* what is asked for.", python, speed)
    await post(ben, "On foot", "Forty days, nine towns.", travel, excerpt="A walk.", no_index=True)
    counted = await post(ana, "Counted", "Two statements, `O(1)`.", python, speed, meta_title="2")
    await post(ben, "At speed", "By train this time.", speed)
    await post(ana, "Not yet", "A draft.", status=PostStatus.DRAFT)
    for target, author, words in [
        (precise, cleo, "At last."),
        (precise, ben, "How precise?"),
        (precise, ana, "To the column."),
        (counted, cleo, "I counted too."),
    ]:
        instants = dict.fromkeys(("created_at", "updated_at"), next(day))
        await make_comment(resources, target, author, content=words, **instants)
    users = {user.username: Viewer(user.id, user.username, user.role) for user in (ana, ben, cleo)}
    return {None: STRANGER, **users}


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
async def test_does_this(path, resources, viewers):
    text = path.read_text()
    variables = json.loads(said("variables", text) or "{}")
    context = Context(viewers[said("as", text)], NOW, "snapshot", resources)

    with context.traced() as trace:
        document = SCHEMA.documents(entries=1).prepared(text)
        result = await SCHEMA.run(document, variables, context, None, frozenset(OperationType))

    kind = document.operation(None).operation.value
    differences = [
        *difference(path.with_suffix(".plan.txt"), plan_of(trace, kind)),
        *difference(path.with_suffix(f".{resources.rows.dialect.name}.sql"), sql_of(trace)),
        *difference(path.with_suffix(".json"), answer_of(result)),
    ]
    if differences:
        pytest.fail(
            "\n".join([*differences, "If this is meant: UPDATE_SNAPSHOTS=1"]), pytrace=False
        )


def test_every_file_belongs_to_an_operation():
    wanted = {path.with_suffix(f".{part}") for path in OPERATIONS for part in PARTS}

    assert set(FOLDER.iterdir()) == {*OPERATIONS, *wanted}


def test_a_difference_is_shown_line_by_line(tmp_path, monkeypatch):
    monkeypatch.delenv("UPDATE_SNAPSHOTS", raising=False)
    (tmp_path / "plan.txt").write_text("same\nold\n")

    assert difference(tmp_path / "plan.txt", "same\nnew\n") == [
        "--- plan.txt",
        "+++ now",
        "@@ -1,2 +1,2 @@",
        " same",
        "-old",
        "+new",
    ]


def test_files_are_written_when_asked_for_and_never_in_ci(tmp_path, monkeypatch):
    monkeypatch.setenv("UPDATE_SNAPSHOTS", "1")
    monkeypatch.setenv("CI", "true")
    in_ci = difference(tmp_path / "plan.txt", "new\n")
    there = (tmp_path / "plan.txt").exists()
    monkeypatch.delenv("CI")
    asked_for = difference(tmp_path / "plan.txt", "new\n")

    assert (len(in_ci), there) == (4, False)
    assert (asked_for, (tmp_path / "plan.txt").read_text()) == ([], "new\n")


def said(what: str, text: str) -> str | None:
    """What the comment at the head of an operation says."""
    found = re.search(rf"^# {what}: (.*)$", text, re.MULTILINE)
    return found[1] if found else None


def plan_of(trace: Trace, title: str) -> str:
    console = Console(file=io.StringIO(), width=WIDTH, color_system=None)
    console.print(PlanTree(trace, width=WIDTH, times=False, sql=False).drawn(title))
    console.print()
    console.print(read_in_words(trace))
    lines = console.file.getvalue().splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def sql_of(trace: Trace) -> str:
    assert trace.elsewhere == []
    return "\n".join(
        f"-- {heading(found)}\n{laid_out(sent.sql, WIDTH)};\n"
        for found in trace.walk()
        for sent in found.statements
    )


def heading(found: FieldTrace) -> str:
    """The fields that the statement is for."""
    paths = [asker.path for batch in found.batches.values() for asker in batch.fields]
    return ", ".join(dict.fromkeys([found.path, *paths]))


def answer_of(result: ExecutionResult) -> str:
    errors = {"errors": [error.message for error in result.errors]} if result.errors else {}
    options = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps({"data": result.data, **errors}, option=options).decode()


def difference(path: Path, actual: str) -> list[str]:
    """The lines that changed; none where the file says the same, or is to be written anew."""
    if os.environ.get("UPDATE_SNAPSHOTS") and os.environ.get("CI") != "true":
        path.write_text(actual)
    expected = path.read_text() if path.exists() else ""
    lines = (expected.splitlines(), actual.splitlines())
    return list(difflib.unified_diff(*lines, path.name, "now", lineterm=""))
