"""Guessing passwords: many at once, and by the time that an answer takes."""

import json
from collections import Counter
from statistics import median

import pytest

from tests.attacks.attack import graphql, rest
from tests.attacks.bystander import bystander
from tests.attacks.documents import many
from tests.attacks.wire import ask

pytestmark = pytest.mark.xdist_group("attacks")

WRONG = "not the password"


@pytest.fixture(scope="module")
def names(target):
    """Of the accounts that there are, but for the administrator: other attacks log in as that."""
    return [user["username"] for user in json.loads(ask(target.port, rest("/api/users")).body)][1:]


def guess(target, name):
    login = {"username": name, "password": WRONG}
    return ask(target.port, rest("/api/login", login, method="POST"))


def test_many_guesses_in_one_document_are_counted_one_by_one(target, names):
    login = f'login(input: {{username: "{names[0]}", password: "#"}}) {{ token errors {{ code }} }}'
    with bystander(target.port):
        asked = graphql(f"mutation {{ {many(30, f'a#: {login}')} }}")
        answer = json.loads(ask(target.port, asked).body)

    said = Counter(login["errors"][0]["code"] for login in answer["data"].values())
    assert said == {"INVALID_CREDENTIALS": 10, "LOCKED_OUT": 20}
    # What GraphQL has counted, REST knows.
    elsewhere = guess(target, names[0])
    assert (elsewhere.status, elsewhere.headers["retry-after"].isdigit()) == (429, True)
    target.assert_well()


def test_who_has_an_account_is_not_told_by_the_time_of_an_answer(target, names):
    guess(target, "the first takes longer")
    answers = [(guess(target, name), guess(target, f"no-{name}")) for name in names[1:8]]

    known, unknown = (
        median(answer.seconds for answer in of_one) for of_one in zip(*answers, strict=True)
    )
    assert {answer.status for pair in answers for answer in pair} == {401}
    assert 0.5 < known / unknown < 2
