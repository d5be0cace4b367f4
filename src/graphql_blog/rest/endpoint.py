"""One address: a function for each method, and what all addresses share."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graphql_blog.rest.operations import Operation
from graphql_blog.rest.requests import require_member, viewer_from_header
from graphql_blog.throttle.meter import READ, WRITE

READING = {"GET", "HEAD"}


class Endpoint:
    """Answers HEAD as GET without a body, OPTIONS by itself, and other verbs with 405."""

    def __init__(self, **operations: Operation) -> None:
        self.operations = {method.upper(): made for method, made in operations.items()}
        reads = {"HEAD": self.operations["GET"]} if "GET" in self.operations else {}
        self._by_method = self.operations | reads
        self._allowed = {"Allow": ", ".join([*self._by_method, "OPTIONS"])}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=self._allowed)
        operation = self._by_method.get(request.method)
        if operation is None:
            words = f"{request.method} is not possible here, only {self._allowed['Allow']}."
            raise HTTPException(405, words, self._allowed)
        if request.method in READING:
            request.state.media_type = _form(request, operation.declared.media_types)
        # A bad token is refused everywhere, also where nobody asked for one.
        request.state.viewer = await viewer_from_header(request)
        if meter := request.scope["state"].get("meter"):
            meter.bill(request.state.viewer.id)
            await meter.charge(READ if request.method in READING else WRITE)
        if operation.declared.members_only:
            require_member(request)
        response = await operation.handle(request)
        if request.method == "HEAD":
            response.body = b""
        return response


def _form(request: Request, offered: tuple[str, ...]) -> str:
    """In which form to answer. Raises 406 when the client takes none of what there is."""
    found = preferred(request.headers.get("accept"), offered)
    if found is None:
        first = ", ".join(offered[:-1])
        words = f"{first} or {offered[-1]}" if first else f"{offered[-1]} alone"
        raise HTTPException(406, f"This address answers with {words}.")
    return found


def takes_json(accept: str | None) -> bool:
    """Whether an `Accept` header admits JSON."""
    return preferred(accept, ("application/json",)) is not None


def preferred(accept: str | None, offered: Sequence[str]) -> str | None:
    """What an `Accept` header likes best of what there is, the first of several liked alike."""
    accepted = weights(accept)

    def weight(name: str) -> float:
        """The most specific of its ranges decides."""
        ranges = (name, f"{name.partition('/')[0]}/*", "*/*")
        return next((accepted[each] for each in ranges if each in accepted), 0.0)

    best = max(offered, key=weight)
    return best if weight(best) > 0 else None


def weights(accept: str | None) -> dict[str, float]:
    """The media ranges of an `Accept` header and how welcome each is (RFC 9110 §12.5.1)."""
    return dict(_range(part) for part in ("*/*" if accept is None else accept).lower().split(","))


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (word.strip() for word in part.split(";"))
    given = next((word[2:] for word in parameters if word.startswith("q=")), "1")
    try:
        return name, float(given)
    except ValueError:
        return name, 1.0
