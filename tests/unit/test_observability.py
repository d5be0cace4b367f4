"""The log: one form for our lines and those of libraries, nothing made of what is too little."""

import json
import logging

import pytest
import structlog

from graphql_blog.observability import configure_logging


@pytest.fixture(autouse=True)
def logging_as_before():
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


def logged(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_our_lines_and_those_of_libraries_look_alike(capsys):
    configure_logging(as_json=True)

    with structlog.contextvars.bound_contextvars(requestId="one"):
        structlog.get_logger("ours").info("Hello", status=200)
        logging.getLogger("theirs").info("Hello")

    ours, theirs = logged(capsys)
    assert ours.pop("timestamp")[-1] == theirs.pop("timestamp")[-1] == "Z"
    assert theirs == {
        "event": "Hello",
        "level": "info",
        "requestId": "one",
        "service": "graphql-blog",
    }
    assert ours == {**theirs, "status": 200}


@pytest.mark.parametrize(
    ("level", "written"),
    [
        ("debug", ["debug", "info", "warning", "error"]),
        ("info", ["info", "warning", "error"]),
        ("warning", ["warning", "error"]),
        ("error", ["error"]),
    ],
)
def test_what_is_below_the_level_is_not_written(capsys, level, written):
    configure_logging(as_json=True, level=level)

    for name in ("debug", "info", "warning", "error"):
        getattr(structlog.get_logger("ours"), name)(name)
        getattr(logging.getLogger("theirs"), name)(name)

    assert [line["event"] for line in logged(capsys)] == [
        name for name in written for _ in ("ours", "theirs")
    ]


def test_nothing_is_made_of_a_line_that_is_not_written(capsys):
    class Unwritable:
        def __repr__(self) -> str:
            raise AssertionError("It is not going to be written.")

    configure_logging(as_json=False, level="warning")

    structlog.get_logger("ours").info("Hello", thing=Unwritable())

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("as_json", [True, False])
def test_a_bug_is_written_with_its_trace_and_without_the_values_in_it(capsys, as_json):
    configure_logging(as_json=as_json)

    def log_in_with(password: str) -> None:
        raise LookupError("It is broken.")

    try:
        log_in_with("".join(["hunter", "2"]))
    except LookupError as error:
        structlog.get_logger("ours").error("Unforeseen error", exc_info=error)

    written = capsys.readouterr().err
    assert "Traceback (most recent call last)" in written
    assert "LookupError: It is broken." in written
    assert "hunter2" not in written


def test_a_broken_form_is_no_line_of_the_library_that_reads_forms(capsys):
    configure_logging(as_json=True)

    logging.getLogger("python_multipart.multipart").warning("Found invalid character 13")

    assert logged(capsys) == []
