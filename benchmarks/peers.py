"""GraphQL servers from npm, for `--peers`: those that `benchmarks/peers/package.json` names.

They have the queries of ours in their schema, and answer the same texts.
"""

import json
from pathlib import Path

from benchmarks.processes import Server
from tests import npm

FOLDER = Path(__file__).resolve().parent / "peers"


def installed() -> list[Server]:
    """The peers, ready to be started; fetched when they are missing or others than locked."""
    if not npm.is_installed(FOLDER, FOLDER):
        npm.install(FOLDER, FOLDER)
    names = json.loads((FOLDER / "package.json").read_text())["peers"]
    return [Server(name, (str(npm.node()), str(FOLDER / f"{name}.mjs"))) for name in names]
