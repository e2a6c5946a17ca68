"""What every page is given: words, theme, who is signed in, and the doors to the records."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from emis_desktop.rules.rights import Actor
from resources.words import Words
from ui.tasks import Tasks
from ui.theme.theme import Theme


class Notify(Protocol):
    """Shows a toast."""

    def __call__(self, text: str, undo: Callable[[], None] | None = None, verb: str = "") -> None:
        """Say what happened; ``undo`` is called by the button "Undo" (or ``verb``)."""
        ...


class ChangeHub(QObject):
    """Tells the pages which tables have changed.

    ``post`` may be called from any thread (the store calls it after each commit); ``changed(frozenset of
    table names)`` comes in the GUI thread.
    """

    changed = Signal(object)
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self._deliver)

    def post(self, tables: frozenset[str]) -> None:
        """Pass on that ``tables`` changed."""
        self._posted.emit(tables)

    def _deliver(self, tables: frozenset[str]) -> None:
        self.changed.emit(tables)


@dataclass(frozen=True, slots=True)
class UiContext:
    """The things a page works with. ``services``, ``queries`` and ``jobs`` are the program's facades.

    Pages read through ``queries``, write through ``services`` and start long work with ``tasks.run``.
    """

    words: Words
    theme: Theme
    actor: Actor
    services: object
    queries: object
    jobs: object
    settings: object
    notify: Notify
    tasks: Tasks
    changes: ChangeHub
