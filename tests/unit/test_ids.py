"""The two forms of an id."""

from base64 import urlsafe_b64encode

import pytest

from graphql_blog.errors import BadRequest
from graphql_blog.graph.ids import LARGEST, node_id, plain_id, split_node_id

NUMBERS = (0, 1, 9, 10, 42, 123456, LARGEST)


def encoded(text):
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def test_a_global_id_is_the_noun_and_the_number_in_letters_an_address_may_have():
    assert node_id("Post", 1) == "UG9zdDox"
    assert node_id("User", LARGEST) == "VXNlcjoyMTQ3NDgzNjQ3"


@pytest.mark.parametrize("noun", ["Post", "User", "Comment", "Tag"])
def test_both_forms_lead_back_to_the_number(noun):
    for number in NUMBERS:
        assert plain_id(str(number), noun) == number
        assert plain_id(node_id(noun, number), noun) == number
        assert split_node_id(node_id(noun, number)) == (noun, number)


def test_a_global_id_may_keep_the_padding_of_base64():
    assert node_id("Post", 10) == "UG9zdDoxMA"
    assert plain_id("UG9zdDoxMA==", "Post") == 10


def test_the_global_id_of_another_noun_is_refused_in_words():
    with pytest.raises(BadRequest, match=r"^VXNlcjox is the id of a User, not of a Post\.$"):
        plain_id("VXNlcjox", "Post")


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        "one",
        "-1",
        "+1",
        "1.0",
        "1e3",
        " 1",
        "1 ",
        "01",
        "0x1",
        "\N{ARABIC-INDIC DIGIT ONE}",
        "\N{SUPERSCRIPT TWO}",
        "é",
        "\x00",
        "\ud800",
        str(LARGEST + 1),
        "9" * 11,
        "9" * 10_000,
        encoded("Post"),
        encoded("Post:"),
        encoded("Post:one"),
        encoded("Post:-1"),
        encoded("Post:01"),
        encoded(f"Post:{LARGEST + 1}"),
        encoded("Post:1:2"),
        encoded("Pöst:1"),
        "UG9zdDox!",
        "UG9z dDox",
        "UG9zdDoxMB",
    ],
)
def test_what_can_be_no_id_leads_nowhere(given):
    assert plain_id(given, "Post") is None
    assert split_node_id(given) is None


def test_a_plain_id_is_no_global_one():
    assert split_node_id("1") is None
