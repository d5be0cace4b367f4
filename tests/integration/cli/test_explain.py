"""`graphql-blog explain`, as somebody types it."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import func, select
from typer.testing import CliRunner

from graphql_blog.cli import app
from graphql_blog.cli.terminal import output
from graphql_blog.db.models import Post
from graphql_blog.resources import Resources
from tests.factories import make_draft, make_post, make_user

Explain = Callable[..., Awaitable[Result]]

DEEP = "{ posts { author { posts { comments { content } relatedPosts { title } } } } }"
SEVERAL = "query A { __typename } query B($id: ID!) { post(id: $id) { title } }"
LIST = "{ posts(first: 2) { title words: wordCount author { name } } }"
TREE = """\
query
└── posts  [Post!]!   1 statement · 3 rows · TIME
    reads author_id, content, content_format, id, title
    gives title, words ← content + content_format
    SELECT posts.author_id, posts.content, posts.content_format, posts.id,
        posts.title
    FROM posts
    WHERE posts.visible_from <= {instant}
    ORDER BY posts.listed_at DESC, posts.id DESC
    LIMIT {limit}
    └── author  User!   2 objects → 1 key → users_by_id · 1 row · TIME
        reads id, name
        gives name
        SELECT users.id, users.name
        FROM users
        WHERE users.id {is_one_of}

2 statements on 2 levels read 4 rows with 17 values; whole rows would have had
78. The answer has 113 bytes, cost 4 of at most 4 points, and took TIME.
"""
WORDS = {
    "sqlite": {
        "instant": "?",
        "limit": "? OFFSET ?",
        "is_one_of": "IN (SELECT value FROM json_each(?) AS anon_1)",
    },
    "postgresql": {
        "instant": "$1::TIMESTAMP WITH TIME ZONE",
        "limit": "$2::INTEGER OFFSET $3::INTEGER",
        "is_one_of": "= ANY ($1::INTEGER[])",
    },
}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(output, "width", 80)


@pytest.fixture
async def explain(resources: Resources, database_url: str) -> Explain:
    """Explains a query on three posts and a draft of one author, ana."""
    ana = await make_user(resources, username="ana")
    for title in ("One", "Two", "Three"):
        await make_post(resources, ana, title=title, slug=title.lower(), content="Some words")
    await make_draft(resources, ana, title="Draft")

    async def explain(*arguments: str, **options: Any) -> Result:
        words = ["explain", *arguments, "--database-url", database_url]
        # The command has an event loop of its own.
        return await asyncio.to_thread(CliRunner().invoke, app, words, **options)

    return explain


def plain(output: str) -> str:
    """What is the same each time."""
    return re.sub(r"[\d.]+ (µs|ms)", "TIME", output)


async def test_draws_fields_batches_columns_and_statements(explain, resources):
    result = await explain(LIST)

    assert (result.exit_code, result.stderr) == (0, "")
    assert plain(result.stdout) == TREE.format(**WORDS[resources.rows.dialect.name])


@pytest.mark.parametrize("columns", [60, 80, 140])
async def test_keeps_to_the_width_of_the_terminal_without_blanks_at_the_end(
    explain, monkeypatch, columns
):
    monkeypatch.setattr(output, "width", columns)

    lines = (await explain(DEEP)).stdout.splitlines()

    assert columns * 0.8 < max(map(len, lines)) <= columns
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("columns", [30, 60])
async def test_loses_nothing_on_a_narrow_terminal(explain, monkeypatch, columns):
    monkeypatch.setattr(output, "width", columns)

    told = json.loads((await explain(DEEP, "--json")).stdout)
    drawn = re.sub(r"[\s│├└─]", "", (await explain(DEEP)).stdout)

    (posts,) = told["fields"]
    (author,) = posts["fields"]
    (again,) = author["fields"]
    fields = [posts, author, again, *again["fields"]]
    sent = [statement["sql"] for field in fields for statement in field["statements"]]
    assert len(sent) == told["statements"] == 5
    assert [sql for sql in sent if re.sub(r"\s", "", sql) not in drawn] == []


async def test_prints_the_same_for_programs(explain):
    result = await explain(LIST, "--json")

    told = json.loads(result.stdout)
    (posts,) = told["fields"]
    (author,) = posts["fields"]
    names = ("executor", "because", "levels", "statements", "rows", "bytes", "errors")
    assert told["seconds"] > 0
    assert {name: told[name] for name in names} == {
        "executor": "engine",
        "because": None,
        "levels": 2,
        "bytes": 113,
        "errors": [],
        "statements": 2,
        "rows": 4,
    }
    assert posts["values"] == {"title": ["title"], "words": ["content", "content_format"]}
    assert (author["path"], author["level"], author["objects"]) == ("posts.author", 2, 2)
    assert author["batches"] == [{"name": "users_by_id", "keys": 1, "fields": ["posts.author"]}]


@pytest.mark.parametrize(("options", "rows"), [([], 3), (["--as", "ana"], 4)])
async def test_shows_what_somebody_would_see(explain, options, rows):
    result = await explain("{ posts { title } }", "--json", *options)

    assert json.loads(result.stdout)["rows"] == rows


async def test_reads_a_document_from_a_file_or_standard_input(explain, tmp_path):
    # Editors on Windows begin a file so.
    (tmp_path / "both.graphql").write_text(SEVERAL, encoding="utf-8-sig")
    options = ["--operation", "B", "--variables", '{"id": "2"}', "--json"]

    told = [
        json.loads((await explain("@both.graphql", *options)).stdout),
        json.loads((await explain("-", *options, input=SEVERAL)).stdout),
    ]

    assert [(each["rows"], each["fields"][0]["path"]) for each in told] == [(1, "post")] * 2


async def test_carries_out_no_mutation(explain, resources):
    mutation = 'mutation { createPost(input: {title: "a", content: "b"}) { post { id } } }'

    result = await explain(mutation, "--as", "ana")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: Only queries are explained: a mutation would be carried out.\n"
    async with resources.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Post)) == 4


@pytest.mark.parametrize("options", [[], ["--json"]])
async def test_says_all_that_is_wrong_with_a_document_and_where(explain, options):
    result = await explain("{ posts { nothing } zebra }", *options)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "Error: Cannot query field 'nothing' on type 'Post'. (line 1, column 11)",
        "Error: Cannot query field 'zebra' on type 'Query'. (line 1, column 21)",
    ]


@pytest.mark.parametrize("options", [[], ["--json"]])
async def test_draws_nothing_where_nothing_was_executed(explain, options):
    result = await explain("query ($id: ID!) { post(id: $id) { title } }", *options)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: Variable '$id' has invalid value: Expected a value of non-null type 'ID!' to be"
        " provided. (line 1, column 8)\n"
    )


async def test_says_nothing_of_who_executed_an_operation_without_fields(explain):
    result = await explain("{ posts @skip(if: true) { title } }")

    assert plain(result.stdout) == (
        "query\n\n"
        "No statement was needed. The answer has 2 bytes, cost 0 of at most 20 points,\n"
        "and took TIME.\n"
    )


async def test_tells_programs_what_failed(explain):
    result = await explain("{ posts(first: 1) { excerpt(maxLength: 0) } }", "--json")

    told = json.loads(result.stdout)
    (error,) = told["errors"]
    assert (result.exit_code, told["statements"], told["bytes"]) == (1, 1, len("null"))
    assert error["message"] == "`maxLength` must be between 1 and 1000, not 0."
    assert error["path"] == ["posts", 0, "excerpt"]


async def test_draws_what_was_done_until_a_field_failed(explain):
    result = await explain("{ posts(first: 1) { excerpt(maxLength: 0) } }")

    assert result.exit_code == 1
    assert "└── posts  [Post!]!   1 statement · 2 rows" in result.stdout
    words = "Error: `maxLength` must be between 1 and 1000, not 0. (line 1, column 21)\n"
    assert result.stderr == words


@pytest.mark.parametrize(
    ("query", "engine", "reason"),
    [
        ("{ __schema { description } }", "breadth", "the operation has __schema."),
        ("{ __typename }", "core", "the schema is built without the engine."),
    ],
)
async def test_says_why_graphql_core_executed_it(explain, monkeypatch, query, engine, reason):
    monkeypatch.setenv("GRAPHQL_BLOG_ENGINE", engine)

    words = " ".join((await explain(query)).stdout.split())

    assert words.endswith(f"It was executed by graphql-core, field by field: {reason}")


async def test_counts_no_levels_where_graphql_core_executed_it(explain, monkeypatch):
    monkeypatch.setenv("GRAPHQL_BLOG_ENGINE", "core")

    drawn = await explain("{ posts { title } }")
    told = json.loads((await explain("{ posts { title } }", "--json")).stdout)

    assert "\n1 statement read 3 rows with" in drawn.stdout
    assert (told["statements"], told["levels"]) == (1, None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{ __typename }", "--as", "nobody"], 'There is no account "nobody".'),
        (["{ __typename }", "--as", ""], 'There is no account "".'),
        (["@missing.graphql"], "Cannot read missing.graphql: No such file or directory."),
        (["@/"], "Cannot read /: Is a directory."),
        (["@"], "After @ stands the name of a file: @query.graphql for instance."),
        (["fragment F on Post { id }"], "There is no operation in the document."),
        (["subscription { a }"], "The subscription operation is not supported by the schema."),
        (["{ __typename }", "--variables", "[]"], 'Variables are a JSON object, {"id": 1} for'),
        (["{ __typename }", "--variables", "{"], "The variables are no JSON: Expecting property"),
        ([SEVERAL], "There are several operations: --operation says which, A or B."),
        (
            [SEVERAL, "--operation", "C"],
            'There is no operation "C" in the document; there is A or B',
        ),
    ],
)
async def test_says_what_it_cannot_do(explain, arguments, words):
    result = await explain(*arguments)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {words}")


async def test_reads_nothing_but_utf8(explain, tmp_path):
    (tmp_path / "latin1.graphql").write_bytes(b"{ \xe9 }")

    file = await explain("@latin1.graphql")
    piped = await explain("-", input=b"{ \xe9 }")

    words = [
        "latin1.graphql: it is not UTF-8 (byte 3).",
        "standard input: it is not UTF-8 (byte 3).",
    ]
    assert [result.exit_code for result in (file, piped)] == [1, 1]
    assert [result.stderr for result in (file, piped)] == [
        f"Error: Cannot read {each}\n" for each in words
    ]


def test_says_what_to_do_without_a_database():
    result = CliRunner().invoke(app, ["explain", "{ __typename }"])

    assert result.exit_code == 1
    assert result.stderr.endswith("run `graphql-blog migrate` first.\n")
    assert not Path("data").exists()
