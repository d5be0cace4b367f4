"""Lays out the SQL that a program wrote, for people to read."""

import re
import textwrap
from collections.abc import Iterator

CLAUSES = (
    "SELECT|FROM|LEFT OUTER JOIN|JOIN|WHERE|GROUP BY|ORDER BY|LIMIT|UNION ALL|SET|VALUES|RETURNING"
)
BREAK = re.compile(rf"[()]| (?=(?:{CLAUSES})\b)")
SUBQUERY = re.compile(r"\((?=SELECT )")
SHORT_BRACKETS = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")
PARAMETER = r"(?:\?|\$\d+(?:::[A-Z]+(?: [A-Z]+)*)?)"
PARAMETERS = re.compile(rf"({PARAMETER})(?:, {PARAMETER}){{3,}}, ({PARAMETER})")
INDENT = "    "
SHORT = 60
"""Brackets around so many characters stay in one line, if that is as wide."""
JOINED = "\N{NO-BREAK SPACE}"


def laid_out(sql: str, width: int) -> str:
    """A line for each clause; long subqueries indented, long lines wrapped, and of many parameters
    the first and the last.
    """
    text = PARAMETERS.sub(r"\1, …, \2", " ".join(sql.split()))
    return "\n".join(_lines(text, width, ""))


def _lines(sql: str, width: int, indent: str) -> Iterator[str]:
    for clause in _clauses(sql):
        yield from _clause_lines(clause, width, indent)


def _clauses(sql: str) -> Iterator[str]:
    """The clauses of one SELECT, each with all that stands in its brackets."""
    depth = start = 0
    for found in BREAK.finditer(sql):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0 and found[0] == " ":
            # `LEFT OUTER JOIN` is one word.
            if sql[: found.start()].endswith("LEFT OUTER"):
                continue
            yield sql[start : found.start()]
            start = found.end()
    yield sql[start:]


def _clause_lines(clause: str, width: int, indent: str) -> Iterator[str]:
    for found in SUBQUERY.finditer(clause):
        end = _closing(clause, found.start())
        if end - found.start() > SHORT:
            yield from _wrapped(clause[: found.end()], width, indent)
            yield from _lines(clause[found.end() : end], width, indent + INDENT)
            yield from _clause_lines(clause[end:], width, indent)
            return
    yield from _wrapped(clause, width, indent)


def _closing(text: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return len(text)


def _wrapped(line: str, width: int, indent: str) -> list[str]:
    # Deep inside, a line too long is better than one of a word.
    width = max(width, len(indent) + 24)
    longest = min(SHORT, width - len(indent + INDENT))
    wrapped = textwrap.wrap(
        SHORT_BRACKETS.sub(lambda brackets: _in_one(brackets[0], longest), line),
        width,
        initial_indent=indent,
        subsequent_indent=indent + INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [part.replace(JOINED, " ") for part in wrapped]


def _in_one(brackets: str, longest: int) -> str:
    return brackets.replace(" ", JOINED) if len(brackets) <= longest else brackets
