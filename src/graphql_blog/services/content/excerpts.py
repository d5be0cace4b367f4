"""Cutting a text short without cutting a word, or what readers see as one character."""

import re
import unicodedata

_WORD = re.compile(r"\S+")
_ELLIPSIS = "\u2026"
_JOINER = "\u200d"
_PUNCTUATION = " ,.;:!?-\u2013\u2014\u2026"


def cut(text: str, max_length: int) -> str:
    """The text on one line, with an ellipsis where something was left out."""
    line = _one_line(text, max_length + 1)
    if len(line) <= max_length:
        return line
    if max_length < 1:
        return ""
    return line[: _cut_position(line, max_length - 1)].rstrip(_PUNCTUATION) + _ELLIPSIS


def _one_line(text: str, enough: int) -> str:
    """The text without its line breaks, as far as it takes to have so many characters."""
    words, length = [], 0
    for word in _WORD.finditer(text):
        words.append(word[0])
        length += len(word[0]) + 1
        if length > enough:
            break
    return " ".join(words)


def _cut_position(line: str, limit: int) -> int:
    """The last gap between words up to the limit; inside a long first word, between characters."""
    gap = line.rfind(" ", 0, limit + 1)
    if gap > 0:
        return gap
    while limit > 0 and _belongs_together(line, limit):
        limit -= 1
    return limit


def _belongs_together(line: str, position: int) -> bool:
    before, after = line[position - 1], line[position]
    return (
        # Accents, vowel signs, variation selectors, joiners and tags follow what they change.
        unicodedata.category(after) in {"Mn", "Mc", "Me", "Cf"}
        or before == _JOINER
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        # Vowels and final consonants of a Korean syllable written in parts.
        or "\u1160" <= after <= "\u11ff"
        or (_is_flag_half(after) and _flag_halves_before(line, position) % 2 == 1)
    )


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_halves_before(line: str, position: int) -> int:
    start = position
    while start > 0 and _is_flag_half(line[start - 1]):
        start -= 1
    return position - start
