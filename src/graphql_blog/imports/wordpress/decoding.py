"""The bytes of an export as clean text. Exports are known for stray control characters and for
bytes of another encoding than the one they declare: one bad character must not lose a blog.
"""

import codecs
import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import BinaryIO

from graphql_blog.errors import BadRequest

CHUNK_BYTES = 256 * 1024
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
ARCHIVES = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ")
DECLARATION = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
# What XML 1.0 §2.2 allows nowhere. A byte that is not in the encoding comes as half a surrogate.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

WRONG_BYTES = "byte(s) not in the file's encoding, read as Windows-1252"
CONTROL_CHARACTERS = "control character(s) removed"


class CleanText:
    """The text of a file, chunk by chunk, and what was repaired in it, by line."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._line = 1
        self._repairs: deque[tuple[int, str]] = deque()
        self.remark: str | None = None
        """On the encoding, once the first chunk has been read."""

    def __iter__(self) -> Iterator[str]:
        chunk = self._file.read(CHUNK_BYTES)
        if not chunk.strip():
            raise BadRequest("it is empty")
        if chunk.startswith(ARCHIVES):
            raise BadRequest("it is an archive: unpack it first")
        encoding, self.remark = _encoding(chunk)
        # In other encodings a wrong byte may be one of two, which cannot be read another way.
        errors = "surrogateescape" if encoding in {"utf-8", "utf-8-sig", "cp1252"} else "replace"
        decoder = codecs.getincrementaldecoder(encoding)(errors)
        while chunk:
            yield self._cleaned(decoder.decode(chunk))
            chunk = self._file.read(CHUNK_BYTES)
        yield self._cleaned(decoder.decode(b"", final=True))

    def repairs_until(self, line: int) -> tuple[str, ...]:
        """What was repaired up to this line and not told yet."""
        counted: Counter[str] = Counter()
        while self._repairs and self._repairs[0][0] <= line:
            counted[self._repairs.popleft()[1]] += 1
        return tuple(f"{number} {what}" for what, number in counted.items())

    def _cleaned(self, text: str) -> str:
        first_line = self._line
        self._line += text.count("\n")
        counted_to, line = 0, first_line

        def replaced(found: re.Match[str]) -> str:
            nonlocal counted_to, line
            line += text.count("\n", counted_to, found.start())
            counted_to = found.start()
            replacement = _read_as_windows(found[0])
            self._repairs.append((line, WRONG_BYTES if replacement else CONTROL_CHARACTERS))
            return replacement

        return UNFIT.sub(replaced, text)


def _encoding(start: bytes) -> tuple[str, str | None]:
    """The encoding, and a remark when it is not the declared one."""
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return encoding, None
    declared = DECLARATION.search(start[:1000])
    name = declared[1].decode().lower() if declared else "utf-8"
    if name in {"iso-8859-1", "latin1", "us-ascii", "ascii"}:
        # As browsers do: who says Latin-1 has often written with Windows' quotation marks.
        return "cp1252", None
    try:
        # An encoding in which the declaration could not have been read is not the encoding.
        return (name if b"<?xml".decode(name) == "<?xml" else "utf-8"), None
    except (LookupError, UnicodeError):
        return "utf-8", f'its encoding "{name}" is not known: read as UTF-8'


def _read_as_windows(character: str) -> str:
    if not "\udc80" <= character <= "\udcff":
        return ""
    byte = character.encode("utf-8", "surrogateescape")
    return byte.decode("cp1252", "replace")
