"""What a head says: words, lists, yes and no, of whatever type they are written."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from graphql_blog.imports.text import storable

MAX_BITS = 1000
NOTHING = {"", "~", "null"}


def word(value: object) -> str:
    """A scalar as text on one line; empty for nothing, and for a list or a mapping."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if not isinstance(value, str | int | float) or _is_endless(value):
        return ""
    text = " ".join(storable(str(value)).split())
    return "" if text.lower() in NOTHING else text


def _is_endless(value: object) -> bool:
    """Python refuses to write out a number of thousands of digits."""
    return isinstance(value, int) and value.bit_length() > MAX_BITS


def first(head: Mapping[str, Any], *keys: str) -> str:
    """The first of these keys that says something."""
    return next((found for key in keys if (found := word(head.get(key)))), "")


def is_yes(head: Mapping[str, Any], key: str) -> bool:
    return word(head.get(key)).lower() in {"true", "yes", "on", "1"}


def is_no(head: Mapping[str, Any], key: str) -> bool:
    return word(head.get(key)).lower() in {"false", "no", "off", "0"}


def words(value: object) -> list[str]:
    """A list as its scalars; one scalar as a list of one."""
    values = value if isinstance(value, list) else [value]
    return [found for each in values if (found := word(each))]


def terms(value: object) -> list[str]:
    """A list, or `one, two`, or `one two`, as Jekyll reads it."""
    if isinstance(value, list):
        return words(value)
    text = word(value)
    parts: Iterable[str] = text.split(",") if "," in text else re.split(r"\s+", text)
    return [part.strip() for part in parts if part.strip()]


def table(head: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A mapping in the head; an empty one when there is none."""
    found = head.get(key)
    return found if isinstance(found, Mapping) else {}
