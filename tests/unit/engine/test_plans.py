"""Plans: what they depend on, how long they are kept, and what graphql-core has to execute."""

import gc
import weakref
from typing import Any

import pytest
import strawberry
from graphql import Executor, parse

from graphql_blog.engine import plans
from graphql_blog.engine.executor import BreadthFirstExecutor
from graphql_blog.engine.plan import Plan
from graphql_blog.engine.plans import plan_for


@strawberry.type
class Thing:
    name: str = "A thing"

    @strawberry.field
    def thing(self, size: int = 1) -> "Thing":
        return Thing()


@strawberry.type
class Query:
    @strawberry.field
    def thing(self, size: int = 1, words: list[str] | None = None) -> Thing:
        return Thing()


schema = strawberry.Schema(Query, execution_context_class=BreadthFirstExecutor)


def executor_of(document: Any, **variables: Any) -> Executor[Any]:
    made = BreadthFirstExecutor.build(
        schema._schema, document, raw_variable_values=variables, middleware=None
    )
    assert isinstance(made, Executor), made
    return made


def plan_of(document: Any, **variables: Any) -> Plan:
    plan = plan_for(executor_of(document, **variables))
    assert plan is not None
    return plan


def test_one_document_has_one_plan_whatever_its_variables_are():
    document = parse("query ($size: Int!) { thing(size: $size) { name } }")

    assert plan_of(document, size=1) is plan_of(document, size=2)


def test_a_plan_holds_nothing_of_a_request_but_its_conditions():
    document = parse(
        "query ($size: Int!, $yes: Boolean!) { thing(size: $size) { name @include(if: $yes) } }"
    )

    plan = plan_of(document, size=1, yes=True)

    assert plan.scope.conditions.coerced == {"yes": True}
    assert set(plan.scope.conditions.sources) == {"yes"}
    (field,) = plan.root.fields
    assert field.arguments.have_variables
    assert field.arguments.coerced(
        executor_of(document, size=7, yes=True).variable_values, hide_suggestions=False
    ) == {"size": 7, "words": None}


def test_each_choice_of_what_is_skipped_has_a_plan_and_so_many_are_kept():
    names = [f"c{n}" for n in range(6)]
    head = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: name @skip(if: ${name})" for name in names)
    document = parse(f"query ({head}) {{ thing {{ {fields} }} }}")
    choices = [
        {name: bool(choice >> n & 1) for n, name in enumerate(names)} for choice in range(64)
    ]

    made = {id(plan_of(document, **choice)): choice for choice in choices}
    operation = plans.kept(schema._schema).of(document.definitions[0])
    assert operation is not None

    assert len(made) > plans.MAX_PLANS_OF_AN_OPERATION
    assert len(operation.plans) == plans.MAX_PLANS_OF_AN_OPERATION
    assert plan_of(document, **choices[-1]) is plan_of(document, **choices[-1])


def test_so_many_operations_are_kept():
    for n in range(plans.MAX_OPERATIONS + 10):
        plan_of(parse(f"{{ thing(size: {n}) {{ name }} }}"))

    assert len(plans.kept(schema._schema)) == plans.MAX_OPERATIONS


def test_all_plans_together_have_a_budget_wherever_their_fields_are_written():
    for n in range(30):
        fields = " ".join(f"a{n}_{i}: __typename" for i in range(800))
        for yes in (True, False):
            document = parse(
                "query ($yes: Boolean!) { ...F __typename @skip(if: $yes) }"
                f" fragment F on Query {{ {fields} }}"
            )
            plan_of(document, yes=yes)

    assert 0 < plans.kept(schema._schema).size <= plans.MAX_SIZE


def test_a_plan_that_grew_too_large_is_made_anew(monkeypatch):
    monkeypatch.setattr(plans, "MAX_SIZE_OF_A_PLAN", 10)
    fields = " ".join(f"a{n}: name" for n in range(20))
    document = parse(f"{{ thing {{ {fields} }} }}")

    plan = plan_of(document)
    assert plan_of(document) is plan
    plan.root.fields[0].asked_of()

    assert plan_of(document) is not plan


def test_an_operation_is_never_taken_for_another_that_had_its_place_in_memory():
    for n in range(200):
        (field,) = plan_of(parse(f"{{ a{n}: thing {{ name }} }}")).root.fields
        assert field.key == f"a{n}"
        gc.collect(0)


def test_a_very_long_document_is_planned_anew_each_time():
    fields = " ".join(f"a{n}: name" for n in range(2_000))
    document = parse(f"{{ thing {{ {fields} }} }}")

    assert plan_of(document) is not plan_of(document)


def test_a_plan_grows_only_where_execution_comes():
    levels = " ".join(
        f"fragment F{n} on Thing {{ a: thing {{ ...F{n + 1} }} b: thing {{ ...F{n + 1} }} }}"
        for n in range(30)
    )
    document = parse(f"{{ thing {{ ...F0 }} }} {levels} fragment F30 on Thing {{ name }}")

    plan = plan_of(document)

    assert plan.size == 2
    plan.root.fields[0].asked_of()
    assert plan.size == 5


def test_arguments_that_nobody_can_change_are_coerced_once():
    document = parse('{ a: thing(size: 3) { name } b: thing(words: ["x"]) { name } }')
    scalar, words = plan_of(document).root.fields
    variables = executor_of(document).variable_values

    def arguments(field: Any) -> Any:
        return field.arguments.coerced(variables, hide_suggestions=False)

    assert arguments(scalar) is arguments(scalar)
    assert arguments(words) == {"size": 1, "words": ["x"]}
    assert arguments(words) is not arguments(words)


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { queryType { name } } }",
        '{ thing { name } ...F } fragment F on Query { __type(name: "Thing") { name } }',
        "{ ... @defer { thing { name } } }",
        "query ($no: Boolean) { thing @include(if: $no) { name } }",
        "mutation { thing }",
    ],
)
def test_what_graphql_core_has_to_execute_has_no_plan(query):
    variables = {"no": None} if "$no" in query else {}

    assert plan_for(executor_of(parse(query), **variables)) is None


def test_the_plans_of_a_schema_go_with_it():
    other = strawberry.Schema(Query)
    document = parse("{ thing { name } }")
    built = BreadthFirstExecutor.build(other._schema, document)
    assert isinstance(built, Executor)
    assert plan_for(built) is not None
    schema_is_there = weakref.ref(other._schema)

    del other, built
    gc.collect()

    assert schema_is_there() is None
