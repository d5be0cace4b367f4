"""What is kept in a process: how much, for how long, and what makes it go."""

import pytest

from graphql_blog.cache import Entry, Memory, Policy


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def memory(clock):
    return Memory(max_bytes=1_000_000, max_entries=100, clock=clock)


def entry(*tags, body=b"{}", expires_at=2000.0):
    return Entry(body, 200, "application/json", frozenset(tags), expires_at)


def put(memory, key, *tags, **given):
    fill = memory.begin()
    try:
        return memory.put(key, entry(*tags, **given), fill)
    finally:
        memory.end(fill)


def kept(memory, keys):
    return [key for key in keys if key in memory._kept]


@pytest.mark.parametrize(
    ("policy", "left"),
    [(Policy.LRU, "ade"), (Policy.LFU, "abe"), (Policy.FIFO, "cde")],
)
def test_each_policy_evicts_the_key_of_the_textbook(policy, left):
    memory = Memory(max_bytes=1_000_000, max_entries=3, policy=policy)
    for step in "+a +b +c ?b ?b ?a ?a ?a ?c +d ?a +e".split():
        if step[0] == "+":
            put(memory, step[1], expires_at=float("inf"))
        else:
            memory.get(step[1])

    assert "".join(kept(memory, "abcde")) == left


def test_no_more_bytes_are_kept_than_allowed():
    memory = Memory(max_bytes=10_000, max_entries=100)
    for key in "abcde":
        assert put(memory, key, body=b"x" * 2_000, expires_at=float("inf"))

    assert kept(memory, "abcde") == ["c", "d", "e"]
    assert memory.bytes == 9_000
    assert not put(memory, "f", body=b"x" * 10_000, expires_at=float("inf"))
    assert kept(memory, "abcdef") == ["c", "d", "e"]


def test_an_entry_lives_until_its_time_is_over(memory, clock):
    assert put(memory, "a", expires_at=1600.0)

    clock.now = 1599.9
    assert memory.get("a") == entry(expires_at=1600.0)
    clock.now = 1600.0
    assert memory.get("a") is None
    assert (len(memory), memory.bytes) == (0, 0)
    assert not put(memory, "a", expires_at=1600.0)


def test_what_is_made_of_something_goes_with_it(memory):
    put(memory, "one", "Post:1", "User:1")
    put(memory, "two", "Post:2", "User:1")
    put(memory, "all", "Post.list")
    put(memory, "none")

    memory.drop({"Post:1", "Post.list"})

    assert kept(memory, ["one", "two", "all", "none"]) == ["two", "none"]


def test_what_stands_before_the_colon_is_all_of_the_kind(memory):
    put(memory, "post", "Post:1")
    put(memory, "comments", "Comment.post_id:1")
    put(memory, "tag", "PostTag.post_id:1")
    put(memory, "list", "Post.list")

    memory.drop({"Post", "Comment.post_id"})

    assert kept(memory, ["post", "comments", "tag", "list"]) == ["tag", "list"]


def test_a_star_is_everything(memory):
    put(memory, "a", "Post:1")
    put(memory, "b")

    memory.drop({"*"})

    assert len(memory) == 0


def test_the_index_holds_nothing_that_is_gone(memory, clock):
    put(memory, "a", "Post:1", "User:1")
    put(memory, "a", "Post:2")
    put(memory, "b", "Post:3", expires_at=1001.0)
    clock.now = 1002.0
    memory.get("b")
    memory.drop({"Post:2"})

    assert (len(memory), memory.bytes, memory._by_tag) == (0, 0, {})


@pytest.mark.parametrize(
    ("changed", "is_kept"),
    [({"Post:1"}, False), ({"Post"}, False), ({"*"}, False), ({"Post:2", "User.list"}, True)],
)
def test_what_changes_while_an_answer_is_made_spoils_it(memory, changed, is_kept):
    fill = memory.begin()
    memory.drop(changed)

    assert memory.put("a", entry("Post:1"), fill) is is_kept
    assert (memory.get("a") is not None) is is_kept


def test_a_change_before_an_answer_is_begun_does_not_spoil_it(memory):
    memory.drop({"Post:1"})

    assert put(memory, "a", "Post:1")
