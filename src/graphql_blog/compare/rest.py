"""The requests of REST for what a query wants: as commonly written, and at its best.

As commonly written, whole objects are fetched, and what belongs to them is asked for where they say
it is. At its best, `fields` names what is wanted, and of what belongs to it too.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from graphql_blog.compare.addresses import COUNTED, RELATIONS, limited
from graphql_blog.compare.plans import Step, Way
from graphql_blog.compare.wanted import Query, Related, Root, Wanted
from graphql_blog.rest.objects.selection import MOST_LEVELS
from graphql_blog.rest.objects.tables import TABLES


def rest_ways(query: Query, *, again: bool = False) -> list[Way]:
    """Adds to the notes of the query what whole objects do not have."""
    return [
        Way("rest-plain", "REST as commonly written", _Plain(query, again=again).steps),
        Way("rest-best", "REST at its best", _Best(query, again=again).steps),
    ]


class _Plain:
    def __init__(self, query: Query, *, again: bool) -> None:
        self.steps: list[Step] = []
        self._notes = query.notes
        for root in query.roots:
            if root.is_count:
                self._add(_count(root))
                continue
            path = _with(root.address.path, root.address.parameters)
            shown = self._shown(root.wanted)
            step = self._add(Step(root.name, path, shown, again=again))
            self._below(step, root.wanted)

    def _below(self, step: Step, wanted: Wanted) -> None:
        addresses = RELATIONS[wanted.noun]
        for name in wanted.names:
            relation = COUNTED.get(name, "")
            if relation in addresses and relation not in wanted.related:
                path = _with(addresses[relation], {"limit": 1})
                self._add(Step(f"{step.name}.{name}", path, [], step, method="HEAD"))
        for name, related in wanted.related.items():
            path = _with(addresses[name], _size(wanted, name, related))
            shown = self._shown(related.wanted)
            self._below(self._add(Step(f"{step.name}.{name}", path, shown, step)), related.wanted)

    def _shown(self, wanted: Wanted) -> list[str]:
        whole = TABLES[wanted.noun].whole
        for name in wanted.names:
            if name not in whole and name not in COUNTED:
                self._notes[
                    f"A whole {wanted.noun.name} of REST has no `{name}`: it is left out of"
                    " REST as commonly written."
                ] = None
        return [name for name in wanted.names if name in whole]

    def _add(self, step: Step) -> Step:
        self.steps.append(step)
        return step


class _Best:
    def __init__(self, query: Query, *, again: bool) -> None:
        self.steps: list[Step] = []
        for root in query.roots:
            if root.is_count:
                self.steps.append(_count(root))
                continue
            self._add(root.name, root.address.path, root.address.parameters, root.wanted, again)

    def _add(
        self,
        name: str,
        path: str,
        parameters: Mapping[str, Any],
        wanted: Wanted,
        again: bool = False,
        parent: Step | None = None,
        each: str = "",
    ) -> None:
        fields, limits, deeper = _named(wanted)
        shown = _values(wanted)
        asked = {**parameters, "fields": ",".join(fields), **limits}
        step = Step(name, _with(path, asked), shown, parent, each, again=again)
        self.steps.append(step)
        for place, noun_wanted, relation, related in deeper:
            below = RELATIONS[noun_wanted.noun][relation]
            size = _size(noun_wanted, relation, related)
            inner = f"{name}.{place}.{relation}"
            self._add(inner, below, size, related.wanted, parent=step, each=place)


def _count(root: Root) -> Step:
    path = _with(root.address.path, {**root.address.parameters, "limit": 1})
    return Step(root.name, path, [], method="HEAD")


Deeper = tuple[str, Wanted, str, Related]


def _named(
    wanted: Wanted, path: tuple[str, ...] = ()
) -> tuple[list[str], dict[str, int], list[Deeper]]:
    """What `fields` has to name, the sizes of lists in it, and what is too deep for it."""
    fields = [".".join((*path, name)) for name in wanted.names]
    limits: dict[str, int] = {}
    deeper: list[Deeper] = []
    for name, related in wanted.related.items():
        if len(path) == MOST_LEVELS:
            deeper.append((".".join(path), wanted, name, related))
            fields += [".".join((*path, key)) for key in _keys(RELATIONS[wanted.noun][name])]
            continue
        inner_path = (*path, name)
        inner, inner_limits, inner_deeper = _named(related.wanted, inner_path)
        fields += inner or [".".join((*inner_path, "id"))]
        limits |= inner_limits
        deeper += inner_deeper
        if size := _size(wanted, name, related).get("limit"):
            limits[f"{'.'.join(inner_path)}.limit"] = size
    return list(dict.fromkeys(fields)) or ["id"], limits, deeper


def _values(wanted: Wanted, path: tuple[str, ...] = ()) -> list[str]:
    """What the page shows of one answer: not the keys that only lead on, or are there always."""
    found = [".".join((*path, name)) for name in wanted.names]
    if len(path) < MOST_LEVELS:
        for name, related in wanted.related.items():
            found += _values(related.wanted, (*path, name))
    return found


def _size(wanted: Wanted, name: str, related: Related) -> dict[str, int]:
    embed = TABLES[wanted.noun].embeds[name]
    return limited(related.arguments, embed.usual) if embed.has_limit else {}


def _keys(template: str) -> list[str]:
    return [part.partition("}")[0] for part in template.split("{")[1:]]


def _with(path: str, parameters: Mapping[str, Any]) -> str:
    return f"{path}?{urlencode(parameters, safe=',')}" if parameters else path
