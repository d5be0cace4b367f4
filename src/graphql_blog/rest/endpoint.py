"""One address: a function for each method, and what all addresses share."""

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
        if request.method in READING and not takes_json(request.headers.get("accept")):
            raise HTTPException(406, "This address answers with application/json alone.")
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


def takes_json(accept: str | None) -> bool:
    """Whether an `Accept` header admits JSON. The most specific of its ranges decides."""
    accepted = weights(accept)
    ranges = ("application/json", "application/*", "*/*")
    return next((accepted[name] > 0 for name in ranges if name in accepted), False)


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
