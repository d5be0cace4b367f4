"""Says in words why graphql-core executes an operation."""

from typing import Any

from graphql import DirectiveNode, FieldNode, Visitor, visit
from graphql.execution import Executor

from graphql_blog.engine.plans import ELSEWHERE


def reason_for_core(executor: "Executor[Any]") -> str:
    """Why the engine does not execute the operation; for people to read."""
    elsewhere = _Elsewhere()
    for node in [executor.operation, *executor.fragment_definitions.values()]:
        visit(node, elsewhere)
    if elsewhere.found:
        return f"the operation has {', '.join(elsewhere.found)}"
    return "something stands around each field: middleware, an abort signal or exception handlers"


class _Elsewhere(Visitor):
    """What in a document the engine leaves to graphql-core."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if node.name.value in {"__schema", "__type"}:
            self.found[node.name.value] = None

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        if node.name.value in ELSEWHERE:
            self.found[f"@{node.name.value}"] = None
