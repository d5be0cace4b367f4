"""Rows: tuples that know their type and answer by name."""

import pytest

from graphql_blog.engine.rows import grouped, row_class


def test_a_row_is_read_by_place_and_by_name():
    post = row_class("Post", ("id", "title"))((7, "Title"))

    assert post == (7, "Title")
    assert (post.id, post.title) == (7, "Title")
    assert (post.graphql_type, post.names) == ("Post", ("id", "title"))
    assert post.places == {"id": 0, "title": 1}


def test_a_column_hides_what_tuples_have_of_the_same_name():
    tally = row_class("Tally", ("count", "index"))((3, 4))

    assert (tally.count, tally.index) == (3, 4)


def test_a_column_that_was_not_read_is_named():
    post = row_class("Post", ("id",))((7,))

    with pytest.raises(AttributeError, match=r"^This Post was read without its column title\.$"):
        _ = post.title


def test_a_row_holds_its_values_and_nothing_else():
    post = row_class("Post", ("id",))((7,))

    with pytest.raises(AttributeError):
        post.id = 8
    assert not hasattr(post, "__dict__")


def test_rows_of_one_type_with_the_same_columns_share_a_class():
    assert row_class("Post", ("id",)) is row_class("Post", ("id",))
    assert row_class("Post", ("id",)) is not row_class("User", ("id",))
    assert row_class("Post", ("id",)) is not row_class("Post", ("title",))


def test_classes_that_documents_make_up_are_not_all_kept():
    for number in range(1100):
        row_class("Post", (f"column_{number}",))

    assert row_class.cache_info().currsize == 1000


def test_rows_are_grouped_by_their_parents_in_the_order_of_the_keys():
    row = row_class("Comment", ("id", "parent_key"))
    found = [row((1, "a")), row((2, "b")), row((3, "a"))]

    assert grouped(found, ["b", "c", "a"]) == [[(2, "b")], [], [(1, "a"), (3, "a")]]
    assert grouped([], ["a"]) == [[]]
