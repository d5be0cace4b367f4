"""HTML as WordPress stores it, to the HTML it shows: paragraphs, captions, shortcodes.

Works on what the sanitiser made: tags are balanced, and hold no `<` or `>` but their own.
"""

import re
from collections.abc import Iterator

from graphql_blog.services.content import sanitiser

# The block editor writes its paragraphs out; before it, an empty line made one.
_BLOCK_EDITOR = "<!-- wp:"

_BLOCKS = frozenset(
    """
    address article aside audio blockquote caption col colgroup dd details div dl dt figcaption
    figure footer h1 h2 h3 h4 h5 h6 header hr li main ol p pre section summary table tbody td tfoot
    th thead tr ul video
    """.split()
)
_VOID_BLOCKS = frozenset({"col", "hr"})
# Text directly in these is a paragraph; in the second, only where an empty line parts it.
_PARAGRAPHS = frozenset({"", "blockquote"})
_PARTED_PARAGRAPHS = frozenset(
    "article aside dd details div footer header li main section td th".split()
)

_BLOCK_MARK = re.compile(r"<!-- /?wp:[^<>]*(?<=--)>\n*")
_TAG = re.compile(r"(<[^>]*>)")
_TAG_NAME = re.compile(r"<(/?)([a-z0-9]+)")
_EMPTY_LINES = re.compile(r"\n[ \t]*\n\s*")
_ADDRESS = re.compile(r"https?://[^\s<>\"\[\]]+")

# Attributes are bounded and text is taken in long pieces, so that no text makes this slow.
_CAPTION = re.compile(
    r"\[(?:wp_)?caption\b([^\[\]<>]{0,2000})\]"
    r"([^\[]*(?:\[(?!/?(?:wp_)?caption\b)[^\[]*)*)"
    r"\[/(?:wp_)?caption\]"
)
_SHORTCODE = re.compile(
    r"(\[?)\[(/?)(audio|embed|gallery|playlist|video)\b([^\[\]<>]{0,2000})\](\]?)"
)
_ATTRIBUTE = re.compile(r"\b(\w{1,30})=(?:\"([^\"]*)\"|'([^']*)'|(\S+))")
_PICTURE = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.DOTALL)
_RECORDINGS = ("src", "mp3", "m4a", "ogg", "wav", "flac", "mp4", "m4v", "webm", "ogv")


def to_html(source: str) -> str:
    """Has to be sanitised again: what is put together here is not known to be safe."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n")
    html = sanitiser.clean(_BLOCK_MARK.sub("", lines))
    html = _SHORTCODE.sub(_shown, _CAPTION.sub(_figure, html))
    return html if _BLOCK_EDITOR in source else "".join(_with_paragraphs(html))


def _figure(caption: re.Match[str]) -> str:
    attributes, content = caption.groups()
    picture = _PICTURE.match(content)
    if picture is None:
        return content
    text = picture[2].strip() or _attributes(attributes).get("caption", "")
    return f"<figure>{picture[1]}<figcaption>{text}</figcaption></figure>"


def _shown(shortcode: re.Match[str]) -> str:
    """What stays of a shortcode: the recording it plays, and what stands between its ends."""
    opening, slash, name, attributes, closing = shortcode.groups()
    if opening and closing:
        return shortcode[0][1:-1]
    given = _attributes(attributes)
    address = next((given[key] for key in _RECORDINGS if key in given), None)
    if slash or address is None or name not in {"audio", "video"}:
        return opening + closing
    return f'{opening}<{name} controls src="{address}"></{name}>{closing}'


def _attributes(text: str) -> dict[str, str]:
    found = _ATTRIBUTE.findall(text)
    return {name: "".join(values).replace('"', "&quot;") for name, *values in found}


def _with_paragraphs(html: str) -> Iterator[str]:
    """Cuts at the tags of blocks; everything between two of them is a run of text."""
    within = [""]
    run: list[str] = []
    for part in _TAG.split(html):
        tag = _TAG_NAME.match(part)
        if tag is None or tag[2] not in _BLOCKS:
            run.append(part)
            continue
        yield _paragraphs("".join(run), within[-1])
        yield part
        run.clear()
        if not tag[1] and tag[2] not in _VOID_BLOCKS:
            within.append(tag[2])
        elif tag[1] and within[-1] == tag[2]:
            within.pop()
    yield _paragraphs("".join(run), within[-1])


def _paragraphs(run: str, container: str) -> str:
    if container == "pre" or not _shows_anything(run):
        return run
    text = run.strip()
    texts = _EMPTY_LINES.split(text)
    if container in _PARAGRAPHS or (len(texts) > 1 and container in _PARTED_PARAGRAPHS):
        return "\n" + "\n".join(f"<p>{_lines(part)}</p>" for part in texts) + "\n"
    return run.replace(text, "\n".join(map(_lines, texts)))


def _shows_anything(run: str) -> bool:
    return "<img" in run or bool(_TAG.sub("", run).strip())


def _lines(text: str) -> str:
    """Line ends are kept; an address alone is a link, where WordPress would embed its page."""
    if _ADDRESS.fullmatch(text):
        return f'<a href="{text}">{text}</a>'
    return "<br>\n".join(line.strip().removesuffix("<br>") for line in text.split("\n"))
