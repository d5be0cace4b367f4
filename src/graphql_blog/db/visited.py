"""What an answer is made of, as tags: noted statement by statement.

A statement depends on every table in its text, unless whoever sends it says that of one table it
reads only rows with given keys. So what nobody thought of is forgotten too often, never too seldom.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from graphql_blog.db import tags
from graphql_blog.db.models import Post
from graphql_blog.engine.statements import Statement

Columns = Sequence[InstrumentedAttribute[Any]]
SAME_ROWS = {"Viewer": "User"}
"""Types whose objects are rows of another's table."""
POSTS = tags.NAMES[Post.__tablename__]


class Visited:
    """The tags of one answer."""

    def __init__(self) -> None:
        self.tags: set[str] = set()

    def note(
        self, statement: Statement, rows: Sequence[Any], by: Columns, keys: Collection[Any]
    ) -> None:
        """The statement gave these rows; `by` are the columns of which it reads only the `keys`."""
        own = {column.table.name for column in by}
        self.tags.update(map(tags.listed, tags.tables_of(statement.sql) - own))
        for column in by:
            if tags.leads_somewhere(column):
                self.tags.update(tags.of(column, key) for key in keys)
        self._note_objects(statement, rows)

    def note_missing(self, table: str) -> None:
        """A row that is not there may come."""
        self.tags.add(tags.listed(table))

    def _note_objects(self, statement: Statement, rows: Sequence[Any]) -> None:
        type_ = getattr(statement.row, "graphql_type", None)
        if type_ is None or not rows:
            return
        name, place = SAME_ROWS.get(type_, type_), rows[0].places.get("id")
        if place is None:
            self.tags.update(map(tags.listed, tags.tables_of(statement.sql)))
        else:
            self.tags.update([f"{name}:{row[place]}" for row in rows])

    @property
    def has_posts(self) -> bool:
        """Whether time alone may change the answer: a scheduled post becomes visible."""
        return any(tag.startswith(POSTS) for tag in self.tags)
