"""Whether clients may ask for the schema; where they may not, errors give no hints of it either."""

from typing import Any

from graphql import FieldNode, GraphQLError
from graphql.validation import ASTValidationRule, ValidationRule

# `__typename` says nothing that the client has not asked about.
FIELDS = {"__schema", "__type"}
SWITCHED_OFF = (
    "Introspection is switched off on this server: operations work, but its schema is not shown."
    " Whoever runs it can set GRAPHQL_BLOG_INTROSPECTION=on, or print it: graphql-blog schema."
)


def introspection_rules(allowed: bool) -> tuple[type[ASTValidationRule], ...]:
    return () if allowed else (NoIntrospection,)


class NoIntrospection(ValidationRule):
    """No document may ask for the schema."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if node.name.value in FIELDS:
            code = {"code": "INTROSPECTION_DISABLED"}
            self.report_error(GraphQLError(SWITCHED_OFF, node, extensions=code))
