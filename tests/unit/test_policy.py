"""Who may do what: every role, every action, on one's own and on what somebody else wrote."""

import pytest

from graphql_blog.auth import STRANGER, Role, Viewer
from graphql_blog.errors import Forbidden, Unauthenticated
from graphql_blog.services import policy
from graphql_blog.services.policy import Action

ME, SOMEBODY_ELSE = 1, 2

EVERYBODY = {Role.READER, Role.AUTHOR, Role.EDITOR, Role.ADMIN}
WRITERS = {Role.AUTHOR, Role.EDITOR, Role.ADMIN}
EDITORS = {Role.EDITOR, Role.ADMIN}
# Who may do it to their own, and who to what somebody else wrote.
ALLOWED = {
    Action.CREATE_POST: (WRITERS, WRITERS),
    Action.UPDATE_POST: (WRITERS, EDITORS),
    Action.PUBLISH_POST: (WRITERS, EDITORS),
    Action.DELETE_POST: (WRITERS, EDITORS),
    Action.ADD_COMMENT: (EVERYBODY, EVERYBODY),
    Action.UPDATE_COMMENT: (EVERYBODY, EDITORS),
    Action.DELETE_COMMENT: (EVERYBODY, EDITORS),
}
CASES = [(role, action) for role in Role for action in Action]


def refusal(call, *arguments, **named):
    """The kind of refusal, its words and the role it wants; None when there is none."""
    try:
        call(*arguments, **named)
    except Forbidden as error:
        return Forbidden, error.message, error.requires
    except Unauthenticated as error:
        return Unauthenticated, error.message, error.reason
    return None


def test_every_action_has_its_rule():
    assert policy.TABLE.keys() == ALLOWED.keys() == set(Action)


@pytest.mark.parametrize(("role", "action"), CASES)
def test_the_table_says_who_may(role, action):
    viewer = Viewer(ME, "me", role)
    own, others = ALLOWED[action]

    assert policy.may(viewer, action, owner_id=ME) is (role in own)
    assert policy.may(viewer, action, owner_id=SOMEBODY_ELSE) is (role in others)


@pytest.mark.parametrize(("role", "action"), CASES)
def test_who_may_not_is_refused(role, action):
    viewer = Viewer(ME, "me", role)
    own, others = ALLOWED[action]

    assert (refusal(policy.require_role, viewer, action) is None) is (role in own)
    assert (refusal(policy.require, viewer, action, owner_id=ME) is None) is (role in own)
    refused = refusal(policy.require, viewer, action, owner_id=SOMEBODY_ELSE)
    assert (refused is None) is (role in others)


@pytest.mark.parametrize("action", Action)
def test_a_stranger_is_told_to_log_in(action):
    told = (
        Unauthenticated,
        "Log in first: send the header `Authorization: Bearer <token>`.",
        "TOKEN_MISSING",
    )

    assert not policy.may(STRANGER, action, owner_id=SOMEBODY_ELSE)
    assert refusal(policy.require_role, STRANGER, action) == told
    assert refusal(policy.require, STRANGER, action, owner_id=SOMEBODY_ELSE) == told


def test_a_refusal_says_which_role_is_wanted():
    guest, reader, author = (Viewer(ME, "me", role) for role in list(Role)[:3])

    assert refusal(policy.require_role, reader, Action.CREATE_POST) == (
        Forbidden,
        "Only accounts with the role AUTHOR or higher may write posts.",
        "AUTHOR",
    )
    assert refusal(policy.require_role, guest, Action.ADD_COMMENT) == (
        Forbidden,
        "Only accounts with the role READER or higher may comment.",
        "READER",
    )
    assert refusal(policy.require, author, Action.DELETE_POST, owner_id=SOMEBODY_ELSE) == (
        Forbidden,
        "Only its author or an EDITOR may delete this post.",
        "EDITOR",
    )
    assert refusal(policy.require, reader, Action.UPDATE_COMMENT, owner_id=SOMEBODY_ELSE) == (
        Forbidden,
        "Only its author or an EDITOR may change this comment.",
        "EDITOR",
    )
