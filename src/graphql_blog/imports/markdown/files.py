"""Which files of a folder are posts, in the layouts of Jekyll, Hugo and Zola, or in none."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from graphql_blog.db.columns import ContentFormat
from graphql_blog.errors import BadRequest
from graphql_blog.imports.records import Notice, Record, Skipped
from graphql_blog.imports.text import storable

FORMATS = {
    ".md": ContentFormat.MARKDOWN,
    ".markdown": ContentFormat.MARKDOWN,
    ".mdown": ContentFormat.MARKDOWN,
    ".mkdn": ContentFormat.MARKDOWN,
    ".mkd": ContentFormat.MARKDOWN,
    ".mkdown": ContentFormat.MARKDOWN,
    ".text": ContentFormat.MARKDOWN,
    ".rmd": ContentFormat.MARKDOWN,
    ".html": ContentFormat.HTML,
    ".htm": ContentFormat.HTML,
}
NOT_OURS = {"_site", "node_modules", "vendor"}
ABOUT_THE_FOLDER = {"readme", "license", "changelog", "contributing", "code_of_conduct"}
DATED_NAME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[-_](.+)")


class Layout(Enum):
    JEKYLL = auto()
    CONTENT = auto()
    """Hugo's and Zola's: all under `content/`, a post may be a folder with an `index.md`."""
    NONE = auto()


@dataclass(slots=True)
class Folder:
    """A folder, its posts' files in order, and remarks on the others."""

    root: Path
    layout: Layout
    files: list[Path] = field(default_factory=list)
    remarks: list[Record] = field(default_factory=list)

    def skip(self, kind: str, reason: str) -> None:
        self.remarks.append(Skipped(kind, reason))

    def skip_named(self, path: Path, reason: str) -> None:
        self.skip("file", reason)
        self.remarks.append(Notice(self.name(path), f"skipped: {reason}"))

    def name(self, path: Path) -> str:
        """Of a file, within the folder."""
        return storable(path.relative_to(self.root).as_posix())


def find(given: Path) -> Folder:
    """Raises `BadRequest` when there is no such folder."""
    if not given.is_dir():
        raise BadRequest("it is not a folder" if given.exists() else "there is no such folder")
    root = given.resolve()
    folder = Folder(root, Layout.NONE)
    paths = sorted(_below(folder))
    folder.layout = _layout(root, paths)
    for path in paths:
        if _is_post(folder, path):
            folder.files.append(path)
    return folder


def _below(folder: Folder) -> Iterator[Path]:
    for here, names, files in os.walk(folder.root):
        for name in list(names):
            if _is_closed(folder, Path(here, name)):
                names.remove(name)
        yield from (Path(here, name) for name in files if not name.startswith("."))


def _is_closed(folder: Folder, path: Path) -> bool:
    """Whether a folder is left alone: tools' own, and links, which may lead anywhere."""
    if path.is_symlink():
        folder.skip_named(path, "a link to a folder")
    elif path.name.startswith(".") or path.name in NOT_OURS:
        folder.skip(f"folder {path.name}", "holds no sources")
    else:
        return False
    return True


def _layout(root: Path, paths: list[Path]) -> Layout:
    if any("_posts" in _folders(root, path) for path in paths):
        return Layout.JEKYLL
    return Layout.CONTENT if root.name == "content" or (root / "content").is_dir() else Layout.NONE


def _folders(root: Path, path: Path) -> tuple[str, ...]:
    """The folders a file lies in, from the given one on."""
    return (root.name, *path.relative_to(root).parts[:-1])


def is_draft(folder: Folder, path: Path) -> bool:
    return "_drafts" in _folders(folder.root, path)


def _is_post(folder: Folder, path: Path) -> bool:
    """Remarks on it when it is none."""
    folders = _folders(folder.root, path)
    if folder.layout is Layout.JEKYLL and not {"_posts", "_drafts"} & {*folders}:
        folder.skip("file", "neither in _posts nor in _drafts")
    elif folder.layout is Layout.CONTENT and "content" not in folders:
        folder.skip("file", "not in content")
    elif path.is_symlink() and not path.resolve().is_relative_to(folder.root):
        folder.skip_named(path, "a link that leads out of the folder")
    elif path.exists() and not path.is_file():
        folder.skip_named(path, "it is not a regular file")
    elif path.suffix.lower() not in FORMATS:
        folder.skip(f"{path.suffix or path.name} file", "not Markdown")
    elif "_posts" in folders and not DATED_NAME.fullmatch(path.stem):
        folder.skip_named(path, "its name does not begin with a date, as in 2012-01-31-title.md")
    elif path.stem.partition(".")[0] == "_index":
        folder.skip("section page", "not a post")
    elif path.stem == "index" and len(folders) == 1 + (folders[-1] == "content"):
        folder.skip("front page", "not a post")
    elif path.stem.lower() in ABOUT_THE_FOLDER:
        folder.skip_named(path, "it is about the folder")
    else:
        return True
    return False
