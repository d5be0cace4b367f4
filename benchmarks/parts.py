"""What is measured over HTTP: the queries, pages that grow, tables that grow."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from benchmarks import checks, load, queries
from benchmarks.contestants import (
    BARE_SOCKET,
    BY_HAND,
    CONSTANT_ANSWER,
    OURS_AS_SHIPPED,
    OURS_KEEPING,
    OURS_WITH_LARGE_PAGES,
    PLAIN_STRAWBERRY,
)
from benchmarks.measuring import CACHE, GROWTH, HTTP, PAGES, Effort, Measured, Target, in_turn
from benchmarks.processes import Running, Server, running
from benchmarks.queries import Query

Bodies = Mapping[Running, Sequence[bytes]]


async def compare(
    part: str, database: str, cases: Mapping[str, Bodies], connections: int, effort: Effort
) -> list[Measured]:
    """All servers under all cases, in turn; their answers to each case were compared before."""
    asked = [(case, server) for case, bodies in cases.items() for server in bodies]
    targets = [
        Target(server, [load.http_request(body) for body in cases[case][server]])
        for case, server in asked
    ]
    measured = await in_turn(targets, connections, effort)
    return [
        Measured(part, database, connections, case, server.name, tuple(speed), tuple(cpu))
        for (case, server), (speed, cpu) in zip(asked, measured, strict=True)
    ]


class Contest:
    """The servers on one database, each started when it is first needed, and kept."""

    def __init__(self, database: str, url: str, peers: Sequence[Server], stack: ExitStack) -> None:
        self._database = database
        self._url = url
        self._peers = peers
        self._stack = stack
        self._started: dict[Server, Running] = {}

    async def query(self, query: Query, connections: int, effort: Effort) -> list[Measured]:
        servers = [*_ours(query), PLAIN_STRAWBERRY, BY_HAND]
        if query is queries.Q5:
            servers.append(CONSTANT_ANSWER)
        bodies = {self._running(server): query.bodies for server in (*servers, *self._peers)}
        checks.check(query.name, bodies)
        return await compare(HTTP, self._database, {query.name: bodies}, connections, effort)

    async def page(self, size: int, effort: Effort) -> list[Measured]:
        query = queries.page(size)
        servers = [OURS_WITH_LARGE_PAGES[0], PLAIN_STRAWBERRY, BY_HAND]
        bodies = {self._running(server): query.bodies for server in servers}
        checks.check(query.title, bodies)
        return await compare(PAGES, self._database, {query.name: bodies}, 1, effort)

    async def kept(self, connections: int, effort: Effort) -> list[Measured]:
        """Answers that are in memory, beside bytes that are always the same."""
        servers = [self._running(server) for server in (OURS_KEEPING, CONSTANT_ANSWER)]
        cases = {query.name: dict.fromkeys(servers, query.bodies) for query in queries.KEPT}
        return await compare(CACHE, self._database, cases, connections, effort)

    def _running(self, server: Server) -> Running:
        if server not in self._started:
            self._started[server] = self._stack.enter_context(running(server, self._url))
        return self._started[server]


def _ours(query: Query) -> Sequence[Server]:
    return OURS_WITH_LARGE_PAGES if query is queries.Q4_1000 else OURS_AS_SHIPPED


async def growth(database: str, urls: Mapping[int, str], effort: Effort) -> list[Measured]:
    """Q2 on tables of so many posts, by our server and by hand."""
    cases = {}
    with ExitStack() as stack:
        for posts, url in urls.items():
            servers = [
                stack.enter_context(running(server, url))
                for server in (OURS_AS_SHIPPED[0], BY_HAND)
            ]
            bodies = dict.fromkeys(servers, queries.Q2.bodies)
            checks.check(f"Q2 on {posts:,} posts", bodies)
            cases[f"{posts:,}"] = bodies
        return await compare(GROWTH, database, cases, 1, effort)


async def most_possible(connections: int, seconds: float) -> float:
    """The requests per second that the load generator reaches where answering costs nothing."""
    with running(BARE_SOCKET) as bare:
        requests = [load.http_request(queries.Q5.bodies[0])]
        sent = await load.send(bare.port, requests, connections, seconds)
    return sent.requests / sent.seconds
