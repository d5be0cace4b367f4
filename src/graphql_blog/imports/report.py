"""What an import did: what came in, was updated or left as it was, what was skipped, and why."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graphql_blog.imports.records import Failure, Notice, Skipped


class Outcome(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


NOUNS = ("authors", "guests", "tags", "posts", "comments")


@dataclass(slots=True)
class Report:
    outcomes: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)
    notices: list[Notice] = field(default_factory=list)

    def count(self, noun: str, outcome: Outcome, number: int = 1) -> None:
        self.outcomes[noun, outcome] += number

    def skip(self, skipped: Skipped) -> None:
        self.skipped[skipped.kind, skipped.reason] += skipped.count

    def note(self, item: str, message: str, line: int | None = None) -> None:
        self.notices.append(Notice(item, message, line))

    def merge(self, other: "Report") -> None:
        self.outcomes.update(other.outcomes)
        self.skipped.update(other.skipped)
        self.notices.extend(other.notices)

    @property
    def is_complete(self) -> bool:
        """Whether all of the source could be read."""
        return not any(isinstance(notice, Failure) for notice in self.notices)

    @property
    def lines(self) -> list[str]:
        """The notices in the order of the source."""
        in_order = sorted(self.notices, key=lambda each: each.line or 0)
        return [_printable(str(notice)) for notice in in_order]

    def as_json(self) -> dict[str, Any]:
        return {
            "complete": self.is_complete,
            **{
                noun: {outcome.value: self.outcomes[noun, outcome] for outcome in Outcome}
                for noun in NOUNS
            },
            "skipped": [
                {"kind": kind, "reason": reason, "count": count}
                for (kind, reason), count in sorted(self.skipped.items())
            ],
            "notices": self.lines,
        }


def _printable(text: str) -> str:
    """Titles and names of strangers must not command the terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
