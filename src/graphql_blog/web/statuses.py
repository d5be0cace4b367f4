"""Which status an answer has, by what became of the operation and by the form of the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphql import GraphQLError, GraphQLSyntaxError

from graphql_blog.graph.errors import is_unforeseen
from graphql_blog.web.negotiation import JSON


@dataclass(frozen=True, slots=True)
class Statuses:
    """The two in which drafts of GraphQL over HTTP differ."""

    invalid: int = 400
    """The text is GraphQL, but no valid operation with valid variables."""
    partial: int = 200
    """It was executed, and something went wrong on the way."""

    def of(self, errors: Sequence[GraphQLError], media_type: str, *, executed: bool) -> int:
        """The status of an answer that has errors."""
        if not executed and any(map(is_unforeseen, errors)):
            return 500
        # Old clients take everything else for an answer of a proxy.
        if media_type == JSON:
            return 200
        if executed:
            return self.partial
        return 400 if isinstance(errors[0], GraphQLSyntaxError) else self.invalid


OF_DRAFT: Mapping[str, Statuses] = {
    "2025": Statuses(),
    "2026": Statuses(invalid=422, partial=294),
}
