"""The nouns as rows: which of them a viewer may read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from graphql_blog.db.models import Comment, Post, Tag, User
from graphql_blog.rest.objects.reading import Reading
from graphql_blog.services import comments, posts, tags, users
from graphql_blog.services.parameters import id_of


@dataclass(frozen=True, eq=False)
class Noun:
    """Objects of one kind: the rows of a table that a viewer may read."""

    name: str
    model: Any
    readable: Callable[[Reading], Select[Any]]

    def columns(self, names: Iterable[str]) -> list[InstrumentedAttribute[Any]]:
        return [getattr(self.model, name) for name in sorted({*names, "id"})]


def _own(reading: Reading) -> Select[Any]:
    return users.visible_to(reading.viewer).where(User.id == id_of(reading.viewer))


POST = Noun("Post", Post, lambda reading: posts.visible_to(reading.viewer, reading.now))
USER = Noun("User", User, lambda reading: users.visible_to(reading.viewer))
COMMENT = Noun("Comment", Comment, lambda reading: comments.visible_to(reading.viewer, reading.now))
TAG = Noun("Tag", Tag, lambda reading: tags.visible_to(reading.viewer))
VIEWER = Noun("Viewer", User, _own)
