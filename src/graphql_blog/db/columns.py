"""The types that columns are made of: enums, UTC instants, the databases' own clocks."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class PostStatus(StrEnum):
    """The states of a post. SCHEDULED is never stored: it is PUBLISHED at an instant to come."""

    DRAFT = "DRAFT"
    SCHEDULED = "SCHEDULED"
    PUBLISHED = "PUBLISHED"
    ARCHIVED = "ARCHIVED"


class ContentFormat(StrEnum):
    """The language a post is written in."""

    MARKDOWN = "MARKDOWN"
    HTML = "HTML"


class CommentStatus(StrEnum):
    """What moderation made of a comment."""

    VISIBLE = "VISIBLE"
    PENDING = "PENDING"
    SPAM = "SPAM"
    DELETED = "DELETED"


FIRST_YEAR, LAST_YEAR = 1000, 9998
RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def read_instant(text: str) -> datetime:
    """The instant an RFC 3339 text stands for, in UTC. Raises `ValueError` in words."""
    try:
        if RFC_3339.fullmatch(text):
            instant = datetime.fromisoformat(text.upper()).astimezone(UTC)
            if FIRST_YEAR <= instant.year <= LAST_YEAR:
                return instant
    except (ValueError, OverflowError):
        pass
    raise ValueError(
        "must be an RFC 3339 instant with its time zone, as in 2026-11-20T11:04:00Z,"
        f" in the years {FIRST_YEAR} to {LAST_YEAR}"
    )


class Instant(TypeDecorator[datetime]):
    """An aware UTC `datetime`, to the microsecond.

    PostgreSQL keeps a timestamp with time zone; SQLite keeps text of one fixed width, so that text
    order is time order and a value from a cursor equals the value in the row.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(26))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        utc = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return utc.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
        return utc

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None] | None:
        # PostgreSQL's driver gives instants in UTC.
        return _read_text if dialect.name == "sqlite" else None


def _read_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}Z")


class now_utc(FunctionElement[datetime]):  # noqa: N801 - reads as the SQL function it is
    """The database's own clock, as an `Instant`; for server defaults."""

    type = Instant()
    inherit_cache = True


@compiles(now_utc, "postgresql")
def _now_on_postgresql(element: now_utc, compiler: SQLCompiler, **options: Any) -> str:
    return "now()"


@compiles(now_utc, "sqlite")
def _now_on_sqlite(element: now_utc, compiler: SQLCompiler, **options: Any) -> str:
    # SQLite's clock has milliseconds; the zeros make the text as wide as every other instant.
    return "(strftime('%Y-%m-%d %H:%M:%f000', 'now'))"


def one_of(members: type[StrEnum], *, length: int = 16) -> Enum:
    """A text column holding the name of one of `members`; the tables add the CHECK."""
    return Enum(members, native_enum=False, create_constraint=False, length=length)
