"""One run: the parts that were asked for, one after the other, each told as soon as it is known."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import data, in_process, parts
from benchmarks.measuring import CACHE, GROWTH, HTTP, IN_PROCESS, PAGES, Effort, Measured
from benchmarks.processes import Server
from benchmarks.queries import PAGE_SIZES, QUERIES, Query
from tests import servers

PARTS = (HTTP, CACHE, IN_PROCESS, PAGES, GROWTH)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What is measured."""

    folder: Path
    effort: Effort
    parts: Sequence[str] = PARTS
    databases: Sequence[str] = ("postgresql", "sqlite")
    queries: Sequence[Query] = QUERIES
    connections: Sequence[int] = (1, 16)
    page_sizes: Sequence[int] = PAGE_SIZES
    grown: Sequence[data.Filling] = data.GROWN
    peers: Sequence[Server] = ()


@contextmanager
def database_server(plan: Plan) -> Iterator[str | None]:
    """PostgreSQL, where it takes part. Yields its address."""
    if "postgresql" not in plan.databases:
        yield None
        return
    with servers.running_postgres(plan.folder / "postgresql") as url:
        yield url


@dataclass(frozen=True)
class Run:
    """A plan with the server it is carried out on."""

    plan: Plan
    server_url: str | None
    say: Say

    async def measured(self) -> AsyncIterator[list[Measured]]:
        """What belongs into one table, each time it is known."""
        if IN_PROCESS in self.plan.parts:
            for query in self._queries_in_process():
                executed = in_process.without_database()
                yield await in_process.measure(
                    in_process.IN_MEMORY, executed, query, self.plan.effort
                )
        for database in self.plan.databases:
            async for found in self._on(database):
                yield found

    async def _on(self, database: str) -> AsyncIterator[list[Measured]]:
        plan, url = self.plan, await self._filled(database, data.BLOG)
        if IN_PROCESS in plan.parts:
            async with in_process.with_database(url) as executed:
                for query in self._queries_in_process():
                    yield await in_process.measure(database, executed, query, plan.effort)
        if {HTTP, CACHE, PAGES} & set(plan.parts):
            peers = plan.peers if database == "postgresql" else ()
            with ExitStack() as stack:
                async for found in self._contested(parts.Contest(database, url, peers, stack)):
                    yield found
        if GROWTH in plan.parts:
            urls = {each.posts: await self._filled(database, each) for each in plan.grown}
            self.say("Measuring tables that grow")
            yield await parts.growth(database, urls, plan.effort)

    async def _contested(self, contest: parts.Contest) -> AsyncIterator[list[Measured]]:
        plan = self.plan
        if HTTP in plan.parts:
            for query in plan.queries:
                for connections in plan.connections:
                    self.say(f"Measuring {query.name}")
                    yield await contest.query(query, connections, plan.effort)
        if CACHE in plan.parts:
            for connections in plan.connections:
                self.say("Measuring answers that are kept")
                yield await contest.kept(connections, plan.effort)
        if PAGES in plan.parts:
            for size in plan.page_sizes:
                self.say(f"Measuring a page of {size:,}")
                yield await contest.page(size, plan.effort)

    def _queries_in_process(self) -> list[Query]:
        return [query for query in in_process.QUERIES if query in self.plan.queries]

    async def _filled(self, database: str, filling: data.Filling) -> str:
        if database == "sqlite":
            return await data.sqlite(self.plan.folder, filling, self.say)
        assert self.server_url is not None
        return await data.postgresql(self.server_url, filling, self.say)
