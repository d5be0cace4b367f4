"""The house tests itself: floors, one wire form for every refusal, sizes."""

import ast

import pytest
from importlinter.cli import lint_imports

from graphql_blog.errors import BlogError
from graphql_blog.graph.errors import CODES
from graphql_blog.rest.problems import CODE, STATUS
from graphql_blog.settings import Settings, WrongSetting
from tests.conftest import ROOT

SOURCES = sorted((ROOT / "src").rglob("*.py"))
# Ends the process that starts, so that no API ever sees it.
NEVER_ON_THE_WIRE = {WrongSetting}


def test_parts_only_look_down():
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_every_refusal_has_a_form_in_both_apis():
    refusals = set(BlogError.__subclasses__()) - NEVER_ON_THE_WIRE

    assert set(CODES) == refusals
    assert set(STATUS) == refusals
    assert set(CODE) == refusals


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_setting_is_in_the_readme(name):
    assert f"| `GRAPHQL_BLOG_{name.upper()}` |" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_module_says_what_it_holds_and_is_short(path):
    text = path.read_text()

    assert ast.get_docstring(ast.parse(text)), "a module says in a line what it holds"
    assert len(text.splitlines()) <= 500


def test_imports_stand_at_the_top():
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []
