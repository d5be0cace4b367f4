"""The log: lines for people or JSON for machines, each with the id of the request it belongs to."""

import logging
import sys
from typing import Any

import structlog
from structlog.types import EventDict

SERVICE = "graphql-blog"


def configure_logging(*, as_json: bool, level: str = "info") -> None:
    """Sends what this server and its libraries log to standard error, in one form.

    What is below `level` costs nothing: it is thrown away before anything is made of it.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
    ]
    form = [_with_service, *_rendering(as_json=as_json)]
    number = logging.getLevelNamesMapping()[level.upper()]
    _configure_libraries(shared, form, number)
    # Our own lines do not pass through the standard library, which takes as long again.
    structlog.configure(
        processors=[*shared, *form],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(number),
        cache_logger_on_first_use=True,
    )


def _rendering(*, as_json: bool) -> list[Any]:
    if as_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # A traceback with the values of variables would write passwords into the log.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def _configure_libraries(shared: list[Any], form: list[Any], level: int) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *form],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # It warns of each broken form what its sender is told anyway.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)


def _with_service(_logger: Any, _name: str, event: EventDict) -> EventDict:
    return {**event, "service": SERVICE}
