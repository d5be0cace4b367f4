"""The composition root: from settings to an ASGI application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from functools import cache

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from graphql_blog import resources
from graphql_blog.engine.hooks import warn_of_slow_hooks
from graphql_blog.errors import BlogError
from graphql_blog.graph.limits.bounds import Limits
from graphql_blog.graph.persisted import manifests
from graphql_blog.graph.persisted.checking import problems_in_trusted
from graphql_blog.graph.persisted.operations import Operations
from graphql_blog.graph.persisted.trusted import Trusted
from graphql_blog.graph.schema import Schema, build_schema
from graphql_blog.rest.problems import on_blog_error
from graphql_blog.settings import AllowedOperations, Engine, Settings, WrongSetting
from graphql_blog.throttle.addresses import Addresses
from graphql_blog.throttle.buckets import Rate
from graphql_blog.throttle.meter import Budgets
from graphql_blog.web import graphql, middleware, websocket
from graphql_blog.web.application import Application
from graphql_blog.web.comparing import Comparing
from graphql_blog.web.errors import on_http_error
from graphql_blog.web.origins import Origins
from graphql_blog.web.routes import routes
from graphql_blog.web.statuses import OF_DRAFT
from graphql_blog.web.uploads import Limits as UploadLimits
from graphql_blog.web.wire import Bounds

log = structlog.get_logger("graphql_blog.app")


def create_app(settings: Settings, schema: Schema | None = None) -> Starlette:
    """The application; what it holds open is opened and closed by its lifespan.

    Whoever serves it sets `closing` when it is to end: streams would not end by themselves.
    """
    closing = asyncio.Event()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, object]]:
        async with resources.opened(settings, serving=True) as held:
            yield {
                "resources": held,
                "closing": closing,
                "client_timeout": settings.client_timeout,
            }

    schema = schema or _schema(settings.engine, introspection=settings.shows_schema)
    uploads, edge, budgets = _uploads(settings), _edge(settings), _budgets(settings)
    operations = _operations(settings, schema)
    comparing = Comparing(schema, operations) if settings.compares else None
    endpoint = graphql.Endpoint(
        schema,
        operations,
        timeout=settings.request_timeout,
        uploads=uploads,
        max_batch=settings.max_batch,
        statuses=OF_DRAFT[settings.http_status_draft],
        closing=closing,
        comparing=comparing,
    )
    bounds = Bounds(settings.max_body_bytes, settings.subscriptions_per_socket)
    sockets = websocket.Endpoint(endpoint, edge.origins, bounds, budgets, closing)
    return Application(
        graphql=endpoint,
        routes=routes(endpoint, schema, sockets=sockets, comparing=comparing),
        middleware=middleware.stack(
            edge,
            max_body_bytes=settings.max_body_bytes,
            max_form_bytes=uploads.body_bytes,
            budgets=budgets,
            compares=settings.compares,
        ),
        exception_handlers={BlogError: on_blog_error, HTTPException: on_http_error},
        lifespan=lifespan,
    )


def _budgets(settings: Settings) -> Budgets | None:
    """What everybody may spend; None where that is not limited."""
    if not settings.limits_rates:
        return None
    anonymous = settings.rate_limit_anonymous_points, settings.rate_limit_anonymous_restore
    return Budgets(
        accounts=Rate(settings.rate_limit_points, settings.rate_limit_restore),
        strangers=Rate(*anonymous),
        addresses=Addresses(settings.rate_limit_exempt),
    )


def _edge(settings: Settings) -> middleware.Edge:
    return middleware.Edge(
        trusted_proxies=settings.trusted_proxies,
        proxy_header=settings.proxy_header,
        origins=Origins(settings.cors_origins),
        credentials=settings.cors_credentials,
        hsts_max_age=settings.hsts_max_age,
        compression=settings.compression,
    )


def _operations(settings: Settings, schema: Schema) -> Operations:
    """What clients may send, each document prepared once."""
    warn_of_slow_hooks(schema)
    documents = schema.documents(entries=settings.document_cache, limits=limits_of(settings))
    trusted = trusted_documents(settings)
    # They are kept prepared from now on: no client waits for it.
    for problem in problems_in_trusted(trusted, documents.prepared):
        place, error = str(problem.place), problem.message
        log.warning("Trusted document is not valid", place=place, error=error)
    return Operations(
        documents,
        trusted,
        any_text=settings.operations is AllowedOperations.ANY,
        registering=settings.operations is not AllowedOperations.TRUSTED,
    )


def trusted_documents(settings: Settings) -> Trusted:
    """Raises `WrongSetting` when they cannot be read."""
    path = settings.trusted_documents
    if path is None:
        return Trusted()
    try:
        return Trusted(manifests.read(path))
    except manifests.Unusable as error:
        raise WrongSetting(f"GRAPHQL_BLOG_TRUSTED_DOCUMENTS cannot be used: {error}") from None


def _uploads(settings: Settings) -> UploadLimits:
    return UploadLimits(
        files=settings.max_upload_files,
        file_bytes=settings.max_upload_bytes,
        field_bytes=settings.max_body_bytes,
    )


def limits_of(settings: Settings) -> Limits:
    """How much one request may ask for."""
    return Limits(**{most.name: getattr(settings, f"max_{most.name}") for most in fields(Limits)})


@cache
def _schema(engine: Engine, *, introspection: bool) -> Schema:
    """One for all applications of a process: it never changes."""
    breadth_first = engine is Engine.BREADTH
    return build_schema(breadth_first=breadth_first, introspection=introspection)
