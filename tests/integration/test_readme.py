"""The README is true: every command in it is run, every answer in it is compared."""

import json
import os
import re
import shlex
import subprocess
import sys
from typing import Any

import httpx2

from graphql_blog.compare.figures import BY_NAME, shown
from graphql_blog.demo import fill
from tests import exports, servers
from tests.conftest import ROOT, SECRET, address_in, served
from tests.integration.cli.test_serve import run

README = (ROOT / "README.md").read_text()
JSON = {"Content-Type": "application/json"}
LOCAL = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands(beginning: str) -> list[list[str]]:
    """The commands of the README's shell blocks that begin so, in words, comments left out."""
    lines = "".join(blocks("sh")).replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.startswith(beginning)]


def sent(curl: list[str], server: str) -> Any:
    """What `curl` would be answered."""
    headers = dict(curl[i + 1].split(": ", 1) for i, word in enumerate(curl) if word == "-H")
    body = next((curl[i + 1] for i, word in enumerate(curl) if word == "-d"), None)
    url = next(word for word in curl if word.startswith(LOCAL)).replace(LOCAL, server)
    method = "GET" if body is None else "POST"
    answer = httpx2.request(method, url, headers=headers, content=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_command_is_known_to_these_tests():
    beginnings = ("python3 dev.py ", "curl ", "graphql-blog ", "export ")
    lines = "".join(blocks("sh")).replace("\\\n", " ").splitlines()

    assert [line for line in lines if line.strip() and not line.startswith(beginnings)] == []


def test_the_first_query_and_its_rest_twins_answer(demo_server):
    first, post, user, login = [sent(curl, demo_server) for curl in commands("curl ")]

    assert first == json.loads(blocks("json")[0])
    assert (post["id"], post["title"], post["authorId"]) == (1, "First Post", 1)
    assert (user["id"], user["username"], user["name"]) == (1, "admin", "Admin")
    assert login["tokenType"] == "Bearer"


async def test_the_statements_behind_it_are_these(client, resources, statements):
    async with resources.transaction() as session:
        await fill.fill(session, resources.passwords)
    statements.clear()

    await client.post("/graphql", content=commands("curl ")[0][-1], headers=JSON)

    shown = [line.split(" WHERE")[0] for line in blocks("sql")[0].splitlines()]
    assert [" ".join(line.split()).split(" WHERE")[0] for line in statements] == shown


def test_the_sizes_are_true(demo_server):
    rest = httpx2.get(f"{demo_server}/api/posts").content
    graphql = httpx2.post(f"{demo_server}/graphql", json={"query": "{ posts { title } }"}).content

    assert (round(len(graphql) / 1000), round(len(rest) / 1000)) == (1, 27)


def test_the_plan_is_what_explain_prints(tmp_path):
    (explain,) = commands("graphql-blog explain")
    run(tmp_path, "demo")

    told = run(tmp_path, *explain[1:], COLUMNS="110").stdout

    assert without_times(told) == without_times(blocks("text")[0])


def without_times(tree: str) -> list[str]:
    """Its words; what is measured differs from run to run."""
    return re.sub(r"[\d.]+\s(µs|ms)", "TIME", tree).split()


def test_the_comparison_takes_what_is_said(demo_server, tmp_path):
    (compare,) = commands("graphql-blog compare")
    told = run(tmp_path, *compare[1:], "--rounds", "1", "--json", "--url", demo_server).stdout
    ways = [way["figures"] for way in json.loads(told)[0]["ways"][:3]]

    def row(*names):
        cells = [
            ", ".join(shown(way[name]["median"], BY_NAME[name].unit) for name in names)
            for way in ways
        ]
        return f"| {' | '.join(cells)} |"

    for names in (
        ("requests", "roundTrips"),
        ("bytesDown", "bytesUnused"),
        ("statements", "columns"),
    ):
        assert row(*names) in README


def test_the_mutation_writes(demo_server):
    login = sent(commands("curl ")[-1], demo_server)
    bearer = {"Authorization": f"Bearer {login['token']}"}
    mutation = next(block for block in blocks("graphql") if block.startswith("mutation"))

    answer = httpx2.post(f"{demo_server}/graphql", json={"query": mutation}, headers=bearer).json()

    payload = answer["data"]["createPost"]
    assert payload["errors"] == []
    assert payload["post"]["contentHtml"] == "<p>From <strong>GraphQL</strong>.</p>\n"
    httpx2.delete(f"{demo_server}/api/posts/{payload['post']['id']}", headers=bearer)


def test_imports_run_and_their_blog_is_served(tmp_path):
    (tmp_path / "export.xml").write_bytes(exports.wxr(exports.author(), exports.item(1)))
    (tmp_path / "my-site" / "_posts").mkdir(parents=True)
    (tmp_path / "my-site" / "_posts" / "2012-01-31-a.md").write_text("---\ntitle: A\n---\nText")
    results = [run(tmp_path, *words[1:]) for words in commands("graphql-blog import")]

    serve = next(words for words in commands("graphql-blog serve") if "--database-url" in words)
    with served(tmp_path, *serve[2:]) as url:
        titles = [post["title"] for post in httpx2.get(f"{url}/api/posts").json()]

    assert [result.returncode for result in results] == [0] * len(results), results
    assert titles
    assert "First Post" not in titles


async def test_production_on_postgresql_runs(tmp_path, postgres_server):
    name = f"readme_{tmp_path.name.replace('-', '_')}"
    production = {
        "GRAPHQL_BLOG_ENV": "production",
        "GRAPHQL_BLOG_SECRET_KEY": SECRET,
        "GRAPHQL_BLOG_DATABASE_URL": f"{postgres_server.replace('+asyncpg', '')}/{name}",
    }
    await servers.create_database(postgres_server, name)
    serve = next(words for words in commands("graphql-blog serve") if "--workers" in words)
    options = ["127.0.0.1" if word == "0.0.0.0" else word for word in serve[2:]]
    exported = " ".join(word for words in commands("export ") for word in words)

    (add,) = commands("graphql-blog user")
    checked = [
        run(tmp_path, "migrate", **production),
        run(tmp_path, *add[1:], "--password", "correct horse", **production),
    ]
    with served(tmp_path, *options, **production) as url:
        health = httpx2.get(f"{url}/healthz").json()

    assert all(variable in exported for variable in production)
    assert ["graphql-blog", "migrate"] in commands("graphql-blog")
    assert [result.returncode for result in checked] == [0, 0]
    assert health == {"status": "ok", "database": "ok"}


def test_both_commands_of_dev_py_run(tmp_path):
    serve, test = commands("python3 dev.py ")
    assert (serve[1:], test[1:]) == (["dev.py", "serve"], ["dev.py", "test"])
    log = tmp_path / "serve.log"

    environment = {**os.environ, "GRAPHQL_BLOG_DATA_DIR": str(tmp_path)}
    with (
        log.open("w") as out,
        subprocess.Popen(
            [sys.executable, *serve[1:], "--port", "0"],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=out,
        ) as server,
    ):
        try:
            post = httpx2.get(f"{address_in(log, server)}/api/posts/1").json()
        finally:
            server.terminate()
    tested = subprocess.run(
        [sys.executable, *test[1:], "-n", "0", "tests/unit/test_demo_texts.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert post["title"] == "First Post"
    assert tested.returncode == 0, tested.stdout
