"""Whose pages may use this server from a browser: the one policy for CORS and for WebSockets."""

from collections.abc import Collection

ANY = "*"
DEFAULT_PORTS = {b"http": b":80", b"https": b":443"}


class Origins:
    """The allowed origins, as in `https://blog.example.com`; `*` stands for all of them."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self.are_any = ANY in allowed
        self._listed = frozenset(origin.encode() for origin in allowed)

    def __bool__(self) -> bool:
        return bool(self._listed)

    def are_listed(self, origin: bytes) -> bool:
        """Whether the pages of another site may read our answers."""
        return self.are_any or origin in self._listed

    def is_allowed(self, origin: bytes | None, host: bytes) -> bool:
        """Whether a connection may be opened: by our own pages too, and by what is no browser.

        Browsers send an `Origin` with every WebSocket and let no page change it.
        """
        return origin is None or self.are_listed(origin) or _is_own(origin, host)


def _is_own(origin: bytes, host: bytes) -> bool:
    """Whether a page of this very server asks: its origin is what the request calls the server.

    The scheme is left aside, as a proxy that ends TLS speaks plain HTTP to us.
    """
    scheme, _, place = origin.lower().partition(b"://")
    return place != b"" and place == host.lower().removesuffix(DEFAULT_PORTS.get(scheme, b""))
