"""Finds the plan of an operation: kept from an earlier request, or made; or says there is none."""

from collections.abc import Iterator
from typing import Any

from cachetools import LRUCache
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    VariableNode,
)
from graphql.execution import Executor
from graphql.execution.values import VariableValues

from graphql_blog.engine.plan import Plan, Scope

MAX_OPERATIONS = 1_000
MAX_PLANS_OF_AN_OPERATION = 16
MAX_LENGTH_KEPT = 20_000
"""Documents with more characters than this are planned anew each time."""
KEPT = "graphql_blog.engine.plans"
CONDITIONS = {"skip", "include"}
ELSEWHERE = {"defer", "stream", "experimental_disableErrorPropagation"}
"""Directives that graphql-core must execute."""


class Operation:
    """What is known of one operation, and its plans by the booleans they depend on."""

    def __init__(self, node: OperationDefinitionNode, executor: "Executor[Any]") -> None:
        self.node = node
        self.conditions: tuple[str, ...] = ()
        self.is_for_core = executor.schema.get_root_type(node.operation) is None
        self._look_through(executor)
        self.plans: LRUCache[tuple[Any, ...], Plan] = LRUCache(MAX_PLANS_OF_AN_OPERATION)

    def _look_through(self, executor: "Executor[Any]") -> None:
        fragments = executor.fragment_definitions
        self.is_for_core |= any(f.variable_definitions for f in fragments.values())
        conditions: dict[str, None] = {}
        for node in _nodes(self.node, fragments):
            if isinstance(node, FieldNode) and node.name.value in {"__schema", "__type"}:
                self.is_for_core = True
            for directive in node.directives or ():
                if directive.name.value in ELSEWHERE:
                    self.is_for_core = True
                if directive.name.value in CONDITIONS:
                    values = [argument.value for argument in directive.arguments or ()]
                    names = [v.name.value for v in values if isinstance(v, VariableNode)]
                    conditions |= dict.fromkeys(names)
        self.conditions = tuple(conditions)

    def plan(self, executor: "Executor[Any]") -> Plan | None:
        """The plan for the booleans of this request; none when graphql-core has to execute it."""
        if self.is_for_core:
            return None
        coerced = executor.variable_values.coerced
        booleans = tuple(coerced.get(name) for name in self.conditions)
        if None in booleans:
            return None  # which is no condition: graphql-core has words for it
        plan = self.plans.get(booleans)
        if plan is None:
            plan = self._made(executor)
            if plan is not None:
                self.plans[booleans] = plan
        elif not plan.is_worth_keeping:
            del self.plans[booleans]
        return plan

    def _made(self, executor: "Executor[Any]") -> Plan | None:
        sources, coerced = executor.variable_values
        conditions = VariableValues(
            {name: sources[name] for name in self.conditions if name in sources},
            {name: coerced[name] for name in self.conditions if name in coerced},
        )
        scope = Scope(
            executor.schema,
            executor.fragments,
            self.node,
            conditions,
            executor.hide_suggestions,
        )
        plan = Plan(scope)
        try:
            _ = plan.root
        except (GraphQLError, RecursionError):
            return None  # graphql-core has words for it
        return plan


def _nodes(
    operation: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]
) -> Iterator[Any]:
    """The operation, and every selection that it reaches, each once."""
    waiting: list[Node] = [operation]
    opened: set[str] = set()
    while waiting:
        node: Any = waiting.pop()
        yield node
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name in opened or name not in fragments:
                continue
            opened.add(name)
            waiting += fragments[name].selection_set.selections
        elif isinstance(node, FieldNode | InlineFragmentNode | OperationDefinitionNode):
            waiting += node.selection_set.selections if node.selection_set else ()


def kept(schema: GraphQLSchema) -> "LRUCache[int, Operation]":
    """The operations of a schema that are kept, by the ids of their nodes. They go with it."""
    found: LRUCache[int, Operation] | None = schema.extensions.get(KEPT)
    if found is None:
        found = schema.extensions[KEPT] = LRUCache(MAX_OPERATIONS)
    return found


def plan_for(executor: "Executor[Any]") -> Plan | None:
    """The plan of the executor's operation; none when graphql-core has to execute it."""
    schema, node = executor.schema, executor.operation
    if _is_for_core(executor):
        return None
    operations = kept(schema)
    operation = operations.get(id(node))
    # An id may have been another document's: the entry keeps that one alive, so it is compared.
    if operation is None or operation.node is not node:
        operation = Operation(node, executor)
        if node.loc is None or node.loc.end <= MAX_LENGTH_KEPT:
            operations[id(node)] = operation
    return operation.plan(executor)


def _is_for_core(executor: "Executor[Any]") -> bool:
    """What would have to be done around every single field is graphql-core's to do."""
    middleware = executor.middleware_manager
    strawberry_schema: Any = getattr(executor.schema, "_strawberry_schema", None)
    return bool(
        executor.abort_signal
        or (middleware and middleware.middlewares)
        or getattr(strawberry_schema, "exception_handlers", ())
    )
