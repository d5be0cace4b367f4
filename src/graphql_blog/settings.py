"""Everything that can be set from outside: GRAPHQL_BLOG_* in the environment."""

import difflib
import os
import re
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from redis.connection import ConnectionPool
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from graphql_blog.errors import BlogError
from graphql_blog.json_size import MOST_VALUES
from graphql_blog.site import is_pattern

PREFIX = "GRAPHQL_BLOG_"
MIN_SECRET_LENGTH = 32
MIN_SECRET_VARIETY = 8
MOST_POINTS = 1_000_000
USUAL_PORTS = {"http": ":80", "https": ":443"}
HEADER = re.compile(r"[\w!#$%&'*+.^`|~-]+: ?[\x20-\x7e]*", re.ASCII)
ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@*]+")
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class WrongSetting(BlogError):
    """A setting is wrong."""


class Choice(StrEnum):
    """One of some words, in upper or lower case."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        lower = str(value).lower()
        return next((choice for choice in cls if choice.value.lower() == lower), None)


class Environment(Choice):
    """Changes documented defaults alone: production wants a secret key and refuses the demo."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class LogFormat(Choice):
    """Lines for people, or one JSON object a line."""

    CONSOLE = "console"
    JSON = "json"


class LogLevel(Choice):
    """The least that is worth a line."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Engine(Choice):
    """What executes GraphQL: each field once over all objects of a level, or graphql-core."""

    BREADTH = "breadth"
    CORE = "core"


class Switch(Choice):
    """Whether something is done."""

    ON = "on"
    OFF = "off"


class AllowedOperations(Choice):
    """Which GraphQL documents are answered: all, or those that are known beforehand."""

    ANY = "any"
    PERSISTED = "persisted"
    TRUSTED = "trusted"


class HttpStatusDraft(Choice):
    """By which draft of GraphQL over HTTP statuses are chosen: 2026 has 422 and 294."""

    DRAFT_2025 = "2025"
    DRAFT_2026 = "2026"


class CachePlace(Choice):
    """Where responses are kept: in Redis too when there is one, unless said."""

    AUTO = "auto"
    MEMORY = "memory"
    REDIS = "redis"
    OFF = "off"


class CachePolicy(Choice):
    """Which response goes when there is no room for another: the one not asked for for longest,
    the one least often asked for, or the one kept for longest.
    """

    LRU = "lru"
    LFU = "lfu"
    FIFO = "fifo"


class PurgeMethod(Choice):
    """How a cache wants to be told what has changed."""

    POST = "POST"
    PURGE = "PURGE"


class TagHeader(Choice):
    """Which header says what an answer is made of."""

    SURROGATE_KEY = "Surrogate-Key"
    CACHE_TAG = "Cache-Tag"


class RegistrationRole(Choice):
    """What a newly registered account may do."""

    READER = "READER"
    AUTHOR = "AUTHOR"


class ProxyHeader(Choice):
    """Which of their headers trusted proxies write; the other one is what a client made up."""

    X_FORWARDED_FOR = "x-forwarded-for"
    FORWARDED = "forwarded"


def _words(given: Any) -> Any:
    """Several values in one variable, with commas or spaces between them."""
    return re.findall(r"[^,\s]+", given) if isinstance(given, str) else given


def _origin(given: str) -> str:
    origin = given.lower()
    if origin != "*" and not ORIGIN.fullmatch(origin):
        raise ValueError(
            f"{given} is no origin: write scheme, host and port alone, as in"
            " https://blog.example.com or http://localhost:3000"
        )
    # Browsers leave the port out where it is the usual one.
    return origin.removesuffix(USUAL_PORTS.get(origin.partition(":")[0], ""))


def _network(given: Any) -> Any:
    try:
        return ip_network(given)
    except ValueError:
        raise ValueError(
            f"{given} is no address or network: write 10.0.0.7, or 10.0.0.0/8 with zeros at its end"
        ) from None


Origin = Annotated[str, AfterValidator(_origin)]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_words)]
Most = Annotated[int, Field(ge=1)]


class Settings(BaseSettings):
    """The settings of one process, read once, where the process starts."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        populate_by_name=True,
    )

    env: Environment = Environment.DEVELOPMENT
    host: str = "127.0.0.1"
    port: Annotated[
        int,
        Field(ge=0, le=65535, validation_alias=AliasChoices("GRAPHQL_BLOG_PORT", "PORT")),
    ] = 8000
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    site_title: Annotated[str, Field(min_length=1, max_length=200)] = "Blog"
    site_url: str = ""
    data_dir: Path = Path("data")
    database_url: SecretStr = SecretStr("")
    redis_url: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    registration_role: RegistrationRole = RegistrationRole.AUTHOR
    max_body_bytes: Annotated[int, Field(ge=1024)] = 1024 * 1024
    max_upload_bytes: Annotated[int, Field(ge=0)] = 10 * 1024 * 1024
    max_upload_files: Annotated[int, Field(ge=0, le=1000)] = 10
    max_batch: Annotated[int, Field(ge=0, le=100)] = 0
    introspection: Switch | None = None
    compare: Switch | None = None
    http_status_draft: HttpStatusDraft = HttpStatusDraft.DRAFT_2025
    request_timeout: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 10
    client_timeout: Annotated[float, Field(gt=0, le=3600)] = 20
    subscriptions_per_socket: Annotated[int, Field(ge=1)] = 20
    engine: Engine = Engine.BREADTH
    document_cache: Annotated[int, Field(ge=0)] = 1000
    cache: CachePlace = CachePlace.AUTO
    cache_policy: CachePolicy = CachePolicy.LRU
    cache_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 600
    cache_entries: Annotated[int, Field(ge=1)] = 10_000
    cache_bytes: Annotated[int, Field(ge=1024 * 1024)] = 64 * 1024 * 1024
    rate_limit: Switch | None = None
    rate_limit_points: Annotated[int, Field(ge=1, le=MOST_POINTS)] = 5000
    rate_limit_restore: Annotated[int, Field(ge=1, le=MOST_POINTS)] = 50
    rate_limit_anonymous_points: Annotated[int, Field(ge=1, le=MOST_POINTS)] = 1000
    rate_limit_anonymous_restore: Annotated[int, Field(ge=1, le=MOST_POINTS)] = 10
    rate_limit_exempt: Networks = ()
    login_attempts: Annotated[int, Field(ge=0, le=1000)] = 10
    cors_origins: Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_words)] = ()
    cors_credentials: bool = False
    trusted_proxies: Networks = ()
    proxy_header: ProxyHeader = ProxyHeader.X_FORWARDED_FOR
    hsts_max_age: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    compression: bool = True
    ssl_certfile: Path | None = None
    ssl_keyfile: Path | None = None
    operations: AllowedOperations = AllowedOperations.ANY
    trusted_documents: Path | None = None
    max_tokens: Annotated[int, Field(ge=1, le=10_000)] = 4_000
    max_document_length: Most = 100_000
    max_definitions: Most = 100
    max_depth: Annotated[int, Field(ge=1, le=50)] = 12
    max_introspection_depth: Annotated[int, Field(ge=0, le=20)] = 3
    max_aliases: Annotated[int, Field(ge=0)] = 30
    max_directives: Annotated[int, Field(ge=0)] = 50
    max_fields: Most = 1_000
    max_merged_fields: Most = 2_000
    max_nodes: Most = 10_000
    max_cost: Most = 2_000
    max_answer_length: Most = 32_000_000
    max_variables_depth: Annotated[int, Field(ge=1, le=500)] = 16
    max_variable_values: Annotated[int, Field(ge=1, le=MOST_VALUES)] = 5_000
    max_age: Annotated[int, Field(ge=0, le=86_400)] = 10
    tag_header: TagHeader = TagHeader.SURROGATE_KEY
    purge_url: str = ""
    purge_method: PurgeMethod = PurgeMethod.POST
    purge_header: SecretStr = SecretStr("")
    log_format: LogFormat = LogFormat.CONSOLE
    log_level: LogLevel = LogLevel.INFO

    @classmethod
    def load(cls, **given: Any) -> Self:
        """The environment's settings, with those of `given` that are not None on top.

        Raises `WrongSetting`, which names every setting that is wrong and says why.
        """
        _refuse_unknown()
        try:
            return cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            raise WrongSetting("; ".join(_in_words(detail) for detail in error.errors())) from None

    @property
    def is_production(self) -> bool:
        return self.env is Environment.PRODUCTION

    @property
    def shows_schema(self) -> bool:
        """Whether clients may ask for the schema: everywhere but in production, unless set."""
        return self.introspection is Switch.ON or (
            self.introspection is None and not self.is_production
        )

    @property
    def compares(self) -> bool:
        """Whether answers say what they took, to whoever asks: as with the schema."""
        return self.compare is Switch.ON or (self.compare is None and not self.is_production)

    @property
    def database(self) -> URL:
        """Where the blog is kept: SQLite in `data_dir` unless set."""
        given = self.database_url.get_secret_value()
        url = make_url(given or f"sqlite:///{self.data_dir / 'blog.db'}")
        return url.set(drivername=DRIVERS[url.get_backend_name()])

    @model_validator(mode="after")
    def _database_is_known(self) -> Self:
        try:
            backend = self.database.get_backend_name()
        except (ArgumentError, ValueError):
            raise ValueError(
                "GRAPHQL_BLOG_DATABASE_URL is no address of a database: write"
                " sqlite:///path/to/blog.db or postgresql://user:password@host:5432/name"
            ) from None
        except KeyError as error:
            raise ValueError(
                f"GRAPHQL_BLOG_DATABASE_URL names {error}: only sqlite and postgresql are known"
            ) from None
        if backend == "sqlite" and self.database.database in {None, "", ":memory:"}:
            raise ValueError(
                "GRAPHQL_BLOG_DATABASE_URL names a database in memory, which no two connections"
                " share: name a file"
            )
        return self

    @property
    def limits_rates(self) -> bool:
        """Unless said, in production alone: elsewhere everybody comes from one address."""
        return self.rate_limit is Switch.ON or (self.rate_limit is None and self.is_production)

    @model_validator(mode="after")
    def _redis_is_known(self) -> Self:
        try:
            ConnectionPool.from_url(self.redis_url.get_secret_value() or "redis://")
        except ValueError:
            raise ValueError(
                "GRAPHQL_BLOG_REDIS_URL is no address of a Redis: write redis://host:6379/0,"
                " rediss://… for TLS or unix:///path/to/socket"
            ) from None
        return self

    @model_validator(mode="after")
    def _cache_has_a_place(self) -> Self:
        if self.cache is CachePlace.REDIS and not self.redis_url.get_secret_value():
            raise ValueError(
                "GRAPHQL_BLOG_CACHE=redis keeps responses in Redis: say where it is in"
                " GRAPHQL_BLOG_REDIS_URL, or leave GRAPHQL_BLOG_CACHE out"
            )
        return self

    @model_validator(mode="after")
    def _purges_have_an_address(self) -> Self:
        if self.purge_url and not _is_web_address(self.purge_url):
            raise ValueError(
                "GRAPHQL_BLOG_PURGE_URL is no address to send purges to: write"
                " http://varnish:6081/ or https://…, without user or password"
            )
        header = self.purge_header.get_secret_value()
        if header and not HEADER.fullmatch(header):
            raise ValueError(
                "GRAPHQL_BLOG_PURGE_HEADER is one header, as in Fastly-Key: … or"
                " Authorization: Bearer …"
            )
        return self

    @model_validator(mode="after")
    def _site_url_names_posts(self) -> Self:
        if self.site_url and not (_is_web_address(self.site_url) and is_pattern(self.site_url)):
            raise ValueError(
                "GRAPHQL_BLOG_SITE_URL is where your front end shows a post: write"
                " https://blog.example.com/{slug}, or {id} in place of {slug}"
            )
        return self

    @model_validator(mode="after")
    def _trusted_documents_are_named(self) -> Self:
        if self.operations is AllowedOperations.TRUSTED and self.trusted_documents is None:
            raise ValueError(
                "GRAPHQL_BLOG_OPERATIONS=trusted answers trusted documents alone:"
                " name their folder or manifest in GRAPHQL_BLOG_TRUSTED_DOCUMENTS"
            )
        return self

    @model_validator(mode="after")
    def _secret_is_strong(self) -> Self:
        secret = self.secret_key.get_secret_value()
        if not secret and not self.is_production:
            return self
        weak = len(secret) < MIN_SECRET_LENGTH or len(set(secret)) < MIN_SECRET_VARIETY
        if weak and (secret or self.is_production):
            raise ValueError(
                f"GRAPHQL_BLOG_SECRET_KEY must be {MIN_SECRET_LENGTH} or more characters that"
                " nobody can guess: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return self

    @model_validator(mode="after")
    def _credentials_are_for_named_origins(self) -> Self:
        if self.cors_credentials and "*" in self.cors_origins:
            raise ValueError(
                "GRAPHQL_BLOG_CORS_CREDENTIALS lets pages act as whoever looks at them, which"
                " cannot be for all pages of the world: name origins in GRAPHQL_BLOG_CORS_ORIGINS"
                " instead of *"
            )
        return self

    @model_validator(mode="after")
    def _certificate_has_its_key(self) -> Self:
        for name in ("ssl_certfile", "ssl_keyfile"):
            path = getattr(self, name)
            if path is not None and not path.is_file():
                raise ValueError(f"GRAPHQL_BLOG_{name.upper()}: there is no file {path}")
        if self.ssl_keyfile is not None and self.ssl_certfile is None:
            raise ValueError(
                "GRAPHQL_BLOG_SSL_KEYFILE is of no use alone: name the certificate in"
                " GRAPHQL_BLOG_SSL_CERTFILE too"
            )
        return self


def _is_web_address(given: str) -> bool:
    try:
        url = urlsplit(given)
        plain = given.isascii() and given.isprintable() and " " not in given
        is_named = bool(url.hostname) and url.port != 0 and not url.fragment
    except ValueError:
        return False
    return plain and is_named and url.scheme in {"http", "https"} and "@" not in url.netloc


def _refuse_unknown() -> None:
    """A variable that is misspelt would be as good as not set, and nobody would know."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    given = [name for name in os.environ if name.upper().startswith(PREFIX)]
    unknown = [name for name in given if name.upper() not in known]
    if unknown:
        name = min(unknown)
        own = {setting.removeprefix(PREFIX): setting for setting in known}
        meant = difflib.get_close_matches(name.upper().removeprefix(PREFIX), own, 1)
        hint = f": {own[meant[0]]} is one" if meant else ""
        raise WrongSetting(f"{name} is no setting{hint}")
    if os.environ.get(f"{PREFIX}ENV") == "":
        # Whoever meant production must not get what is easy for developers.
        words = "leave it out for development, or say production"
        raise WrongSetting(f"{PREFIX}ENV is empty: {words}")


def _in_words(detail: Any) -> str:
    """One line for a person; never the value itself, which may be a secret."""
    message = str(detail["msg"]).removeprefix("Value error, ")
    if not detail["loc"]:
        return message
    name = str(detail["loc"][0])
    shown = name if name.isupper() else f"GRAPHQL_BLOG_{name.upper()}"
    return f"{shown}: {message[0].lower()}{message[1:]}"
