"""The program's log: JSON lines, a few files of a bounded size, no personal data."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from emis_desktop.settings import Home

if TYPE_CHECKING:
    from io import TextIOWrapper
    from logging.handlers import RotatingFileHandler

LARGEST = 1_000_000
KEPT = 3
NAME = "emis.log"


class _Lines(logging.Formatter):
    """One JSON object a line: when, how grave, where from, what, and the trace of a fault."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, str] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


@cache
def _file_handler() -> type[RotatingFileHandler]:
    """Files that a full disk leaves without a line, and the person without a trace on the terminal.

    Folder and file come with the first line: a command that was refused leaves nothing behind.
    """
    from logging.handlers import RotatingFileHandler  # noqa: PLC0415  - 8 ms, and the window comes first

    class Quiet(RotatingFileHandler):
        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  - the library's name
            """Go on without the line."""

        def _open(self) -> TextIOWrapper:
            Path(self.baseFilename).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return super()._open()

    return Quiet


def start_log(home: Home) -> None:
    """Write the log into the data folder, and no longer into another. Where that cannot be written, go on
    without one.
    """
    files = _file_handler()
    root, path = logging.getLogger(), home.logs / NAME
    for before in [handler for handler in root.handlers if isinstance(handler, files)]:
        if Path(before.baseFilename) == path.absolute():
            return
        root.removeHandler(before)
        before.close()
    if home.root.exists() and not home.root.is_dir():
        return
    handler = files(path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(_Lines())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
