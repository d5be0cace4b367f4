"""Exports that are not as they should be: what can be read comes in, and a line says the rest."""

import gzip
import tracemalloc
from io import BytesIO

import pytest
from sqlalchemy import select

from graphql_blog.db.models import Comment, Post, User
from graphql_blog.errors import BadRequest
from graphql_blog.imports import wordpress
from graphql_blog.imports.records import Post as Read
from tests.exports import author, comment, item, wxr
from tests.integration.imports.conftest import NOW


async def test_a_malformed_item_is_lost_and_those_around_it_are_not(import_wordpress, rows):
    broken = item(2).replace("<![CDATA[Post 2]]>", "Cats & dogs")
    quoting = item(3, content__encoded="<p></item> <item> in a text</p>")

    report = await import_wordpress(wxr(author(), item(1), broken, quoting, item(4)))

    titles = await rows(select(Post.title).order_by(Post.id))
    assert titles == ["Post 1", "Post 3", "Post 4"]
    assert not report.is_complete
    assert report.lines == ["line 29: item: malformed XML: not well-formed (invalid token)"]


async def test_lines_are_counted_on_after_a_malformed_item(import_wordpress):
    broken = item(1).replace("<![CDATA[Post 1]]>", "Cats & dogs")
    export = wxr(author(), broken, item(2, wp__status="private"))

    report = await import_wordpress(export)

    line = export.decode()[: export.decode().index("<title><![CDATA[Post 2")].count("\n") + 1
    assert report.lines[1] == f'line {line}: post 2 "Post 2": is private: imported as a draft'


async def test_a_file_that_ends_too_soon_gives_what_it_has(import_wordpress, rows):
    whole = wxr(author(), item(1), item(2, title="Half"))

    report = await import_wordpress(whole[: whole.index(b"wp:status", whole.index(b"Half"))])

    assert await rows(select(Post.title)) == ["Post 1"]
    assert not report.is_complete
    assert [line.partition(": ")[2] for line in report.lines] == [
        'item "Half": the file ends in the middle of it'
    ]


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (b"", "it is empty"),
        (b" \n ", "it is empty"),
        (b"<!DOCTYPE html><html></html>", "it is a web page, not a WordPress export"),
        (b"<html><body></body></html>", "its root element is <html>"),
        (b"<rss version='2.0'><channel/></rss>", "it is a feed, but no WordPress export"),
        (b"Dear diary", "it is no XML"),
        (gzip.compress(b"<rss/>", mtime=0), "it is an archive: unpack it first"),
        (
            b'<?xml version="1.0"?>\n<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n',
            "line 2: it has a DOCTYPE",
        ),
    ],
)
def test_what_is_no_export_is_refused_in_words(start, message):
    export = start + (wxr(item(1)) if b"DOCTYPE rss" in start else b"")

    with pytest.raises(BadRequest, match=message):
        next(wordpress.read(BytesIO(export), NOW))


@pytest.mark.parametrize(
    "export",
    [
        b"\xef\xbb\xbf" + wxr(author(), item(1, title="Größe — 日本")),
        b"\n\n  " + wxr(author(), item(1, title="Größe — 日本")),
        b"<br />\n<b>Warning</b>: in plugin.php\n" + wxr(author(), item(1, title="Größe — 日本")),
        wxr(author(), item(1, title="Größe — 日本"), encoding="UTF-16"),
    ],
    ids=["mark", "blank lines", "warning of PHP", "UTF-16"],
)
async def test_what_stands_before_the_xml_does_no_harm(import_wordpress, rows, export):
    report = await import_wordpress(export)

    assert await rows(select(Post.title)) == ["Größe — 日本"]
    assert report.lines == []


async def test_a_declared_encoding_is_followed(import_wordpress, rows):
    report = await import_wordpress(wxr(author(), item(1, title="Größe"), encoding="ISO-8859-1"))

    assert await rows(select(Post.title)) == ["Größe"]
    assert report.lines == []


async def test_bytes_of_another_encoding_are_read_as_windows_wrote_them(import_wordpress, rows):
    export = wxr(author(), item(1, title="Grösse"), item(2, title="Größe"))

    report = await import_wordpress(export.replace("Grösse".encode(), b"Gr\xf6\xdfe \x93so\x94"))

    assert await rows(select(Post.title).order_by(Post.id)) == ["Größe “so”", "Größe"]
    assert [line.partition(": ")[2] for line in report.lines] == [
        'post 1 "Größe “so”": 4 byte(s) not in the file\'s encoding, read as Windows-1252'
    ]


async def test_control_characters_are_removed_and_said(import_wordpress, rows):
    export = wxr(author(), item(1, content__encoded="a\x0bb\x0c\x00c"), item(2))

    report = await import_wordpress(export)

    assert await rows(select(Post.content).where(Post.slug == "post-1")) == ["abc"]
    assert [line.partition(": ")[2] for line in report.lines] == [
        'post 1 "Post 1": 3 control character(s) removed'
    ]


async def test_entities_of_html_outside_cdata_are_read_as_their_characters(import_wordpress, rows):
    export = wxr(author(), item(1)).replace(b"<![CDATA[Post 1]]>", b"A&eacute;&nbsp;&nope;B")

    report = await import_wordpress(export)

    assert await rows(select(Post.title)) == ["Aé &nope;B"]
    assert [line.rpartition('": ')[2] for line in report.lines] == [
        'the entity &eacute; means nothing in XML: read as "é"',
        "the entity &nbsp; means nothing in XML: read as a no-break space",
        "the entity &nope; means nothing in XML: kept as it is written",
    ]


async def test_markup_outside_cdata_is_kept_as_it_was_written(import_wordpress, rows):
    content = (
        '<p class="a &amp; b">Hello <b>you</b> &amp; <i>1 &lt; 2</i><br/><img src="x"/></p> bye'
    )
    export = wxr(author(), item(1, more=[comment(1, content="@")]))
    export = export.replace(b"<![CDATA[Post 1]]>", b"Some <b>bold</b> and <i>more</i> words")
    export = export.replace(b"<![CDATA[<p>Text of post 1.</p>]]>", content.encode())
    export = export.replace(b"<![CDATA[@]]>", b"I <em>say</em>")

    report = await import_wordpress(export)

    assert await rows(select(Post.title, Post.content)) == [
        (
            "Some bold and more words",
            '<p class="a &amp; b">Hello <b>you</b> &amp; <i>1 &lt; 2</i><br><img src="x"></p> bye',
        )
    ]
    assert await rows(select(Comment.content)) == ["I <em>say</em>"]
    assert report.lines == [
        f'line 17: post 1 "Some bold and more words": <{name}> has markup outside of CDATA:'
        " kept as text"
        for name in ("title", "content:encoded", "wp:comment_content")
    ]


async def test_an_item_without_its_end_is_lost_and_the_next_is_not(import_wordpress, rows):
    open_ended = item(1).replace("</item>", "")

    report = await import_wordpress(wxr(author(), open_ended, item(2), item(3)))

    assert await rows(select(Post.title).order_by(Post.id)) == ["Post 2", "Post 3"]
    assert [line.partition(": ")[2] for line in report.lines] == [
        'item "Post 1": its end is missing: another item begins inside it'
    ]


async def test_a_cdata_section_without_its_end_is_named_by_its_line(import_wordpress, rows):
    swallowing = item(1).replace("Text of post 1.</p>]]>", "Text")

    report = await import_wordpress(wxr(author(), swallowing, item(2), item(3)))

    assert await rows(select(Post.title)) == ["Post 2", "Post 3"]
    assert not report.is_complete
    assert report.lines == [
        'line 22: item "Post 1": the CDATA section of line 21 has no end of its own:'
        " what follows was read as its text"
    ]


async def test_items_that_a_cdata_section_swallows_are_counted(import_wordpress, rows):
    swallowing = item(1).replace("<![CDATA[post]]>", "<![CDATA[post")

    report = await import_wordpress(wxr(author(), swallowing, item(2), item(3)))

    assert await rows(select(Post.title)) == ["Post 3"]
    assert [line.partition(": ")[2] for line in report.lines] == [
        'item "Post 1": the CDATA section of line 27 has no end of its own:'
        " what follows, with the beginning of 1 item(s), was read as its text"
    ]


async def test_a_cdata_section_that_swallows_the_rest_of_the_file_says_so(import_wordpress, rows):
    export = wxr(author(), item(1), item(2), item(3))
    start = export.index(b"<title><![CDATA[Post 2")
    export = export[:start] + export[start:].replace(b"]]>", b"")

    report = await import_wordpress(export)

    assert await rows(select(Post.title)) == ["Post 1"]
    assert not report.is_complete
    assert [line.rpartition('": ')[2] for line in report.lines] == [
        "the CDATA section of line 29 has no end of its own:"
        " what follows, with the beginning of 1 item(s), was read as its text"
    ]


async def test_a_text_that_holds_an_item_is_kept_and_said(import_wordpress, rows):
    text = "<p>Text</content:encoded></item><item><title><![CDATA[Another"

    report = await import_wordpress(wxr(author(), item(1, content__encoded=text)))

    assert await rows(select(Post.content)) == [text]
    assert [line.rpartition('": ')[2] for line in report.lines] == [
        "<content:encoded> holds the beginning of another item: its CDATA section may lack its end"
    ]


async def test_a_doctype_inside_the_document_is_named(import_wordpress, rows):
    doctype = "<!DOCTYPE rss>"

    report = await import_wordpress(wxr(author(), item(1), doctype, item(2)))

    assert await rows(select(Post.title).order_by(Post.id)) == ["Post 1", "Post 2"]
    assert [line.partition(": ")[2] for line in report.lines] == [
        "the export: a DOCTYPE stands inside the document"
    ]


async def test_a_second_document_in_the_file_is_read_as_well(import_wordpress, rows):
    second = wxr(author("bob", 2, name="Bob"), item(2, dc__creator="bob"))

    export = wxr(author(), item(1)) + b"\n" + second

    report = await import_wordpress(export)

    assert await rows(select(Post.title, User.name).join(Post.author).order_by(Post.id)) == [
        ("Post 1", "Ana"),
        ("Post 2", "Bob"),
    ]
    line = export[: export.rindex(b"<rss")].count(b"\n") + 1
    assert report.is_complete
    assert report.lines == [
        f"line {line}: the export: a second document begins here: it is read as well"
    ]


async def test_what_stands_after_the_end_is_said(import_wordpress, rows):
    report = await import_wordpress(wxr(author(), item(1)) + b"Warning: in plugin.php")

    assert await rows(select(Post.title)) == ["Post 1"]
    assert [line.partition(": ")[2] for line in report.lines] == [
        "the export: something stands after its end that is no export: left out"
    ]


async def test_an_unknown_encoding_is_read_as_utf_8_and_said(import_wordpress, rows):
    export = wxr(author(), item(1, title="Größe")).replace(b'"UTF-8"', b'"klingon"')

    report = await import_wordpress(export)

    assert await rows(select(Post.title)) == ["Größe"]
    assert report.lines == [
        'line 1: the export: its encoding "klingon" is not known: read as UTF-8'
    ]


def test_reading_holds_no_more_than_an_item_at_a_time():
    def peak_of(count: int) -> int:
        export = BytesIO(
            wxr(author(), *(item(n, content__encoded="x" * 5000) for n in range(count)))
        )
        tracemalloc.start()
        posts = sum(isinstance(record, Read) for record in wordpress.read(export, NOW))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert posts == count
        return peak

    # Ten times the file: 15 MB, for less than one of memory.
    assert peak_of(3000) - peak_of(300) < 1_000_000
