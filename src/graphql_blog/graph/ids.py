"""Two forms of an id: plain (`"1"`, as in REST) and global (`nodeId`). Arguments take either."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from graphql_blog.errors import BadRequest

LARGEST = 2**31 - 1


def node_id(noun: str, id_: int) -> str:
    """The global id: opaque, and unique across all types."""
    return urlsafe_b64encode(f"{noun}:{id_}".encode()).rstrip(b"=").decode()


def plain_id(given: str, noun: str) -> int | None:
    """The number behind either form; None when there can be no such object.

    Raises `BadRequest` for the global id of another noun.
    """
    if (number := _number(given)) is not None:
        return number
    found = split_node_id(given)
    if found is None:
        return None
    if found[0] != noun:
        raise BadRequest(f"{given} is the id of a {found[0]}, not of a {noun}.")
    return found[1]


def split_node_id(given: str) -> tuple[str, int] | None:
    """The noun and the number of a global id; None when it is none."""
    try:
        text = urlsafe_b64decode(given.encode("ascii") + b"=" * (-len(given) % 4)).decode("ascii")
    except ValueError:
        return None
    noun, _, digits = text.partition(":")
    number = _number(digits)
    return None if number is None or node_id(noun, number) != given.rstrip("=") else (noun, number)


def _number(digits: str) -> int | None:
    """As in REST: no leading zeros, and nothing beyond what a database keeps as an id."""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
        return None
    number = int(digits)
    return number if number <= LARGEST and str(number) == digits else None
