"""A post in the form that its reader likes best."""

from base64 import b64encode
from hashlib import sha256
from xml.etree import ElementTree

import pytest
import yaml

from graphql_blog.imports.markdown import front_matter
from tests.factories import make_draft, make_post, make_tag, make_user

# Forms are the same whatever the database.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

JSON, XML = "application/json", "application/xml"
HTML, MARKDOWN = "text/html", "text/markdown"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
CONTENT = (
    "A *line*,\r\nand \ttwo   \n\n---\n<script>alert(1)</script>\n\n<b onclick=x>é 😀</b>\r\n\n"
)


@pytest.fixture
async def post(resources):
    author = await make_user(resources, username="ana", display_name="Ana <A&B>")
    tags = [await make_tag(resources, name) for name in ("Rust: #1", "Python")]
    return await make_post(
        resources,
        author,
        tags=tuple(tags),
        title='Tea & "<b>Cake</b>"',
        slug="tea",
        content=CONTENT,
    )


async def read(client, post, accept, **more):
    address = f"/api/posts/{post.id}"
    return await client.get(address, headers={"Accept": accept, **more})


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json, text/plain, */*", JSON),
        (BROWSER, HTML),
        ("text/*", HTML),
        ("TEXT/MARKDOWN", MARKDOWN),
        ("text/markdown;q=0.5, application/xml", XML),
        ("text/markdown;q=0.5, application/xml;q=0.4", MARKDOWN),
        ("application/json;q=0.1, application/xml;q=0.2", XML),
        ("application/xml, application/json", JSON),
        ("text/html;q=0, */*;q=0.1", JSON),
        ("application/json;q=0, */*", HTML),
        ("image/png, application/xml;q=0.001", XML),
    ],
)
async def test_the_reader_gets_what_it_likes_best(client, post, accept, form):
    answer = await read(client, post, accept)

    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == form
    assert answer.headers["vary"] == "Accept, Authorization, Accept-Encoding"


async def test_without_a_wish_it_is_json(client, post):
    del client.headers["accept"]

    assert (await client.get(f"/api/posts/{post.id}")).headers["content-type"] == JSON


@pytest.mark.parametrize("accept", ["image/png", "text/plain", "*/*;q=0", "application/json;q=0"])
async def test_what_there_is_not_is_refused_with_what_there_is(client, post, accept):
    answer = await read(client, post, accept)

    assert (answer.status_code, answer.json()["code"]) == (406, "NOT_ACCEPTABLE")
    assert answer.json()["error"] == (
        "This address answers with application/json, text/html, text/markdown or application/xml."
    )


@pytest.mark.parametrize("form", [JSON, XML, HTML, MARKDOWN])
async def test_each_form_has_an_etag_of_its_own(client, post, form):
    others = {each: (await read(client, post, each)).headers["etag"] for each in (JSON, XML, HTML)}
    first = await read(client, post, form)
    own = first.headers["etag"]

    known = await read(client, post, form, **{"If-None-Match": own})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", own)
    assert known.headers["vary"] == first.headers["vary"]
    for other, etag in others.items():
        if other != form:
            assert (await read(client, post, form, **{"If-None-Match": etag})).status_code == 200


@pytest.mark.parametrize("form", [XML, HTML, MARKDOWN])
async def test_head_answers_as_get_without_the_body(client, post, form):
    wanted = {"Accept": form, "Accept-Encoding": "identity"}
    address = f"/api/posts/{post.id}"
    whole, head = [await client.request(verb, address, headers=wanted) for verb in ("GET", "HEAD")]

    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag"):
        assert head.headers[name] == whole.headers[name]


async def test_xml_says_what_json_says(client, post):
    said = (await read(client, post, JSON)).json()
    root = ElementTree.fromstring((await read(client, post, XML)).content)

    assert root.tag == "post"
    links = said.pop("links")
    assert {child.tag: child.text for child in root if not len(child)} == {
        key: str(value) for key, value in said.items()
    }
    assert root.findtext("content") == CONTENT
    assert {child.tag: child.text for child in root.find("links")} == links


async def test_the_source_is_as_it_was_written(client, post):
    answer = await read(client, post, MARKDOWN)

    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    _, head, content = answer.content.split(b"---\n", 2)
    assert content == CONTENT.encode()
    instant = post.published_at.isoformat()
    assert yaml.load(head, yaml.BaseLoader) == {
        "title": post.title,
        "slug": "tea",
        "date": instant,
        "updated": instant,
        "author": "Ana <A&B>",
        "tags": ["Python", "Rust: #1"],
    }


async def test_other_blog_software_reads_any_title(client, resources):
    title = "".join(map(chr, [*range(1, 0x3000, 7), 0x7F, 0x85, 0x2028, 0xFEFF, 0xFFFE, 0x1F600]))
    post = await make_post(resources, title=title[:200] + title[-5:])

    answer = await read(client, post, MARKDOWN)

    _, head, _ = answer.text.split("---\n", 2)
    assert yaml.safe_load(head)["title"] == post.title


async def test_the_source_of_a_draft_says_so_and_is_for_its_author(client, resources, account):
    ana = await account("ana")
    draft = await make_draft(resources, title="D", content="<p>x</p>", content_format="HTML")
    draft_of_ana = await make_draft(
        resources, author=ana, title="D", content="<p>x</p>", content_format="HTML"
    )

    for form in (HTML, MARKDOWN, XML):
        for hidden in (draft, draft_of_ana):
            assert (await read(client, hidden, form)).status_code == 404
    answer = await read(client, draft_of_ana, MARKDOWN, **ana.headers)

    assert answer.headers["cache-control"] == "private, no-cache"
    _, head, content = answer.text.split("---\n", 2)
    assert head.endswith('format: "html"\ndraft: true\n')
    assert content == "<p>x</p>"
    page = await read(client, draft_of_ana, HTML, **ana.headers)
    assert "<p>ana · not published</p>" in page.text


async def test_our_own_import_reads_the_source(client, post):
    answer = await read(client, post, MARKDOWN)

    head, content = front_matter._head(answer.text)

    assert (head["title"], head["tags"]) == (post.title, ["Python", "Rust: #1"])
    assert content == CONTENT


async def test_the_page_is_safe_and_asks_for_nothing(client, post):
    answer = await read(client, post, BROWSER)
    page = answer.text

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Tea &amp; &quot;&lt;b&gt;Cake&lt;/b&gt;&quot;</h1>" in page
    assert "<p>Ana &lt;A&amp;B&gt; · <time datetime=" in page
    assert "<footer>Python, Rust: #1</footer>" in page
    assert "<em>line</em>" in page
    assert "<script" not in page
    assert "onclick" not in page
    assert f'<link rel="canonical" href="http://testserver/api/posts/{post.id}">' in page
    assert 'type="application/atom+xml" title="Blog" href="/feed.xml">' in page
    policy = dict(
        part.split(None, 1) for part in answer.headers["content-security-policy"].split(";")
    )
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'",
        "img-src": "'self' data:",
        "media-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


async def test_the_page_tells_search_engines_what_the_author_wants(client, resources):
    elsewhere = "https://elsewhere.example/a?b&c"
    post = await make_post(resources, no_index=True, canonical_url=elsewhere)

    page = (await read(client, post, HTML)).text

    assert '<meta name="robots" content="noindex">' in page
    assert '<link rel="canonical" href="https://elsewhere.example/a?b&amp;c">' in page


@pytest.mark.parametrize("form", [XML, HTML, MARKDOWN])
async def test_a_post_that_is_not_there_is_in_no_form(client, form):
    answer = await client.get("/api/posts/999", headers={"Accept": form})

    assert (answer.status_code, answer.json()["error"]) == (404, "Post not found")


@pytest.mark.parametrize(("form", "count"), [(JSON, 1), (XML, 1), (HTML, 2), (MARKDOWN, 2)])
async def test_a_form_is_so_many_statements(client, post, statements, form, count):
    await read(client, post, form)

    assert len(statements) == count


@pytest.mark.parametrize("form", [JSON, XML, HTML, MARKDOWN])
async def test_a_slug_leads_to_the_same_forms(client, post, form):
    answer = await client.get("/api/posts/by-slug/tea", headers={"Accept": form})

    assert answer.status_code == 200
    assert answer.content == (await read(client, post, form)).content


async def test_fields_and_embeds_are_in_xml_too(client, post):
    address = f"/api/posts/{post.id}?fields=title,author.name,tags.name&include=author,tags"

    answer = await client.get(address, headers={"Accept": XML})

    root = ElementTree.fromstring(answer.content)
    assert {child.tag for child in root} == {"id", "title", "author", "tags"}
    assert root.findtext("author/name") == "Ana <A&B>"
    assert [name.text for name in root.findall("tags/item/name")] == ["Python", "Rust: #1"]
