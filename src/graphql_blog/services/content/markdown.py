"""Markdown to HTML: CommonMark with tables, strikethrough, footnotes and highlighted code."""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.footnote import footnote_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name

# Named one by one: the lexers of rare languages are a way to slow the server down, and asking
# Pygments for a name it does not know searches every installed package.
LANGUAGES = frozenset(
    """
    bash c clojure cmake cpp cs csharp css dart diff docker dockerfile elixir elm erlang fish
    fortran fsharp go golang graphql groovy haskell hcl html http ini java javascript js json
    julia kotlin latex lisp lua make makefile markdown md nginx nix objective-c ocaml perl php
    powershell protobuf python python3 py pycon r rb ruby rust rs scala scheme scss sh shell sql
    swift tcl terraform tex toml ts tsx typescript vim vue xml yaml yml zig zsh
    """.split()
)

# Longer texts show code without colours: its spans would make up most of the time and the size.
_LONGEST_HIGHLIGHTED = 50_000
# So does longer code: some lexers take time with its square. 20,000 empty lines of C took 9 s.
_LONGEST_CODE = 8_000
# Looking for the ends of brackets takes time with the square of their number in a paragraph.
# 1,000 in one take 0.1 s, 100 in each of 100 take 1.5 s; without a limit 50,000 took a minute.
_BRACKETS_SQUARED = 1_000_000


def to_html(source: str) -> str:
    """The HTML may hold whatever the source holds: it is not safe yet."""
    return str(_parser(highlights=len(source) <= _LONGEST_HIGHLIGHTED).render(source))


@cache
def _parser(*, highlights: bool) -> MarkdownIt:
    options = {"html": True, "maxNesting": 100, "highlight": _highlighted if highlights else None}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.use(footnote_plugin)
    parser.core.ruler.before("inline", "dense_as_text", _dense_as_text)
    parser.core.ruler.push("align", _align)
    return parser


def _highlighted(code: str, language: str, _: str) -> str:
    """An empty answer leaves the code to the parser, which escapes it."""
    name = language.lower()
    if name not in LANGUAGES or len(code) > _LONGEST_CODE:
        return ""
    spans = str(highlight(code, _lexer(name), _formatter()))
    return f'<pre class="highlight"><code class="language-{name}">{spans}</code></pre>'


@cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name, stripnl=False)


@cache
def _formatter() -> HtmlFormatter:
    return HtmlFormatter(nowrap=True)


def _dense_as_text(state: StateCore) -> None:
    """Leaves paragraphs that are mostly brackets as they are written."""
    left = _BRACKETS_SQUARED
    for token in state.tokens:
        squared = token.content.count("[") ** 2
        if token.type == "inline" and squared > left:
            token.type = "text"
        elif token.type == "inline":
            left -= squared


def _align(state: StateCore) -> None:
    """Says how a column is aligned by attribute, since no style passes the sanitiser."""
    for token in state.tokens:
        if token.type in {"th_open", "td_open"} and "style" in token.attrs:
            style = str(token.attrs.pop("style"))
            token.attrs["align"] = style.removeprefix("text-align:")
