"""From an operation to the plan of all ways to fetch what it asks for."""

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

from graphql_blog.compare.plans import Operation, Plan, graphql_ways
from graphql_blog.compare.rest import rest_ways
from graphql_blog.compare.scenarios import Scenario
from graphql_blog.compare.wanted import read

OWN = Scenario("", "Your own query", "Any query of this schema.", Operation(""))


def planned(
    schema: GraphQLSchema,
    document: DocumentNode,
    node: OperationDefinitionNode,
    operation: Operation,
    scenario: Scenario = OWN,
) -> Plan:
    """The ways to fetch what a valid operation asks for. Raises `BadRequest` for a mutation."""
    query = read(schema, document, operation.variables, node)
    again = scenario.again
    ways = [*rest_ways(query, again=again), *graphql_ways(operation, again=again)]
    return Plan(scenario.title, operation, ways, tuple(query.notes), scenario.name or None)
