"""Where REST has what GraphQL has: fields of the query as addresses, and what leads onwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic.alias_generators import to_camel

from graphql_blog.graph.ids import plain_id, split_node_id
from graphql_blog.rest.objects.nouns import COMMENT, POST, TAG, USER, VIEWER, Noun
from graphql_blog.rest.objects.tables import ROOT

Arguments = Mapping[str, Any]
NOTHING: Mapping[str, str] = {}


class NoAddress(Exception):
    """REST has nothing like it; the words say what."""


@dataclass(frozen=True)
class Address:
    """Where a field of the query is."""

    noun: Noun
    path: str
    parameters: Mapping[str, Any]
    notes: tuple[str, ...] = ()


Find = Callable[[Arguments], Address]

RELATIONS: Mapping[Noun, Mapping[str, str]] = {
    POST: {
        "author": f"{ROOT}/users/{{authorId}}",
        "tags": f"{ROOT}/posts/{{id}}/tags",
        "comments": f"{ROOT}/posts/{{id}}/comments",
        "relatedPosts": f"{ROOT}/posts/{{id}}/related",
    },
    USER: {
        "posts": f"{ROOT}/users/{{id}}/posts",
        "comments": f"{ROOT}/users/{{id}}/comments",
    },
    COMMENT: {
        "author": f"{ROOT}/users/{{authorId}}",
        "post": f"{ROOT}/posts/{{postId}}",
        "parent": f"{ROOT}/comments/{{parentId}}",
        "replies": f"{ROOT}/comments/{{id}}/replies",
    },
    TAG: {"posts": f"{ROOT}/tags/{{slug}}/posts"},
    VIEWER: {"user": f"{ROOT}/users/{{id}}", "posts": f"{ROOT}/me/posts"},
}
"""From an object to what belongs to it; the gaps are keys of the object."""
COUNTED = {"commentCount": "comments", "postCount": "posts"}
"""Numbers that a list says in `X-Total-Count`, without its entries."""


def find(field_name: str, arguments: Arguments) -> Address:
    """Where a field of the query is, with these arguments. Raises `NoAddress`."""
    if field_name not in ROOTS:
        raise NoAddress(f"REST has no address for `{field_name}`.")
    return ROOTS[field_name](arguments)


def limited(arguments: Arguments, usual: int | None) -> dict[str, int]:
    """The parameter for the size of a page, where it is not the usual one."""
    size = arguments.get("first") or arguments.get("last")
    return {} if size in {None, usual} else {"limit": int(size)}


def _by_id(noun: Noun, noun_address: str) -> Find:
    def address(arguments: Arguments) -> Address:
        id_ = plain_id(str(arguments["id"]), noun.name)
        return Address(noun, f"{ROOT}/{noun_address}/{id_ or 0}", {})

    return address


def _named(noun: Noun, path: str, argument: str) -> Find:
    def address(arguments: Arguments) -> Address:
        return Address(noun, f"{ROOT}/{path}/{quote(str(arguments[argument]), safe='')}", {})

    return address


def _list(noun: Noun, path: str, usual_order: str, filters: Mapping[str, str] = NOTHING) -> Find:
    """`filters`: what a filter says, as `name.operator`, and the parameter for it."""

    def address(arguments: Arguments) -> Address:
        parameters: dict[str, Any] = limited(arguments, 20)
        notes = []
        if arguments.get("offset"):
            parameters["offset"] = arguments["offset"]
        if arguments.get("after") or arguments.get("before"):
            notes.append("The cursors of GraphQL are none of REST's: its first page stands for it.")
        if arguments.get("last"):
            notes.append("REST counts from the front alone: its first page stands for the last.")
        if order := _order(arguments.get("orderBy"), usual_order):
            parameters["order"] = order
        for said, value in _leaves(arguments.get("filter") or {}):
            if value is None:
                continue
            if said in filters and (one := _single(value)) is not None:
                parameters[filters[said]] = _id(one) if filters[said] == "author" else one
            else:
                notes.append(f"REST has no parameter for the filter `{said}`, and fetches without.")
        return Address(noun, f"{ROOT}/{path}", parameters, tuple(notes))

    return address


def _order(given: Any, usual: str) -> str | None:
    if not isinstance(given, Mapping) or "field" not in given:
        return None
    # What the schema says where nothing is said: the latest first, but names from A to Z.
    usually = "DESC" if usual.startswith("-") else "ASC"
    sign = "" if given.get("direction", usually) == "ASC" else "-"
    order = f"{sign}{to_camel(str(given['field']).lower())}"
    return None if order == usual else order


def _leaves(filter_: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [
        (f"{name}.{operator}", value)
        for name, operators in filter_.items()
        for operator, value in (operators.items() if isinstance(operators, Mapping) else [("", 0)])
    ]


def _id(given: Any) -> Any:
    """As REST has it: plain."""
    split = split_node_id(str(given))
    return split[1] if split else given


def _single(value: Any) -> Any:
    values = value if isinstance(value, list) else [value]
    return values[0] if len(values) == 1 else None


def _by_node_id(arguments: Arguments) -> Address:
    split = split_node_id(str(arguments["id"]))
    nouns = {noun.name: (noun, path) for noun, path in PATHS.items()}
    if split is None or split[0] not in nouns:
        raise NoAddress("REST has no address for this `node`.")
    noun, path = nouns[split[0]]
    return Address(noun, f"{ROOT}/{path}/{split[1]}", {})


PATHS: Mapping[Noun, str] = {POST: "posts", USER: "users", COMMENT: "comments"}
POST_FILTERS = {
    "authorId.eq": "author",
    "authorId.in": "author",
    "authorUsername.eq": "authorUsername",
    "status.eq": "status",
    "status.in": "status",
    "tag.anyOf": "tag",
    "tag.allOf": "tag",
}
_POSTS = _list(POST, "posts", "-publishedAt", POST_FILTERS)
_USERS = _list(USER, "users", "username")
_TAGS = _list(TAG, "tags", "name")
ROOTS: Mapping[str, Find] = {
    "post": _by_id(POST, "posts"),
    "postBySlug": _named(POST, "posts/by-slug", "slug"),
    "posts": _POSTS,
    "postsConnection": _POSTS,
    "user": _by_id(USER, "users"),
    "userByUsername": _named(USER, "users/by-username", "username"),
    "users": _USERS,
    "usersConnection": _USERS,
    "comment": _by_id(COMMENT, "comments"),
    "tagBySlug": _named(TAG, "tags", "slug"),
    "tags": _TAGS,
    "tagsConnection": _TAGS,
    "viewer": lambda arguments: Address(VIEWER, f"{ROOT}/me", {}),
    "node": _by_node_id,
}
"""The fields of the query that REST has an address for."""
