"""What becomes of a post's content."""

import asyncio
from functools import partial

import pytest

from graphql_blog.db.columns import ContentFormat
from graphql_blog.services import content
from graphql_blog.services.content import Memory
from graphql_blog.services.content.markdown import LANGUAGES
from tests.inert_html import faults

markdown = partial(content.render, content_format=ContentFormat.MARKDOWN)
html = partial(content.render, content_format=ContentFormat.HTML)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hello world!", "<p>Hello world!</p>\n"),
        ("# A & B", "<h1>A &amp; B</h1>\n"),
        (
            "*a* **b** ~~c~~ `d<`",
            "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d&lt;</code></p>\n",
        ),
        (
            '[x](/y "t")',
            '<p><a href="/y" title="t" rel="noopener noreferrer">x</a></p>\n',
        ),
        ("![A cat](cat.png)", '<p><img src="cat.png" alt="A cat"></p>\n'),
        ("```\na\n```", "<pre><code>a\n</code></pre>\n"),
        ("```unheard-of\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>\n"),
        ("```mermaid\na-->b\n```", '<pre><code class="language-mermaid">a--&gt;b\n</code></pre>\n'),
        (
            "```python\nx = 1\n```",
            '<pre class="highlight"><code class="language-python"><span class="n">x</span> '
            '<span class="o">=</span> <span class="mi">1</span>\n</code></pre>\n',
        ),
        (
            "|a|b|\n|:-|-:|\n|1|2|",
            '<table>\n<thead>\n<tr>\n<th align="left">a</th>\n<th align="right">b</th>\n</tr>\n'
            '</thead>\n<tbody>\n<tr>\n<td align="left">1</td>\n<td align="right">2</td>\n</tr>\n'
            "</tbody>\n</table>\n",
        ),
        (
            "a[^n]\n\n[^n]: note",
            '<p>a<sup class="footnote-ref"><a href="#fn1" id="fnref1" rel="noopener noreferrer">[1]'
            '</a></sup></p>\n<hr class="footnotes-sep">\n<section class="footnotes">\n'
            '<ol class="footnotes-list">\n<li id="fn1" class="footnote-item"><p>note '
            '<a href="#fnref1" class="footnote-backref" rel="noopener noreferrer">\u21a9\ufe0e</a>'
            "</p>\n</li>\n</ol>\n</section>\n",
        ),
        (
            "<details open>\n<summary>S</summary>\n\n*in*\n\n</details>",
            '<details open="">\n<summary>S</summary>\n<p><em>in</em></p>\n</details>',
        ),
    ],
)
def test_markdown_becomes(source, expected):
    assert markdown(source).html == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("one\n\ntwo\nlines", "\n<p>one</p>\n<p>two<br>\nlines</p>\n"),
        ("one\r\n\r\ntwo", "\n<p>one</p>\n<p>two</p>\n"),
        ("<p>one</p>\n\n<p>two</p>", "<p>one</p>\n\n<p>two</p>"),
        ("<h2>T</h2>\ntext", "<h2>T</h2>\n<p>text</p>\n"),
        (
            "<strong>a\n\nb</strong>",
            "\n<p><strong>a</strong></p><strong>\n</strong><p><strong>b</strong></p>\n",
        ),
        ("<ul>\n<li>a</li>\n</ul>", "<ul>\n<li>a</li>\n</ul>"),
        ("<blockquote>q</blockquote>", "<blockquote>\n<p>q</p>\n</blockquote>"),
        ("<div>a\n\nb</div>", "<div>\n<p>a</p>\n<p>b</p>\n</div>"),
        ("<pre>a\n\nb</pre>", "<pre>a\n\nb</pre>"),
        ("a<!-- hidden --> b", "\n<p>a b</p>\n"),
        ('<img src="a.png" alt="a > b">', '\n<p><img src="a.png" alt="a &gt; b"></p>\n'),
        ("<!-- wp:paragraph -->\n<p>a\n\nb</p>\n<!-- /wp:paragraph -->\n", "<p>a\n\nb</p>\n"),
        (
            '[caption id="x" width="9"]<a href="/b"><img src="a.png"></a> <em>Hi</em>[/caption]',
            '<figure><a href="/b" rel="noopener noreferrer"><img src="a.png"></a>'
            "<figcaption><em>Hi</em></figcaption></figure>",
        ),
        (
            '[caption caption="Old"]<img src="a.png">[/caption]',
            '<figure><img src="a.png"><figcaption>Old</figcaption></figure>',
        ),
        ("[caption]no picture[/caption]", "\n<p>no picture</p>\n"),
        ("[caption]never closed", "\n<p>[caption]never closed</p>\n"),
        ('a [gallery ids="1,2"] b', "\n<p>a  b</p>\n"),
        ("[[gallery]]", "\n<p>[gallery]</p>\n"),
        ("[contact-form]", "\n<p>[contact-form]</p>\n"),
        ('[audio mp3="/a.mp3"]', '<audio controls="" src="/a.mp3"></audio>'),
        (
            "[embed]https://a.example/?b&c[/embed]",
            '\n<p><a href="https://a.example/?b&amp;c" rel="noopener noreferrer">'
            "https://a.example/?b&amp;c</a></p>\n",
        ),
    ],
)
def test_html_of_wordpress_becomes(source, expected):
    assert html(source).html == expected


ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.example/a.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\x00>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x\nonerror\n=\nalert(1)>",
    '<img """><script>alert(1)</script>">',
    "<img/src=x/onerror=alert(1)>",
    "<p onclick=alert(1)>x",
    "<details open ontoggle=alert(1)>x",
    "<audio src=x onerror=alert(1)>",
    "<video poster=javascript:alert(1)></video>",
    "<video><source src=javascript:alert(1) onerror=alert(1)></video>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='&#x6A&#x61vascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='java&Tab;script&NewLine;:alert(1)'>x</a>",
    "<a href='javascript://%0aalert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<blockquote cite='javascript:alert(1)'>x</blockquote>",
    "<a href=/ ping=//x.example target=_blank rel=opener>x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'/></svg>",
    "<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>",
    "<math href=javascript:alert(1)>x</math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<textarea><p title='</textarea><img src=x onerror=alert(1)>'>",
    "<title><a title='</title><img src=x onerror=alert(1)>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<noembed><p title='</noembed><img src=x onerror=alert(1)>'>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "<table><td><svg><desc><td></desc><img src=x onerror=alert(1)></svg></table>",
    "<p style='width:expression(alert(1));background:url(javascript:alert(1))'>x",
    "<style>@import '//x.example/a.css'; body{display:none}</style>",
    "<link rel=stylesheet href=//x.example/a.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//x.example/>",
    "<form action=//x.example><input name=password><button formaction=javascript:alert(1)>x",
    "<isindex action=javascript:alert(1)>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x></applet>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<frameset><frame src=javascript:alert(1)></frameset>",
    "<body onload=alert(1) background=javascript:alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<img srcset='javascript:alert(1) 1x' lowsrc=javascript:alert(1)>",
    "<a id=location name=cookie href=/>x</a><img name=getElementById id=body>",
    "<p id=fn1x class='admin-bar modal' contenteditable tabindex=0 accesskey=x>x",
    "<p is=x-evil slot=a data-controller=evil x-on:click=alert(1) hx-get=/logout>x",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "[x](javascript:alert(1))",
    "[x](<java script:alert(1)>)",
    "[x](JAVASCRIPT&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    '![x](x.png" onerror="alert(1))',
    '[x](/ "\\" onclick=alert(1) ")',
    "<javascript:alert(1)>",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "a[^1]\n\n[^1]: <img src=x onerror=alert(1)> [x](javascript:alert(1))",
    'a[^"onclick=alert(1)]\n\n[^"onclick=alert(1)]: x',
    "```python\n</code></pre><script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "|<img src=x onerror=alert(1)>|\n|-|\n|<script>alert(1)</script>|",
    "`<script>`<script>alert(1)</script>",
    '[caption caption="<img src=x onerror=alert(1)>"]<img src=x>[/caption]',
    "[audio src='x\" onerror=\"alert(1)']",
    "[video src='javascript:alert(1)']",
    "[embed]javascript:alert(1)[/embed]",
    'https://x.example/"onmouseover=alert(1)',
    "[caption]<img src=x alt='[/caption]<script>alert(1)</script>'>[/caption]",
    "<img src=x alt='[audio src=\"x\"]' title='\n\n<script>alert(1)</script>'>",
    "<!-- wp:html --><script>alert(1)</script><!-- /wp:html -->",
    "<!-- wp:x {--><img src=x onerror=alert(1)>-->",
]


@pytest.mark.parametrize("render", [markdown, html], ids=["markdown", "html"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_is_inert(attack, render):
    assert faults(render(attack).html) == []
    assert faults(render(f"before {attack}\n\n*after*").html) == []


def test_the_reader_of_the_attacks_sees_what_is_not_inert():
    assert faults("<script>") == ["<script>"]
    assert faults('<p onclick="x()">') == ["p onclick='x()'"]
    assert faults('<img src=" java\tscript:x">') == ["img src=' java\\tscript:x'"]
    assert faults('<a href="/">') == ["a without rel"]
    assert faults('<p id="location" class="modal">') == ["p id='location'", "p class='modal'"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<script>alert(1)</script>safe", "\n<p>safe</p>\n"),
        ("<form>kept <button>too</button></form>", "\n<p>kept too</p>\n"),
        ('<p class="x" style="color:red" id="y">a</p>', "<p>a</p>"),
        ('<a href="tel:+1">a</a>', '\n<p><a href="tel:+1" rel="noopener noreferrer">a</a></p>\n'),
        ('<a href="javascript:x">a</a>', '\n<p><a rel="noopener noreferrer">a</a></p>\n'),
    ],
)
def test_harmless_rest_is_kept(source, expected):
    assert html(source).html == expected


def test_plain_text_has_a_line_for_each_block():
    source = (
        "# T &amp; *U*\n\ntext  \nmore[^1] ![a cat](c.png)\n\n- one\n- two\n\n"
        "|a|b|\n|-|-|\n|1|2|\n\n```python\ndef f():\n    pass\n\nf()\n```\n\n[^1]: A note."
    )

    assert markdown(source).plain_text.split("\n") == [
        "T & U",
        "text",
        "more a cat",
        "one",
        "two",
        "a b",
        "1 2",
        "def f():",
        "    pass",
        "",
        "f()",
        "A note.",
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", 0),
        ("one two", 2),
        ("it's well-known — and/or not", 5),
        ("* * *\n\n…!", 0),
        ("हिन्दी में लिखा", 3),
        ("我爱你 ok", 4),
        ("カタカナ", 4),
        ("대한 민국", 2),
        ("`x = 1`", 2),
    ],
)
def test_words_are_counted(source, words):
    assert markdown(source).word_count == words


@pytest.mark.parametrize(
    ("source", "minutes"),
    [("", 1), ("word " * 230, 1), ("word " * 231, 2), ("字" * 500, 1), ("字" * 501, 2)],
)
def test_reading_time_is_whole_minutes(source, minutes):
    assert markdown(source).reading_time_minutes == minutes


@pytest.mark.parametrize(
    ("source", "max_length", "expected"),
    [
        ("Hello world", 11, "Hello world"),
        ("Hello world", 10, "Hello…"),
        ("Hello world", 6, "Hello…"),
        ("Hello world", 5, "Hell…"),
        ("Hello, world and all", 8, "Hello…"),
        ("Hello world", 1, "…"),
        ("Hello world", 0, ""),
        ("Hello world", -1, ""),
        ("", 10, ""),
        ("# Title\n\ntext", 160, "Title text"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("👩\u200d👧👩\u200d👧", 5, "👩\u200d👧…"),
        ("👍🏽👍🏽", 3, "👍🏽…"),
        ("🇵🇱🇩🇪🇫🇷", 4, "🇵🇱…"),
        ("\u1112\u1161\u11ab\u1112\u1161\u11ab", 5, "\u1112\u1161\u11ab…"),
        ("Short. <!--more--> Never seen.", 160, "Short."),
        ("Short.\n\n<!-- more Read on -->\n\nNever seen.", 160, "Short."),
    ],
)
def test_excerpt_is_cut_at_a_word(source, max_length, expected):
    assert markdown(source).excerpt(max_length) == expected


def test_half_a_surrogate_pair_is_replaced():
    assert markdown("a\ud800b").html == "<p>a\ufffdb</p>\n"
    assert html("a\udfffb").plain_text == "a\ufffdb"


@pytest.mark.parametrize("render", [markdown, html], ids=["markdown", "html"])
@pytest.mark.parametrize(
    "source",
    ["<div>" * 20_001, "<ul><li>" * 15_000, "<b><i><p>" * 9_000],
    ids=["div", "list", "formatting"],
)
def test_too_many_tags_are_shown_as_written(source, render):
    shown = render(source)

    assert shown.html == f"<pre>{source.replace('<', '&lt;').replace('>', '&gt;')}</pre>"
    assert shown.plain_text == source


def test_formatting_left_open_does_not_multiply():
    source = "".join(f"<b lang=a{i}><p>x" for i in range(2_000))

    shown = html(source)

    assert shown.plain_text == "\n".join("x" * 2_000)
    assert len(shown.html) < 1_000_000


def test_a_paragraph_of_brackets_is_shown_as_written():
    assert markdown("![" * 50_000).html == f"<p>\n{'![' * 50_000}</p>\n"
    assert markdown("[" * 900 + "\n\n[a](/b)").html.endswith(
        '<p><a href="/b" rel="noopener noreferrer">a</a></p>\n'
    )


def test_long_code_is_shown_without_colours():
    code = "x = 1\n" * 1_500

    assert markdown(f"```python\n{code}```").html == (
        f'<pre><code class="language-python">{code}</code></pre>\n'
    )
    assert '<span class="n">' not in markdown("```python\nx\n```\n" + "word " * 10_000).html


@pytest.mark.parametrize("name", sorted(LANGUAGES))
def test_code_in_every_language_is_highlighted(name):
    shown = markdown(f"```{name.upper()}\nx\n```")

    assert shown.html.startswith(f'<pre class="highlight"><code class="language-{name}">')
    assert shown.plain_text == "x"


async def test_same_text_is_rendered_once():
    memory = Memory()

    first, second = await asyncio.gather(
        *(memory.rendered("*a*", ContentFormat.MARKDOWN) for _ in range(2))
    )
    third = await memory.rendered("*a*", ContentFormat.MARKDOWN)

    assert first.html == "<p><em>a</em></p>\n"
    assert first is second is third


async def test_formats_are_remembered_apart():
    memory = Memory()

    as_markdown = await memory.rendered("*a*", ContentFormat.MARKDOWN)
    as_html = await memory.rendered("*a*", ContentFormat.HTML)

    assert (as_markdown.plain_text, as_html.plain_text) == ("a", "*a*")


async def test_one_who_stops_waiting_leaves_the_others_their_answer():
    memory = Memory()
    impatient, patient = (
        asyncio.create_task(memory.rendered("*a* " * 5_000, ContentFormat.MARKDOWN))
        for _ in range(2)
    )
    await asyncio.sleep(0)

    impatient.cancel()

    assert (await patient).word_count == 5_000
    assert impatient.cancelled()


async def test_memory_is_bounded_by_bytes():
    memory = Memory(max_bytes=5_000)
    first = await memory.rendered("a" * 1_000, ContentFormat.MARKDOWN)

    assert await memory.rendered("a" * 1_000, ContentFormat.MARKDOWN) is first
    await memory.rendered("b" * 1_000, ContentFormat.MARKDOWN)
    await memory.rendered("c" * 1_000, ContentFormat.MARKDOWN)
    again = await memory.rendered("a" * 1_000, ContentFormat.MARKDOWN)

    assert again == first
    assert again is not first


async def test_what_is_larger_than_the_memory_is_rendered_all_the_same():
    memory = Memory(max_bytes=10)

    assert (await memory.rendered("a", ContentFormat.MARKDOWN)).html == "<p>a</p>\n"


async def test_the_event_loop_runs_while_a_long_text_is_rendered():
    long = asyncio.create_task(content.rendered("*a* `b` " * 20_000, ContentFormat.MARKDOWN))
    turns = 0
    while not long.done():
        await asyncio.sleep(0)
        turns += 1

    assert (await long).word_count == 40_000
    assert turns > 10


async def test_half_a_surrogate_pair_can_be_remembered():
    assert (await content.rendered("a\ud800", ContentFormat.HTML)).plain_text == "a\ufffd"
