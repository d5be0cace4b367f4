"""`fields` and `include`: what is asked for is answered, and nothing else is read for it."""

import pytest

from graphql_blog.db.columns import PostStatus
from graphql_blog.db.models import Comment, Post, PostTag
from tests.asking import columns_of
from tests.factories import LONG_AGO, make_comment, make_draft, make_post, make_tag, make_user

PLAIN = {
    f"posts.{name}"
    for name in (
        "id author_id status content_format version published_at created_at updated_at listed_at"
        " title slug excerpt content"
    ).split()
}
TOTAL = {"posts.count_1"}


@pytest.fixture
async def nine_posts(resources):
    """Nine posts by two authors with up to two tags, and three comments on every one."""
    authors = [await make_user(resources) for _ in range(2)]
    tags = (await make_tag(resources, "news"), await make_tag(resources, "fun"))
    posts = [
        Post(
            author_id=authors[number % 2].id,
            title=f"Title {number}",
            slug=f"title-{number}",
            content="Content",
            status=PostStatus.PUBLISHED,
            published_at=LONG_AGO,
        )
        for number in range(1, 10)
    ]
    async with resources.transaction() as session:
        session.add_all(posts)
        await session.flush()
        for number, post in enumerate(posts, start=1):
            links = [PostTag(post_id=post.id, tag_id=tag.id) for tag in tags[: number % 3]]
            said = {"post_id": post.id, "author_id": authors[0].id}
            session.add_all([*links, *[Comment(content="Hear, hear", **said) for _ in range(3)]])


@pytest.fixture
def cost(client, statements):
    """The columns that each statement for an address reads."""

    async def cost(address):
        statements.clear()
        answer = await client.get(address)
        assert answer.status_code == 200, answer.text
        return [columns_of(sql) for sql in statements]

    return cost


def in_any_order(columns):
    """Statements that do not wait for each other come as they come."""
    return sorted(map(sorted, columns))


async def test_plain_posts_are_read_whole(cost, nine_posts):
    assert in_any_order(await cost("/api/posts")) == in_any_order([PLAIN, TOTAL])


async def test_a_list_of_titles_reads_titles_and_what_cursors_are_made_of(cost, nine_posts):
    by_date = await cost("/api/posts?fields=title")
    by_title = await cost("/api/posts?fields=title&order=title")

    titles = {"posts.id", "posts.title"}
    assert in_any_order(by_date) == in_any_order([titles | {"posts.listed_at"}, TOTAL])
    assert in_any_order(by_title) == in_any_order([titles, TOTAL])


async def test_one_post_and_the_name_of_its_author_are_two_statements(cost, nine_posts):
    assert await cost("/api/posts/1?fields=title,content,author.name") == [
        {"posts.id", "posts.title", "posts.content", "posts.author_id"},
        {"users.id", "users.name"},
    ]


async def test_a_page_of_posts_costs_a_statement_for_each_embed_whatever_its_length(
    cost, nine_posts
):
    wanted = "title,author.name,tags.name,comments.content,comments.author.name,commentCount"
    expected = [
        {"posts.id", "posts.title", "posts.author_id", "posts.listed_at"},
        {"comments.author_id", "comments.content", "comments.id"},
        {"comments.post_id", "comments.count_1"},
        TOTAL,
        {"tags.id", "tags.name"},
        {"users.id", "users.name"},
        {"users.id", "users.name"},
    ]
    for limit in (1, 9):
        address = f"/api/posts?limit={limit}&fields={wanted}&comments.limit=2"
        assert in_any_order(await cost(address)) == in_any_order(expected)


@pytest.mark.parametrize(
    ("fields", "columns"),
    [
        ("title", {"title"}),
        ("status", {"status", "published_at"}),
        ("excerpt", {"excerpt", "content", "content_format"}),
        ("contentHtml,plainText,wordCount", {"content", "content_format"}),
        ("readingTimeMinutes", {"content", "content_format"}),
        ("authorId,links", {"author_id"}),
        ("permalink", {"permalink"}),
        ("viewerCanUpdate,viewerCanDelete", {"author_id"}),
        ("seo.canonicalUrl", {"canonical_url"}),
        ("seo.metaTitle,seo.noIndex", {"meta_title", "title", "no_index"}),
        (
            "seo",
            {
                "meta_title",
                "title",
                "meta_description",
                "excerpt",
                "content",
                "content_format",
                "canonical_url",
                "no_index",
            },
        ),
        ("id", set()),
        ("commentCount", set()),
        ("previousSlugs", set()),
        ("tags.name", set()),
    ],
)
async def test_a_field_reads_its_own_columns(cost, resources, fields, columns):
    await make_post(resources)

    read, *_ = await cost(f"/api/posts/1?fields={fields}")

    assert read == {"posts.id", *(f"posts.{name}" for name in columns)}


async def test_fields_are_answered_in_the_order_asked_and_id_always(client, nine_posts):
    answer = await client.get("/api/posts/2?fields=slug,title,slug")

    assert [*answer.json()] == ["id", "slug", "title"]


async def test_include_alone_embeds_whole_objects_in_whole_objects(client, nine_posts):
    plain = (await client.get("/api/posts/2")).json()
    author = (await client.get(plain["links"]["author"])).json()
    comments = (await client.get(f"{plain['links']['comments']}?limit=2")).json()
    tags = (await client.get(plain["links"]["tags"])).json()

    answer = await client.get("/api/posts/2?include=author,comments,tags&comments.limit=2")

    assert answer.json() == plain | {"author": author, "comments": comments, "tags": tags}
    assert (len(comments), len(tags)) == (2, 2)


async def test_a_level_that_fields_does_not_name_is_whole_where_it_is_included(client, nine_posts):
    author = (await client.get("/api/users/2")).json()

    both = await client.get("/api/posts/1?fields=title&include=author")
    named = await client.get("/api/posts/1?fields=title,author")
    deeper = await client.get("/api/posts/1?fields=author.name")

    assert both.json().keys() == {"id", "title", "author"}
    assert both.json() == named.json()
    assert both.json()["author"] == author
    assert deeper.json() == {"id": 1, "author": {"id": author["id"], "name": author["name"]}}


async def test_seo_is_an_object_of_its_own(client, resources):
    await make_post(resources, title="Short", content="Text", meta_title="Long", no_index=True)

    answer = await client.get("/api/posts/1?fields=seo")
    part = await client.get("/api/posts?fields=seo.metaTitle")

    seo = {"metaTitle": "Long", "metaDescription": "Text", "canonicalUrl": None, "noIndex": True}
    assert answer.json() == {"id": 1, "seo": seo}
    assert part.json() == [{"id": 1, "seo": {"metaTitle": "Long"}}]


async def test_embeds_show_what_their_viewer_may_see_and_nothing_else(client, resources, ana):
    author = await make_user(resources)
    post = await make_post(resources, author)
    await make_draft(resources, author, title="Hidden")
    hidden = await make_comment(resources, post, status="PENDING", content="Hidden")
    await make_comment(resources, post, parent_id=hidden.id, content="Reply")

    answer = await client.get(
        f"/api/posts/{post.id}?include=author.posts,comments.parent&fields=commentCount",
        headers=ana.headers,
    )

    assert "Hidden" not in answer.text
    shown = answer.json()
    assert [written["id"] for written in shown["author"]["posts"]] == [post.id]
    assert [said["content"] for said in shown["comments"]] == ["Reply"]
    assert (shown["comments"][0]["parentId"], shown["comments"][0]["parent"]) == (None, None)
    assert shown["commentCount"] == 1


async def test_nothing_below_costs_no_statement(cost, resources):
    await make_post(resources)

    assert len(await cost("/api/posts/1?fields=comments.author.name")) == 2
    assert len(await cost("/api/posts?author=99&fields=author.name,tags.name")) == 2


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            "include=autor",
            "include has no autor: there is author, tags, comments, relatedPosts.",
        ),
        ("include=title", "include has no title: there is author, tags, comments, relatedPosts."),
        (
            "fields=author.nam",
            "fields has no nam in author: there is posts, comments, id, username, name, bio,"
            " websiteUrl, role, createdAt, links, postCount.",
        ),
        ("fields=author.email", "fields has no email in author"),
        ("fields=title.text", "fields has no title: "),
        ("fields=seo.nothing", "fields has no seo: "),
        ("fields=__proto__", "fields has no __proto__: "),
        ("fields=.", "fields has no : "),
        (
            "include=comments.author.posts.tags",
            "include has comments.author.posts.tags, and 3 levels are the most:"
            " ask for what is deeper at its own address.",
        ),
        (
            "fields=" + ",".join(f"x{number}" for number in range(101)),
            "fields has 101 names, and 100 are the most.",
        ),
        (
            "include=comments&comments.limit=101",
            "comments.limit must be a whole number from 1 to 100.",
        ),
        (
            "include=author.posts&author.posts.limit=x",
            "author.posts.limit must be a whole number from 1 to 100.",
        ),
        (
            "limit=100&include=comments&comments.limit=100",
            "This may be 10,100 objects, and 5,000 are the most: lower limit, or that of what is"
            " embedded, as in comments.limit=5.",
        ),
    ],
)
async def test_what_cannot_be_answered_is_refused_in_words_before_it_is_read(
    client, statements, query, words
):
    statements.clear()
    answer = await client.get(f"/api/posts?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_USER_INPUT")
    assert answer.json()["error"].startswith(words)
    assert statements == []


async def test_what_is_embedded_a_hundred_times_is_not_written_when_it_is_too_long(
    client, resources
):
    post = await make_post(resources, content="x" * 900_000)
    said = {"post_id": post.id, "author_id": post.author_id, "content": "Too long"}
    async with resources.transaction() as session:
        session.add_all([Comment(**said) for _ in range(36)])

    most = await client.get("/api/posts/1/comments?limit=35&fields=post.content")
    more = await client.get("/api/posts/1/comments?limit=36&fields=post.content")

    assert most.status_code == 200
    assert (more.status_code, more.json()["error"]) == (
        400,
        "The answer would have 32,400,000 characters, and 32,000,000 are the most:"
        " name fields, or lower limit.",
    )


async def test_the_next_page_has_the_same_fields(client, nine_posts):
    first = await client.get("/api/posts?limit=2&fields=title,author.name&tag=news")
    following = first.headers["link"].partition(">")[0].removeprefix("<")

    second = await client.get(following)

    assert [post.keys() for post in second.json()] == [{"id", "title", "author"}] * 2
    assert first.headers["x-total-count"] == second.headers["x-total-count"] == "6"


async def test_each_selection_has_its_own_etag(client, nine_posts):
    one = await client.get("/api/posts/1?fields=title")
    other = await client.get("/api/posts/1?fields=slug")
    known = {"If-None-Match": one.headers["etag"]}

    assert one.headers["etag"] != other.headers["etag"]
    assert (await client.get("/api/posts/1?fields=title", headers=known)).status_code == 304
    assert (await client.get("/api/posts/1?fields=slug", headers=known)).status_code == 200
