"""multipart/form-data, read as it arrives: nothing of it is kept here (RFC 7578)."""

from typing import TYPE_CHECKING, NamedTuple, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.types import Receive

from graphql_blog.web.parameters import Refused, chunk_in

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

AS_IT_IS = {b"7bit", b"8bit", b"binary"}


class Part(NamedTuple):
    """What the headers of a part say."""

    name: str
    filename: str | None
    media_type: str


class Parts(Protocol):
    """Whoever takes the parts, one after the other."""

    def begin(self, part: Part) -> None: ...
    def write(self, data: bytes) -> None: ...
    def end(self) -> None: ...


async def read_parts(receive: Receive, boundary: bytes, parts: Parts) -> None:
    """Raises `Refused` for what is no such form, as soon as that is plain."""
    if not boundary:
        raise Refused(400, "Say in Content-Type by which boundary the parts are divided.")
    reader, more = _Reader(parts), True
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        while more:
            chunk, more = chunk_in(await receive())
            if not reader.is_complete:
                parser.write(chunk)
    except FormParserError as error:
        raise Refused(400, f"The parts of the body cannot be read: {error}.") from None
    if not reader.is_complete:
        raise Refused(400, "The body ends before its last part does.")


class _Reader:
    """Puts the headers of a part together, and passes its data on."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._headers: dict[bytes, bytes] = {}
        self._name = self._value = b""
        self.is_complete = False

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._headers.clear,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._begin,
            "on_part_data": self._data,
            "on_part_end": self._parts.end,
            "on_end": self._end,
        }

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _begin(self) -> None:
        encoding = self._headers.get(b"content-transfer-encoding", b"binary")
        if encoding.lower() not in AS_IT_IS:
            raise Refused(400, "Send parts as they are, without Content-Transfer-Encoding.")
        self._parts.begin(_part(self._headers))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._parts.write(data[start:end])

    def _end(self) -> None:
        self.is_complete = True


def _part(headers: dict[bytes, bytes]) -> Part:
    _, options = parse_options_header(headers.get(b"content-disposition", b""))
    media_type, _ = parse_options_header(headers.get(b"content-type", b"text/plain"))
    filename = options.get(b"filename")
    try:
        return Part(
            name=options[b"name"].decode(),
            filename=None if filename is None else filename.decode(),
            media_type=media_type.decode("latin-1"),
        )
    except KeyError:
        raise Refused(400, "There is a part without a name.") from None
    except UnicodeDecodeError:
        raise Refused(400, "The name of a part is not UTF-8.") from None
