"""What the blog refuses, and that both APIs know how each refusal looks."""

import inspect
import re

import pytest

from graphql_blog import errors
from graphql_blog.errors import (
    BadCredentials,
    BadRequest,
    BlogError,
    Clash,
    Forbidden,
    Invalid,
    LockedOut,
    NotFound,
    Problem,
    RateLimited,
    Stale,
    Taken,
    Unauthenticated,
    WrongState,
)
from graphql_blog.graph.errors import (
    CODES,
    AuthError,
    NotAllowedError,
    NotFoundError,
    StaleVersionError,
    as_user_errors,
)
from graphql_blog.graph.errors import ConflictError as ConflictData
from graphql_blog.graph.errors import ValidationError as ValidationData
from graphql_blog.rest.problems import CODE, STATUS

KINDS = {
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, BlogError) and kind is not BlogError
}


def test_the_tree_in_the_docstring_is_the_tree():
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")

    assert drawn == [
        "Unauthenticated",
        "BadCredentials",
        "LockedOut",
        "RateLimited",
        "Forbidden",
        "NotFound",
        "BadRequest",
        "Invalid",
        "Taken",
        "Stale",
        "WrongState",
    ]
    assert set(drawn) == {kind.__name__ for kind in KINDS}
    assert all(kind.__bases__ == (BlogError,) for kind in KINDS)


def test_both_apis_know_how_every_refusal_looks():
    assert CODES.keys() == KINDS
    assert STATUS.keys() == KINDS
    assert CODE.keys() == KINDS


@pytest.mark.parametrize(
    ("refusal", "message"),
    [
        (Unauthenticated(), "Log in first: send the header `Authorization: Bearer <token>`."),
        (BadCredentials(), "Invalid credentials"),
        (LockedOut(retry_after=60), "Too many wrong passwords: try again later."),
        (RateLimited(retry_after=1), "You asked for too much: wait, or ask for less."),
        (Forbidden(), "You may not do this."),
        (NotFound(), "There is no such thing here."),
        (BadRequest(), "The request makes no sense."),
        (WrongState(), "It cannot do that from the state it is in."),
        (
            Stale(current_version=3),
            "Somebody changed it since you read it: read it again, then repeat your change.",
        ),
        (NotFound("Post not found"), "Post not found"),
        (Invalid([Problem("title", "Title is required.")]), "Title is required."),
        (Taken([Clash("slug", "Taken."), Clash("email", "Taken too.")]), "Taken."),
    ],
)
def test_a_refusal_says_what_it_is(refusal, message):
    assert refusal.message == str(refusal) == message


def test_a_refusal_carries_what_is_needed_to_do_better():
    problems = [Problem("title", "Too long.", "TOO_LONG", 200), Problem("slug", "Bad.")]
    clashes = [Clash("slug", "Taken.", "hello-2")]

    assert Unauthenticated().reason == "TOKEN_MISSING"
    assert Unauthenticated("Invalid token", reason="TOKEN_EXPIRED").reason == "TOKEN_EXPIRED"
    assert (Forbidden().requires, Forbidden(requires="EDITOR").requires) == (None, "EDITOR")
    assert (NotFound().field, NotFound(field="postId").field) == ("id", "postId")
    assert Invalid(problems).problems == tuple(problems)
    assert (problems[1].code, problems[1].limit) == ("INVALID", None)
    assert Taken(clashes).clashes == tuple(clashes)
    assert Stale(current_version=3).current_version == 3


def test_a_refusal_of_an_input_is_data_in_graphql():
    invalid = Invalid([Problem("seo.metaTitle", "Too long.", "TOO_LONG", 200)])
    taken = Taken([Clash("slug", "Taken.", "hello-2")])

    (error,) = as_user_errors(invalid)
    assert isinstance(error, ValidationData)
    assert (error.path, error.code, error.limit) == (["input", "seo", "metaTitle"], "TOO_LONG", 200)
    (error,) = as_user_errors(taken)
    assert isinstance(error, ConflictData)
    assert (error.path, error.code, error.suggestion) == (["input", "slug"], "TAKEN", "hello-2")
    (error,) = as_user_errors(Stale(current_version=3))
    assert isinstance(error, StaleVersionError)
    assert (error.path, error.current_version) == (["input", "version"], 3)
    (error,) = as_user_errors(LockedOut(retry_after=60))
    assert isinstance(error, AuthError)
    assert (error.path, error.code, error.retry_after_seconds) == (None, "LOCKED_OUT", 60)
    (error,) = as_user_errors(NotFound(field="postId"))
    assert isinstance(error, NotFoundError)
    assert error.path == ["input", "postId"]
    (error,) = as_user_errors(Forbidden(requires="EDITOR"))
    assert isinstance(error, NotAllowedError)
    assert (error.path, error.requires) == (None, "EDITOR")


def test_all_broken_rules_are_said_at_once():
    problems = [Problem("title", "Title is required.", "REQUIRED"), Problem("slug", "Bad.")]

    assert [error.message for error in as_user_errors(Invalid(problems))] == [
        "Title is required.",
        "Bad.",
    ]


@pytest.mark.parametrize("refusal", [Unauthenticated(), BadRequest(), RateLimited(retry_after=1)])
def test_a_refusal_that_is_not_about_the_input_is_no_data(refusal):
    with pytest.raises(type(refusal)) as raised:
        as_user_errors(refusal)

    assert raised.value is refusal
