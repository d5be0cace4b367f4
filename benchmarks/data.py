"""The databases: filled by SQL, the same every time, and kept between runs.

The name of a database says what it was made with, and it gets its name when it is complete: one
that is there is right, and one that was made otherwise is made anew.
"""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from benchmarks.queries import POSTS
from graphql_blog import resources
from graphql_blog.db import migrations
from tests import servers
from tests.large_blog import INSTANT, SERIES, analyze

ROOT = Path(__file__).resolve().parents[1]
# Seven-letter nonsense would compress as no text does; these are words.
WORDS = (
    "a the of and to in is it that was for on are as with they at be this from have or by one had"
    " not but what all were when we there can an your which their said if do will each about how"
    ' up out them then she many some so these would other into has more her two like him "see"'
    " database query field post author comment reader garden bicycle bread river morning letter"
).split()
Say = Callable[[str], None]


@dataclass(frozen=True)
class Filling:
    """What is in a database; everything published long ago, so that everybody sees all of it."""

    name: str
    users: int
    posts: int
    comments: int
    characters: int
    """In the text of a post."""

    @property
    def database(self) -> str:
        return f"{self.name}_{self._fingerprint()}"

    def _fingerprint(self) -> str:
        revisions = sorted((ROOT / "alembic" / "versions").glob("*.py"))
        made_of = [
            repr(self),
            Path(__file__).read_text(),
            *(path.read_text() for path in revisions),
        ]
        return hashlib.sha256("\0".join(made_of).encode()).hexdigest()[:8]


BLOG = Filling("blog", users=1_000, posts=POSTS, comments=100_000, characters=2_000)
# Short texts: what grows is the table, and no query of that part reads them.
GROWN = tuple(
    Filling(f"posts{posts}", users=1_000, posts=posts, comments=0, characters=100)
    for posts in (1_000, 10_000, 100_000, 1_000_000)
)


async def sqlite(folder: Path, filling: Filling, say: Say) -> str:
    """The address of a file with this filling."""
    path = folder / f"{filling.database}.db"
    if not path.exists():
        say(f"Filling {path.name}")
        made = folder / "unfinished.db"
        _remove_others(folder, filling)
        await _fill(f"sqlite+aiosqlite:///{made}", filling)
        made.rename(path)
    return f"sqlite:///{path}"


def _remove_others(folder: Path, filling: Filling) -> None:
    for old in [*folder.glob("unfinished.db*"), *folder.glob(f"{filling.name}_*.db*")]:
        old.unlink()


async def postgresql(server_url: str, filling: Filling, say: Say) -> str:
    """The address of a database with this filling, on a server that is running."""
    there = await _databases(server_url)
    if filling.database not in there:
        say(f"Filling PostgreSQL's {filling.database}")
        for old in there:
            if old.startswith(f"{filling.name}_") or old == "unfinished":
                await servers.administer(server_url, f'DROP DATABASE "{old}"')
        await _fill(await servers.create_database(server_url, "unfinished"), filling)
        # Compiling plans costs a second at first use, and no query here gains by it.
        await servers.administer(server_url, "ALTER DATABASE unfinished SET jit = off")
        # All of it is in memory: planned for a disk, some joins read the whole of a table.
        await servers.administer(server_url, "ALTER DATABASE unfinished SET random_page_cost = 1.1")
        renamed = f'ALTER DATABASE unfinished RENAME TO "{filling.database}"'
        await servers.administer(server_url, renamed)
    return f"{server_url.replace('+asyncpg', '')}/{filling.database}"


async def _databases(server_url: str) -> list[str]:
    connection = await asyncpg.connect(f"{server_url.replace('+asyncpg', '')}/postgres")
    try:
        return [row[0] for row in await connection.fetch("SELECT datname FROM pg_database")]
    finally:
        await connection.close()


async def _fill(url: str, filling: Filling) -> None:
    writer = resources.open_writer(make_url(url))
    await migrations.upgrade(writer)
    async with writer.begin() as connection:
        for statement in _statements(filling, INSTANT[writer.dialect.name]):
            await connection.exec_driver_sql(statement)
    await writer.dispose()
    await analyze(url)


def _statements(filling: Filling, instant: str) -> list[str]:
    text, at = _text(filling.characters + 4_000), instant.format(minutes="i")
    rows = [
        f"INSERT INTO users (username, email, display_name, role, post_count, created_at)"
        f" {SERIES.format(last=filling.users)}"
        f" SELECT 'user' || i, 'user' || i || '@example.com', 'User ' || i, 'AUTHOR',"
        f" {filling.posts // filling.users}, {at} FROM n",
        "INSERT INTO posts (author_id, title, slug, content, status, published_at, created_at,"
        f" updated_at, comment_count) {SERIES.format(last=filling.posts)}"
        f" SELECT 1 + i * 7 % {filling.users}, 'Post ' || i || ', as it was written',"
        f" 'post-' || i, substr('{text}', 1 + i * 31 % 4000, {filling.characters}), 'PUBLISHED',"
        f" {at}, {at}, {at}, {filling.comments // filling.posts} FROM n",
    ]
    if filling.comments:
        rows.append(
            "INSERT INTO comments (post_id, author_id, content, created_at, updated_at)"
            f" {SERIES.format(last=filling.comments)} SELECT 1 + i % {filling.posts},"
            f" 1 + i * 11 % {filling.users},"
            f" 'Comment ' || i || ': ' || substr('{text}', 1 + i * 17 % 4000, 60 + i % 140),"
            f" {at}, {at} FROM n"
        )
    return rows


def _text(characters: int) -> str:
    """Sentences in paragraphs, with the quotes and line ends that JSON has to escape."""
    chosen = random.Random(1)
    sentences: list[str] = []
    while sum(map(len, sentences)) < characters:
        sentence = " ".join(chosen.choices(WORDS, k=chosen.randint(5, 18))).capitalize()
        sentences.append(sentence + chosen.choice([". ", ". ", ". ", ".\n\n"]))
    return "".join(sentences)[:characters]
