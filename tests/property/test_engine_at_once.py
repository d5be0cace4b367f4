"""Resolvers that do not wait: the engine says what graphql-core says, to the letter.

    ENGINE_EXAMPLES=20000 python -m pytest tests/property/test_engine_at_once.py

hunts longer. A failure prints the command that replays it.
"""

from graphql import validate
from hypothesis import given, settings

from tests.torture.compare import DECLARED, TORTURE, assert_same_at_once
from tests.torture.documents import document
from tests.torture.strategies import EXAMPLES, budget, bytes_of_documents, seeds


@given(bytes_of_documents)
@settings(budget, max_examples=EXAMPLES // 5)
def test_documents_are_valid(data):
    for pair in (TORTURE, DECLARED):
        asked = document(pair.types, data, late=True)

        assert validate(pair.types, asked.ast) == []


@given(bytes_of_documents, seeds)
@budget
def test_both_executors_say_the_same(data, seed):
    asked = document(TORTURE.types, data)
    for world in range(seed, seed + 4):
        assert_same_at_once(asked, world)
