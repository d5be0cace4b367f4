"""ETags: the name of a body, and whether a client has it already (RFC 9110 §8.8, §13.1)."""

from hashlib import blake2b


def etag(body: bytes) -> str:
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def named(header: str | None, current: str) -> str | None:
    """The current ETag as `If-None-Match` or `If-Match` names it; None when it does not.

    Whoever got the answer compressed has its ETag as a weak one. It names the same version, and has
    to come back as it is: what is kept under a weak name is not renewed by a strong one.
    """
    if header is None:
        return None
    tags = [tag.strip() for tag in header.split(",")]
    if current in tags or "*" in tags:
        return current
    weak = f"W/{current}"
    return weak if weak in tags else None


def names(header: str | None, current: str) -> bool:
    return named(header, current) is not None
