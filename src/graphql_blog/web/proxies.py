"""Who really asks, as the proxies before this server tell it: believed only from trusted ones.

Each proxy adds to the end of a list the address that it was called from. So the list is read from
its end: as long as an address is that of a trusted proxy, what this proxy said is believed too, and
the first address that is not is the client. What a client wrote into the header itself stands
further ahead and is never reached.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from starlette.types import ASGIApp, Receive, Scope, Send

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

REMEMBERED = 4096
MOST_HOPS = 32
LONGEST_FORWARDED = 2048
SCHEMES = {
    "http": {"http": "http", "https": "https"},
    "websocket": {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"},
}
"""What a proxy may call the scheme of a request, and what it is called here."""


class Hop(NamedTuple):
    """What one proxy says about the request it got: from where, and over which scheme."""

    client: str
    scheme: str = ""


class Proxies:
    """Puts the client and the scheme that trusted proxies name into the scope."""

    def __init__(self, app: ASGIApp, trusted: Iterable[Network], header: str) -> None:
        self._app = app
        self._trusted = tuple(trusted)
        self._hops = READERS[header]
        self._is_trusted = lru_cache(REMEMBERED)(self._look_up)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in SCHEMES and scope.get("client"):
            self._believe(scope)
        await self._app(scope, receive, send)

    def _believe(self, scope: Scope) -> None:
        if not self._is_trusted(scope["client"][0]):
            return
        names = SCHEMES[scope["type"]]
        for hop in reversed(self._hops(scope)):
            scope["scheme"] = names.get(hop.scheme, scope["scheme"])
            client = _address(hop.client)
            if client is None:
                # Hidden, or no address at all: the last one that is known has to do.
                return
            scope["client"] = (str(client), 0)
            if not self._is_trusted(str(client)):
                return

    def _look_up(self, host: str) -> bool:
        address = _address(host)
        return address is not None and any(address in network for network in self._trusted)


def _x_forwarded(scope: Scope) -> list[Hop]:
    """`X-Forwarded-For` and `X-Forwarded-Proto`, which most proxies write."""
    clients = _words(scope, b"x-forwarded-for") or [""]
    schemes = [word.lower() for word in _words(scope, b"x-forwarded-proto")] or [""]
    # Some proxies add their scheme as they add an address, others pass the first one along alone.
    first_again = [schemes[0]] * (len(clients) - len(schemes))
    aligned = [*first_again, *schemes][-len(clients) :]
    return [Hop(client, scheme) for client, scheme in zip(clients, aligned, strict=True)]


def _words(scope: Scope, header: bytes) -> list[str]:
    """The last entries of a header with commas, which may come on several lines."""
    lines = b",".join(value for name, value in scope["headers"] if name == header)
    words = lines.decode("latin-1").rsplit(",", MOST_HOPS)[-MOST_HOPS:] if lines else []
    return [word.strip() for word in words]


def _forwarded(scope: Scope) -> list[Hop]:
    """`Forwarded`, the standard (RFC 7239). An element that cannot be read hides what it says."""
    lines = [value for name, value in scope["headers"] if name == b"forwarded"]
    return [hop for line in lines for hop in _hops_in(line.decode("latin-1"))]


def _hops_in(line: str) -> list[Hop]:
    if len(line) > LONGEST_FORWARDED:
        return [Hop("")]
    return [_hop(element) for element in ELEMENT.findall(line)]


def _hop(element: str) -> Hop:
    if not PAIRS.fullmatch(element):
        return Hop("")
    said: Mapping[str, str] = {
        name.lower(): value.strip('"') for name, value in PAIR.findall(element)
    }
    return Hop(said.get("for", ""), said.get("proto", "").lower())


ELEMENT = re.compile(r'(?:[^,"]|"[^"]*")+')
PAIR = re.compile(r'([A-Za-z]+)=("[^"\\]*"|[^\s;,"]+)')
PAIRS = re.compile(rf"\s*(?:{PAIR.pattern})(?:\s*;\s*(?:{PAIR.pattern}))*\s*;?\s*")
READERS: Mapping[str, Callable[[Scope], list[Hop]]] = {
    "x-forwarded-for": _x_forwarded,
    "forwarded": _forwarded,
}

PORT = re.compile(r"\[(?P<v6>[^\]]*)\](:\d+)?|(?P<v4>[\d.]+):\d+")


def _address(text: str) -> Address | None:
    """An address without the port that may follow it."""
    with_port = PORT.fullmatch(text)
    bare = (with_port["v6"] or with_port["v4"]) if with_port else text
    try:
        address = ipaddress.ip_address(bare or "")
    except ValueError:
        return None
    # A socket for both families calls 10.0.0.1 ::ffff:10.0.0.1.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
