"""The command that serves the blog."""

import asyncio
import errno
import gc
import os
import resource
import socket
import ssl
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvicorn
from rich.table import Table
from starlette.applications import Starlette
from uvicorn.supervisors import ChangeReload, Multiprocess

from graphql_blog import resources
from graphql_blog.app import create_app, trusted_documents
from graphql_blog.cli.database import fill_demo, place, require_migrated, upgrade
from graphql_blog.cli.protocols import Http, WebSockets
from graphql_blog.cli.terminal import DatabaseUrl, fail, output
from graphql_blog.demo import fill
from graphql_blog.observability import configure_logging
from graphql_blog.settings import Engine, LogFormat, Settings

log = structlog.get_logger("graphql_blog.cli.serve")

PACKAGE = Path(__file__).resolve().parents[1]
GRACE_SECONDS = 30
OBJECTS_BETWEEN_COLLECTIONS = 50_000
FIELD_BY_FIELD = (
    "graphql-core executes each field of each object by itself, several times slower: it is there"
    " to compare answers with; for serving leave GRAPHQL_BLOG_ENGINE out"
)


def serve(
    host: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Where to listen. [dim]Unless given: 127.0.0.1[/dim]"),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            metavar="NUMBER",
            help="The port; 0 takes any. [dim]Unless given: what PORT says, or 8000[/dim]",
        ),
    ] = None,
    database_url: DatabaseUrl = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, max=64, metavar="NUMBER", help="How many processes. [dim]Unless given: 1[/dim]"
        ),
    ] = None,
    ssl_certfile: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Serve HTTPS: the certificate, with its chain, as PEM."),
    ] = None,
    ssl_keyfile: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Its key, unless it is in the same file."),
    ] = None,
    reload: Annotated[
        bool, typer.Option("--reload", help="Restart when the code changes; for developers.")
    ] = False,
) -> None:
    """Serve GraphQL, GraphiQL and REST.

    Outside production the database is migrated first, and filled with the demo blog when empty.
    """
    settings = Settings.load(
        host=host,
        port=port,
        database_url=database_url,
        workers=workers,
        ssl_certfile=ssl_certfile,
        ssl_keyfile=ssl_keyfile,
    )
    _require_readable_certificate(settings)
    if reload and settings.workers > 1:
        fail("--reload goes with one worker: leave out --workers.")
    # Read again by each process; what is wrong with them is said here, once.
    trusted_documents(settings)
    listener = _listening(settings)
    demo = asyncio.run(_prepare(settings))
    _export(settings)
    _greet(settings, listener, demo=demo)
    _allow_many_connections()
    _run(settings, listener, reload=reload)


def app() -> Starlette:
    """What each process serves; reads the settings that `serve` left in the environment."""
    settings = Settings.load()
    configure_logging(as_json=settings.log_format is LogFormat.JSON, level=settings.log_level)
    if settings.engine is Engine.CORE:
        log.warning("Slow engine", engine=settings.engine.value, reason=FIELD_BY_FIELD)
    made = create_app(settings)
    _collect_seldom()
    return made


def _collect_seldom() -> None:
    """Garbage is looked for seldom, and not among what stays as long as the process.

    Answers leave no cycles behind, but large ones make thousands of objects at once: looking
    through them and all modules again and again took half of the time of such a request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 20)


def _require_readable_certificate(settings: Settings) -> None:
    """Said before anything is started, and in words: worker processes would die of it silently."""
    if settings.ssl_certfile is None:
        return
    try:
        ssl.create_default_context().load_cert_chain(settings.ssl_certfile, settings.ssl_keyfile)
    except OSError as error:
        names = " with ".join(str(f) for f in (settings.ssl_certfile, settings.ssl_keyfile) if f)
        fail(f"{names} is no certificate with its key: {error.strerror or error}.")


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # For the connections that it accepts: who takes nothing of an answer is not kept waiting
        # for. Linux alone has it.
        milliseconds = round(settings.client_timeout * 1000)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(2048)
    except OSError as error:
        place = f"Port {settings.port} on {settings.host}"
        if error.errno == errno.EADDRINUSE:
            fail(f"{place} cannot be opened: it is in use. Try --port.")
        fail(f"{place} cannot be opened: {error.strerror}.")
    listener.set_inheritable(True)
    return listener


async def _prepare(settings: Settings) -> bool:
    """The database ready to be read. Tells whether the log-in of the demo blog works on it."""
    if settings.is_production:
        await require_migrated(settings)
        return False
    await upgrade(settings)
    await fill_demo(settings)
    async with resources.opened(settings) as held, held.reading() as session:
        return await fill.can_log_in(session, held.passwords)


def _export(settings: Settings) -> None:
    """Options become variables, so that worker processes see the same settings."""
    os.environ["GRAPHQL_BLOG_DATABASE_URL"] = settings.database.render_as_string(
        hide_password=False
    )
    os.environ["GRAPHQL_BLOG_WORKERS"] = str(settings.workers)


def _greet(settings: Settings, listener: socket.socket, *, demo: bool) -> None:
    host, port = listener.getsockname()[:2]
    scheme = "https" if settings.ssl_certfile else "http"
    base = f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
    table = Table.grid(padding=(0, 2))
    table.add_row("[bold]Home[/]", f"{base}/")
    table.add_row("[bold]GraphiQL[/]", f"{base}/graphql")
    table.add_row("[bold]REST[/]", f"{base}/api/posts")
    table.add_row("[bold]Health[/]", f"{base}/healthz")
    table.add_row("[bold]Database[/]", place(settings))
    if demo:
        table.add_row("[bold]Log in[/]", f"admin / {fill.PASSWORD}")
    output.print()
    output.print(table)
    output.print("\n[dim]Ctrl-C stops the server.[/]\n")


def _allow_many_connections() -> None:
    """Each takes a file descriptor, and many systems give a process 1,024 unless it asks."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS says that there is no limit, and means another one.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _run(settings: Settings, listener: socket.socket, *, reload: bool) -> None:
    config = uvicorn.Config(
        "graphql_blog.cli.serve:app",
        factory=True,
        log_config=None,
        access_log=False,
        reload=reload,
        reload_dirs=[str(PACKAGE)] if reload else None,
        workers=settings.workers,
        http=Http,
        ws=WebSockets,
        ws_max_size=settings.max_body_bytes,
        # It takes memory for each socket, and more time than it saves on short messages.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
        # Whom to believe about clients is a setting of ours, and looked after in `web.proxies`.
        proxy_headers=False,
        ssl_certfile=settings.ssl_certfile,
        ssl_keyfile=settings.ssl_keyfile,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    # Ctrl-C has done its work when it arrives here: what was in flight is finished.
    with suppress(KeyboardInterrupt):
        if reload:
            ChangeReload(config, target=server.run, sockets=[listener]).run()
        elif settings.workers > 1:
            Multiprocess(config, sockets=[listener]).run()
        else:
            server.run(sockets=[listener])
            if not server.started:
                sys.exit(1)
