"""Free usernames and slugs: the one wished for, or the first of -2, -3, … that nobody has."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Find: TypeAlias = Callable[[Collection[str]], Awaitable[Mapping[str, int]]]
"""Whose these names are, as far as they are anybody's."""

FIRST_NUMBER = 2
NUMBERS_AT_FIRST = 8


@dataclass(frozen=True, slots=True)
class Wish:
    name: str
    owner: int | None = None
    """May have the name even when it is theirs already."""


async def free(find: Find, wishes: Sequence[Wish]) -> list[str]:
    """A name for each wish, no two the same; who wishes first gets the plain one."""
    taken = dict(await find({wish.name for wish in wishes}))
    given: dict[int, str] = {}
    left = _give(wishes, range(len(wishes)), given, taken, _plain(wishes))
    start, count = FIRST_NUMBER, NUMBERS_AT_FIRST
    while left:
        numbered = {
            name: [f"{name}-{number}" for number in range(start, start + count)]
            for name in {wishes[i].name for i in left}
        }
        taken |= await find({name for names in numbered.values() for name in names})
        candidates = {name: iter(names) for name, names in numbered.items()}
        left = _give(wishes, left, given, taken, candidates)
        # Ever further at once: a blog may have thousands of posts that are all called the same.
        start, count = start + count, count * 4
    return [given[i] for i in range(len(wishes))]


def _plain(wishes: Sequence[Wish]) -> dict[str, Iterator[str]]:
    return {wish.name: iter([wish.name]) for wish in wishes}


def _give(
    wishes: Sequence[Wish],
    indexes: Sequence[int],
    given: dict[int, str],
    taken: Mapping[str, int],
    candidates: Mapping[str, Iterator[str]],
) -> list[int]:
    """Gives the candidates to those who wish, in turn; returns who is left."""
    away = set(given.values())
    left = []
    for index in indexes:
        wish = wishes[index]
        for name in candidates[wish.name]:
            if name not in away and taken.get(name) in {None, wish.owner}:
                given[index] = name
                away.add(name)
                break
        else:
            left.append(index)
    return left
