"""The lock files: complete, hashed, and free of the addresses they were made from."""

import json
import re
import tomllib
from pathlib import Path

import dev
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = [ROOT / "requirements" / "run.lock", ROOT / "requirements" / "test.lock"]
NPM_LOCKS = [project / "package-lock.json" for project in dev.NPM_PROJECTS]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
RUN = [*PROJECT["project"]["dependencies"], *GROUPS["build"]]


def file_name(path):
    return str(path.relative_to(ROOT))


def locked(path):
    """Each locked package with its marker and its hashes, by name."""
    entries = re.split(r"\n(?=\S)", path.read_text().strip())
    return {canonicalize_name(re.match(r"[\w.-]+", entry)[0]): entry for entry in entries}


@pytest.mark.parametrize("path", PYTHON_LOCKS + NPM_LOCKS, ids=file_name)
def test_no_lock_says_where_packages_come_from(path):
    lines = path.read_text().splitlines()

    assert [line for line in lines if "://" in line or "index-url" in line] == []


@pytest.mark.parametrize("path", PYTHON_LOCKS, ids=file_name)
def test_every_python_package_has_a_version_and_hashes(path):
    entry = r"[\w.-]+==\S+( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+"

    assert [found for found in locked(path).values() if not re.fullmatch(entry, found)] == []


@pytest.mark.parametrize("path", NPM_LOCKS, ids=file_name)
def test_every_npm_package_has_a_hash(path):
    packages = json.loads(path.read_text())["packages"]

    assert [name for name, found in packages.items() if name and "integrity" not in found] == []


def test_what_runs_is_what_was_tested():
    run, test = map(locked, PYTHON_LOCKS)

    assert run.items() - test.items() == set()


@pytest.mark.parametrize(
    ("path", "wanted"),
    list(zip(PYTHON_LOCKS, [RUN, [*RUN, *GROUPS["test"]]], strict=True)),
    ids=["run.lock", "test.lock"],
)
def test_the_locks_fit_the_dependencies_of_the_project(path, wanted):
    versions = {name: re.search(r"==([^\s;]+)", entry)[1] for name, entry in locked(path).items()}
    missed = [
        requirement
        for requirement in map(Requirement, wanted)
        if not requirement.specifier.contains(versions.get(canonicalize_name(requirement.name), ""))
    ]

    assert missed == []
