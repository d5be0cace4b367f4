"""What can be set from outside, and in which words a wrong setting is refused."""

import os
from ipaddress import ip_network
from pathlib import Path

import pytest

from graphql_blog.settings import (
    AllowedOperations,
    CachePlace,
    CachePolicy,
    Engine,
    Environment,
    HttpStatusDraft,
    LogFormat,
    LogLevel,
    ProxyHeader,
    PurgeMethod,
    RegistrationRole,
    Settings,
    Switch,
    TagHeader,
    WrongSetting,
)
from tests.conftest import CERTIFICATE, KEY

STRONG = "correct-horse-battery-staple-0123456789"
WEAK_WORDS = (
    "GRAPHQL_BLOG_SECRET_KEY must be 32 or more characters that nobody can guess:"
    " python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in list(os.environ):
        if name.startswith("GRAPHQL_BLOG_") or name == "PORT":
            monkeypatch.delenv(name)


def refusal(**given):
    with pytest.raises(WrongSetting) as refused:
        Settings.load(**given)
    return str(refused.value)


def test_without_anything_set_it_is_a_blog_for_development_on_this_machine():
    settings = Settings.load()

    assert settings.env is Environment.DEVELOPMENT
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert settings.data_dir == Path("data")
    assert str(settings.database) == "sqlite+aiosqlite:///data/blog.db"
    assert settings.registration_role is RegistrationRole.AUTHOR
    assert settings.max_body_bytes == 1024 * 1024
    assert (settings.max_upload_bytes, settings.max_upload_files) == (10 * 1024 * 1024, 10)
    assert (settings.request_timeout, settings.document_cache) == (10, 1000)
    assert settings.client_timeout == 20
    assert (settings.site_title, settings.site_url) == ("Blog", "")
    assert settings.max_batch == 0
    assert settings.http_status_draft is HttpStatusDraft.DRAFT_2025
    assert settings.subscriptions_per_socket == 20
    assert settings.engine is Engine.BREADTH
    assert settings.operations is AllowedOperations.ANY
    assert settings.trusted_documents is None
    assert settings.log_format is LogFormat.CONSOLE
    assert settings.log_level is LogLevel.INFO
    assert settings.redis_url.get_secret_value() == ""
    assert (settings.cache, settings.cache_policy) == (CachePlace.AUTO, CachePolicy.LRU)
    assert (settings.cache_seconds, settings.cache_entries) == (600, 10_000)
    assert settings.cache_bytes == 64 * 1024 * 1024
    assert (settings.max_age, settings.tag_header) == (10, TagHeader.SURROGATE_KEY)
    assert (settings.purge_url, settings.purge_method) == ("", PurgeMethod.POST)
    assert settings.purge_header.get_secret_value() == ""
    assert (settings.rate_limit_points, settings.rate_limit_restore) == (5000, 50)
    assert settings.rate_limit_anonymous_points == 1000
    assert settings.rate_limit_anonymous_restore == 10
    assert (settings.rate_limit_exempt, settings.login_attempts) == ((), 10)
    assert (settings.cors_origins, settings.cors_credentials) == ((), False)
    assert (settings.trusted_proxies, settings.hsts_max_age) == ((), 0)
    assert settings.proxy_header is ProxyHeader.X_FORWARDED_FOR
    assert settings.compression
    assert settings.ssl_certfile is settings.ssl_keyfile is None
    assert not settings.is_production


def test_every_setting_comes_from_the_environment(monkeypatch):
    for name, value in {
        "ENV": "production",
        "HOST": "0.0.0.0",
        "PORT": "80",
        "WORKERS": "4",
        "SITE_TITLE": "Ana & Ben",
        "SITE_URL": "https://blog.example/{slug}",
        "DATA_DIR": "/var/lib/blog",
        "DATABASE_URL": "postgresql://blog:pass@db.example:5433/blog",
        "SECRET_KEY": STRONG,
        "REGISTRATION_ROLE": "READER",
        "MAX_BODY_BYTES": "2048",
        "MAX_UPLOAD_BYTES": "4096",
        "MAX_UPLOAD_FILES": "2",
        "MAX_BATCH": "5",
        "INTROSPECTION": "on",
        "HTTP_STATUS_DRAFT": "2026",
        "REQUEST_TIMEOUT": "2.5",
        "ENGINE": "core",
        "DOCUMENT_CACHE": "0",
        "OPERATIONS": "trusted",
        "TRUSTED_DOCUMENTS": "/srv/clients",
        "REDIS_URL": "redis://:pass@cache.example:6380/1",
        "CACHE": "redis",
        "CACHE_POLICY": "LFU",
        "CACHE_SECONDS": "60",
        "CACHE_ENTRIES": "5",
        "CACHE_BYTES": "2097152",
        "RATE_LIMIT": "off",
        "RATE_LIMIT_POINTS": "1",
        "RATE_LIMIT_RESTORE": "2",
        "RATE_LIMIT_ANONYMOUS_POINTS": "3",
        "RATE_LIMIT_ANONYMOUS_RESTORE": "4",
        "RATE_LIMIT_EXEMPT": "10.0.0.0/8, 2001:db8::7",
        "LOGIN_ATTEMPTS": "0",
        "CORS_ORIGINS": "https://blog.example.com, http://localhost:3000",
        "CORS_CREDENTIALS": "true",
        "TRUSTED_PROXIES": "127.0.0.1 10.0.0.0/8,fd00::/8",
        "PROXY_HEADER": "Forwarded",
        "HSTS_MAX_AGE": "31536000",
        "COMPRESSION": "false",
        "SSL_CERTFILE": str(CERTIFICATE),
        "SSL_KEYFILE": str(KEY),
        "MAX_AGE": "60",
        "TAG_HEADER": "cache-tag",
        "PURGE_URL": "https://cdn.example/purge",
        "PURGE_METHOD": "purge",
        "PURGE_HEADER": "Authorization: Bearer secret",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "warning",
    }.items():
        monkeypatch.setenv(f"GRAPHQL_BLOG_{name}", value)
    settings = Settings.load()

    assert settings.is_production
    assert (settings.host, settings.port, settings.workers) == ("0.0.0.0", 80, 4)
    assert settings.site_title == "Ana & Ben"
    assert settings.site_url == "https://blog.example/{slug}"
    assert settings.data_dir == Path("/var/lib/blog")
    assert settings.database.render_as_string(hide_password=False) == (
        "postgresql+asyncpg://blog:pass@db.example:5433/blog"
    )
    assert settings.secret_key.get_secret_value() == STRONG
    assert settings.registration_role is RegistrationRole.READER
    assert settings.max_body_bytes == 2048
    assert settings.cors_origins == ("https://blog.example.com", "http://localhost:3000")
    assert settings.cors_credentials
    assert [str(n) for n in settings.trusted_proxies] == ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"]
    assert settings.proxy_header is ProxyHeader.FORWARDED
    assert (settings.hsts_max_age, settings.compression) == (31536000, False)
    assert (settings.ssl_certfile, settings.ssl_keyfile) == (CERTIFICATE, KEY)
    assert settings.operations is AllowedOperations.TRUSTED
    assert settings.trusted_documents == Path("/srv/clients")
    assert (settings.max_upload_bytes, settings.max_upload_files) == (4096, 2)
    assert settings.max_batch == 5
    assert settings.introspection is Switch.ON
    assert settings.http_status_draft is HttpStatusDraft.DRAFT_2026
    assert settings.log_format is LogFormat.JSON
    assert settings.redis_url.get_secret_value() == "redis://:pass@cache.example:6380/1"
    assert (settings.cache, settings.cache_policy) == (CachePlace.REDIS, CachePolicy.LFU)
    assert (settings.cache_seconds, settings.cache_entries) == (60, 5)
    assert settings.cache_bytes == 2097152
    assert (settings.max_age, settings.tag_header) == (60, TagHeader.CACHE_TAG)
    assert settings.purge_url == "https://cdn.example/purge"
    assert settings.purge_method is PurgeMethod.PURGE
    assert settings.purge_header.get_secret_value() == "Authorization: Bearer secret"
    assert settings.rate_limit is Switch.OFF
    assert (settings.rate_limit_points, settings.rate_limit_restore) == (1, 2)
    assert settings.rate_limit_anonymous_points == 3
    assert settings.rate_limit_anonymous_restore == 4
    assert settings.rate_limit_exempt == (ip_network("10.0.0.0/8"), ip_network("2001:db8::7"))
    assert settings.login_attempts == 0


@pytest.mark.parametrize(
    ("env", "given", "limited"),
    [
        ("development", None, False),
        ("test", None, False),
        ("production", None, True),
        ("development", "on", True),
        ("production", "off", False),
    ],
)
def test_rates_are_limited_in_production_unless_said(env, given, limited):
    settings = Settings.load(env=env, rate_limit=given, secret_key=STRONG)

    assert settings.limits_rates is limited


def test_what_is_given_wins_over_the_environment_unless_it_is_none(monkeypatch):
    monkeypatch.setenv("GRAPHQL_BLOG_HOST", "10.0.0.1")
    monkeypatch.setenv("GRAPHQL_BLOG_PORT", "81")

    settings = Settings.load(host="10.0.0.2", port=None, workers=2)
    assert (settings.host, settings.port, settings.workers) == ("10.0.0.2", 81, 2)
    assert Settings.load(port=82).port == 82


def test_the_port_of_the_platform_is_taken_unless_the_blog_has_its_own(monkeypatch):
    monkeypatch.setenv("PORT", "5000")
    assert Settings.load().port == 5000

    monkeypatch.setenv("GRAPHQL_BLOG_PORT", "6000")
    assert Settings.load().port == 6000


def test_other_variables_without_the_prefix_mean_nothing(monkeypatch):
    monkeypatch.setenv("HOST", "10.0.0.1")
    monkeypatch.setenv("DATABASE_URL", "mysql://elsewhere/db")

    assert Settings.load().host == "127.0.0.1"
    assert Settings.load().database.get_backend_name() == "sqlite"


def test_the_database_lies_in_the_data_folder_unless_it_is_named():
    assert Settings.load(data_dir="/srv").database.database == "/srv/blog.db"
    named = Settings.load(data_dir="/srv", database_url="sqlite:////tmp/other.db")
    assert named.database.database == "/tmp/other.db"


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite"),
        ("sqlite+pysqlite:///x.db", "sqlite+aiosqlite"),
        ("postgresql://h/x", "postgresql+asyncpg"),
        ("postgresql+psycopg://h/x", "postgresql+asyncpg"),
    ],
)
def test_the_driver_is_ours_whichever_was_named(given, driver):
    assert Settings.load(database_url=given).database.drivername == driver


NO_ADDRESS = (
    "GRAPHQL_BLOG_DATABASE_URL is no address of a database: write"
    " sqlite:///path/to/blog.db or postgresql://user:password@host:5432/name"
)
IN_MEMORY = (
    "GRAPHQL_BLOG_DATABASE_URL names a database in memory, which no two connections"
    " share: name a file"
)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ENV", "staging", "input should be 'development', 'test' or 'production'"),
        ("LOG_FORMAT", "xml", "input should be 'console' or 'json'"),
        ("REGISTRATION_ROLE", "ADMIN", "input should be 'READER' or 'AUTHOR'"),
        ("PORT", "-1", "input should be greater than or equal to 0"),
        ("PORT", "65536", "input should be less than or equal to 65535"),
        (
            "PORT",
            "http",
            "input should be a valid integer, unable to parse string as an integer",
        ),
        ("WORKERS", "0", "input should be greater than or equal to 1"),
        ("WORKERS", "65", "input should be less than or equal to 64"),
        ("MAX_BODY_BYTES", "1023", "input should be greater than or equal to 1024"),
        ("MAX_UPLOAD_BYTES", "-1", "input should be greater than or equal to 0"),
        ("MAX_UPLOAD_FILES", "1001", "input should be less than or equal to 1000"),
        ("MAX_BATCH", "101", "input should be less than or equal to 100"),
        ("HTTP_STATUS_DRAFT", "2024", "input should be '2025' or '2026'"),
        ("INTROSPECTION", "maybe", "input should be 'on' or 'off'"),
        ("REQUEST_TIMEOUT", "0", "input should be greater than 0"),
        ("REQUEST_TIMEOUT", "inf", "input should be a finite number"),
        ("ENGINE", "jet", "input should be 'breadth' or 'core'"),
        ("DOCUMENT_CACHE", "-1", "input should be greater than or equal to 0"),
        ("RATE_LIMIT", "maybe", "input should be 'on' or 'off'"),
        ("RATE_LIMIT_POINTS", "0", "input should be greater than or equal to 1"),
        ("RATE_LIMIT_ANONYMOUS_RESTORE", "0", "input should be greater than or equal to 1"),
        ("MAX_AGE", "86401", "input should be less than or equal to 86400"),
        ("TAG_HEADER", "Tags", "input should be 'Surrogate-Key' or 'Cache-Tag'"),
        ("PURGE_METHOD", "BAN", "input should be 'POST' or 'PURGE'"),
        ("LOGIN_ATTEMPTS", "-1", "input should be greater than or equal to 0"),
        ("PROXY_HEADER", "via", "input should be 'x-forwarded-for' or 'forwarded'"),
        ("HSTS_MAX_AGE", "-1", "input should be greater than or equal to 0"),
        ("LOG_LEVEL", "loud", "input should be 'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_value_that_is_wrong_is_refused_by_the_name_of_its_variable(
    monkeypatch, name, value, words
):
    monkeypatch.setenv(f"GRAPHQL_BLOG_{name}", value)

    assert refusal() == f"GRAPHQL_BLOG_{name}: {words}"


def test_names_and_words_may_be_in_upper_or_lower_case(monkeypatch):
    for name, value in {
        "graphql_blog_engine": "CORE",
        "GRAPHQL_BLOG_ENV": "Test",
        "Graphql_Blog_Log_Format": "JSON",
        "GRAPHQL_BLOG_LOG_LEVEL": "WARNING",
        "GRAPHQL_BLOG_REGISTRATION_ROLE": "reader",
    }.items():
        monkeypatch.setenv(name, value)
    settings = Settings.load()

    assert settings.engine is Engine.CORE
    assert settings.env is Environment.TEST
    assert settings.log_format is LogFormat.JSON
    assert settings.log_level is LogLevel.WARNING
    assert settings.registration_role is RegistrationRole.READER


def test_what_is_empty_is_not_set(monkeypatch):
    unset = Settings.load()
    for name in Settings.model_fields.keys() - {"env"}:
        monkeypatch.setenv(f"GRAPHQL_BLOG_{name.upper()}", "")

    assert Settings.load() == unset


def test_an_environment_that_is_empty_by_accident_is_not_development(monkeypatch):
    monkeypatch.setenv("GRAPHQL_BLOG_ENV", "")

    with pytest.raises(WrongSetting, match="GRAPHQL_BLOG_ENV is empty: leave it out"):
        Settings.load()


def test_an_empty_port_leaves_that_of_the_platform(monkeypatch):
    monkeypatch.setenv("GRAPHQL_BLOG_PORT", "")
    monkeypatch.setenv("PORT", "5000")

    assert Settings.load().port == 5000


def test_all_that_is_wrong_is_said_at_once():
    assert refusal(env="staging", workers=0) == (
        "GRAPHQL_BLOG_ENV: input should be 'development', 'test' or 'production';"
        " GRAPHQL_BLOG_WORKERS: input should be greater than or equal to 1"
    )


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", NO_ADDRESS),
        ("://", NO_ADDRESS),
        ("postgresql://user:hidden@host:port/name", NO_ADDRESS),
        (
            "mysql://user:hidden@host/name",
            "GRAPHQL_BLOG_DATABASE_URL names 'mysql': only sqlite and postgresql are known",
        ),
        ("sqlite://", IN_MEMORY),
        ("sqlite:///:memory:", IN_MEMORY),
    ],
)
def test_a_database_that_cannot_be_is_refused_in_words_without_its_password(url, words):
    assert refusal(database_url=url) == words
    assert "hidden" not in words


def test_keeping_responses_in_redis_wants_one():
    assert refusal(cache="redis") == (
        "GRAPHQL_BLOG_CACHE=redis keeps responses in Redis: say where it is in"
        " GRAPHQL_BLOG_REDIS_URL, or leave GRAPHQL_BLOG_CACHE out"
    )


@pytest.mark.parametrize(
    "url",
    [
        "varnish:6081",
        "ftp://varnish/",
        "http://",
        "http:///purge",
        "http://user:hidden@varnish/",
        "http://varnish:port/",
        "http://varnish/#part",
        "http://varnish/a b",
        "http://varnish/\r\nHost: elsewhere",
    ],
)
def test_purges_go_to_an_address_of_the_web_alone(url):
    assert refusal(purge_url=url) == (
        "GRAPHQL_BLOG_PURGE_URL is no address to send purges to: write http://varnish:6081/ or"
        " https://…, without user or password"
    )


@pytest.mark.parametrize(
    "url",
    [
        "blog.example/{slug}",
        "https://blog.example/",
        "https://blog.example/{title}",
        "https://blog.example/{slug}/{title}",
        "https://{slug}.blog.example/",
        "https://blog.example/{slug",
        "https://blog.example/#{slug}",
        "javascript:alert('{slug}')",
    ],
)
def test_the_front_end_has_an_address_for_each_post(url):
    assert refusal(site_url=url) == (
        "GRAPHQL_BLOG_SITE_URL is where your front end shows a post: write"
        " https://blog.example.com/{slug}, or {id} in place of {slug}"
    )


def test_the_site_has_a_title():
    assert refusal(site_title="t" * 201).startswith("GRAPHQL_BLOG_SITE_TITLE: string should have")


@pytest.mark.parametrize("header", ["secret", "Two: a\r\nHeaders: b", "A name: b", ": b", "A: é"])
def test_the_header_of_purges_is_one_header(header):
    assert refusal(purge_header=header) == (
        "GRAPHQL_BLOG_PURGE_HEADER is one header, as in Fastly-Key: … or Authorization: Bearer …"
    )


@pytest.mark.parametrize(
    "url", ["localhost:6379", "http://:hidden@host", "redis://:hidden@host:port/0"]
)
def test_a_redis_that_cannot_be_is_refused_in_words_without_its_password(url):
    assert refusal(redis_url=url) == (
        "GRAPHQL_BLOG_REDIS_URL is no address of a Redis: write redis://host:6379/0,"
        " rediss://… for TLS or unix:///path/to/socket"
    )


def test_trusted_documents_alone_have_to_be_named():
    assert refusal(operations="trusted") == (
        "GRAPHQL_BLOG_OPERATIONS=trusted answers trusted documents alone: name their folder or"
        " manifest in GRAPHQL_BLOG_TRUSTED_DOCUMENTS"
    )
    for operations in ("any", "persisted"):
        assert Settings.load(operations=operations).trusted_documents is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "GRAPHQL_BLOG_DATABSE_URL",
            "GRAPHQL_BLOG_DATABSE_URL is no setting: GRAPHQL_BLOG_DATABASE_URL is one",
        ),
        ("GRAPHQL_BLOG_XYZZY", "GRAPHQL_BLOG_XYZZY is no setting"),
        (
            "graphql_blog_enginee",
            "graphql_blog_enginee is no setting: GRAPHQL_BLOG_ENGINE is one",
        ),
    ],
)
def test_a_misspelt_setting_is_refused(monkeypatch, name, words):
    monkeypatch.setenv(name, "hidden")

    assert refusal() == words


@pytest.mark.parametrize(
    "secret", ["your-secret-key", "x" * 31, "x" * 64, "abcdefg" * 10, STRONG[:31]]
)
@pytest.mark.parametrize("env", ["development", "test", "production"])
def test_a_secret_that_can_be_guessed_is_refused_everywhere(env, secret):
    assert refusal(env=env, secret_key=secret) == WEAK_WORDS


def test_no_secret_is_refused_in_production_alone():
    assert refusal(env="production") == WEAK_WORDS
    assert Settings.load(env="production", secret_key=STRONG).is_production
    for env in ("development", "test"):
        assert Settings.load(env=env).secret_key.get_secret_value() == ""


def test_secrets_are_in_no_text_made_of_the_settings():
    settings = Settings.load(
        secret_key=STRONG,
        database_url="postgresql://blog:hunter2secret@db/blog",
        redis_url="redis://:hunter2secret@cache/0",
    )

    for text in (repr(settings), str(settings), settings.model_dump_json(), str(settings.database)):
        assert STRONG not in text
        assert "hunter2secret" not in text


def test_secrets_are_in_no_refusal():
    weak = "hunter2secret"
    said = [
        refusal(secret_key=weak),
        refusal(secret_key=STRONG, database_url=f"mysql://blog:{weak}@db/blog"),
        refusal(secret_key=STRONG, database_url=f"postgresql://blog:{weak}@db:x/blog"),
        refusal(secret_key=STRONG, database_url=weak),
        refusal(secret_key=STRONG, port=-1),
    ]

    assert not [text for text in said if weak in text or STRONG in text]


def test_settings_do_not_change_once_read():
    with pytest.raises(ValueError, match="frozen"):
        Settings.load().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "origins"),
    [
        ("", ()),
        (",", ()),
        ("*", ("*",)),
        ("https://a.example", ("https://a.example",)),
        (
            " HTTPS://A.example:443,\n http://b.example:80 ",
            ("https://a.example", "http://b.example"),
        ),
        ("http://localhost:3000", ("http://localhost:3000",)),
        ("https://a.example:80 http://[::1]:8080", ("https://a.example:80", "http://[::1]:8080")),
        ("capacitor://localhost", ("capacitor://localhost",)),
    ],
)
def test_origins_are_kept_as_browsers_write_them(given, origins):
    assert Settings.load(cors_origins=given).cors_origins == origins


@pytest.mark.parametrize(
    "wrong",
    [
        "blog.example.com",
        "https://blog.example.com/",
        "https://blog.example.com/path",
        "https://ana@blog.example.com",
        "//blog.example.com",
        "null",
        "https://*.example.com",
    ],
)
def test_what_is_no_origin_is_refused(wrong):
    assert refusal(cors_origins=f"https://good.example {wrong}") == (
        f"GRAPHQL_BLOG_CORS_ORIGINS: {wrong} is no origin: write scheme, host and port alone, as in"
        " https://blog.example.com or http://localhost:3000"
    )


@pytest.mark.parametrize("origins", ["*", "https://a.example, *"])
def test_credentials_are_never_for_everybody(origins):
    assert refusal(cors_origins=origins, cors_credentials=True) == (
        "GRAPHQL_BLOG_CORS_CREDENTIALS lets pages act as whoever looks at them, which cannot be for"
        " all pages of the world: name origins in GRAPHQL_BLOG_CORS_ORIGINS instead of *"
    )


@pytest.mark.parametrize("wrong", ["10.0.0.1/8", "proxy", "*", "10.0.0", "10.0.0.0/33"])
@pytest.mark.parametrize("name", ["trusted_proxies", "rate_limit_exempt"])
def test_what_is_no_network_is_refused(name, wrong):
    assert refusal(**{name: f"127.0.0.1,{wrong}"}) == (
        f"GRAPHQL_BLOG_{name.upper()}: {wrong} is no address or network: write 10.0.0.7, or"
        " 10.0.0.0/8 with zeros at its end"
    )


@pytest.mark.parametrize("name", ["ssl_certfile", "ssl_keyfile"])
def test_files_of_a_certificate_have_to_be_there(name):
    assert refusal(**{name: "nowhere.pem"}) == (
        f"GRAPHQL_BLOG_{name.upper()}: there is no file nowhere.pem"
    )


def test_a_key_is_of_no_use_without_its_certificate():
    assert refusal(ssl_keyfile=KEY) == (
        "GRAPHQL_BLOG_SSL_KEYFILE is of no use alone: name the certificate in"
        " GRAPHQL_BLOG_SSL_CERTFILE too"
    )


@pytest.mark.parametrize(
    ("introspection", "env", "shown"),
    [
        (None, "development", True),
        (None, "test", True),
        (None, "production", False),
        ("on", "production", True),
        ("off", "development", False),
    ],
)
def test_the_schema_is_shown_outside_production_unless_set(introspection, env, shown):
    settings = Settings.load(introspection=introspection, env=env, secret_key=STRONG)

    assert settings.shows_schema is shown
