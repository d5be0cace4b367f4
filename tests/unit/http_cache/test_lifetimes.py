"""For how long an answer may be used unasked, and by whom."""

import pytest

from graphql_blog.http_cache import Lifetimes, Subject, TagHeader

ASK = "no-cache"
POST = frozenset({"Post:1", "Post.list"})


@pytest.mark.parametrize(
    ("max_age", "seconds", "alone", "purged"),
    [
        (
            10,
            600,
            "public, max-age=10, stale-while-revalidate=10",
            "public, max-age=10, s-maxage=590, stale-while-revalidate=10",
        ),
        (
            10,
            15,
            "public, max-age=10, stale-while-revalidate=5",
            "public, max-age=10, s-maxage=10, stale-while-revalidate=5",
        ),
        (10, 3, "public, max-age=3", "public, max-age=3, s-maxage=3"),
        (10, 0, ASK, ASK),
        (0, 600, ASK, "public, max-age=0, s-maxage=600"),
        (0, 0, ASK, ASK),
    ],
)
def test_it_is_never_used_after_it_may_have_changed(max_age, seconds, alone, purged):
    assert Lifetimes(max_age=max_age).cache_control(seconds) == alone
    assert Lifetimes(max_age=max_age, is_purged=True).cache_control(seconds) == purged


def test_what_is_for_its_reader_alone_is_said_to_be_and_has_no_names():
    assert Lifetimes(max_age=10).headers(None) == {"Cache-Control": "private, no-cache"}


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (TagHeader.SURROGATE_KEY, "Post Post.list Post:1 blog"),
        (TagHeader.CACHE_TAG, "Post,Post.list,Post:1,blog"),
    ],
)
def test_what_is_public_has_its_names_in_the_header_that_the_cdn_reads(header, names):
    said = Lifetimes(max_age=10, tag_header=header).headers(Subject(POST, 3.9))

    assert said == {"Cache-Control": "public, max-age=3", header.value: names}


@pytest.mark.parametrize("seconds", [0.9, 0.0, -5.0])
def test_what_may_not_be_used_unasked_needs_no_names(seconds):
    said = Lifetimes(max_age=10).headers(Subject(POST, seconds))

    assert said == {"Cache-Control": ASK}
