"""Running one command, and never showing a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable

from emis_desktop.errors import CannotSave, EmisError
from emis_desktop.terminal.console import STOPPED, WRONG_USAGE, Terminal
from emis_desktop.terminal.stopping import stop_heard
from emis_desktop.terminal.usage import WrongUsage

log = logging.getLogger(__name__)


def guarded(
    terminal: Terminal, work: Callable[[], int], home: Callable[[], str], details: Callable[[], str]
) -> int:
    """The exit code of ``work``; whatever stops it becomes a sentence.

    ``home`` tells the data folder, ``details`` where a fault of the program is written down.
    """
    try:
        with stop_heard():
            return work()
    except WrongUsage as reason:
        terminal.refuse(reason)
        return WRONG_USAGE
    except EmisError as reason:
        return terminal.refuse(reason)
    except (KeyboardInterrupt, EOFError):
        terminal.refuse(CannotSave("Stopped. Nothing was left half done."))
        return STOPPED
    except OSError as fault:
        log.warning("the system refused", exc_info=True)
        place = str(fault.filename or home())
        return terminal.refuse(
            CannotSave("{place} cannot be used: check the path, the disk and its permissions.", place=place)
        )
    except Exception:
        log.exception("a command ended with a fault of the program")
        return terminal.refuse(
            EmisError(
                "This could not be done, and it is the program's fault. The details are in {folder}.",
                folder=details(),
            )
        )


def show_help(terminal: Terminal, text: str) -> None:
    """What a command takes, line by line; in JSON under ``help``."""
    for line in text.splitlines():
        terminal.say(line)
    terminal.result({"help": text})
