"""An export from its first byte to its last: what each child of the channel is read as."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import BinaryIO

from graphql_blog.imports.records import Notice, Record
from graphql_blog.imports.wordpress import channel, items
from graphql_blog.imports.wordpress.channel import Channel
from graphql_blog.imports.wordpress.decoding import CleanText
from graphql_blog.imports.wordpress.elements import elements
from graphql_blog.imports.wordpress.parser import Element

READERS: dict[str, Callable[[Channel, Element], Iterator[Record]]] = {
    "wp:author": channel.author,
    "wp:category": channel.category,
    "wp:tag": channel.tag,
    "wp:term": channel.term,
    "item": items.read,
}
VERSIONS = {"1.0", "1.1", "1.2"}


def read(file: BinaryIO, now: datetime) -> Iterator[Record]:
    """The records of an export. Raises `BadRequest` when the file is none."""
    blog = Channel(now)
    clean = CleanText(file)
    for number, element in enumerate(elements(clean)):
        if number == 0 and clean.remark:
            yield Notice("the export", clean.remark, 1)
        if isinstance(element, Notice):
            yield element
        elif element.name in READERS:
            yield from READERS[element.name](blog, element)
        elif element.name in channel.ADDRESSES:
            blog.addresses.setdefault(element.name, element.text.strip())
        elif element.name == "wp:wxr_version" and element.text.strip() not in VERSIONS:
            message = f"its version is {element.text.strip()}; 1.0 to 1.2 are known"
            yield Notice("the export", message, element.line)
