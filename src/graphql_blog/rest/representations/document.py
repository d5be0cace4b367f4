"""What is said of a post to people, whatever the form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql_blog.site import Site


@dataclass(frozen=True, kw_only=True)
class Document:
    """A post with what belongs to it."""

    post: Any
    """Its row, with `author_name`."""
    status: str
    tags: Sequence[str]
    address: str
    """Where it counts as being."""
    site: Site
