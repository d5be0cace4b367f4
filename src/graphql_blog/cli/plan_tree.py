"""Draws what an operation did as a tree: its fields, what answered them, and their SQL."""

from collections.abc import Iterable, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from graphql_blog.cli.sql_text import laid_out
from graphql_blog.engine.readers import Sent
from graphql_blog.engine.trace import Batch, FieldTrace, Trace

GUIDE = 4
"""So wide is what a tree draws before each level."""
HIGHLIGHTER = Syntax("", "sql", theme="ansi_dark")


class PlanTree:
    """The tree of one trace; without times and SQL it is the same each time and everywhere."""

    def __init__(self, trace: Trace, *, width: int, times: bool = True, sql: bool = True) -> None:
        self._trace = trace
        self._width = width
        self._times = times
        self._sql = sql

    def drawn(self, title: str) -> Tree:
        tree = Tree(Text(title, style="bold"), guide_style="dim")
        for found in self._trace.fields:
            self._draw(found, tree, depth=1)
        if self._trace.elsewhere:
            heading = Text("in no field", style="dim italic")
            tree.add(Group(heading, *self._statements(self._trace.elsewhere, depth=1)))
        return tree

    def _draw(self, found: FieldTrace, tree: Tree, depth: int) -> None:
        branch = tree.add(Group(*self._label(found, depth)))
        for child in found.below:
            if not child.is_value:
                self._draw(child, branch, depth + 1)

    def _label(self, found: FieldTrace, depth: int) -> list[RenderableType]:
        name, how = _name(found, depth), self._how(found)
        room = self._width - depth * GUIDE
        fits = how and name.cell_len + how.cell_len + 3 <= room
        heading = [Text.assemble(name, "   ", how)] if fits else [name, how] if how else [name]
        return [*heading, *_facts(found), *self._statements(found.statements, depth)]

    def _how(self, found: FieldTrace) -> Text:
        """From how many objects it came to how many rows, and by what."""
        if not found.is_fetched and not found.statements:
            return Text("from the same rows" if found.plan.declared.is_part else "", style="dim")
        # Above the fields of the operation itself there is nothing to count.
        asked = [counted(found.objects, "object")] if found.objects and found.level > 1 else []
        batched = [" + ".join(_batched(found, batch) for batch in found.batches.values())]
        steps = " → ".join([*asked, *batched]) if found.batches else ""
        return Text(" · ").join([Text(steps, "green")] * bool(steps) + [*self._cost(found)])

    def _cost(self, found: FieldTrace) -> Iterable[Text]:
        if found.statements:
            if len(found.statements) > 1 or not found.batches:
                yield Text(counted(len(found.statements), "statement"))
            yield Text(self._came_back(found.statements))

    def _came_back(self, statements: Sequence[Sent]) -> str:
        rows = counted(sum(sent.rows for sent in statements), "row")
        if not self._times:
            return rows
        return f"{rows} · {duration(sum(sent.seconds for sent in statements))}"

    def _statements(self, statements: Sequence[Sent], depth: int) -> Iterable[Text]:
        for number, sent in enumerate(statements if self._sql else (), start=1):
            if len(statements) > 1:
                yield Text(f"{number}. {self._came_back([sent])}", style="dim")
            text = HIGHLIGHTER.highlight(laid_out(sent.sql, self._width - depth * GUIDE))
            text.rstrip()
            # Nothing is cut off where the terminal is narrow.
            text.no_wrap, text.overflow = False, "fold"
            yield text


def _name(found: FieldTrace, depth: int) -> Text:
    # Where graphql-core executes, not all that is above is known.
    above = ".".join([*found.plan.path[depth - 1 : -1], ""])
    alias = "" if found.plan.key == found.plan.name else f"{found.plan.key}: "
    return Text.assemble(
        (above + alias, "cyan"), (found.plan.name, "bold cyan"), "  ", (found.type, "yellow")
    )


def _batched(found: FieldTrace, batch: Batch) -> str:
    if batch.fields[0] is not found:
        return f"{batch.name}, with {batch.fields[0].path}"
    return f"{counted(batch.keys, 'key')} → {batch.name}"


def _facts(found: FieldTrace) -> list[RenderableType]:
    """The columns that were read, and the values that are made of them."""
    facts = Table.grid(padding=(0, 1))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    values: dict[str, list[str]] = {}
    for child in found.below:
        if child.is_value:
            values.setdefault(child.plan.parent_type.name, []).append(_value(child))
    for label, by_type in ("reads", found.columns), ("gives", values):
        for type_, names in by_type.items():
            of_type = "" if type_ == found.plan.returns.name else f"{type_}: "
            facts.add_row(label, of_type + ", ".join(names))
    return [facts] if facts.rows else []


def _value(found: FieldTrace) -> str:
    columns = found.plan.declared.columns
    if not columns or columns == (_snake(found.plan.key),):
        return found.plan.key
    return f"{found.plan.key} ← {' + '.join(columns)}"


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


class Trimmed:
    """Draws the same, without blanks at the ends of the lines."""

    def __init__(self, *parts: RenderableType) -> None:
        self._parts = Group(*parts)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in console.render_lines(self._parts, options, pad=False):
            while line and not line[-1].text.strip():
                line.pop()
            if line:
                last = line.pop()
                yield from (*line, Segment(last.text.rstrip(), last.style))
            yield Segment.line()


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def size(count: int) -> str:
    return counted(count, "byte") if count < 1000 else f"{count / 1000:,.1f} kB"


def duration(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs" if seconds < 0.001 else f"{seconds * 1000:.1f} ms"
