"""Whatever is written: it is shown, harmless, and the same each time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from graphql_blog.db.columns import ContentFormat
from graphql_blog.services.content import render
from tests.inert_html import faults

FRAGMENTS = st.sampled_from(
    """
    < > </ <!-- --> <!-- [ ] ( ) ![ ^[ [^1] [^1]: ` ``` ~~~ * ** _ ~~ # > - | |-| : \\ & &lt; &#x6a;
    <script> </script> <svg> <math> <style> </style> <p> <b <a <img href= src= onerror=alert(1)
    style= id=x class=k javascript: data: http://x.example " ' = / <table> <td> <pre> </pre> <li>
    <details> <noscript> <template> <select> <iframe> <!--more--> [caption] [/caption] [audio
    [gallery] [embed] <![CDATA[ <?
    """.split()
) | st.sampled_from(
    [" ", "\n", "\n\n", "    ", "\t", "\r\n", "\x00", "\ufeff", "\u202e", "<!-- wp:p -->"]
)
TEXTS = st.text(st.characters(exclude_categories=()), max_size=200)
CONTENTS = TEXTS | st.lists(FRAGMENTS | st.text(max_size=5), max_size=40).map("".join)
FORMATS = st.sampled_from(ContentFormat)


@given(CONTENTS, FORMATS)
@settings(deadline=None)
def test_anything_written_is_inert(content, content_format):
    assert faults(render(content, content_format).html) == []


@given(CONTENTS, FORMATS)
@settings(deadline=None)
def test_rendering_twice_says_the_same(content, content_format):
    assert render(content, content_format) == render(content, content_format)


@given(CONTENTS, FORMATS)
@settings(deadline=None)
def test_everything_shown_can_be_sent(content, content_format):
    shown = render(content, content_format)

    for text in (shown.html, shown.plain_text, shown.opening):
        assert text.encode().decode() == text
    assert shown.word_count >= 0
    assert shown.reading_time_minutes >= 1


@given(CONTENTS, FORMATS, st.integers(0, 60))
@settings(deadline=None)
def test_an_excerpt_is_the_opening_or_the_start_of_it(content, content_format, max_length):
    shown = render(content, content_format)
    line = " ".join(shown.opening.split())

    excerpt = shown.excerpt(max_length)

    assert len(excerpt) <= max_length
    assert excerpt == line or line.startswith(excerpt.removesuffix("\u2026"))
