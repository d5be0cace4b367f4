"""The names by which answers are found that have to go: too many go at times, never too few."""

from hypothesis import given
from hypothesis import strategies as st

from graphql_blog.http_cache.surrogate_keys import kind_of, names_of, purged_by

KINDS = ["Post", "User", "Post.list", "Comment.post_id"]
TAGS = st.builds(
    lambda kind, number: kind if number is None or kind == "Post.list" else f"{kind}:{number}",
    st.sampled_from(KINDS),
    st.none() | st.integers(1, 999),
)


def test_an_answer_has_what_it_is_made_of_and_the_kinds_of_that():
    assert names_of({"Post:1", "Post:2", "Post.list", "Comment.post_id:1"}) == [
        "Comment.post_id",
        "Comment.post_id:1",
        "Post",
        "Post.list",
        "Post:1",
        "Post:2",
        "blog",
    ]
    assert names_of(set()) == ["blog"]


def test_of_too_many_names_those_of_the_largest_kinds_become_one():
    posts = {f"Post:{number}" for number in range(1, 500)}
    authors = {f"User:{number}" for number in range(1, 20)}

    names = names_of(posts | authors | {"Post.list"})

    assert names == sorted({"Post", "Post:any", "Post.list", "User", *authors, "blog"})


def test_what_changed_is_purged_by_its_name_and_where_it_is_one_of_too_many():
    assert purged_by({"Post:1", "Post.list"}) == {"Post:1", "Post:any", "Post.list"}
    assert purged_by({"Post"}) == {"Post"}
    assert purged_by({"Post:1", "*"}) == {"blog"}


@given(st.sets(TAGS, max_size=200), st.sets(TAGS, max_size=3), st.integers(100, 3_000))
def test_whatever_is_made_of_what_changed_is_found(made_of, changed, max_bytes):
    # As `cache` has it: a kind stands for all of it.
    kinds = {kind_of(tag) for tag in made_of}
    is_concerned = any(tag in made_of | kinds for tag in changed)
    names = names_of(made_of, max_bytes)

    assert not is_concerned or purged_by(changed) & {*names}
    assert len(" ".join(names)) <= max(max_bytes, 150)
