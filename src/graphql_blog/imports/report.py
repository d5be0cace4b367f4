"""What an import did: what came in, was updated or left as it was, what was skipped, and why."""

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graphql_blog.imports.records import Failure, Notice, Skipped


class Outcome(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


LINES_A_KIND = 100
WORDS_OF_A_KIND = 6
VARIABLE = re.compile(r'".*"|&\w+;|\d[\d,]*', re.DOTALL)
NOUNS = ("authors", "guests", "tags", "posts", "comments")


@dataclass(slots=True)
class Report:
    outcomes: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)
    notices: list[Notice] = field(default_factory=list)
    """The first of each kind: an import may have more remarks than memory."""
    kinds: Counter[str] = field(default_factory=Counter)
    is_complete: bool = True
    """Whether all of the source could be read."""

    def count(self, noun: str, outcome: Outcome, number: int = 1) -> None:
        self.outcomes[noun, outcome] += number

    def skip(self, skipped: Skipped) -> None:
        self.skipped[skipped.kind, skipped.reason] += skipped.count

    def note(self, item: str, message: str, line: int | None = None) -> None:
        self.add(Notice(item, message, line))

    def add(self, notice: Notice) -> None:
        kind = _kind(notice)
        self.kinds[kind] += 1
        if self.kinds[kind] <= LINES_A_KIND:
            self.notices.append(notice)
        self.is_complete = self.is_complete and not isinstance(notice, Failure)

    @property
    def lines(self) -> list[str]:
        """The notices in the order of the source, and how many more there were of a kind."""
        in_order = sorted(self.notices, key=lambda each: each.line or 0)
        more = (
            f"… and {count - LINES_A_KIND:,} more like this: {kind}"
            for kind, count in self.kinds.items()
            if count > LINES_A_KIND
        )
        return [_printable(line) for line in (*map(str, in_order), *more)]

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


def _kind(notice: Notice) -> str:
    """The beginning of its message, without what it says of this one item."""
    words = VARIABLE.sub("…", notice.message).split(" ")
    return " ".join(words[:WORDS_OF_A_KIND])


def _printable(text: str) -> str:
    """Titles and names of strangers must not command the terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
