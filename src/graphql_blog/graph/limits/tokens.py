"""The tokens of a document, found without reading on when there are too many."""

import re
from collections.abc import Sequence
from itertools import islice

TOKEN = re.compile(
    r"(?:[ \t\r\n,\ufeff]++|\#[^\r\n]*+)*+"
    r"([A-Za-z_][A-Za-z0-9_]*+"
    r"|[{}()\[\]:$@!=|&]"
    r"|\.\.\."
    r"|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
    # One that does not end goes as far as it could: else each quote would look for the end anew.
    r'|"""(?:[^"\\]++|\\"""|\\|"(?!""))*+(?:"""|\Z)'
    r'|"(?:[^"\\\r\n]++|\\[^\r\n])*+(?:"|\\?(?=[\r\n])|\\?\Z)'
    r"|.|\Z)",
    re.DOTALL,
)
OPENING, CLOSING = frozenset("{(["), frozenset("})]")
END = ""
"""After the last token."""


def tokens_of(text: str, most: int) -> tuple[list[str], list[int]]:
    """The tokens of a text and where they start; not many more than so many of them."""
    found = list(islice(TOKEN.finditer(text), most + 2))
    tokens = [match[1] for match in found]
    if END in tokens:
        tokens = tokens[: tokens.index(END)]
    return tokens, [match.start(1) for match in found]


def long_word(tokens: Sequence[str], most: int) -> int | None:
    """The first token of more characters that is no text."""
    if max(map(len, tokens), default=0) <= most:
        return None
    long = (index for index, token in enumerate(tokens) if len(token) > most and token[0] != '"')
    return next(long, None)


def nesting(tokens: Sequence[str]) -> tuple[int, int]:
    """How deep brackets of any kind are nested, and the token where they are deepest."""
    depth = deepest = place = 0
    for index, token in enumerate(tokens):
        if token in OPENING:
            depth += 1
            if depth > deepest:
                deepest, place = depth, index
        elif token in CLOSING:
            depth -= 1
    return deepest, place
