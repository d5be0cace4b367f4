"""Who may do what: one table for REST, GraphQL and the command line."""

from dataclasses import dataclass
from enum import StrEnum

from graphql_blog.auth import RANKS, Role, Viewer
from graphql_blog.errors import Forbidden, Unauthenticated


class Action(StrEnum):
    """What can be done, in words that complete “only … may”."""

    CREATE_POST = "write posts"
    UPDATE_POST = "change this post"
    PUBLISH_POST = "publish or unpublish this post"
    DELETE_POST = "delete this post"
    ADD_COMMENT = "comment"
    UPDATE_COMMENT = "change this comment"
    DELETE_COMMENT = "delete this comment"


@dataclass(frozen=True, slots=True)
class Rule:
    """The least role for an action, and the least role for it on what somebody else wrote."""

    role: Role
    on_others: Role


TABLE = {
    Action.CREATE_POST: Rule(Role.AUTHOR, Role.AUTHOR),
    Action.UPDATE_POST: Rule(Role.AUTHOR, Role.EDITOR),
    Action.PUBLISH_POST: Rule(Role.AUTHOR, Role.EDITOR),
    Action.DELETE_POST: Rule(Role.AUTHOR, Role.EDITOR),
    Action.ADD_COMMENT: Rule(Role.READER, Role.READER),
    Action.UPDATE_COMMENT: Rule(Role.READER, Role.EDITOR),
    Action.DELETE_COMMENT: Rule(Role.READER, Role.EDITOR),
}


def may(viewer: Viewer, action: Action, *, owner_id: int) -> bool:
    """Whether the viewer may do this to what `owner_id` wrote."""
    rule = TABLE[action]
    is_own = viewer.id == owner_id
    least = rule.role if is_own else max(rule.role, rule.on_others, key=RANKS.__getitem__)
    return viewer.role.includes(least)


def require_role(viewer: Viewer, action: Action) -> None:
    """Refuses whoever may not do this to anything at all.

    Raises `Unauthenticated` for a stranger, `Forbidden` for too low a role.
    """
    least = TABLE[action].role
    if viewer.id is None:
        raise Unauthenticated
    if not viewer.role.includes(least):
        raise Forbidden(
            f"Only accounts with the role {least} or higher may {action}.", requires=least
        )


def require(viewer: Viewer, action: Action, *, owner_id: int) -> None:
    """Refuses whoever may not do this to what `owner_id` wrote."""
    require_role(viewer, action)
    if not may(viewer, action, owner_id=owner_id):
        least = TABLE[action].on_others
        raise Forbidden(f"Only its author or an {least} may {action}.", requires=least)
