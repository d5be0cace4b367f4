"""What an operation did, as JSON whose shape stays: new keys may come, none changes its meaning."""

from collections.abc import Sequence
from typing import Any

from graphql_blog.engine.readers import Sent
from graphql_blog.engine.trace import Batch, FieldTrace, Trace


def as_json(trace: Trace) -> dict[str, Any]:
    """The whole operation.

    executor       "engine" or "graphql-core"; `because` says why it is the latter, else null
    levels         on how many of them something was sent; null where graphql-core executed it
    statements     how many were sent; `rows` and `values` (rows by columns) came back,
                   after `milliseconds` of waiting in all
    fields         the fields of the operation, each with
        path           response keys, joined by dots; `field` is its name, `type` its type
        level          how deep it stands; fields of one level are executed together
        objects        how many objects it was asked of; 0 where graphql-core executed it
        columns        by type of its objects, all that was read for them, keys too
        values         the leaves below it, each with the columns that it is made of
        batches        what found its objects: `name`, `keys` looked up, and `fields`, the paths
                       of those that the keys are of; its statements are with the first of them
        statements     `sql`, `columns`, `rows`, `milliseconds`
        fields         the fields below it that are no leaves, or are fetched
    elsewhere      statements that no field is known to have sent
    """
    return {
        "executor": "graphql-core" if trace.core_because else "engine",
        "because": trace.core_because,
        "levels": None if trace.core_because else trace.levels,
        "statements": len(trace.statements),
        "rows": trace.rows,
        "values": trace.values,
        "milliseconds": _milliseconds(trace.seconds),
        "fields": [_field(found) for found in trace.fields],
        "elsewhere": _statements(trace.elsewhere),
    }


def _field(found: FieldTrace) -> dict[str, Any]:
    values = [child for child in found.below if child.is_value]
    return {
        "path": found.path,
        "field": found.plan.name,
        "type": found.type,
        "level": found.level,
        "objects": found.objects,
        "columns": found.columns,
        "values": {child.plan.key: child.plan.declared.columns for child in values},
        "batches": [_batch(batch) for batch in found.batches.values()],
        "statements": _statements(found.statements),
        "fields": [_field(child) for child in found.below if not child.is_value],
    }


def _batch(batch: Batch) -> dict[str, Any]:
    fields = [found.path for found in batch.fields]
    return {"name": batch.name, "keys": batch.keys, "fields": fields}


def _statements(statements: Sequence[Sent]) -> list[dict[str, Any]]:
    return [
        {
            "sql": " ".join(sent.sql.split()),
            "columns": sent.columns,
            "rows": sent.rows,
            "milliseconds": _milliseconds(sent.seconds),
        }
        for sent in statements
    ]


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)
