"""How much is too much, and how the refusal of it looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one request may ask for; each can be set from outside."""

    tokens: int = 4_000
    document_length: int = 100_000
    """Characters of the document: long texts belong into variables."""
    depth: int = 12
    """Fields below each other; what introspection asks is counted apart."""
    introspection_depth: int = 3
    """Lists within lists of introspection."""
    aliases: int = 30
    """In one operation, its fragments spread out."""
    directives: int = 50
    """In one document, as it is written."""
    definitions: int = 100
    """Operations and fragments in one document."""
    fields: int = 1_000
    """In one document, all fragments spread out."""
    merged_fields: int = 2_000
    """Pairs in one document that have to be compared: of fields with one response key in one
    place, and of fragments that stand in one place.
    """
    nodes: int = 10_000
    """Objects that could come back."""
    cost: int = 2_000
    answer_length: int = 32_000_000
    """Characters of the texts that come back."""
    variables_depth: int = 16
    variable_values: int = 5_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a document something is: for the error, and for people who look for it."""

    text: str
    start: int
    path: Sequence[str] = ()
    """Response keys from the top."""


class TooMuch(Exception):
    """Carries the refusal to where it is kept."""

    def __init__(self, error: GraphQLError) -> None:
        super().__init__(error.message)
        self.error = error


def refusal(
    code: str,
    message: str,
    value: int,
    limit: int,
    place: Place | None = None,
    **more: Any,
) -> GraphQLError:
    """The error that says what is too much, how much it may be, and where."""
    extensions: dict[str, Any] = {"code": code, "value": value, "limit": limit}
    if place is None:
        return GraphQLError(message, extensions={**extensions, **more})
    if place.path:
        extensions["path"] = list(place.path)
    return GraphQLError(
        message,
        source=Source(place.text),
        positions=[place.start],
        extensions={**extensions, **more},
    )
