"""Instants as feeds write them."""

from datetime import UTC, datetime
from email.utils import format_datetime


def rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def rfc822(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
