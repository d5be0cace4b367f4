"""Each attack is answered as it should be and at once, while others are served."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.attacks.bystander import bystander
from tests.attacks.table import ATTACKS
from tests.attacks.wire import ask, connect, hangs_up

pytestmark = pytest.mark.xdist_group("attacks")

AT_ONCE = 10.0
"""Seconds, on machines that do other things too; a few milliseconds are usual."""
TRIES = 3


@pytest.fixture(scope="module")
def somebody(target):
    with bystander(target.port) as found:
        yield found


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_an_attack_is_answered_while_others_are_served(target, somebody, attack):
    with somebody.served():
        answer = ask(target.port, attack.sent)

    assert answer.status == attack.status
    assert attack.says in answer.text
    seconds = answer.seconds
    for _ in range(TRIES):
        if seconds >= AT_ONCE:
            seconds = min(seconds, ask(target.port, attack.sent).seconds)
    assert seconds < AT_ONCE
    target.assert_well()


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack.closes], ids=str)
def test_the_server_hangs_up_where_it_cannot_know_what_comes_next(target, attack):
    with closing(connect(target.port)) as connection:
        try:
            connection.sendall(attack.sent)
        except OSError:
            return

        assert hangs_up(connection, 5)


def test_names_are_unique():
    assert [name for name, n in Counter(attack.name for attack in ATTACKS).items() if n > 1] == []


def test_all_attacks_at_once(target):
    began = time.monotonic()
    with bystander(target.port), ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda attack: ask(target.port, attack.sent), ATTACKS))

    assert [answer.status for answer in answers] == [attack.status for attack in ATTACKS]
    assert time.monotonic() - began < 120
    target.assert_well()
