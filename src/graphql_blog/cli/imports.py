"""`graphql-blog import`: a WordPress export, or a folder of Markdown files, into this blog."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from graphql_blog import resources
from graphql_blog.cli.database import require_migrated, upgrade
from graphql_blog.cli.terminal import DatabaseUrl, fail, messages, output
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
    """
    settings = Settings.load(database_url=database_url)
    now = datetime.now(UTC)
    with _progress() as progress, _opened(file) as stream, _refusals_name(file):
        read = progress.wrap_file(stream, file.stat().st_size, description=file.name)
        report = _import(wordpress.read(read, now), settings, now, dry_run=dry_run)
    _show(report, file, dry_run=dry_run, as_json=as_json)


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
    """Import a folder of Markdown files with YAML or TOML front matter.

    Jekyll's _posts and _drafts and Hugo's and Zola's content are found by themselves; in any other
    folder every Markdown file is a post. A second run changes nothing.
    """
    settings = Settings.load(database_url=database_url)
    now = datetime.now(UTC)
    with _progress() as progress, _refusals_name(folder):
        found = markdown.find(folder)
        files = progress.track(found.files, description=folder.name)
        records = markdown.read(found, now, files=files, source=source)
        report = _import(records, settings, now, dry_run=dry_run)
    _show(report, folder, dry_run=dry_run, as_json=as_json)


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


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    try:
        stream = file.open("rb")
    except OSError as error:
        fail(f"{escape(str(file))} cannot be read: {error.strerror}.")
    with stream:
        yield stream


@contextmanager
def _refusals_name(path: Path) -> Iterator[None]:
    try:
        yield
    except BadRequest as refusal:
        fail(f"{escape(str(path))} cannot be imported: {escape(refusal.message)}.")
    except KeyboardInterrupt:
        messages.print("Stopped. What came in is kept: the same command goes on from there.")
        sys.exit(130)


def _import(
    records: Iterable[Record], settings: Settings, now: datetime, *, dry_run: bool
) -> Report:
    async def run(ready: Settings) -> Report:
        async with resources.opened(ready) as held:
            return await store.save(chain(begun, records), held, now, dry_run=dry_run)

    records = iter(records)
    # What is refused at its beginning does not make a database.
    begun = list(islice(records, 1))
    with _ready(settings, dry_run=dry_run) as ready:
        return asyncio.run(run(ready))


@contextmanager
def _ready(settings: Settings, *, dry_run: bool) -> Iterator[Settings]:
    """The settings of a database with all tables. A dry run does not make one where none is."""
    if dry_run and _is_missing(settings):
        with tempfile.TemporaryDirectory() as folder:
            elsewhere = Settings.load(data_dir=folder, database_url=f"sqlite:///{folder}/blog.db")
            asyncio.run(upgrade(elsewhere))
            yield elsewhere
        return
    asyncio.run((require_migrated if dry_run or settings.is_production else upgrade)(settings))
    yield settings


def _is_missing(settings: Settings) -> bool:
    url = settings.database
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()


def _show(report: Report, path: Path, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"dryRun": dry_run} | report.as_json(), indent=2, ensure_ascii=False))
    else:
        _print(report, dry_run=dry_run)
    if not report.is_complete:
        fail(f"Not all of {escape(str(path))} could be read; the lines say what is lost.")


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
