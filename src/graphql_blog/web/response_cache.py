"""The response cache at the endpoint: which answers are kept, under which key, and for how long."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import orjson
from strawberry.types.graphql import OperationType

from graphql_blog.auth import STRANGER, Role, Viewer
from graphql_blog.cache import Entry, Made, Outcome, Responses
from graphql_blog.db import tags
from graphql_blog.db.models import User
from graphql_blog.db.visited import Visited
from graphql_blog.engine.readers import DatabaseAway
from graphql_blog.graph.context import Context
from graphql_blog.graph.schema import Document
from graphql_blog.resources import Resources
from graphql_blog.services import due, users
from graphql_blog.throttle.meter import EXECUTED
from graphql_blog.web.headers import Headers
from graphql_blog.web.parameters import Parameters

MADE_FOR_ONE = (b"graphql-plan", b"graphql-cost", b"x-compare", b"x-compare-rest")
"""Whoever sends one of these wants to see what his own request takes."""
NOT_KEPT = (b"no-cache", b"no-store")
LARGEST_VARIABLES = 10_000


class Finished(Protocol):
    """An answer, ready to be sent."""

    @property
    def status(self) -> int: ...
    @property
    def body(self) -> bytes: ...
    @property
    def is_whole(self) -> bool: ...


Answer = TypeVar("Answer", bound=Finished)


@dataclass(frozen=True, slots=True)
class Question:
    """What may have been answered before."""

    responses: Responses
    context: Context
    parts: tuple[str | bytes | None, ...]

    async def answered(
        self, media_type: str, make: Callable[[], Awaitable[Answer]]
    ) -> tuple[Answer | Entry, Outcome, Entry | None]:
        """What is kept, or else what `make` makes, which is kept when it is whole. The last is what
        others like this viewer may get of it.
        """
        entry: Entry | None = None

        async def made() -> Made[Answer]:
            nonlocal entry
            self.context.visited = Visited()
            answer = await make()
            if answer.is_whole:
                with suppress(DatabaseAway):
                    entry = await self._entry(answer, media_type)
            return Made(answer, entry)

        answer, outcome = await self.responses.through((*self.parts, media_type), made)
        if isinstance(answer, Entry) and self.context.meter is not None:
            await self.context.charge(EXECUTED)
        return answer, outcome, answer if isinstance(answer, Entry) else entry

    async def _entry(self, answer: Finished, media_type: str) -> Entry:
        visited, clock = self.context.visited, self.responses.memory.clock
        assert visited is not None
        if self.context.viewer.id is not None:
            visited.tags.add(tags.of(User.id, self.context.viewer.id))
        expires_at = clock() + self.responses.seconds
        if visited.has_posts:
            rows, now = self.context.resources.rows, self.context.now
            expires_at = min(expires_at, await due.next_visible(self.responses, rows, now))
        return Entry(answer.body, answer.status, media_type, frozenset(visited.tags), expires_at)


def question(
    document: Document, parameters: Parameters, context: Context, headers: Headers
) -> Question | None:
    """None where the answer is for nobody else, or nothing is kept."""
    responses: Responses | None = getattr(context.resources, "responses", None)
    if responses is None or not _may_be_kept(document, parameters, headers):
        return None
    variables = _canonical(parameters.variables)
    if variables is None:
        return None
    viewer = context.viewer
    who = None if viewer.id is None else f"{viewer.id} {viewer.role}"
    parts = (document.text, parameters.operation_name, variables, who)
    return Question(responses, context, parts)


def _may_be_kept(document: Document, parameters: Parameters, headers: Headers) -> bool:
    if any(name in headers for name in MADE_FOR_ONE):
        return False
    if b"cache-control" in headers and any(word in headers[b"cache-control"] for word in NOT_KEPT):
        return False
    if document.errors or document.facts is None or document.facts.is_momentary:
        return False
    operation = document.operation(parameters.operation_name)
    return operation is not None and operation.operation.value == OperationType.QUERY.value


def _canonical(variables: dict[str, Any]) -> bytes | None:
    """The same bytes for the same values; None for what is too large to be told apart."""
    if not variables:
        return b""
    try:
        written = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # They are nested too deeply, or hold half a character.
        return None
    return written if len(written) <= LARGEST_VARIABLES else None


async def viewer_from(resources: Resources, authorization: str | None) -> Viewer:
    """The viewer that an `Authorization` header stands for; looked up again when the account
    changes. Raises `Unauthenticated`.
    """
    if authorization is None:
        return STRANGER
    responses = resources.responses
    if responses is None:
        return await users.viewer_from(resources, authorization)
    user_id = users.account_of(resources, authorization)

    async def look_up() -> Made[Viewer]:
        viewer = await users.viewer_of(resources, user_id)
        until = responses.memory.clock() + responses.seconds
        body = orjson.dumps([viewer.username, viewer.role])
        return Made(viewer, Entry(body, 0, "", frozenset({tags.of(User.id, user_id)}), until))

    found, _ = await responses.through(("viewer", str(user_id)), look_up, is_shared=False)
    if isinstance(found, Viewer):
        return found
    username, role = orjson.loads(found.body)
    return Viewer(user_id, username, Role(role))
