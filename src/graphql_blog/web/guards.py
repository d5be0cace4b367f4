"""Headers by which browsers are told what must not be done with our answers."""

from collections.abc import Mapping
from typing import TypeAlias

Guards: TypeAlias = tuple[tuple[bytes, bytes], ...]

# An answer that says otherwise is left as it is: pages have a policy of their own.
ALWAYS: Guards = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
HSTS = b"strict-transport-security"
NAMES = frozenset({name for name, _ in ALWAYS} | {HSTS})
# For documents alone: they mean nothing to data.
OF_PAGES = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def by_scheme(hsts_max_age: int = 0) -> Mapping[str, Guards]:
    """What answers have over HTTP and over HTTPS: only there a browser may be told to stay."""
    if not hsts_max_age:
        return {"http": ALWAYS, "https": ALWAYS}
    stay = (HSTS, b"max-age=%d" % hsts_max_age)
    return {"http": ALWAYS, "https": (*ALWAYS, stay)}
