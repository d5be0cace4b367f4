"""A front end: a folder with the packages of npm, programs from docs/clients.md, and a server."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import npm
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "clients.md").read_text()
PROGRAMS = Path(__file__).parent / "programs"
SCHEMA = ROOT / "schema.graphql"
# Where the programs of the page look for the server.
LOCAL = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class FrontEnd:
    """What is in `folder` has these packages, and asks the demo blog on `server`."""

    folder: Path
    packages: Path
    server: str = LOCAL

    def __post_init__(self) -> None:
        (self.folder / "node_modules").symlink_to(self.packages)

    def follow(self, client: str) -> None:
        """Does what the page says about this client: its files, and the schema beside them."""
        files = re.findall(rf"^`{client}/([\w./-]+)`\n\n```\w+\n(.*?)^```", PAGE, re.M | re.S)
        assert files, f"docs/clients.md has no programs for {client}"
        for name, text in files:
            self.write(name, text.replace(LOCAL, self.server))
        shutil.copy(SCHEMA, self.folder)

    def add(self, *names: str) -> None:
        """Programs of ours, beside those of the page, which they may import."""
        for name in names:
            text = (PROGRAMS / Path(name).name).read_text()
            self.write(name, text.replace(LOCAL, self.server))

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, command: str, *, warns: str = "") -> str:
        """What a command of the shell prints; it must not fail, nor complain of anything else."""
        done = self.tried(command)
        said = f"{command}\n{done.stdout}\n{done.stderr}"
        assert (done.returncode, done.stderr) == (0, warns), said
        return done.stdout

    def tried(self, command: str) -> "subprocess.CompletedProcess[str]":
        """Programs of the packages are found as npx would find them."""
        environment = npm.environment()
        found = f"{self.folder}/node_modules/.bin:{environment['PATH']}"
        return subprocess.run(
            command.replace("npx ", ""),
            shell=True,
            cwd=self.folder,
            env={**environment, "PATH": found, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def told(self, command: str) -> Any:
        """The JSON that a program prints."""
        return json.loads(self.run(command))


def commands(beginning: str) -> list[str]:
    """The commands that the page has for the shell and that begin so, without comments."""
    lines = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.S)).splitlines()
    return [line.split(" #")[0] for line in lines if line.startswith(beginning)]
