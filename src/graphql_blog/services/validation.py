"""What an input must look like, before anything is stored: for both APIs and the command line.

The models take camelCase or Python names, and remember which fields were given
(`model_fields_set`): absent leaves a value as it is, null clears it.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

from graphql_blog.auth import LARGEST_ID, MAX_PASSWORD_BYTES
from graphql_blog.db.columns import ContentFormat, PostStatus, read_instant
from graphql_blog.db.models import TITLE_LENGTH
from graphql_blog.errors import Invalid, Problem, ProblemCode
from graphql_blog.services.slugs import MAX_SLUG, slug_of

MAX_TAGS = 10
MAX_CONTENT = 1_000_000
MAX_COMMENT = 10_000
PLAUSIBLE_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
WEB_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?", re.IGNORECASE)

Model = TypeVar("Model", bound="Input")


def read(model: type[Model], given: Mapping[str, Any], *, now: datetime | None = None) -> Model:
    """`given` as an input. Raises `Invalid` with every rule that it breaks."""
    try:
        return model.model_validate(given, context={"now": now})
    except ValidationError as error:
        raise Invalid([_problem(detail) for detail in error.errors()]) from None


def _storable(text: str) -> str:
    # PostgreSQL keeps no NUL, and half of a surrogate pair is no text at all.
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise PydanticCustomError("INVALID", "must not contain NUL or half characters")
    return text


def _not_blank(text: str) -> str:
    if not any(letter.isprintable() and not letter.isspace() for letter in text):
        raise PydanticCustomError("REQUIRED", "is required")
    return text


def _alphanumeric(text: str) -> str:
    if not (text.isascii() and text.isalnum()):
        raise PydanticCustomError("INVALID", "must be letters and digits only")
    return text


def _email(text: str) -> str:
    if not PLAUSIBLE_EMAIL.fullmatch(text):
        raise PydanticCustomError("INVALID", "must be an e-mail address, as in ana@example.com")
    return text.lower()


def _password(text: str) -> str:
    if len(text.encode()) > MAX_PASSWORD_BYTES:
        raise PydanticCustomError(
            "TOO_LONG",
            "must be at most {max_length} bytes of UTF-8",
            {"max_length": MAX_PASSWORD_BYTES},
        )
    return text


def _slug(text: str) -> str:
    if slug_of(text, otherwise="") != text:
        raise PydanticCustomError(
            "INVALID",
            "must be small letters, digits and single hyphens, as in {example}",
            {"example": slug_of(text, otherwise="my-first-post")},
        )
    return text


def _web_address(text: str) -> str:
    if not WEB_ADDRESS.fullmatch(text):
        raise PydanticCustomError("INVALID", "must be an address that starts with https://")
    return text


def _instant(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return read_instant(given)
    except ValueError as error:
        raise PydanticCustomError("INVALID", "{words}", {"words": str(error)}) from None


Text = Annotated[str, AfterValidator(_storable)]
Filled = Annotated[Text, AfterValidator(_not_blank)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Slug = Annotated[Text, Field(max_length=MAX_SLUG), AfterValidator(_slug)]
TagName = Annotated[Filled, Field(max_length=50)]
TagNames = Annotated[list[TagName], Field(max_length=MAX_TAGS)]
Title = Annotated[Filled, Field(max_length=TITLE_LENGTH)]
Content = Annotated[Filled, Field(max_length=MAX_CONTENT)]
Excerpt = Annotated[Text, Field(max_length=1000)]


Password = Annotated[Text, Field(min_length=8), AfterValidator(_password)]


class Input(BaseModel):
    """The parent of all inputs: nothing is converted from another type, unknown fields are left."""

    model_config = ConfigDict(
        strict=True, frozen=True, alias_generator=to_camel, populate_by_name=True
    )


class Registration(Input):
    """A new account."""

    username: Annotated[Text, Field(min_length=3, max_length=30), AfterValidator(_alphanumeric)]
    email: Annotated[Text, Field(max_length=100), AfterValidator(_email)]
    password: Password | None = None
    name: Annotated[Filled, Field(max_length=100)] | None = None
    age: Annotated[int, Field(ge=18, le=120)] | None = None


class NewPassword(Input):
    """A password to be set."""

    password: Password


class Credentials(Input):
    """A username or an e-mail address, and a password."""

    username: str
    password: str


class Seo(Input):
    """What search engines are told."""

    meta_title: Annotated[Text, Field(max_length=200)] | None = None
    meta_description: Annotated[Text, Field(max_length=1000)] | None = None
    canonical_url: Annotated[Text, Field(max_length=500), AfterValidator(_web_address)] | None = (
        None
    )
    no_index: bool | None = None


class NewPost(Input):
    """A post to be written."""

    title: Title
    content: Content
    content_format: Annotated[ContentFormat, Field(strict=False)] = ContentFormat.MARKDOWN
    slug: Slug | None = None
    excerpt: Excerpt | None = None
    tags: TagNames | None = None
    status: Annotated[PostStatus, Field(strict=False)] = PostStatus.PUBLISHED
    publish_at: Annotated[Instant | None, Field(validate_default=True)] = None
    seo: Seo | None = None

    @field_validator("status")
    @classmethod
    def _has_a_beginning(cls, status: PostStatus) -> PostStatus:
        if status is PostStatus.ARCHIVED:
            raise PydanticCustomError("SENTENCE", "A new post is a DRAFT, SCHEDULED or PUBLISHED.")
        return status

    @field_validator("publish_at")
    @classmethod
    def _fits_the_status(cls, at: datetime | None, info: ValidationInfo) -> datetime | None:
        status = info.data.get("status")
        if status is PostStatus.DRAFT and at is not None:
            raise PydanticCustomError(
                "SENTENCE",
                "A draft has no instant of publication: leave publishAt out, or say SCHEDULED.",
            )
        now = (info.context or {})["now"]
        if status is PostStatus.SCHEDULED and (at is None or at <= now):
            raise PydanticCustomError(
                "SENTENCE", "A scheduled post needs a publishAt that is yet to come."
            )
        return at


class Changes(Input):
    """What is to become different: a field that is not given stays as it is, whatever its default.

    The defaults only say that a field may be left out.
    """


class PostChanges(Changes):
    """What is to become different in a post; a field that is not given stays as it is."""

    version: int | None = None
    title: Title = ""
    content: Content = ""
    content_format: Annotated[ContentFormat, Field(strict=False)] = ContentFormat.MARKDOWN
    slug: Slug = ""
    excerpt: Excerpt | None = None
    tags: TagNames | None = None
    seo: Seo | None = None


class Publication(Input):
    """When a post becomes visible: now, unless it says otherwise."""

    at: Instant | None = None


class NewComment(Input):
    """A comment to be added."""

    content: Annotated[Filled, Field(max_length=MAX_COMMENT)]
    parent_id: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None


def _problem(detail: ErrorDetails) -> Problem:
    # The name that the client used, whether or not the API had made a Python name of it.
    field = ".".join(to_camel(str(part)) for part in detail["loc"] if part != "function-after")
    limits = detail.get("ctx", {})
    limit = next((limits[name] for name in LIMITS if isinstance(limits.get(name), int)), None)
    kind = _kind(detail)
    if kind == "SENTENCE":
        return Problem(field, detail["msg"])
    known = SENTENCES.get(kind)
    sentence = known.format(limit=limit) if known else detail["msg"]
    label = _label(field)
    return Problem(field, f"{label} {sentence}.", _code(kind), limit)


LIMITS = ("min_length", "max_length", "ge", "le")

SENTENCES = {
    "missing": "is required",
    "string_too_short": "must have at least {limit} characters",
    "string_too_long": "must have at most {limit} characters",
    "too_long": "must have at most {limit} entries",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "enum": "must be one of the values that the schema names",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "datetime_type": "must be an instant, as in 2026-11-20T11:04:00Z",
    "greater_than_equal": "must be at least {limit}",
    "less_than_equal": "must be at most {limit}",
}

CODES: dict[str, ProblemCode] = {
    "missing": "REQUIRED",
    "REQUIRED": "REQUIRED",
    "string_too_short": "TOO_SHORT",
    "string_too_long": "TOO_LONG",
    "too_long": "TOO_LONG",
    "TOO_LONG": "TOO_LONG",
}


def _kind(detail: ErrorDetails) -> str:
    # A bound that follows a validator of ours is reported as that of any collection.
    of_text = detail["type"] in {"too_short", "too_long"} and isinstance(detail["input"], str)
    return f"string_{detail['type']}" if of_text else detail["type"]


def _code(kind: str) -> ProblemCode:
    return CODES.get(kind, "INVALID")


def _label(field: str) -> str:
    """`seo.metaTitle` as a person says it: `Meta title`."""
    words = re.sub(r"(?<!^)([A-Z])", r" \1", field.removeprefix("seo.")).replace(".", " ").lower()
    return {"email": "E-mail"}.get(words, words[:1].upper() + words[1:])
