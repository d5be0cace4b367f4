"""Puts the schema together: root types, scalars, and how an operation of it is run."""

from collections.abc import AsyncGenerator, Collection, Sequence
from datetime import UTC, datetime
from functools import cached_property
from inspect import isawaitable
from typing import Any, TypeAlias

import strawberry
from graphql import DocumentNode, GraphQLError, GraphQLSchema, create_source_event_stream
from graphql.execution import Executor
from graphql.validation import ASTValidationRule
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from graphql_blog.db.columns import read_instant
from graphql_blog.engine.documents import DocumentStore, Prepared
from graphql_blog.engine.executor import BreadthFirstExecutor
from graphql_blog.engine.straight import straight_data
from graphql_blog.graph.context import Context
from graphql_blog.graph.errors import USER_ERRORS
from graphql_blog.graph.introspection import introspection_rules
from graphql_blog.graph.limits.bounds import Limits
from graphql_blog.graph.limits.limiter import Facts, Limiter
from graphql_blog.graph.limits.pages import RULES
from graphql_blog.graph.mutations import Mutation
from graphql_blog.graph.queries import Query
from graphql_blog.throttle.meter import EXECUTED, REFUSED

Document: TypeAlias = Prepared[Facts]
Documents: TypeAlias = DocumentStore[Facts]
# Typed as graphql-core wants it; Strawberry's is the quicker one.
IS_AWAITABLE: Any = optimized_is_awaitable
LIMITS = Limits()


class Schema(strawberry.Schema):
    """The schema of the blog; `web.results` logs what Strawberry would log here."""

    introspection = True
    """Whether clients may ask for it."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        pass

    @cached_property
    def _may_go_straight(self) -> bool:
        return self.execution_context_class is BreadthFirstExecutor and not self.exception_handlers

    def documents(self, *, entries: int, limits: Limits = LIMITS) -> Documents:
        """A store of documents for this schema, with all that is checked before execution."""
        hide = not self.introspection
        rules = introspection_rules(self.introspection)
        return documents_for(self._schema, limits, *rules, entries=entries, hide_suggestions=hide)

    async def run(
        self,
        prepared: Document,
        variables: dict[str, Any],
        context: Context,
        operation_name: str | None,
        allowed: Collection[OperationType],
        *,
        root: Any = None,
    ) -> ExecutionResult:
        """What `execute` does, on a document that is parsed and validated already.

        A subscription is run for each of its `events`, which is its `root` then. Errors of a
        document that is `lifted` say where they are in that one.

        Raises `CannotGetOperationTypeError` and `InvalidOperationTypeError`, as `execute` does, and
        `RateLimited` where it costs more than is left.
        """
        if prepared.document is None:
            return await _refused(context, prepared.errors)
        operation = prepared.operation(operation_name)
        if operation is None:
            raise CannotGetOperationTypeError(operation_name)
        kind = OperationType(operation.operation.value)
        if kind not in allowed and self._schema.get_root_type(operation.operation):
            raise InvalidOperationTypeError(kind)
        if errors := self._errors(prepared, variables, context, operation_name):
            return await _refused(context, errors)
        if context.meter is not None:
            await context.charge(_points(context))
        if prepared.lifted is not None:
            variables = {**variables, **prepared.lifted.values}
        if root is None and (self.extensions or self.directives):
            return await self.execute(
                prepared.text, variables, context, operation_name=operation_name
            )
        if root is None and self._may_go_straight and not context.trace:
            data = await straight_data(self._schema, operation, variables, context)
            if data is not None:
                return ExecutionResult(data, None)
        return await self._execute_at_once(
            prepared.document, variables, context, operation_name, root
        )

    async def events(
        self,
        prepared: Document,
        variables: dict[str, Any],
        context: Context,
        operation_name: str | None,
    ) -> AsyncGenerator[Any, None] | ExecutionResult:
        """What a subscription waits for; or the result that says why there is nothing."""
        assert prepared.document is not None
        if errors := self._errors(prepared, variables, context, operation_name):
            return await _refused(context, errors)
        await context.charge(_points(context))
        executor = self._executor(prepared.document, variables, context, operation_name, None)
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        source: Any = create_source_event_stream(executor)
        if isawaitable(source):
            source = await source
        if isinstance(source, AsyncGenerator):
            return source
        return ExecutionResult(None, source.errors)

    def _errors(
        self,
        prepared: Document,
        variables: dict[str, Any],
        context: Context,
        operation_name: str | None,
    ) -> Sequence[GraphQLError]:
        """What is wrong; where nothing is, the context knows what the operation may cost."""
        facts = prepared.facts
        assert facts is not None
        if errors := facts.errors(prepared.errors, variables, operation_name):
            return errors
        operation = facts.operation(operation_name)
        if operation is None:
            return ()
        context.operation_cost = operation
        context.cost = cost = operation.of(variables)
        refused = facts.refused(operation, cost, variables)
        return () if refused is None else (refused,)

    async def _execute_at_once(
        self,
        document: DocumentNode,
        variables: dict[str, Any],
        context: Context,
        operation_name: str | None,
        root: Any,
    ) -> ExecutionResult:
        """Straight to the executor, where no extension wants to be asked."""
        try:
            executor = self._executor(document, variables, context, operation_name, root)
            if isinstance(executor, list):
                return ExecutionResult(None, executor)
            result: Any = executor.execute_operation()
            if isawaitable(result):
                result = await result
        except Exception as error:
            # As `execute` does: the caller logs it.
            return PreExecutionError(None, [_coerced(error)])
        return ExecutionResult(result.data, result.errors)

    def _executor(
        self,
        document: DocumentNode,
        variables: dict[str, Any],
        context: Context,
        operation_name: str | None,
        root: Any,
    ) -> Executor[Any] | list[GraphQLError]:
        return self.execution_context_class.build(
            self._schema,
            document,
            root,
            context,
            raw_variable_values=variables,
            operation_name=operation_name,
            is_awaitable=IS_AWAITABLE,
            hide_suggestions=not self.introspection,
        )


def documents_for(
    schema: GraphQLSchema,
    limits: Limits,
    *rules: type[ASTValidationRule],
    entries: int,
    hide_suggestions: bool = False,
) -> Documents:
    """A store of documents for any schema, with all that is checked before execution."""
    limiter = Limiter(schema, limits)
    return DocumentStore(
        schema,
        (*RULES, *rules),
        limiter.facts,
        check=limiter.check,
        entries=entries,
        hide_suggestions=hide_suggestions,
    )


def _points(context: Context) -> int:
    """What the operation takes from the budget of whoever asks; nothing is for nothing."""
    return max(EXECUTED, context.cost.requested if context.cost else 0)


async def _refused(context: Context, errors: Sequence[GraphQLError]) -> PreExecutionError:
    # Finding out what is wrong was work as well.
    await context.charge(REFUSED)
    return PreExecutionError(None, list(errors))


def build_schema(
    *, breadth_first: bool = True, introspection: bool = True, subscription: type | None = None
) -> Schema:
    """The schema on the engine, or field by field on plain graphql-core."""
    schema = Schema(
        query=Query,
        mutation=Mutation,
        subscription=subscription,
        types=USER_ERRORS,
        execution_context_class=BreadthFirstExecutor if breadth_first else None,
        config=StrawberryConfig(scalar_map={datetime: DATE_TIME}),
    )
    schema.introspection = introspection
    return schema


def _coerced(error: Exception) -> GraphQLError:
    if isinstance(error, GraphQLError):
        return error
    return GraphQLError(str(error), original_error=error)


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read(text: Any) -> datetime:
    return read_instant(text if isinstance(text, str) else "")


DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="RFC 3339 instant, always UTC with a trailing Z, e.g. 2026-11-20T11:04:00Z.",
    serialize=_written,
    parse_value=_read,
)
