"""Texts that are code somewhere else are texts here, wherever they are put."""

import json

import pytest

from tests.attacks.attack import graphql, rest
from tests.attacks.bystander import bystander
from tests.attacks.texts import (
    CONTAINS,
    NOTHING,
    REFUSED,
    STARTS,
    TEXTS,
    TITLES,
    UNSTORABLE,
    addresses,
    posted,
)
from tests.attacks.wire import ask

pytestmark = pytest.mark.xdist_group("attacks")
NO_TEXT = "A text in this request has a NUL or half of a character in it."


@pytest.fixture(scope="module")
def titles(target):
    answer = json.loads(ask(target.port, TITLES).body)
    return [post["title"] for post in answer["data"]["posts"]]


@pytest.fixture(scope="module")
def token(target):
    login = {"username": "admin", "password": "password"}
    answer = ask(target.port, rest("/api/login", login, method="POST"))
    return json.loads(answer.body)["token"]


@pytest.mark.parametrize("place", NOTHING, ids=str)
def test_a_text_nobody_wrote_finds_nothing(target, place):
    with bystander(target.port):
        answers = {text: ask(target.port, place.asked(text)) for text in TEXTS}

    for text, answer in answers.items():
        assert (answer.status, answer.text) == (200, place.finds), text[:80]
    target.assert_well()


@pytest.mark.parametrize("place", REFUSED, ids=str)
def test_a_text_that_is_no_id_and_no_cursor_is_refused_in_words(target, place):
    with bystander(target.port):
        answers = {text: ask(target.port, place.asked(text)) for text in TEXTS}

    for text, answer in answers.items():
        assert place.finds in answer.text, text[:80]
        assert answer.status in {200, 400}
    target.assert_well()


@pytest.mark.parametrize("place", [*NOTHING, *REFUSED], ids=str)
def test_a_text_that_cannot_be_stored_is_refused_in_words(target, place):
    for text in UNSTORABLE:
        answer = ask(target.port, place.asked(text))

        assert answer.status == 400
        assert NO_TEXT in answer.text
    target.assert_well()


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_wildcards_of_sql_are_letters(target, titles, text):
    contain = ask(target.port, graphql(CONTAINS, variables={"t": text}))
    start = ask(target.port, graphql(STARTS, variables={"t": text}))

    found = [post["title"] for post in json.loads(contain.body)["data"]["posts"]]
    begun = [post["title"] for post in json.loads(start.body)["data"]["posts"]]
    assert found == [title for title in titles if text.lower() in title.lower()]
    assert begun == [title for title in titles if title.lower().startswith(text.lower())]


def test_texts_in_addresses_of_the_rest_api(target):
    with bystander(target.port):
        for text in [*TEXTS, *UNSTORABLE]:
            for sent, (status, says) in addresses(text).items():
                answer = ask(target.port, sent)

                assert (answer.status, says in answer.text) == (status, True), sent[:120]
    target.assert_well()


def test_texts_are_stored_as_they_were_sent(target, token):
    for text in filter(str.isprintable, TEXTS):
        made = json.loads(ask(target.port, posted(token, text)).body)
        shown = json.loads(ask(target.port, rest(f"/api/posts/{made['id']}")).body)
        gone = rest(f"/api/posts/{made['id']}", method="DELETE", Authorization=f"Bearer {token}")

        assert shown["content"] == text
        assert ask(target.port, gone).status == 204
    target.assert_well()


def test_texts_in_log_ins_let_nobody_in(target):
    for text in ["' OR 1=1 --", "admin'--", "%", "\\"]:
        for login in ({"username": text, "password": "x"}, {"username": "rae", "password": text}):
            answer = ask(target.port, rest("/api/login", login, method="POST"))

            assert answer.status in {401, 429}, text
    target.assert_well()
