"""Which document a request means, and whether this server answers it.

any        every document; by its text, or by the hash or id of one that is known
persisted  a text only together with its hash, which registers it, or when it is trusted
trusted    only what the operator trusts, by id or text; nothing can be registered
"""

from collections.abc import Callable

from redis.asyncio import Redis

from graphql_blog.graph.persisted.manifests import digest
from graphql_blog.graph.persisted.registered import SHA256, Registered
from graphql_blog.graph.persisted.trusted import Trusted
from graphql_blog.graph.schema import Document, Documents

# Clients look for these very words, and send the text then.
NOT_FOUND = "PersistedQueryNotFound"
BY_HASH = (
    "This server takes no document without its hash: send its SHA-256 with it, as"
    ' `extensions: {"persistedQuery": {"version": 1, "sha256Hash": "…"}}`.'
)
TRUSTED_ALONE = (
    "This server answers trusted documents alone: ask for one of them by its id, or have yours"
    " added to them. Administrators may send any."
)


class NotAnswered(Exception):
    """No document for this request; `code` is what programs look at."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class WrongHash(Exception):
    """The hash that came with a text is another text's."""


class Operations:
    """The documents of a schema, as far as they are answered."""

    def __init__(
        self,
        documents: Documents,
        trusted: Trusted | None = None,
        *,
        any_text: bool = True,
        registering: bool = True,
    ) -> None:
        self.any_text = any_text
        self.prepared: Callable[[str], Document] = documents.prepared
        """The document with this text, whoever may ask for it."""
        self.alike: Callable[[str], Document] = documents.alike
        """The same for executing alone: it may be one with variables in place of its values."""
        self._trusted = trusted or Trusted()
        self._registering = registering
        self._registered = Registered()

    async def document(
        self,
        text: str | None,
        document_id: str | None,
        redis: Redis | None,
        *,
        privileged: bool = False,
    ) -> Document:
        """What a request means by a text, an id, or both; the privileged may send any text.

        Raises `NotAnswered` and `WrongHash`.
        """
        if text is None:
            return self.prepared(await self._known(document_id or "", redis))
        if document_id is not None and self._trusted.text(document_id) != text:
            return await self._registering_one(text, document_id, redis, privileged=privileged)
        if self.any_text or privileged or text in self._trusted:
            return self.prepared(text)
        raise self._refusal()

    async def _known(self, document_id: str, redis: Redis | None) -> str:
        text = self._trusted.text(document_id)
        if text is None and self._registering:
            text = await self._registered.text(document_id, redis)
        if text is not None:
            return text
        words = f'There is no document with the id "{document_id[:100]}".'
        raise NotAnswered(
            NOT_FOUND if SHA256.fullmatch(document_id) else words, "PERSISTED_QUERY_NOT_FOUND"
        )

    async def _registering_one(
        self, text: str, sha256: str, redis: Redis | None, *, privileged: bool
    ) -> Document:
        if digest(text) != sha256:
            raise WrongHash(f"The SHA-256 of `query` is {digest(text)}, not {sha256[:100]}.")
        if not (self._registering or privileged or text in self._trusted):
            raise self._refusal()
        document = self.prepared(text)
        if self._registering and document.document is not None and not document.errors:
            await self._registered.add(sha256, text, redis)
        return document

    def _refusal(self) -> NotAnswered:
        words = BY_HASH if self._registering else TRUSTED_ALONE
        return NotAnswered(words, "PERSISTED_QUERY_NOT_ALLOWED")
