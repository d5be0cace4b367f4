"""What in a schema would silently cost the engine its speed, in words for its developer."""

import strawberry
import structlog
from strawberry.extensions import SchemaExtension

log = structlog.get_logger("graphql_blog.engine")

FIELD_BY_FIELD = (
    "it looks at each field of each object, so graphql-core executes every operation, some twenty"
    " times slower: do its work in resolvers, or around the whole request"
)
EACH_REQUEST = (
    "it stands around parsing and validation, so these are done anew for each request:"
    " do its work in a validation rule, or around the whole request"
)


def warn_of_slow_hooks(schema: strawberry.Schema) -> None:
    """A line for each extension of the schema, and for directives of its own."""
    for extension in schema.get_extensions():
        log.warning("Slow extension", extension=type(extension).__name__, reason=_reason(extension))


def _reason(extension: SchemaExtension) -> str:
    return FIELD_BY_FIELD if extension._implements_resolve() else EACH_REQUEST
