"""The texts of the demo blog keep what the demo promises."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

from graphql_blog.demo import texts

BLOG = texts.read()
THE_FUTURE = datetime(2030, 1, 1, tzinfo=UTC)
"""Later than everything the demo blog has published, earlier than what it has scheduled."""


def test_post_1_is_the_first_post_by_admin() -> None:
    first = BLOG.posts[0]

    assert (first.title, first.content) == ("First Post", "Hello world!")
    assert (first.slug, first.author, first.status) == ("first-post", "admin", "PUBLISHED")


def test_user_1_is_admin() -> None:
    first = BLOG.authors[0]

    assert (first.username, first.email, first.role) == ("admin", "admin@example.com", "ADMIN")


def test_every_role_is_taken() -> None:
    roles = Counter(author.role for author in BLOG.authors)

    assert roles == {"ADMIN": 1, "EDITOR": 1, "AUTHOR": 9, "READER": 3}


def test_posts_are_in_every_state() -> None:
    states = Counter(
        "SCHEDULED" if post.published_at and post.published_at > THE_FUTURE else post.status
        for post in BLOG.posts
    )

    assert states == {"PUBLISHED": 69, "DRAFT": 4, "ARCHIVED": 1, "SCHEDULED": 1}


def test_only_drafts_have_no_instant_of_publication() -> None:
    for post in BLOG.posts:
        assert (post.published_at is None) == (post.status == "DRAFT"), post.slug


def test_readers_write_no_posts_and_everybody_else_does() -> None:
    writers = {author.username for author in BLOG.authors if author.role != "READER"}

    assert {post.author for post in BLOG.posts} == writers


def test_nobody_writes_before_they_joined() -> None:
    joined_at = {author.username: author.created_at for author in BLOG.authors}

    for post in BLOG.posts:
        assert joined_at[post.author] < post.created_at, post.slug
        for comment in _all(post.comments):
            assert joined_at[comment.author] < comment.written_at, comment


def test_usernames_are_plain_and_nothing_that_must_be_unique_comes_twice() -> None:
    usernames = [author.username for author in BLOG.authors]
    emails = [author.email.lower() for author in BLOG.authors]
    slugs = [slug for post in BLOG.posts for slug in (post.slug, *post.previous_slugs)]
    contents = [post.content for post in BLOG.posts]
    tags = [tag.slug for tag in BLOG.tags]

    assert all(name.isascii() and name.isalnum() and 3 <= len(name) <= 30 for name in usernames)
    for values in (usernames, emails, slugs, contents, tags):
        assert [value for value, times in Counter(values).items() if times > 1] == []


def test_slugs_are_safe_in_an_address() -> None:
    slugs = [slug for post in BLOG.posts for slug in (post.slug, *post.previous_slugs)]

    assert [slug for slug in slugs if not slug.replace("-", "a").isalnum()] == []
    assert [slug for slug in slugs if not slug.isascii() or slug != slug.lower()] == []


def test_twenty_tags_are_all_used_and_all_known() -> None:
    assert len(BLOG.tags) == 20
    assert {slug for post in BLOG.posts for slug in post.tags} == {tag.slug for tag in BLOG.tags}


def test_a_post_has_one_to_four_different_tags() -> None:
    for post in BLOG.posts:
        assert 1 <= len(set(post.tags)) == len(post.tags) <= 4, post.slug


def test_posts_are_in_the_order_in_which_they_were_begun() -> None:
    for earlier, later in pairwise(BLOG.posts):
        assert earlier.created_at < later.created_at, later.slug


def test_instants_of_a_post_follow_each_other_and_are_in_utc() -> None:
    for post in BLOG.posts:
        instants = [post.created_at, post.updated_at, post.published_at or post.created_at]
        assert post.created_at == min(instants), post.slug
        assert {instant.tzinfo for instant in instants} == {UTC}, post.slug


def test_some_posts_carry_the_optional_parts() -> None:
    assert sum(post.excerpt is not None for post in BLOG.posts) == 4
    assert sum(post.meta_title is not None for post in BLOG.posts) == 3
    assert sum(post.meta_description is not None for post in BLOG.posts) == 3
    assert [len(post.previous_slugs) for post in BLOG.posts if post.previous_slugs] == [1, 2, 1]


def test_all_threads_of_the_file_belong_to_a_published_post() -> None:
    commented = [post for post in BLOG.posts if post.comments]

    assert len(commented) == 34
    assert {post.status for post in commented} == {"PUBLISHED"}
    assert sum(1 for post in commented for _ in _all(post.comments)) == 132


def test_comments_are_in_every_state() -> None:
    states = Counter(c.status for post in BLOG.posts for c in _all(post.comments))

    assert states == {"VISIBLE": 127, "PENDING": 3, "SPAM": 1, "DELETED": 1}


def test_the_first_post_has_a_thread_three_levels_deep() -> None:
    comments = BLOG.posts[0].comments

    assert [_depth(comment) for comment in comments] == [3, 1, 3, 1, 1, 1]


def test_no_thread_is_deeper_than_three_levels() -> None:
    assert max(_depth(comment) for post in BLOG.posts for comment in post.comments) == 3


def test_a_comment_comes_after_its_post() -> None:
    for post in BLOG.posts:
        for comment in post.comments:
            assert comment.written_at > (post.published_at or THE_FUTURE), comment


def test_a_reply_comes_after_its_comment() -> None:
    for post in BLOG.posts:
        for comment in _all(post.comments):
            for reply in comment.replies:
                assert comment.written_at < reply.written_at < THE_FUTURE, reply


def test_reading_twice_gives_the_same_blog() -> None:
    assert texts.read() == BLOG


def _all(comments: tuple[texts.Comment, ...]) -> Iterator[texts.Comment]:
    for comment in comments:
        yield comment
        yield from _all(comment.replies)


def _depth(comment: texts.Comment) -> int:
    return 1 + max(map(_depth, comment.replies), default=0)
