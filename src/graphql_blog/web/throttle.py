"""Rate limits over HTTP: each answer says what is left, and 429 that nothing is.

After the draft "RateLimit header fields for HTTP" (its two fields), and its first versions (three),
which is what most clients know.
"""

import math
from collections.abc import Awaitable
from contextlib import suppress

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphql_blog.errors import RateLimited
from graphql_blog.throttle.buckets import Rate
from graphql_blog.throttle.meter import UNREAD, Budgets, Meter
from graphql_blog.web.errors import on_rate_limited

FEEDS = ("/feed.", "/rss.", "/tags/", "/users/", "/sitemap")
LIMITED = ("/graphql", "/api/", "/compare/", *FEEDS)
FREE = "OPTIONS"
"""Browsers ask with it, without the token, whether they may send what an account pays for."""


class Throttled:
    """Gives each request to an API or for a feed a meter; who knows what it costs charges it."""

    def __init__(self, app: ASGIApp, budgets: Budgets) -> None:
        self.app = app
        self._budgets = budgets
        self._accounts = _Policy("account", budgets.accounts)
        self._strangers = _Policy("address", budgets.strangers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] == FREE
            or not scope["path"].startswith(LIMITED)
        ):
            await self.app(scope, receive, send)
            return
        state, client = scope["state"], scope.get("client")
        meter = self._budgets.meter(state["resources"].buckets, client[0] if client else "")
        state["meter"] = meter

        def told(message: Message) -> Awaitable[None]:
            if message["type"] != "http.response.start":
                return send(message)
            if message["status"] >= 400 and not meter.charged:
                return self._charged_late(meter, message, send)
            return send(self._told(meter, message))

        try:
            # With a token it may be that of an account, which has more left.
            if meter.is_spent and not _has_token(scope):
                meter.require()
        except RateLimited as refusal:
            response = await on_rate_limited(Request(scope), refusal)
            await response(scope, receive, told)
        else:
            await self.app(scope, receive, told)

    async def _charged_late(self, meter: Meter, message: Message, send: Send) -> None:
        """What was refused before anybody charged it is not free either."""
        with suppress(RateLimited):
            await meter.charge(UNREAD)
        await send(self._told(meter, message))

    def _told(self, meter: Meter, message: Message) -> Message:
        """The beginning of an answer that says what is left, to those who are counted."""
        if meter.key is not None:
            known = meter.rate is self._budgets.accounts
            policy = self._accounts if known else self._strangers
            message["headers"] = [*message.get("headers", ()), *policy.headers(meter)]
        return message


class _Policy:
    """The headers of one kind of bucket, as far as they never change."""

    def __init__(self, name: str, rate: Rate) -> None:
        window = math.ceil(rate.seconds)
        policy = f'"{name}";q={rate.points};w={window};qu="points"'.encode()
        self._policy = (b"ratelimit-policy", policy)
        self._limit = (b"ratelimit-limit", b"%d" % rate.points)
        self._name = f'"{name}"'.encode()

    def headers(self, meter: Meter) -> tuple[tuple[bytes, bytes], ...]:
        # Where it was refused, the instant that `Retry-After` names.
        left, seconds = b"%d" % meter.available, b"%d" % (meter.wait or math.ceil(meter.full_in))
        return (
            self._policy,
            (b"ratelimit", b"%b;r=%b;t=%b" % (self._name, left, seconds)),
            self._limit,
            (b"ratelimit-remaining", left),
            (b"ratelimit-reset", seconds),
        )


def _has_token(scope: Scope) -> bool:
    return any(name == b"authorization" for name, _ in scope["headers"])
