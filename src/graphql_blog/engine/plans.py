"""Finds the plan of an operation: kept from an earlier request, or made; or says there is none."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    VariableNode,
)
from graphql.execution import Executor
from graphql.execution.values import VariableValues

from graphql_blog.engine.plan import Budget, Plan, Scope
from graphql_blog.engine.variables import Variables

MAX_OPERATIONS = 1_000
MAX_PLANS_OF_AN_OPERATION = 16
MAX_SIZE_OF_A_PLAN = 5_000
MAX_SIZE = 50_000
"""Fields in all kept plans, some 2 kB each; their texts count as fields, too."""
CHARACTERS_OF_A_FIELD = 20
MAX_LENGTH_KEPT = 20_000
"""Documents with more characters than this are planned anew each time."""
KEPT = "graphql_blog.engine.plans"
INTROSPECTION = {"__schema", "__type"}
CONDITIONS = {"skip", "include"}
ELSEWHERE = {"defer", "stream", "experimental_disableErrorPropagation"}
"""Directives that graphql-core must execute."""


class Operation:
    """What is known of one operation, and its plans by the booleans they depend on."""

    def __init__(
        self, node: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]
    ) -> None:
        self.node = node
        self.length = len(node.loc.source.body) if node.loc else 0
        self.conditions: tuple[str, ...] = ()
        self.left_to_core: dict[str, None] = {}
        """What in it graphql-core has to execute, and so all of it; for people to read."""
        self._look_through(fragments)
        self.plans: OrderedDict[tuple[Any, ...], Plan] = OrderedDict()
        self.budget = Budget()
        """A share in that of all, once the operation is kept."""
        self._variables: Variables | None = None

    def _look_through(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        conditions: dict[str, None] = {}
        for node in _nodes(self.node, fragments):
            if isinstance(node, FieldNode) and node.name.value in INTROSPECTION:
                self.left_to_core[node.name.value] = None
            if isinstance(node, FragmentDefinitionNode) and node.variable_definitions:
                self.left_to_core["fragments with variables"] = None
            for directive in node.directives or ():
                if directive.name.value in ELSEWHERE:
                    self.left_to_core[f"@{directive.name.value}"] = None
                if directive.name.value in CONDITIONS:
                    values = [argument.value for argument in directive.arguments or ()]
                    names = [v.name.value for v in values if isinstance(v, VariableNode)]
                    conditions |= dict.fromkeys(names)
        self.conditions = tuple(conditions)

    def plan(self, executor: "Executor[Any]") -> Plan | None:
        """The plan for the booleans of this request; none when graphql-core has to execute it."""
        if self.left_to_core or executor.schema.get_root_type(self.node.operation) is None:
            return None
        coerced = executor.variable_values.coerced
        booleans = tuple(coerced.get(name) for name in self.conditions)
        if None in booleans:
            return None  # which is no condition: graphql-core has words for it
        plan = self.plans.get(booleans)
        if plan is not None and plan.size <= MAX_SIZE_OF_A_PLAN:
            self.plans.move_to_end(booleans)
            return plan
        if plan is not None:
            self._forget(booleans)  # It has grown with what it met.
        plan = self._made(executor)
        if plan is not None and plan.size <= MAX_SIZE_OF_A_PLAN:
            self._keep(booleans, plan)
        return plan

    def straight_plan(
        self, schema: GraphQLSchema, given: dict[str, Any]
    ) -> tuple[Plan, VariableValues] | None:
        """A plan that is kept and may be gone straight, and the variables for it."""
        if self._variables is None:
            self._variables = Variables(schema, self.node.variable_definitions or ())
        values = self._variables.at_a_glance(given)
        if values is None:
            return None
        booleans = tuple([values.coerced.get(name) for name in self.conditions])
        plan = self.plans.get(booleans)
        if plan is None or plan.is_straight is False or plan.size > MAX_SIZE_OF_A_PLAN:
            return None
        if booleans:
            self.plans.move_to_end(booleans)
        return plan, values

    def _keep(self, booleans: tuple[Any, ...], plan: Plan) -> None:
        if len(self.plans) >= MAX_PLANS_OF_AN_OPERATION:
            self._forget(next(iter(self.plans)))
        self.plans[booleans] = plan
        self.budget.add(plan)

    def _forget(self, booleans: tuple[Any, ...]) -> None:
        self.budget.remove(self.plans.pop(booleans))

    def share(self, budget: Budget) -> None:
        """From now on its plans are counted there."""
        for plan in self.plans.values():
            self.budget.remove(plan)
            budget.add(plan)
        self.budget = budget

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
    """The operation, with the selections and fragments that it reaches, each once."""
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
            waiting.append(fragments[name])
        elif node.selection_set:
            waiting += reversed(node.selection_set.selections)


class Operations:
    """The operations of one schema with their plans: the latest used, within a budget."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Operation] = OrderedDict()
        self._plans = Budget()
        self._texts = 0

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size(self) -> int:
        """Of all plans, as far as these have grown, and of their texts."""
        return self._plans.used + self._texts

    def of(self, node: OperationDefinitionNode) -> Operation | None:
        operation = self._kept.get(id(node))
        # An id may have been another document's: the entry keeps that one alive, so it is compared.
        if operation is None or operation.node is not node:
            return None
        self._kept.move_to_end(id(node))
        return operation

    def keep(self, operation: Operation) -> None:
        """Keeps one more, and forgets those that were used longest ago for it."""
        if operation.length > MAX_LENGTH_KEPT:
            return
        self._kept[id(operation.node)] = operation
        self._texts += operation.length // CHARACTERS_OF_A_FIELD
        operation.share(self._plans)
        while len(self._kept) > MAX_OPERATIONS or self.size > MAX_SIZE:
            _, forgotten = self._kept.popitem(last=False)
            self._texts -= forgotten.length // CHARACTERS_OF_A_FIELD
            forgotten.share(Budget())


def kept(schema: GraphQLSchema) -> Operations:
    """The operations of a schema that are kept. They go with it."""
    found: Operations | None = schema.extensions.get(KEPT)
    if found is None:
        found = schema.extensions[KEPT] = Operations()
    return found


def plan_for(executor: "Executor[Any]") -> Plan | None:
    """The plan of the executor's operation; none when graphql-core has to execute it."""
    if _is_for_core(executor):
        return None
    operations, node = kept(executor.schema), executor.operation
    operation = operations.of(node)
    if operation is None:
        operation = Operation(node, executor.fragment_definitions)
        plan = operation.plan(executor)
        operations.keep(operation)
        return plan
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


def reason_for_core(executor: "Executor[Any]") -> str:
    """Why there is no plan, and graphql-core executes the operation; for people to read."""
    operation = Operation(executor.operation, executor.fragment_definitions)
    if operation.left_to_core:
        return f"the operation has {', '.join(operation.left_to_core)}"
    coerced = executor.variable_values.coerced
    if null := [f"${name}" for name in operation.conditions if coerced.get(name) is None]:
        return f"{', '.join(null)} is null, which is no condition for @skip or @include"
    if operation.plan(executor) is None:
        return "no plan could be made of the operation"
    return "something stands around each field: middleware, an abort signal or exception handlers"
