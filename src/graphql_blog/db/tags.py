"""Names for what an answer is made of, and for what a statement changes; they are compared as text.

Post:1               one object
Post.list            which posts there are, and in what order: every change of any post
Comment.post_id:1    the comments whose `post_id` is 1
Post, Comment.post_id    all that have such a name, with whatever comes after the colon
*                    everything
"""

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.orm import InstrumentedAttribute

from graphql_blog.db.models import Base

EVERYTHING = "*"
NAMES = {
    table.name: mapper.class_.__name__
    for mapper in Base.registry.mappers
    for table in (mapper.local_table,)
    if isinstance(table, Table)
}
_TABLES = re.compile(rf"\b({'|'.join(NAMES)})\b")


def listed(table: str) -> str:
    return f"{NAMES[table]}.list"


def whole(column: Column[Any] | InstrumentedAttribute[Any]) -> str:
    """The name of all objects, or of all rows with any value in this column."""
    name = NAMES[column.table.name]
    return name if column.key == "id" else f"{name}.{column.key}"


def of(column: Column[Any] | InstrumentedAttribute[Any], value: object) -> str:
    """The object with this id, or the rows with this value in a column that leads elsewhere."""
    return f"{whole(column)}:{value}"


def leads_somewhere(column: Column[Any] | InstrumentedAttribute[Any]) -> bool:
    """Whether rows are named by their value in this column: their id, and keys of others."""
    return column.key == "id" or bool(column.foreign_keys)


@lru_cache(maxsize=2000)
def tables_of(sql: str) -> frozenset[str]:
    """The tables that a statement may read: those whose names are anywhere in its text."""
    return frozenset(_TABLES.findall(sql))
