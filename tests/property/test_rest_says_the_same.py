"""Whatever is written: REST and GraphQL show the same of it, to everybody."""

import httpx2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_blog.resources import Resources
from tests.asking import Api
from tests.factories import make_user

FIELDS = (
    "id title content contentFormat slug excerpt status publishedAt createdAt updatedAt version"
)
POST = f"{FIELDS} author {{ id restUrl }} restUrl"
USER = "id username name bio websiteUrl role createdAt restUrl"


def seen(written: str) -> bool:
    """Whether a reader sees anything of it."""
    return any(letter.isprintable() and not letter.isspace() for letter in written)


characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
text = st.text(characters, max_size=200)
filled = text.filter(seen)
word = st.text(characters, max_size=50).filter(seen)
publication = st.sampled_from(
    [
        {"status": "PUBLISHED"},
        {"status": "PUBLISHED", "publishAt": "2020-02-29T23:59:59.999999+01:00"},
        {"status": "SCHEDULED", "publishAt": "2999-01-01T00:00:00Z"},
        {"status": "DRAFT"},
    ]
)
texts = st.fixed_dictionaries(
    {"title": filled, "content": filled, "contentFormat": st.sampled_from(["MARKDOWN", "HTML"])},
    optional={"excerpt": text, "tags": st.lists(word, max_size=10)},
)
posts = st.tuples(texts, publication).map(lambda both: both[0] | both[1])
people = st.fixed_dictionaries(
    {"username": st.from_regex(r"[A-Za-z0-9]{12,30}", fullmatch=True), "name": word}
)

# The database is the same for all examples of a test: each asks only for what it has written.
on_one_database = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@on_one_database
@given(new=posts)
async def test_a_post_is_the_same_in_both(
    client: httpx2.AsyncClient, resources: Resources, new: dict[str, object]
) -> None:
    api, author = Api(client, resources), await make_user(resources)
    created = await client.post("/api/posts", json=new, headers=api.headers(author))
    assert created.status_code == 201, created.text
    address, id_ = created.headers["location"], created.json()["id"]

    for viewer in (author, None):
        rest = await client.get(address, headers=api.headers(viewer))
        graph = await api.data(f"query($id: ID!) {{ post(id: $id) {{{POST}}} }}", id=id_, by=viewer)

        assert graph["post"] == (as_in_graphql(rest.json()) if rest.is_success else None)
    assert created.json()["content"] == new["content"]


@on_one_database
@given(new=st.lists(posts, max_size=4))
async def test_the_posts_of_an_author_are_the_same_in_both(
    client: httpx2.AsyncClient, resources: Resources, new: list[dict[str, object]]
) -> None:
    api, author = Api(client, resources), await make_user(resources)
    for post in new:
        await client.post("/api/posts", json=post, headers=api.headers(author))
    query = f"query($id: ID!) {{ user(id: $id) {{ postCount posts {{{POST}}} }} }}"

    for viewer in (author, None):
        rest = await client.get(f"/api/users/{author.id}/posts", headers=api.headers(viewer))
        graph = (await api.data(query, id=author.id, by=viewer))["user"]

        assert graph["posts"] == [as_in_graphql(post) for post in rest.json()]
        assert str(graph["postCount"]) == rest.headers["x-total-count"]


@on_one_database
@given(new=people)
async def test_a_user_is_the_same_in_both(
    client: httpx2.AsyncClient, resources: Resources, new: dict[str, str]
) -> None:
    email = f"{new['username']}@example.com"
    created = await client.post("/api/users", json={**new, "email": email})
    if created.status_code == 409:
        return  # written by an earlier example
    rest = await client.get(created.headers["location"])

    graph = await Api(client, resources).data(
        f"query($id: ID!) {{ user(id: $id) {{{USER}}} }}", id=created.json()["id"]
    )

    shown = rest.json()
    address = shown.pop("links")["self"]
    assert graph["user"] == {**shown, "id": str(shown["id"]), "restUrl": address}


async def test_the_lists_are_the_same_in_both(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    api, author = Api(client, resources), await make_user(resources)
    for number in range(25):
        new = {"title": f"Post {number}", "content": "Content", "status": "PUBLISHED"}
        await client.post("/api/posts", json=new, headers=api.headers(author))

    rest = await client.get("/api/posts")
    graph = await api.data(f"{{ posts {{{POST}}} postsConnection {{ totalCount }} }}")

    assert graph["posts"] == [as_in_graphql(post) for post in rest.json()]
    assert str(graph["postsConnection"]["totalCount"]) == rest.headers["x-total-count"] == "25"


def as_in_graphql(post: dict[str, object]) -> dict[str, object]:
    """The same post as GraphQL says it: ids as text, the author as an object."""
    shown = {name: post[name] for name in FIELDS.split()}
    links = post["links"]
    assert isinstance(links, dict)
    assert post.keys() == {*shown, "authorId", "links"}
    author = {"id": str(post["authorId"]), "restUrl": links["author"]}
    return {**shown, "id": str(post["id"]), "author": author, "restUrl": links["self"]}
