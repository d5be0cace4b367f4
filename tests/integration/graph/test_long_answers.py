"""Answers that would be too long are refused before they are written."""

import pytest

from tests.factories import make_comment, make_post, make_user

AGAIN = """
query ($first: Int) { post(id: "%s") { comments(first: $first) { post { %s } } } }
"""
TWENTY = " ".join(f"a{number}: content" for number in range(20))
LENGTH = 10_000


@pytest.fixture(params=["breadth", "core"])
def settings(request, settings):
    most = {"engine": request.param, "max_answer_length": LENGTH}
    return settings.load(**{**settings.model_dump(), **most})


@pytest.fixture
async def post(resources):
    """With ten comments, and a content of a hundred letters."""
    ana = await make_user(resources)
    post = await make_post(resources, ana, content="é" * 100)
    for _ in range(10):
        await make_comment(resources, post, ana)
    return post


@pytest.mark.parametrize(("first", "characters"), [(5, LENGTH), (6, 12_000)])
async def test_what_stands_in_many_places_counts_as_often(client, post, first, characters):
    query = AGAIN % (post.id, TWENTY)
    sent = {"query": query, "variables": {"first": first}}

    for accept, status in [("application/json", 200), ("application/graphql-response+json", 400)]:
        for _ in range(3):  # The first time it takes another way.
            answer = await client.post("/graphql", json=sent, headers={"Accept": accept})
            if characters <= LENGTH:
                assert answer.status_code == 200
                comments = answer.json()["data"]["post"]["comments"]
                assert [one["post"]["a19"] for one in comments] == ["é" * 100] * first
                continue
            assert answer.status_code == status
            (error,) = answer.json()["errors"]
            assert "data" not in answer.json()
            assert error["extensions"]["code"] == "ANSWER_TOO_LONG"
            assert error["extensions"]["limit"] == LENGTH
            assert error["extensions"]["value"] == characters


async def test_comments_that_cannot_be_so_long_are_not_counted(api, post):
    """Ten thousand characters are the most that one has."""
    data = await api.data(f'{{ post(id: "{post.id}") {{ comments(first: 1) {{ content }} }} }}')

    assert len(data["post"]["comments"]) == 1


async def test_what_was_written_is_said_to_stay(api, resources, post):
    ana = await make_user(resources)
    await make_post(resources, ana, content="a" * 2 * LENGTH)
    written = (
        'mutation { createPost(input: { title: "New", content: "new" })'
        " { post { author { posts(first: 30) { content } } } } }"
    )

    (error,) = await api.errors(written, by=ana)

    assert error["extensions"]["code"] == "ANSWER_TOO_LONG"
    assert "What a mutation has done stays done." in error["message"]
    data = await api.data('{ postBySlug(slug: "new") { title } }')
    assert data == {"postBySlug": {"title": "New"}}
