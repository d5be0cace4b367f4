"""The types that columns are made of: enums, UTC instants, the databases' own clocks."""

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

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if isinstance(value, str):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        return value.astimezone(UTC) if value is not None else None


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
