"""The log: lines for people or JSON for machines, each with the id of the request it belongs to."""

import logging
import sys
from typing import Any

import structlog
from structlog.types import EventDict

SERVICE = "graphql-blog"


def configure_logging(*, as_json: bool) -> None:
    """Sends what this server and its libraries log to standard error, in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
    ]
    if as_json:
        last: list[Any] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ]
    else:
        # A traceback with the values of variables would write passwords into the log.
        plain = structlog.dev.plain_traceback
        last = [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)
        ]
    form = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            _with_service,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *last,
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(form)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _with_service(_logger: Any, _name: str, event: EventDict) -> EventDict:
    return {**event, "service": SERVICE}
