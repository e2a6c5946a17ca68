"""What every page is given: words, theme, who is signed in, and the doors to the records."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from emis_desktop.rules.rights import Actor
from resources.words import Words
from ui.laptop_settings import LaptopSettings
from ui.tasks import Tasks
from ui.theme.theme import Theme

if TYPE_CHECKING:  # the sign-in window needs none of them, and the store's library takes long to load
    from emis_desktop.desk import Queries, Services
    from emis_desktop.jobs.all_jobs import Jobs
    from emis_desktop.laptop import OpenLaptop
    from emis_desktop.profiles import CountryProfile
    from emis_desktop.queries.school import TermInfo, YearInfo
    from ui.sync_page.watch import SyncWatch


DOWNLOAD_MS = 400
"""So often at most the pages hear of what a download brings."""


class Notify(Protocol):
    """Shows a toast."""

    def __call__(self, text: str, undo: Callable[[], None] | None = None, verb: str = "") -> None:
        """Say what happened; ``undo`` is called by the button "Undo" (or ``verb``)."""
        ...


class ChangeHub(QObject):
    """Tells the pages which tables have changed.

    ``post`` may be called from any thread (the store calls it after each commit); ``changed(frozenset of
    table names)`` comes in the GUI thread. What is posted while the screen is busy comes as one. A download
    commits thirty times a second: it is told now and then, or the pages would do nothing but read.
    """

    changed = Signal(object)
    _posted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._tables: set[str] = set()
        self._told = True
        self._later = QTimer(self, singleShot=True, interval=DOWNLOAD_MS)
        self._later.timeout.connect(self._deliver)
        self._posted.connect(self._hear)
        self._soon = False

    def post(self, tables: frozenset[str], *, soon: bool = True) -> None:
        """Pass on that ``tables`` changed; without ``soon``, when it suits."""
        with self._lock:
            self._tables |= tables
            first = self._told or (soon and not self._soon)
            self._told, self._soon = False, self._soon or soon
        if first:
            self._posted.emit()

    def _hear(self) -> None:
        if self._soon:
            self._deliver()
        elif not self._later.isActive():
            self._later.start()

    def _deliver(self) -> None:
        with self._lock:
            tables, self._tables = frozenset(self._tables), set()
            self._told, self._soon = True, False
        self._later.stop()
        if tables:
            self.changed.emit(tables)


class Place(QObject):
    """The school, year and term that are chosen in the top bar; each None while there is none.

    The window's owner calls ``choose``; pages read the three and listen to ``changed``. ``class_id`` is the
    class last worked in, on whichever page: where a page about one class begins.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.institution_id: UUID | None = None
        self.year: YearInfo | None = None
        self.term: TermInfo | None = None
        self.class_id: UUID | None = None

    def choose(self, institution_id: UUID | None, year: YearInfo | None, term: TermInfo | None) -> None:
        """Choose all three; ``changed`` comes when that makes a difference."""
        before = (self.institution_id, self.year, self.term)
        self.institution_id, self.year, self.term = institution_id, year, term
        if before != (institution_id, year, term):
            self.changed.emit()


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What one page could not store: how many, in words for the status bar, and what leads there."""

    count: int
    text: str
    lead: Callable[[], object]


class UnsavedWork(QObject):
    """What stands refused on the pages and is in no store: kept in memory only, until signing out.

    A page ``report``s under the key of its screen; ``changed`` comes after each report. The window shows
    ``first`` as its fact "saved"; when that is pressed it opens the screen ``first_page`` and calls ``lead``.
    Before locking it says ``count``.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._by_page: dict[str, Unsaved] = {}

    def report(self, page: str, unsaved: Unsaved | None) -> None:
        """Say what ``page`` has that is not saved; None when everything is."""
        if unsaved is None:
            self._by_page.pop(page, None)
        else:
            self._by_page[page] = unsaved
        self.changed.emit()

    def forget(self) -> None:
        """The pages that reported are gone, and what stood in them."""
        if self._by_page:
            self._by_page.clear()
            self.changed.emit()

    def first(self) -> Unsaved | None:
        """What to show, None when all is saved."""
        return next(iter(self._by_page.values()), None)

    def first_page(self) -> str:
        """The key of the screen that ``first`` is on, "" when all is saved."""
        return next(iter(self._by_page), "")

    def count(self) -> int:
        """How many entries of all pages are not saved."""
        return sum(unsaved.count for unsaved in self._by_page.values())


@dataclass(frozen=True, slots=True)
class UiContext:
    """The things a page works with. ``services``, ``queries`` and ``jobs`` are the program's facades.

    Pages read through ``queries``, write through ``services`` and start long work with ``tasks.run``;
    what is done then is in ``jobs`` (:func:`emis_desktop.jobs.all_jobs.jobs_of`).
    ``settings`` are the laptop's choices, ``place`` is what the top bar has chosen, ``profile`` the
    country's, ``unsaved`` where a page says what it could not store, ``laptop`` what a job takes its store
    from, ``sync`` what the engine is at.
    """

    words: Words
    theme: Theme
    actor: Actor
    services: Services
    queries: Queries
    jobs: Jobs
    settings: LaptopSettings
    notify: Notify
    tasks: Tasks
    changes: ChangeHub
    place: Place = field(default_factory=Place)
    unsaved: UnsavedWork = field(default_factory=UnsavedWork)
    profile: CountryProfile | None = None
    laptop: OpenLaptop | None = None
    sync: SyncWatch | None = None
