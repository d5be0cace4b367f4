"""`graphql-blog import`: a WordPress export, or a folder of Markdown files, into this blog."""

import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, islice, takewhile
from pathlib import Path
from types import FrameType
from typing import Annotated, BinaryIO

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from graphql_blog import resources
from graphql_blog.cli.database import require_migrated, upgrade
from graphql_blog.cli.terminal import DatabaseUrl, fail, messages, output
from graphql_blog.db import migrations
from graphql_blog.errors import BadRequest
from graphql_blog.imports import markdown, store, wordpress
from graphql_blog.imports.records import Record
from graphql_blog.imports.report import NOUNS, Outcome, Report
from graphql_blog.settings import Settings

commands = typer.Typer(
    help="Bring a blog here from elsewhere: users, posts, tags, comments.", no_args_is_help=True
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would come in; write nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


@commands.command("wordpress")
def wordpress_(
    file: Annotated[
        Path, typer.Argument(help="An export, as WordPress's Tools → Export makes it.")
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Import a WordPress export (WXR 1.0 to 1.2).

    What is here already is not imported again: a second run changes nothing, a newer export
    updates what has changed in it, and a run that was stopped goes on where it was.

    Posts of up to 1,000,000 characters come in, comments of up to 10,000, and 100 tags a post; what
    is beyond that is told. Exit code 1 when something could not come in.
    """
    settings = Settings.load(database_url=database_url)
    now = datetime.now(UTC)
    with (
        _told_to_stop() as stop,
        _progress() as progress,
        _opened(file) as stream,
        _refusals_name(file),
    ):
        read = progress.wrap_file(stream, file.stat().st_size, description=file.name)
        report = _import(wordpress.read(read, now), stop, settings, now, dry_run=dry_run)
    _show(report, file, stop, dry_run=dry_run, as_json=as_json)


@commands.command("markdown")
def markdown_(
    folder: Annotated[Path, typer.Argument(help="The folder of a Jekyll, Hugo or Zola blog.")],
    source: Annotated[
        str | None,
        typer.Option(
            help="A name for the blog, when its folder is not always at the same place."
            " [dim]Unless given: where the folder is[/dim]",
            show_default=False,
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Import a folder of Markdown files with YAML, TOML or JSON front matter.

    Jekyll's _posts and _drafts and Hugo's and Zola's content are found by themselves; in any other
    folder every Markdown file is a post. A second run changes nothing.

    Posts of up to 1,000,000 characters come in, with up to 100 tags; what is beyond that is told.
    Exit code 1 when something could not come in.
    """
    settings = Settings.load(database_url=database_url)
    now = datetime.now(UTC)
    with _told_to_stop() as stop, _progress() as progress, _refusals_name(folder):
        found = markdown.find(folder)
        files = progress.track(found.files, description=folder.name)
        records = markdown.read(found, now, files=files, source=source)
        report = _import(records, stop, settings, now, dry_run=dry_run)
    _show(report, folder, stop, dry_run=dry_run, as_json=as_json)


def _progress() -> Progress:
    """A bar for people; nothing where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    return Progress(
        *columns,
        TimeRemainingColumn(),
        console=messages,
        transient=True,
        disable=not messages.is_terminal,
    )


class Stop:
    """Ends an import after the batch in hand; a second signal ends it at once."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.number = number
        signal.signal(number, signal.SIG_DFL)

    def until(self, records: Iterable[Record]) -> Iterator[Record]:
        return takewhile(lambda _: not self.number, records)


@contextmanager
def _told_to_stop() -> Iterator[Stop]:
    stop = Stop()
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    # To open a pipe is to wait for somebody to write to it.
    if file.exists() and not file.is_file():
        fail(f"{file} cannot be read: it is not a regular file.")
    try:
        stream = file.open("rb")
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
    with stream:
        yield stream


@contextmanager
def _refusals_name(path: Path) -> Iterator[None]:
    try:
        yield
    except BadRequest as refusal:
        fail(f"{path} cannot be imported: {refusal.message}.")


def _import(
    records: Iterable[Record], stop: Stop, settings: Settings, now: datetime, *, dry_run: bool
) -> Report:
    async def run(ready: Settings) -> Report:
        async with resources.opened(ready) as held:
            return await store.save(chain(begun, records), held, now, dry_run=dry_run)

    records = stop.until(records)
    # What is refused at its beginning does not make a database.
    begun = list(islice(records, 1))
    with _ready(settings, dry_run=dry_run) as ready:
        return asyncio.run(run(ready))


@contextmanager
def _ready(settings: Settings, *, dry_run: bool) -> Iterator[Settings]:
    """The settings of a database with all tables. A dry run does not make one where none is."""
    if dry_run and _has_no_tables(settings):
        with tempfile.TemporaryDirectory() as folder:
            elsewhere = Settings.load(data_dir=folder, database_url=f"sqlite:///{folder}/blog.db")
            asyncio.run(upgrade(elsewhere))
            yield elsewhere
        return
    asyncio.run((require_migrated if dry_run or settings.is_production else upgrade)(settings))
    yield settings


def _has_no_tables(settings: Settings) -> bool:
    async def revision() -> str | None:
        engine = resources.open_reader(url)
        try:
            current, _ = await migrations.revisions(engine)
        finally:
            await engine.dispose()
        return current

    url = settings.database
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return True
    return asyncio.run(revision()) is None


def _show(report: Report, path: Path, stop: Stop, *, dry_run: bool, as_json: bool) -> None:
    report.is_complete = report.is_complete and not stop.number
    if as_json:
        typer.echo(json.dumps({"dryRun": dry_run} | report.as_json(), indent=2, ensure_ascii=False))
    else:
        _print(report, dry_run=dry_run)
    if stop.number:
        kept = "" if dry_run else " What came in is kept: the same command goes on from there."
        messages.print(f"Stopped.{kept}", soft_wrap=True)
        sys.exit(128 + stop.number)
    if not report.is_complete:
        fail(f"Not all of {path} could be read; the lines say what is lost.")


def _print(report: Report, *, dry_run: bool) -> None:
    came = Table("came in", *Outcome)
    for noun in NOUNS:
        came.add_row(noun, *(str(report.outcomes[noun, outcome]) for outcome in Outcome))
    output.print(came)
    if report.skipped:
        skipped = Table("skipped", "number", "why")
        for (kind, reason), count in sorted(report.skipped.items()):
            skipped.add_row(escape(kind), str(count), escape(reason))
        output.print(skipped)
    for line in report.lines:
        output.print(escape(line), soft_wrap=True)
    if dry_run:
        output.print("This was a dry run: nothing was written.")
