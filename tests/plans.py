"""What the databases say they are going to do for a statement."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Plan:
    """What a database is going to do for one statement."""

    statement: str
    steps: tuple[str, ...]
    sorts: tuple[str, ...]
    """Steps that put rows in order."""
    walks: tuple[str, ...]
    """Steps along an index from its beginning, which end as soon as the page is full."""
    reads_whole: tuple[str, ...]
    """Steps that read all of a table or of an index."""


def sqlite_plan(statement: str, steps: Sequence[str]) -> Plan:
    # Keys come as a JSON array, and numbered ids as a subquery: these are no tables.
    inner = r"SCAN (?!numbered$|\(subquery-\d+\)$|\w+ VIRTUAL TABLE)"
    tables = [step for step in steps if re.match(inner, step)]
    is_walk = len(steps) == 1 and statement.rstrip().endswith("LIMIT ? OFFSET ?")
    return Plan(
        statement,
        tuple(steps),
        sorts=tuple(step for step in steps if step.startswith("USE TEMP B-TREE")),
        walks=tuple(tables) if is_walk else (),
        reads_whole=(
            *(step for step in steps if "AUTOMATIC" in step or "ANY(" in step),
            *(() if is_walk else tables),
        ),
    )


STREAMS = {"Nested Loop", "Merge Join", "WindowAgg"}


def postgresql_plan(statement: str, root: dict[str, Any]) -> Plan:
    nodes = list(nodes_below(root, ends_early=False))
    scans = [
        (shown(node), ends_early)
        for node, ends_early in nodes
        if "Scan" in node["Node Type"] and "Relation Name" in node and not enters(node)
    ]
    return Plan(
        statement,
        tuple(shown(node) for node, _ in nodes),
        sorts=tuple(shown(node) for node, _ in nodes if "Sort" in node["Node Type"]),
        walks=tuple(step for step, early in scans if early and step.startswith("Index")),
        reads_whole=tuple(
            step for step, early in scans if not early or not step.startswith("Index")
        ),
    )


def enters(node: dict[str, Any]) -> bool:
    """Whether an index is entered at a key: `visible_from` alone only spares looking at rows."""
    condition = node.get("Index Cond") or node.get("Recheck Cond") or ""
    return bool(re.sub(r"\(visible_from <= '[^']*'::timestamp with time zone\)", "", condition))


def nodes_below(node: dict[str, Any], *, ends_early: bool) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every step, and whether it stops when a LIMIT above it has enough."""
    yield node, ends_early
    kind = node["Node Type"]
    below = kind == "Limit" or (ends_early and kind in STREAMS)
    for inner in node.get("Plans", ()):
        yield from nodes_below(inner, ends_early=below)


def shown(node: dict[str, Any]) -> str:
    words = ("Node Type", "Relation Name", "Index Name", "Index Cond", "Sort Key")
    return " ".join(str(node[word]) for word in words if word in node)
