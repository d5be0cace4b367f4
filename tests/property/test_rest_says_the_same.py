"""Whatever is written: REST and GraphQL show the same of it, field by field, to everybody."""

from typing import Any

import httpx2
import pytest
from graphql import GraphQLObjectType, build_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_blog.resources import Resources
from graphql_blog.rest.objects.nouns import COMMENT, POST, TAG, USER, VIEWER, Noun
from graphql_blog.rest.objects.tables import TABLES
from tests.asking import Api
from tests.conftest import ROOT
from tests.factories import make_user

FIELDS = (
    "id title content contentFormat slug excerpt status publishedAt createdAt updatedAt version"
)
PLAIN_POST = f"{FIELDS} author {{ id restUrl }} restUrl"
PLAIN_USER = "id username name bio websiteUrl role createdAt restUrl"

IN_REST_ALONE = {"authorId", "postId", "parentId", "links"}
"""What stands for other objects where these are not embedded."""
IN_GRAPHQL_ALONE = {
    POST: {"nodeId", "restUrl", "commentsConnection"},
    USER: {"nodeId", "restUrl", "postsConnection", "commentsConnection"},
    COMMENT: {"nodeId", "repliesConnection"},
    TAG: {"nodeId", "postsConnection"},
    VIEWER: {"postsConnection"},
}
"""Global ids and connections; REST has pages of lists instead."""
PAGED = {
    USER: {"comments"},
    COMMENT: {"replies"},
    VIEWER: {"posts", "id", "username", "name"},
}
"""What is called otherwise in GraphQL: `commentsConnection`, and `viewer { user { … } }`."""


def names_of(noun: Noun) -> list[str]:
    """The fields that both have."""
    table = TABLES[noun]
    left_out = IN_REST_ALONE | PAGED.get(noun, set())
    return [name for name in (*table.whole, *table.more) if name not in left_out]


def selection_of(noun: Noun) -> str:
    """The same for GraphQL, where a dot opens an object."""
    names = [name.split(".") for name in names_of(noun)]
    return " ".join("{".join(name) + "}" * (len(name) - 1) for name in names)


def asked(noun: Noun, **inside: Noun) -> str:
    """All of it, and all of what is embedded, for REST."""
    embedded = [f"{name}.{field}" for name, inner in inside.items() for field in names_of(inner)]
    return "fields=" + ",".join([*names_of(noun), *embedded])


def selected(noun: Noun, **inside: Noun) -> str:
    """The same for GraphQL."""
    embedded = [f"{name} {{ {selection_of(inner)} }}" for name, inner in inside.items()]
    return " ".join([selection_of(noun), *embedded])


def as_text(shown: Any) -> Any:
    """What REST shows with ids as GraphQL has them."""
    if isinstance(shown, list):
        return [as_text(one) for one in shown]
    if not isinstance(shown, dict):
        return shown
    return {name: str(value) if name == "id" else as_text(value) for name, value in shown.items()}


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
few_examples = settings(on_one_database, max_examples=15)


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
        graph = await api.data(
            f"query($id: ID!) {{ post(id: $id) {{{PLAIN_POST}}} }}", id=id_, by=viewer
        )

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
    query = f"query($id: ID!) {{ user(id: $id) {{ postCount posts {{{PLAIN_POST}}} }} }}"

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
        f"query($id: ID!) {{ user(id: $id) {{{PLAIN_USER}}} }}", id=created.json()["id"]
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
    graph = await api.data(f"{{ posts {{{PLAIN_POST}}} postsConnection {{ totalCount }} }}")

    assert graph["posts"] == [as_in_graphql(post) for post in rest.json()]
    assert str(graph["postsConnection"]["totalCount"]) == rest.headers["x-total-count"] == "25"


@pytest.mark.parametrize("noun", TABLES, ids=lambda noun: noun.name)
def test_the_same_is_called_the_same(noun: Noun) -> None:
    """A new field of one API is to be one of the other, or to be said here."""
    type_ = build_schema((ROOT / "schema.graphql").read_text()).type_map[noun.name]
    assert isinstance(type_, GraphQLObjectType)
    table = TABLES[noun]
    in_rest = {name.partition(".")[0] for name in (*table.whole, *table.more, *table.embeds)}

    own = PAGED.get(noun, set()) | IN_REST_ALONE
    assert in_rest - own == {*type_.fields} - IN_GRAPHQL_ALONE[noun]


@few_examples
@given(new=posts)
async def test_all_of_a_post_is_the_same_in_both(
    client: httpx2.AsyncClient, resources: Resources, new: dict[str, object]
) -> None:
    api, author, reader = Api(client, resources), await make_user(resources), None
    seo = {"metaDescription": new["title"], "noIndex": True}
    created = await client.post("/api/posts", json=new | {"seo": seo}, headers=api.headers(author))
    inside = {"author": USER, "tags": TAG}
    query = f"query($id: ID!) {{ post(id: $id) {{ {selected(POST, **inside)} }} }}"

    for viewer in (author, reader):
        rest = await client.get(
            f"{created.headers['location']}?{asked(POST, **inside)}", headers=api.headers(viewer)
        )
        graph = await api.data(query, id=created.json()["id"], by=viewer)

        assert graph["post"] == (as_text(rest.json()) if rest.is_success else None)


@few_examples
@given(new=st.lists(st.tuples(filled, st.integers(0, 3)), min_size=1, max_size=4))
async def test_all_of_comments_is_the_same_in_both(
    client: httpx2.AsyncClient, resources: Resources, new: list[tuple[str, int]]
) -> None:
    api, author = Api(client, resources), await make_user(resources)
    post = {"title": "Title", "content": "Content"}
    by_author = api.headers(author)
    created = await client.post("/api/posts", json=post, headers=by_author)
    said: list[int] = []
    comments = f"{created.headers['location']}/comments"
    for text, back in new:
        parent_id = said[-back] if 0 < back <= len(said) else None
        comment = {"content": text, "parentId": parent_id}
        added = await client.post(comments, json=comment, headers=by_author)
        said.append(added.json()["id"])
    inside = {"author": USER, "post": POST}
    query = f"""query($id: ID!) {{ post(id: $id) {{
      comments {{ {selected(COMMENT, **inside)} parent {{ id }} }}
      commentsConnection {{ totalCount nodes {{ id repliesConnection {{ nodes {{ id }} }} }} }}
    }} }}"""

    for viewer in (author, None):
        address = f"{comments}?{asked(COMMENT, **inside)},parent.id"
        rest = await client.get(address, headers=api.headers(viewer))
        replies = await client.get(f"{comments}?fields=replies.id", headers=api.headers(viewer))
        graph = (await api.data(query, id=created.json()["id"], by=viewer))["post"]

        connection = graph["commentsConnection"]
        assert graph["comments"] == as_text(rest.json())
        assert str(connection["totalCount"]) == rest.headers["x-total-count"]
        assert as_text(replies.json()) == [
            {"id": node["id"], "replies": node["repliesConnection"]["nodes"]}
            for node in connection["nodes"]
        ]


@few_examples
@given(names=st.lists(word, min_size=1, max_size=5))
async def test_all_of_tags_is_the_same_in_both(
    client: httpx2.AsyncClient, resources: Resources, names: list[str]
) -> None:
    api, author = Api(client, resources), await make_user(resources)
    new = {"title": "Title", "content": "Content", "tags": names}
    created = await client.post("/api/posts", json=new, headers=api.headers(author))
    tags = (await client.get(f"{created.headers['location']}/tags")).json()
    query = f"""query($slug: String!) {{ tagBySlug(slug: $slug) {{
      {selected(TAG)} posts(first: 3) {{ id }}
      postsConnection(first: 3) {{ totalCount nodes {{ id }} }}
    }} }}"""

    assert 1 <= len(tags) <= len(names)
    for tag in tags:
        rest = await client.get(f"{tag['links']['self']}?{asked(TAG)},posts.id&posts.limit=3")
        page = await client.get(f"{tag['links']['posts']}?fields=id&limit=3")
        graph = (await api.data(query, slug=tag["slug"]))["tagBySlug"]

        connection = graph.pop("postsConnection")
        assert graph == as_text(rest.json())
        assert connection["nodes"] == as_text(page.json())
        assert str(connection["totalCount"]) == page.headers["x-total-count"]


async def test_who_is_logged_in_is_the_same_in_both(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    api, author = Api(client, resources), await make_user(resources)
    for status in ("DRAFT", "PUBLISHED"):
        new = {"title": status, "content": "Content", "status": status}
        await client.post("/api/posts", json=new, headers=api.headers(author))

    rest = await client.get(
        f"/api/me?{asked(VIEWER, user=USER)},posts.id", headers=api.headers(author)
    )
    listed = await client.get("/api/me/posts?fields=id", headers=api.headers(author))
    query = f"{{ viewer {{ {selected(VIEWER, user=USER)} postsConnection {{ nodes {{ id }} }} }} }}"
    graph = (await api.data(query, by=author))["viewer"]

    shown = as_text(rest.json())
    nodes = graph.pop("postsConnection")["nodes"]
    assert shown.pop("id") == graph["user"]["id"]
    assert shown.pop("posts") == as_text(listed.json()) == nodes
    assert shown == graph


def as_in_graphql(post: dict[str, object]) -> dict[str, object]:
    """The same post as GraphQL says it: ids as text, the author as an object."""
    shown = {name: post[name] for name in FIELDS.split()}
    links = post["links"]
    assert isinstance(links, dict)
    assert post.keys() == {*shown, "authorId", "links"}
    author = {"id": str(post["authorId"]), "restUrl": links["author"]}
    return {**shown, "id": str(post["id"]), "author": author, "restUrl": links["self"]}
