"""Orderings and their cursors; slices and the pages made of them."""

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from graphql_blog.db.models import Post
from graphql_blog.engine.keyset import LARGEST_INTEGER, BadCursor, Bounds, Ordering, Page, Slice

AT = datetime(2026, 11, 20, 11, 4, 0, 123456, tzinfo=UTC)
NEWEST = Ordering("newest", Post.listed_at, Post.id, descending=True)
BY_TITLE = Ordering("by title", Post.title, Post.id)
BY_COUNT = Ordering("by count", Post.comment_count, Post.id)
BY_ID = Ordering("by id", Post.id, Post.id)
DAMAGED = r"^This is no cursor, or a damaged one: pass one on exactly as a page gave it\.$"


def row(**values):
    return SimpleNamespace(**{"id": 7, "listed_at": AT, "title": "Title"} | values)


def beyond(ordering, place, **options):
    """The condition for what comes after a row."""
    values = ordering.place("after", ordering.cursor(place))
    return ordering.beyond("after", values, **options)


def compared(condition):
    """The SQL of a condition, and the values in it."""
    compiled = condition.compile()
    return str(compiled), list(compiled.params.values())


def words(clauses):
    return [str(clause) for clause in clauses]


def test_ties_are_broken_by_id_in_the_same_direction():
    assert words(NEWEST.by()) == ["posts.listed_at DESC", "posts.id DESC"]
    assert words(NEWEST.by(backwards=True)) == ["posts.listed_at ASC", "posts.id ASC"]
    assert words(BY_TITLE.by()) == ["posts.title ASC", "posts.id ASC"]
    assert words(BY_TITLE.by(backwards=True)) == ["posts.title DESC", "posts.id DESC"]


def test_the_id_alone_needs_no_tie_breaker():
    assert BY_ID.keys == ("id",)
    assert words(BY_ID.by()) == ["posts.id ASC"]
    assert compared(beyond(BY_ID, row())) == ("(posts.id) > (:after_id)", [7])


def test_what_comes_after_a_cursor_is_one_comparison_of_rows():
    assert NEWEST.keys == ("listed_at", "id")
    assert compared(beyond(NEWEST, row())) == (
        "(posts.listed_at, posts.id) < (:after_listed_at, :after_id)",
        [AT, 7],
    )
    assert compared(beyond(NEWEST, row(), backwards=True)) == (
        "(posts.listed_at, posts.id) > (:after_listed_at, :after_id)",
        [AT, 7],
    )


def test_an_instant_in_a_cursor_is_compared_in_the_form_it_is_kept_in():
    compiled = beyond(NEWEST, row()).compile(dialect=sqlite.dialect())
    processors = compiled._bind_processors

    assert [
        processors[name](value) if name in processors else value
        for name, value in compiled.params.items()
    ] == ["2026-11-20 11:04:00.123456", 7]


def test_a_cursor_carries_the_values_of_its_row_exactly():
    for title in ("", "a", "Ünïcödé 🎉", "quotes \"' and \\", "line\nbreak", "x" * 200):
        assert BY_TITLE.place("after", BY_TITLE.cursor(row(title=title))) == {
            "after_title": title,
            "after_id": 7,
        }
    for count in (0, 1, LARGEST_INTEGER, -LARGEST_INTEGER):
        cursor = BY_COUNT.cursor(row(comment_count=count))
        assert BY_COUNT.place("at", cursor) == {"at_comment_count": count, "at_id": 7}
    elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert compared(beyond(NEWEST, row(listed_at=elsewhere)))[1] == [AT, 7]


def test_a_cursor_is_the_same_every_time_and_has_only_letters_an_address_may_have():
    cursor = BY_TITLE.cursor(row(title="??>>ÿÿ"))

    assert cursor == BY_TITLE.cursor(row(title="??>>ÿÿ"))
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert cursor.isascii()


def test_a_cursor_of_another_list_is_refused_in_words():
    with pytest.raises(BadCursor) as refused:
        NEWEST.place("after", BY_TITLE.cursor(row()))

    assert str(refused.value) == (
        "This cursor belongs to the list by title, not to newest:"
        " take one from a page of the same list in the same order."
    )


def test_a_cursor_with_one_other_letter_is_damaged():
    cursor = NEWEST.cursor(row())

    for place, letter in enumerate(cursor):
        other = "A" if letter != "A" else "B"
        with pytest.raises(BadCursor, match=DAMAGED):
            NEWEST.place("after", cursor[:place] + other + cursor[place + 1 :])


@pytest.mark.parametrize("text", ["", "x", "MQ", "1", "é", "\x00", "a" * 4001, "[1]", "=" * 8])
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(BadCursor, match=DAMAGED):
        NEWEST.place("after", text)


def test_a_cursor_cut_short_is_refused():
    cursor = NEWEST.cursor(row())

    for length in range(len(cursor)):
        with pytest.raises(BadCursor, match=DAMAGED):
            NEWEST.place("after", cursor[:length])


MADE_UP = [
    (BY_ID, {"id": "7"}),
    (BY_ID, {"id": 7.5}),
    (BY_ID, {"id": True}),
    (BY_ID, {"id": None}),
    (BY_ID, {"id": [7]}),
    (BY_ID, {"id": LARGEST_INTEGER + 1}),
    (BY_ID, {"id": -LARGEST_INTEGER - 1}),
    (BY_TITLE, {"title": 1}),
    (BY_TITLE, {"title": None}),
    (BY_TITLE, {"title": "NUL \x00"}),
    (BY_TITLE, {"title": "half \ud800"}),
    (NEWEST, {"listed_at": "yesterday"}),
    (NEWEST, {"listed_at": 1}),
    (NEWEST, {"listed_at": None}),
    (NEWEST, {"listed_at": datetime(9999, 12, 31, tzinfo=UTC)}),
    (NEWEST, {"listed_at": datetime(1, 1, 1, tzinfo=UTC)}),
]


@pytest.mark.parametrize(("ordering", "values"), MADE_UP)
def test_a_cursor_with_values_that_no_row_can_have_is_refused(ordering, values):
    cursor = ordering.cursor(row(**values))

    with pytest.raises(BadCursor, match=DAMAGED):
        ordering.place("after", cursor)


def test_a_cursor_with_too_few_values_is_refused():
    with pytest.raises(BadCursor, match=DAMAGED):
        NEWEST.place("after", Ordering("newest", Post.id, Post.id).cursor(row()))


def statement(slice_):
    compiled = slice_.of(select(Post.id)).compile(dialect=sqlite.dialect())
    return " ".join(str(compiled).split()), [compiled.params[name] for name in compiled.positiontup]


def test_a_slice_asks_for_one_row_more_than_it_shows():
    assert statement(Slice(BY_ID, 20)) == (
        "SELECT posts.id FROM posts ORDER BY posts.id ASC LIMIT ? OFFSET ?",
        [21, 0],
    )
    assert statement(Slice(BY_ID, 20, offset=40))[1] == [21, 40]


def test_a_slice_lies_between_its_cursors():
    first, last = BY_ID.cursor(row(id=1)), BY_ID.cursor(row(id=9))

    assert statement(Slice(BY_ID, 5, after=first, before=last)) == (
        "SELECT posts.id FROM posts WHERE (posts.id) > (?) AND (posts.id) < (?)"
        " ORDER BY posts.id ASC LIMIT ? OFFSET ?",
        [1, 9, 6, 0],
    )
    assert statement(Slice(BY_ID, 5, before=last, backwards=True)) == (
        "SELECT posts.id FROM posts WHERE (posts.id) < (?) ORDER BY posts.id DESC LIMIT ? OFFSET ?",
        [9, 6, 0],
    )


def test_a_slice_with_a_damaged_cursor_has_no_places():
    for slice_ in (Slice(BY_ID, 5, after="x"), Slice(BY_ID, 5, before="x")):
        with pytest.raises(BadCursor, match=DAMAGED):
            slice_.places()


def test_slices_that_differ_in_numbers_and_places_alone_have_the_same_bounds():
    cursors = [BY_ID.cursor(row(id=id_)) for id_ in (1, 9)]
    pages = [Slice(BY_ID, limit, after=after) for limit, after in zip((5, 6), cursors, strict=True)]

    assert pages[0].bounds == pages[1].bounds == Bounds(BY_ID, after=True)
    assert [page.values for page in pages] == [
        {"limit": 6, "offset": 0, "after_id": 1},
        {"limit": 7, "offset": 0, "after_id": 9},
    ]
    assert Slice(BY_ID, 5, offset=2, before=cursors[0], backwards=True).bounds == Bounds(
        BY_ID, backwards=True, before=True
    )


def test_bounds_hold_no_values():
    compiled = Bounds(NEWEST, after=True).of(select(Post.id)).compile()

    assert compiled.params == dict.fromkeys(("after_listed_at", "after_id", "limit", "offset"))


CURSOR = BY_ID.cursor(row())
PAGES = [
    # the slice, how many rows were found, the rows shown, has next, has previous
    (Slice(BY_ID, 3), 0, [], False, False),
    (Slice(BY_ID, 3), 2, [0, 1], False, False),
    (Slice(BY_ID, 3), 3, [0, 1, 2], False, False),
    (Slice(BY_ID, 3), 4, [0, 1, 2], True, False),
    (Slice(BY_ID, 3, offset=1), 4, [0, 1, 2], True, True),
    (Slice(BY_ID, 3, offset=9), 0, [], False, True),
    (Slice(BY_ID, 3, after=CURSOR), 4, [0, 1, 2], True, True),
    (Slice(BY_ID, 3, after=CURSOR), 1, [0], False, True),
    (Slice(BY_ID, 3, before=CURSOR), 4, [0, 1, 2], True, False),
    (Slice(BY_ID, 3, backwards=True), 0, [], False, False),
    (Slice(BY_ID, 3, backwards=True), 3, [2, 1, 0], False, False),
    (Slice(BY_ID, 3, backwards=True), 4, [2, 1, 0], False, True),
    (Slice(BY_ID, 3, before=CURSOR, backwards=True), 4, [2, 1, 0], True, True),
    (Slice(BY_ID, 3, before=CURSOR, backwards=True), 2, [1, 0], True, False),
]


@pytest.mark.parametrize(("slice_", "found", "rows", "has_next", "has_previous"), PAGES)
def test_a_page_knows_whether_the_list_goes_on(slice_, found, rows, has_next, has_previous):
    assert slice_.page(range(found)) == Page(rows, BY_ID, has_next, has_previous)
