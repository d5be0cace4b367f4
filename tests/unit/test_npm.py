"""Packages from npm: known to be installed only when they are those of the lock."""

import pytest

from tests import npm
from tests.servers import Unavailable


@pytest.fixture
def target(tmp_path):
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "installed.json").write_bytes(b"{}")
    return tmp_path


def test_packages_of_another_lock_count_as_missing(tmp_path, target):
    (tmp_path / npm.LOCK).write_bytes(b'{"lockfileVersion": 3}')

    assert not npm.is_installed(tmp_path, target)


def test_a_missing_project_says_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(npm, "INSTALLED", tmp_path)

    with pytest.raises(Unavailable, match="npm packages of requirements/clients are not installed"):
        npm.project("clients")
