"""The server's log: one JSON object a line on standard error, without personal data.

A request is told by the kind of its path, its answer, time and sizes, and the first signs of the site's id;
never by an address, a name, a value, or anything that came in a body.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final, TextIO

LOGGER: Final = "sync.server"
_EXTRA: Final = "told"


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record; what was given as ``extra={"told": {...}}`` stands in it by name."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": record.getMessage(),
        }
        line.update(getattr(record, _EXTRA, {}))
        if record.exc_info:
            line["trace"] = _trace(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _trace(fault: BaseException | None) -> str:
    """Where it happened and what kind of fault, without its words: a database puts whole rows into them."""
    told: list[str] = []
    while fault is not None:
        state = getattr(fault, "sqlstate", None)
        told += [*traceback.format_tb(fault.__traceback__), f"{type(fault).__name__} {state or ''}".rstrip()]
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    return "\n".join(told)


def start_logs(level: str = "info", stream: TextIO | None = None) -> None:
    """Let this process write its log, ours and the libraries'."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one.formatter, JsonLines)]:
        root.removeHandler(handler)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def told(logger: logging.Logger, what: str, **facts: object) -> None:
    """One line with facts beside it."""
    logger.info(what, extra={_EXTRA: facts})
