"""Which fields and embeds a request asks for, as in `?fields=title,author.name&include=tags`.

A level that `fields` names has what it names there, and `id`; a level that `include` alone names is
whole. Neither: whole objects, and of what belongs to them the ids and addresses.
"""

from dataclasses import dataclass
from functools import cached_property

from starlette.requests import Request

from graphql_blog.errors import BadRequest
from graphql_blog.rest.objects.fields import Embed, Table
from graphql_blog.rest.objects.nouns import Noun
from graphql_blog.rest.objects.sources import Names
from graphql_blog.rest.objects.tables import TABLES
from graphql_blog.rest.requests import Text, WholeNumber

MOST_LEVELS = 3
MOST_NAMES = 100
MOST_OBJECTS = 5_000
MOST_EMBEDDED = 100

FIELDS = Text(
    "fields",
    "Only these keys, as in `title,author.name,comments.content`; `id` is always there.",
)
INCLUDE = Text(
    "include",
    "What belongs to it inside the object itself, as in `author,comments.author`;"
    " `comments.limit=5` says how many, 20 unless given.",
)


@dataclass(frozen=True)
class Selection:
    """What is wanted of the objects of one level, and of those in them."""

    noun: Noun
    names: tuple[str, ...]
    embeds: tuple["Embedded", ...] = ()

    @cached_property
    def columns(self) -> Names:
        """All that has to be read for it."""
        table = TABLES[self.noun]
        values = [table.value(name) for name in self.names]
        read = {name for value in values if value for name in value.columns}
        return frozenset({"id", *read, *[n for each in self.embeds for n in each.embed.columns]})

    @property
    def statements(self) -> int:
        """How many it may take more than for whole objects alone."""
        return sum(1 + each.selection.statements for each in self.embeds)

    def most(self, rows: int) -> int:
        """How many objects so many of it may have in them, themselves included."""
        return rows + sum(each.selection.most(rows * each.limit) for each in self.embeds)


@dataclass(frozen=True)
class Embedded:
    """Other objects, wanted inside."""

    name: str
    embed: Embed
    selection: Selection
    limit: int


def selected(request: Request, noun: Noun, rows: int = 1) -> Selection:
    """What the request wants of so many objects of a noun. Raises `BadRequest`."""
    root = _Level(noun)
    for path in _paths(request, INCLUDE):
        root.include(INCLUDE.name, path)
    for path in _paths(request, FIELDS):
        root.name(path)
    selection = root.selection(request)
    if selection.embeds and selection.most(rows) > MOST_OBJECTS:
        raise BadRequest(
            f"This may be {selection.most(rows):,} objects, and {MOST_OBJECTS:,} are the most:"
            " lower limit, or that of what is embedded, as in comments.limit=5."
        )
    return selection


def _paths(request: Request, given: Text) -> list[list[str]]:
    texts = request.query_params.getlist(given.name)
    names = [name for text in texts for name in map(str.strip, text.split(",")) if name]
    if len(names) > MOST_NAMES:
        raise BadRequest(f"{given.name} has {len(names)} names, and {MOST_NAMES} are the most.")
    return [name.split(".") for name in dict.fromkeys(names)]


class _Level:
    """What is asked for of one noun at one place, while names are read."""

    def __init__(self, noun: Noun, path: str = "") -> None:
        self._noun = noun
        self._path = path
        self._table: Table = TABLES[noun]
        self._names: list[str] | None = None
        self._levels: dict[str, _Level] = {}

    def include(self, said_in: str, path: list[str]) -> None:
        first, *rest = path
        level = self._embedded(said_in, first)
        if rest:
            level.include(said_in, rest)

    def name(self, path: list[str]) -> None:
        """Asks for the field, or the embed, at the end of the path, and for no other here."""
        if self._names is None:
            self._names = ["id"]
        name, (first, *rest) = ".".join(path), path
        if group := [name] if self._table.value(name) else self._table.group(name):
            self._names += group
        elif rest:
            self._embedded(FIELDS.name, first).name(rest)
        else:
            self._embedded(FIELDS.name, first)

    def selection(self, request: Request) -> Selection:
        names = self._table.whole if self._names is None else dict.fromkeys(self._names)
        embeds = (self._wanted(request, name, level) for name, level in self._levels.items())
        return Selection(self._noun, tuple(names), tuple(embeds))

    def _wanted(self, request: Request, name: str, level: "_Level") -> Embedded:
        embed, limit = self._table.embeds[name], self._table.embeds[name].usual
        if embed.has_limit:
            limit = limit_of(f"{level._path}.limit", limit).of(request)
        return Embedded(name, embed, level.selection(request), limit)

    def _embedded(self, said_in: str, name: str) -> "_Level":
        if name not in self._table.embeds:
            raise BadRequest(self._unknown(said_in, name))
        if name not in self._levels:
            path = f"{self._path}.{name}" if self._path else name
            if path.count(".") >= MOST_LEVELS:
                raise BadRequest(
                    f"{said_in} has {path}, and {MOST_LEVELS} levels are the most:"
                    " ask for what is deeper at its own address."
                )
            self._levels[name] = _Level(self._table.embeds[name].noun, path)
        return self._levels[name]

    def _unknown(self, said_in: str, name: str) -> str:
        known = [*self._table.embeds]
        if said_in == FIELDS.name:
            known += [*self._table.whole, *self._table.more]
        there = f" in {self._path}" if self._path else ""
        return f"{said_in} has no {name[:50]}{there}: there is {', '.join(known) or 'nothing'}."


def limit_of(name: str, usual: int) -> WholeNumber:
    """The parameter that says how many there are of an embed."""
    return WholeNumber(name, "How many at most, embedded.", usual, 1, MOST_EMBEDDED)
