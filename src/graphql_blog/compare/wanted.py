"""What a query wants, in nouns: which values of posts, accounts, comments and tags."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    get_named_type,
    is_abstract_type,
    value_from_ast_untyped,
)

from graphql_blog.compare.addresses import COUNTED, Address, Arguments, NoAddress, find
from graphql_blog.errors import BadRequest
from graphql_blog.rest.objects.nouns import Noun
from graphql_blog.rest.objects.tables import TABLES

NOUNS: Mapping[str, Noun] = {noun.name: noun for noun in TABLES}
CONNECTION = "Connection"
ONLY_QUERIES = "Only queries are compared: what changes something is not done for the sake of it."
NO_DATA = frozenset({"__typename", "nodeId"})
"""What GraphQL says beside the data: no page shows it."""
HEARD = frozenset({"first", "last"})
"""What REST has a parameter for, of the arguments of what belongs to an object."""
COUNT_OF = {relation: count for count, relation in COUNTED.items()}


@dataclass
class Wanted:
    """What is wanted of the objects of a noun at one place."""

    noun: Noun
    names: dict[str, None] = field(default_factory=dict)
    """Values, by the keys that REST has for them."""
    related: dict[str, "Related"] = field(default_factory=dict)
    """What belongs to them, by the name that REST has for it."""


@dataclass
class Related:
    """Objects that belong to others."""

    wanted: Wanted
    arguments: Arguments


@dataclass
class Root:
    """A field of the query."""

    name: str
    address: Address
    wanted: Wanted
    is_count: bool = False
    """Whether only the number of its entries is wanted."""


@dataclass
class Query:
    """All that a query wants, and in words what REST cannot give."""

    roots: list[Root] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)


def read(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: Mapping[str, Any],
    operation: OperationDefinitionNode,
) -> Query:
    """What a valid query wants. Raises `BadRequest` where it is none."""
    if operation.operation is not OperationType.QUERY:
        raise BadRequest(ONLY_QUERIES)
    return _Reading(schema, document, _with_defaults(operation, variables)).query(operation)


def _defined(value: Any) -> Any:
    """The value without what stands for variables that were not given."""
    if isinstance(value, dict):
        return {name: _defined(one) for name, one in value.items() if one is not Undefined}
    if isinstance(value, list):
        return [_defined(one) for one in value if one is not Undefined]
    return value


def _with_defaults(
    operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> dict[str, Any]:
    defaults = {
        one.variable.name.value: value_from_ast_untyped(one.default_value)
        for one in operation.variable_definitions or ()
        if one.default_value
    }
    return {**defaults, **variables}


class _Reading:
    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]
    ) -> None:
        self._schema = schema
        self._variables = variables
        self._fragments = {
            one.name.value: one
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        self._query = Query()

    def query(self, operation: OperationDefinitionNode) -> Query:
        root = self._schema.query_type
        assert root is not None
        for name, nodes in self._fields([operation.selection_set], root).items():
            if name in NO_DATA:
                continue
            try:
                address = find(nodes[0].name.value, self._arguments(nodes[0]))
            except NoAddress as reason:
                self._note(str(reason))
                continue
            wanted = Wanted(address.noun)
            self._objects(wanted, root, nodes)
            is_connection = nodes[0].name.value.endswith(CONNECTION)
            is_count = is_connection and not self._asks_for(nodes, "nodes", "edges")
            self._query.roots.append(Root(name, address, wanted, is_count))
            for words in address.notes:
                self._note(words)
        return self._query

    def _objects(self, wanted: Wanted, above: GraphQLObjectType, nodes: list[FieldNode]) -> None:
        """Adds what these nodes, all of one field, want of the objects that it returns."""
        returned = get_named_type(above.fields[nodes[0].name.value].type)
        below = [node.selection_set for node in nodes if node.selection_set]
        if isinstance(returned, GraphQLObjectType) and returned.name.endswith(CONNECTION):
            below = self._entries(returned, below)
        noun = self._schema.type_map[wanted.noun.name]
        assert isinstance(noun, GraphQLObjectType)
        for same in self._fields(below, noun).values():
            self._field(wanted, noun, same)

    def _entries(
        self, connection: GraphQLObjectType, below: list[SelectionSetNode]
    ) -> list[SelectionSetNode]:
        """What is wanted of the nodes of a connection. The rest of it REST says in headers."""
        found = []
        for name, nodes in self._fields(below, connection).items():
            sets = [node.selection_set for node in nodes if node.selection_set]
            if nodes[0].name.value == "nodes":
                found += sets
            elif nodes[0].name.value == "edges":
                edge = get_named_type(connection.fields[nodes[0].name.value].type)
                assert isinstance(edge, GraphQLObjectType), name
                for inner in self._fields(sets, edge).values():
                    found += [node.selection_set for node in inner if node.selection_set]
        return found

    def _field(self, wanted: Wanted, type_: GraphQLObjectType, nodes: list[FieldNode]) -> None:
        name, table = nodes[0].name.value, TABLES[wanted.noun]
        if name in NO_DATA:
            return
        relation = name.removesuffix(CONNECTION)
        if relation in table.embeds:
            self._related(wanted, type_, relation, nodes)
        elif nodes[0].selection_set is None:
            self._value(wanted, name)
        elif table.group(name):
            inner = get_named_type(type_.fields[name].type)
            assert isinstance(inner, GraphQLObjectType)
            sets = [node.selection_set for node in nodes if node.selection_set]
            for same in self._fields(sets, inner).values():
                self._value(wanted, f"{name}.{same[0].name.value}")
        else:
            self._note(f"REST has no `{name}` of {wanted.noun.name}.")

    def _value(self, wanted: Wanted, name: str) -> None:
        if TABLES[wanted.noun].value(name):
            wanted.names[name] = None
        elif name.rpartition(".")[2] not in NO_DATA:
            self._note(f"REST has no `{name}` of {wanted.noun.name}.")

    def _related(
        self, wanted: Wanted, type_: GraphQLObjectType, relation: str, nodes: list[FieldNode]
    ) -> None:
        if nodes[0].name.value.endswith(CONNECTION) and self._asks_for(nodes, "totalCount"):
            self._value(wanted, COUNT_OF.get(relation, f"{relation}Count"))
            if not self._asks_for(nodes, "nodes", "edges"):
                return
        arguments = self._arguments(nodes[0])
        if unheard := sorted(arguments.keys() - HEARD):
            words = ", ".join(f"`{name}`" for name in unheard)
            self._note(f"REST has no {words} for the {relation} of a {wanted.noun.name}.")
        if relation not in wanted.related:
            noun = TABLES[wanted.noun].embeds[relation].noun
            wanted.related[relation] = Related(Wanted(noun), arguments)
        elif arguments != wanted.related[relation].arguments:
            self._note(f"Of several lists of {relation} REST is asked for the first one.")
        self._objects(wanted.related[relation].wanted, type_, nodes)

    def _asks_for(self, nodes: list[FieldNode], *names: str) -> bool:
        sets = [node.selection_set for node in nodes if node.selection_set]
        return any(node.name.value in names for node in self._nodes(sets, None))

    # ------------------------------------------------------------ selections

    def _fields(
        self, sets: Iterable[SelectionSetNode], type_: GraphQLObjectType
    ) -> dict[str, list[FieldNode]]:
        """The fields that an object of this type is asked for, by response key."""
        found: dict[str, list[FieldNode]] = {}
        for node in self._nodes(sets, type_):
            found.setdefault((node.alias or node.name).value, []).append(node)
        return found

    def _nodes(
        self, sets: Iterable[SelectionSetNode], type_: GraphQLObjectType | None
    ) -> Iterator[FieldNode]:
        for selection in (one for each in sets for one in each.selections):
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                yield selection
                continue
            fragment: Any = selection
            if isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
            if type_ is None or self._is_of(type_, fragment.type_condition):
                yield from self._nodes([fragment.selection_set], type_)

    def _is_of(self, type_: GraphQLObjectType, condition: Any) -> bool:
        if condition is None or condition.name.value == type_.name:
            return True
        named = self._schema.type_map[condition.name.value]
        return is_abstract_type(named) and self._schema.is_sub_type(named, type_)

    def _is_included(self, selection: Any) -> bool:
        for directive in selection.directives or ():
            wanted = {"include": True, "skip": False}.get(directive.name.value)
            given = self._values(directive.arguments).get("if")
            if wanted is not None and bool(given) is not wanted:
                return False
        return True

    def _arguments(self, node: FieldNode) -> Arguments:
        return self._values(node.arguments)

    def _values(self, arguments: Any) -> dict[str, Any]:
        given = {
            one.name.value: value_from_ast_untyped(one.value, dict(self._variables))
            for one in arguments or ()
        }
        found: dict[str, Any] = _defined(given)
        return found

    def _note(self, words: str) -> None:
        self._query.notes[words] = None
