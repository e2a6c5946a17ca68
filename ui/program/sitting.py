"""One sitting: from signing in to locking, everything that one person works with."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from emis_desktop.desk import Desk
from emis_desktop.errors import EmisError
from emis_desktop.front import save_front
from emis_desktop.jobs.all_jobs import jobs_of
from emis_desktop.jobs.demo.laptop import is_demonstration
from emis_desktop.jobs.syncing import Syncing
from emis_desktop.journal import Changed
from emis_desktop.queries.sync_state import Barred, SyncState
from emis_desktop.rules.rights import ROLE_NAMES, Right, offers
from resources.words import Words
from ui.context import ChangeHub, Place, UiContext, UnsavedWork
from ui.laptop_settings import LaptopSettings
from ui.program import opening
from ui.program.classes import KnownClasses
from ui.program.clip import Clip
from ui.program.counts import Counts
from ui.program.elsewhere import Elsewhere
from ui.program.facts import Facts
from ui.program.finders import ClassFinder, PupilFinder
from ui.program.front_page import front_of
from ui.program.leaving import Leaving
from ui.program.places import Places
from ui.program.saving import SavingBar
from ui.program.screens import SYNC, items_of
from ui.program.sync_doors import open_doors
from ui.program.sync_facts import SyncCounts
from ui.program.undoing import Undoing
from ui.shell.finder import Deed
from ui.shell.page import Page
from ui.shell.window import MainWindow
from ui.sync_page.watch import SyncWatch
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.unlock.state import Bookmark, Ended, LastSitting

STRUCTURE = frozenset({"institution", "academic_period", "term", "school_class"})
"""Tables that the selectors show."""
SEATS = STRUCTURE | {"class_pupil", "enrolment"}
"""Tables that the classes are counted from."""


def today() -> date:
    """The day on the wall."""
    return datetime.now().astimezone().date()


class Sitting(QObject):
    """The desk of whoever is signed in, and the window made for it.

    ``ended(Ended)`` asks for the sitting to end: the program then takes the bookmark, drops the window and
    calls :meth:`close`. ``language_asked(code)``; ``restore_asked(path)`` for a backup that takes the place
    of these records; ``damaged(StoreDamaged)`` when the file of the records is found damaged,
    ``shut(EmisError)`` when the ministry has closed them for good.
    """

    ended = Signal(object)
    language_asked = Signal(str)
    restore_asked = Signal(object)
    damaged = Signal(object)
    shut = Signal(object)

    def __init__(
        self, desk: Desk, theme: Theme, settings: LaptopSettings, tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self._theme, self._settings, self._tasks = theme, settings, tasks
        self._hub = ChangeHub(self)
        self._place, self._unsaved = Place(self), UnsavedWork(self)
        self._classes = KnownClasses(desk.queries.school, self._place, today, self)
        self._places = Places(desk.queries.school, settings, self._place, today, self)
        self._clip = Clip(self)
        self.leaving = Leaving(self._unsaved, settings, tasks, self)
        self.leaving.ended.connect(self.ended)
        self.saving = SavingBar(desk.laptop, tasks, self)
        self._hub.changed.connect(self._tables_changed)
        desk.laptop.db.subscribe(self._heard)
        self._elsewhere = Elsewhere(desk.laptop.db.catch_up, self)
        desk.laptop.db.watch_damage(self.damaged.emit)
        self._syncing = Syncing(desk.laptop)
        self._sync = SyncWatch(open_doors(desk, self._syncing), tasks, self)
        self._sync.changed.connect(self._sync_changed)
        self._syncing.start()
        self._window: MainWindow | None = None
        self._facts: Facts | None = None
        self.context: UiContext | None = None

    # -- The window -----------------------------------------------------------------------------------

    def window(self, words: Words) -> MainWindow:
        """Make the main window in a language; one made before is not used any more."""
        actor = self.desk.laptop.actor
        window = MainWindow(words, self._theme, actor.name, words.tr(ROLE_NAMES[actor.role]))
        self._window = window
        self.leaving.set_window(window)
        self.saving.set_window(window)
        self.context = self._context(words, window)
        undoing = Undoing(window, self.desk.services.undo, self._tasks)
        finders = (
            PupilFinder(self.desk.queries.search, words, window.open),
            ClassFinder(self._classes, words, window.open),
        )
        window.set_screens(items_of(self.context, self._made), finders)
        window.add_deeds([*undoing.deeds(), *self._deeds(words, window)])
        self._facts = Facts(
            window,
            self.desk.queries.users,
            self._settings,
            self._unsaved,
            self._tasks,
            actor,
            invented=is_demonstration(self.desk.laptop.home),
            sync=self._sync,
        )
        self._sync_counts = SyncCounts(window, self._sync)
        self._counts = Counts(window, self.context)
        self._connect(window)
        self._places.speak(words, self.desk.laptop.profile)
        self._places.load()
        self._places.show_in(window.set_choices)
        return window

    def _context(self, words: Words, window: MainWindow) -> UiContext:
        laptop = self.desk.laptop
        return UiContext(
            words=words,
            theme=self._theme,
            actor=laptop.actor,
            services=self.desk.services,
            queries=self.desk.queries,
            jobs=jobs_of(laptop),
            settings=self._settings,
            notify=window.notify,
            tasks=self._tasks,
            changes=self._hub,
            place=self._place,
            unsaved=self._unsaved,
            profile=laptop.profile,
            laptop=laptop,
            sync=self._sync,
        )

    def _deeds(self, words: Words, window: MainWindow) -> list[Deed]:
        actor, tr, go = self.desk.laptop.actor, words.tr, window.open
        deeds: list[Deed] = []
        if offers(actor, Right.EDIT_BEHAVIOUR) and actor.institution_id is not None:
            deeds.append(Deed(tr("Report an incident"), "flag", partial(go, "behaviour", report=True)))
        if offers(actor, Right.VIEW_STUDENTS):
            deeds.append(Deed(tr("Textbooks"), "book-open", partial(go, "students", textbooks=True)))
        if offers(actor, Right.BACKUP):
            deeds.append(Deed(tr("Back up to a USB stick"), "usb-stick", partial(go, "backup")))
        return deeds

    def _connect(self, window: MainWindow) -> None:
        window.selected.connect(self._places.select)
        window.status_pressed.connect(self._status_pressed)
        window.banner_pressed.connect(window.open)
        window.lock_asked.connect(partial(self.leaving.ask_to_end, Ended.LOCKED))
        window.sign_out_asked.connect(partial(self.leaving.ask_to_end, Ended.SIGNED_OUT))
        window.theme_asked.connect(self._keep_theme)

    def _made(self, page: Page) -> None:
        """Some pages ask for more than the window gives."""
        for name, signal in (("language_asked", self.language_asked), ("restore_asked", self.restore_asked)):
            asked = getattr(page, name, None)
            if asked is not None:
                asked.connect(signal)

    # -- Beginning and ending -------------------------------------------------------------------------

    def begin(self, bookmark: Bookmark | None) -> None:
        """Open the first screen, or the one that was left."""
        window = self._window
        assert window is not None  # noqa: S101  - the window comes first
        if bookmark is None or not window.open(bookmark.screen, **bookmark.arguments):
            keys = [item.key for item in items_of(self._known_context(), self._made)]
            window.open(keys[0])

    def bookmark(self) -> Bookmark | None:
        """What is open now."""
        page = self._window.page() if self._window is not None else None
        if page is None or self._window is None:
            return None
        return Bookmark(self._window.current(), page.bookmark())

    def left(self, how: Ended) -> LastSitting:
        """How it ends, for the sign-in screen; take it before :meth:`close`."""
        bookmark = None if how is Ended.SIGNED_OUT else self.bookmark()
        minutes, user_id = self._settings.auto_lock_minutes, self.desk.laptop.actor.user_id
        now = datetime.now().astimezone()
        return LastSitting(how, user_id, now, minutes, self.leaving.lost(), bookmark)

    def close(self) -> None:
        """Lock: write what the sign-in screen shows, close the store, wipe the keys, forget the window."""
        self.leaving.stop()
        self._elsewhere.stop()
        self._sync.stop()
        self._syncing.stop()
        self._hub.changed.disconnect(self._tables_changed)
        save_front(self.desk.laptop.home.front, front_of(self.desk, today(), self._classes, self._sync))
        self._clip.clear()
        self.desk.laptop.lock()
        self.saving.set_window(None)
        self._window = self._facts = self.context = None
        self._classes.forget()

    # -- What happens meanwhile -----------------------------------------------------------------------

    def _heard(self, changed: Changed) -> None:
        self._hub.post(changed.tables, soon=bool(changed.act))  # what came over the line is no act

    def _tables_changed(self, tables: frozenset[str]) -> None:
        if self._facts is not None:
            self._facts.changed()
        self._sync.tables_changed(tables)
        if tables & SEATS:
            self._classes.forget()
        if tables & STRUCTURE:
            self._places.load()

    def _sync_changed(self, state: SyncState) -> None:
        """A laptop that is marked as lost has no keys any more: whoever is in cannot go on."""
        told = opening.shut(self.desk.laptop.home) if state.barred is Barred.LOST else None
        if told is not None:
            self.shut.emit(told)

    def _known_context(self) -> UiContext:
        assert self.context is not None  # noqa: S101  - the window comes first
        return self.context

    def _keep_theme(self, mode: str) -> None:
        try:
            self._settings.change(theme=mode)
        except EmisError as refusal:
            self.saving.told.emit(refusal)

    def _status_pressed(self, which: str) -> None:
        window, first = self._window, self._unsaved.first()
        if window is None:
            return
        if which == "saved" and first is not None:
            window.open(self._unsaved.first_page())
            first.lead()
        elif which == "backup":
            window.open("backup")
        elif which in ("waiting", "contact"):
            window.open(SYNC)
        elif which == "decision":
            window.open(SYNC, conflicts=True)
        elif which == "lock":
            self.leaving.ask_to_end(Ended.LOCKED)
