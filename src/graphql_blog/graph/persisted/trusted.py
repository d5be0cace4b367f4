"""The documents an operator trusts, found by id or by text."""

from collections.abc import Iterable, Iterator

from graphql_blog.graph.persisted.manifests import TrustedDocument, Unusable, digest


class Trusted:
    """Each document is known by its ids, and by the SHA-256 of its text.

    White space around a text counts for nothing: files end in a line break, and clients send none.
    """

    def __init__(self, documents: Iterable[TrustedDocument] = ()) -> None:
        self._documents = list(documents)
        self._texts: set[str] = set()
        self._by_id: dict[str, str] = {}
        named: dict[str, TrustedDocument] = {}
        for document in self._documents:
            self._add_spellings(document)
            self._add_ids(document, named)

    def __iter__(self) -> Iterator[TrustedDocument]:
        return iter(self._documents)

    def __contains__(self, text: str) -> bool:
        return text.strip() in self._texts

    def text(self, document_id: str) -> str | None:
        """The text of the document with this id."""
        return self._by_id.get(document_id)

    def _add_spellings(self, document: TrustedDocument) -> None:
        for text in (document.text, *document.spellings):
            bare = text.strip()
            self._texts.add(bare)
            for written in (text, bare, f"{bare}\n"):
                self._by_id.setdefault(digest(written), written)

    def _add_ids(self, document: TrustedDocument, named: dict[str, TrustedDocument]) -> None:
        for name in document.ids:
            other = named.setdefault(name, document)
            if other.text.strip() != document.text.strip():
                words = f'"{name}" is the id of another document too: {other.place(0)}'
                raise Unusable(f"{document.place(0)}: {words}")
            self._by_id[name] = document.text
