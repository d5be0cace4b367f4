"""Says in words why graphql-core executes an operation."""

from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    Visitor,
    visit,
)
from graphql.execution import Executor

from graphql_blog.engine.plans import ELSEWHERE, Operation


def reason_for_core(executor: "Executor[Any]") -> str:
    """Why the engine does not execute the operation; for people to read."""
    if found := _left_in(executor):
        return f"the operation has {', '.join(found)}"
    operation = Operation(executor.operation, executor)
    coerced = executor.variable_values.coerced
    if null := [f"${name}" for name in operation.conditions if coerced.get(name) is None]:
        return f"{', '.join(null)} is null, which is no condition for @skip or @include"
    if operation.plan(executor) is None:
        return "no plan could be made of the operation"
    return "something stands around each field: middleware, an abort signal or exception handlers"


def _left_in(executor: "Executor[Any]") -> list[str]:
    """What the engine leaves to graphql-core, in the operation and the fragments that it uses."""
    elsewhere = _Elsewhere(executor.fragment_definitions)
    elsewhere.waiting.append(executor.operation)
    while elsewhere.waiting:
        visit(elsewhere.waiting.pop(), elsewhere)
    return list(elsewhere.found)


class _Elsewhere(Visitor):
    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        super().__init__()
        self.found: dict[str, None] = {}
        self.waiting: list[Node] = []
        self._unseen = dict(fragments)

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if node.name.value in {"__schema", "__type"}:
            self.found[node.name.value] = None

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        if node.name.value in ELSEWHERE:
            self.found[f"@{node.name.value}"] = None

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        if fragment := self._unseen.pop(node.name.value, None):
            self.waiting.append(fragment)

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> None:
        if node.variable_definitions:
            self.found["fragments with variables"] = None
