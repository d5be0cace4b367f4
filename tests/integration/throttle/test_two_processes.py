"""Two server processes with one Redis share one budget; without it they go on."""

import json
import shutil
import time
from pathlib import Path

import httpx2

from tests.conftest import SECRET, served
from tests.servers import valkey_server

POINTS = 10_000
SETTINGS = {
    "GRAPHQL_BLOG_ENV": "production",  # where rates are limited unless said
    "GRAPHQL_BLOG_SECRET_KEY": SECRET,
    "GRAPHQL_BLOG_LOG_FORMAT": "json",
    "GRAPHQL_BLOG_RATE_LIMIT_ANONYMOUS_POINTS": str(POINTS),
    "GRAPHQL_BLOG_RATE_LIMIT_ANONYMOUS_RESTORE": "1",
}


def left(url: str) -> int:
    answer = httpx2.get(f"{url}/api/greeting", timeout=10)
    assert answer.status_code == 200
    return int(answer.headers["ratelimit-remaining"])


def said_of_redis(log: Path) -> list[str]:
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return [line["event"] for line in lines if "Redis" in line["event"]]


def test_they_count_together_and_apart_when_redis_is_gone(sqlite_template, tmp_path):
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        (folder / "data").mkdir(parents=True)
        shutil.copy(sqlite_template, folder / "data" / "blog.db")
    with (
        valkey_server() as server,
        served(folders[0], **SETTINGS, GRAPHQL_BLOG_REDIS_URL=server.url) as one,
        served(folders[1], **SETTINGS, GRAPHQL_BLOG_REDIS_URL=server.url) as other,
    ):
        began = time.monotonic()
        for _ in range(20):
            left(one)
            together = left(other)
        server.stop()
        apart = [left(url) for url in [one] * 10 + [other] * 10]
        came_back = int(time.monotonic() - began) + 1

    assert POINTS - 40 <= together <= POINTS - 40 + came_back
    # Each goes on from what Redis said last, and spends ten.
    assert together - 10 <= apart[9] <= together + 1 - 10 + came_back
    assert together - 10 <= apart[19] <= together - 10 + came_back
    for folder in folders:
        said = said_of_redis(folder / "serve.log")
        assert said == ["Redis is away: rate limits count in each process"]
