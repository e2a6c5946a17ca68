"""One sitting: from signing in to locking, everything that one person works with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from emis_desktop.desk import Desk
from emis_desktop.errors import EmisError
from emis_desktop.front import Front, Span, load_front, save_front
from emis_desktop.jobs.all_jobs import jobs_of
from emis_desktop.journal import Changed
from emis_desktop.queries.school import ClassInfo
from emis_desktop.rules.rights import ROLE_NAMES, Right, offers
from resources.words import Words
from ui.context import ChangeHub, Place, UiContext, UnsavedWork
from ui.laptop_settings import LaptopSettings
from ui.program.clip import Clip
from ui.program.counts import Counts
from ui.program.facts import Facts
from ui.program.finders import ClassFinder, PupilFinder
from ui.program.places import Places
from ui.program.screens import items_of
from ui.program.undoing import Undoing
from ui.shell.finder import Deed
from ui.shell.idle import IdleWatch
from ui.shell.page import Page
from ui.shell.window import MainWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.unlock.state import Bookmark, Ended
from ui.widgets.dialog import Dialog
from ui.work_queue import WorkQueue

STRUCTURE = frozenset({"institution", "academic_period", "term", "school_class"})
"""Tables that the selectors show."""
AGAIN_MS = 5_000
"""A lock that waits for a long piece of work looks again after this time."""


def today() -> date:
    """The day on the wall."""
    return datetime.now().astimezone().date()


class Sitting(QObject):
    """The desk of whoever is signed in, and the window made for it.

    ``ended(Ended)`` asks for the sitting to end: the program then takes the bookmark, drops the window and
    calls :meth:`close`. ``language_asked(code)``; ``restore_asked(path)`` for a backup that takes the place
    of these records; ``damaged(StoreDamaged)`` when the file of the records is found damaged.
    """

    ended = Signal(object)
    language_asked = Signal(str)
    restore_asked = Signal(object)
    damaged = Signal(object)
    _saving = Signal(object)

    def __init__(
        self, desk: Desk, theme: Theme, settings: LaptopSettings, tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self._theme, self._settings, self._tasks = theme, settings, tasks
        self._hub = ChangeHub(self)
        self._place, self._unsaved = Place(self), UnsavedWork(self)
        self._classes: tuple[ClassInfo, ...] | None = None
        self._places = Places(desk.queries.school, settings, self._place, today, self)
        self._clip = Clip(self)
        self._idle = IdleWatch(settings.auto_lock_minutes, self)
        self._idle.idle.connect(self._left_alone)
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._left_alone)
        self._hub.changed.connect(self._tables_changed)
        self._place.changed.connect(self._forget_classes)
        self._saving.connect(self._tell_saving)
        settings.changed.connect(self._settings_changed)
        desk.laptop.db.subscribe(self._heard)
        desk.laptop.db.watch_saving(self._saving.emit)
        desk.laptop.db.watch_damage(self.damaged.emit)
        self._window: MainWindow | None = None
        self._facts: Facts | None = None
        self.context: UiContext | None = None

    # -- The window -----------------------------------------------------------------------------------

    def window(self, words: Words) -> MainWindow:
        """Make the main window in a language; one made before is not used any more."""
        actor = self.desk.laptop.actor
        window = MainWindow(words, self._theme, actor.name, words.tr(ROLE_NAMES[actor.role]))
        self._window = window
        self.context = self._context(words, window)
        undoing = Undoing(window, self.desk.services.undo, self._tasks)
        finders = (
            PupilFinder(self.desk.queries.search, words, window.open),
            ClassFinder(self._known_classes, words, window.open),
        )
        window.set_screens(items_of(self.context, self._made), finders)
        window.add_deeds([*undoing.deeds(), *self._deeds(words, window)])
        self._facts = Facts(
            window, self.desk.queries.users, self._settings, self._unsaved, self._tasks, actor
        )
        self._counts = Counts(window, self.context)
        self._connect(window)
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
        )

    def _deeds(self, words: Words, window: MainWindow) -> list[Deed]:
        if not offers(self.desk.laptop.actor, Right.BACKUP):
            return []
        return [Deed(words.tr("Back up to a USB stick"), "usb-stick", partial(window.open, "backup"))]

    def _connect(self, window: MainWindow) -> None:
        window.selected.connect(self._places.select)
        window.status_pressed.connect(self._status_pressed)
        window.banner_pressed.connect(self._banner_pressed)
        window.fault_pressed.connect(self._try_again)
        window.lock_asked.connect(lambda: self._ask_to_end(Ended.LOCKED))
        window.sign_out_asked.connect(lambda: self._ask_to_end(Ended.SIGNED_OUT))
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

    def may_leave(self) -> bool:
        """Let the open page finish what is being typed; False when it does not let go."""
        page = self._window.page() if self._window is not None else None
        return page is None or page.leave()

    def finish_typing(self) -> None:
        """Store what stands in a field that has the focus, and wait until it is stored."""
        window = self._window
        if window is None:
            return
        window.setFocus()
        self.may_leave()
        for queue in window.findChildren(WorkQueue):
            queue.finish()

    def unsaved(self) -> int:
        """How many entries stand refused and in no store."""
        return self._unsaved.count()

    def close(self) -> None:
        """Lock: write what the sign-in screen shows, close the store, wipe the keys, forget the window."""
        self._idle.stop()
        self._again.stop()
        self._settings.changed.disconnect(self._settings_changed)
        self._hub.changed.disconnect(self._tables_changed)
        save_front(self.desk.laptop.home.front, self._front())
        self._clip.clear()
        self.desk.laptop.lock()
        self._window = self._facts = self.context = None
        self._classes = None

    def _front(self) -> Front:
        """What the sign-in screen may show; what it showed before when the records cannot be read."""
        home, actor = self.desk.laptop.home, self.desk.laptop.actor
        before = load_front(home.front)
        try:
            schools, waiting = self.desk.queries.school.schools(), self.desk.queries.users.waiting()
            year = self.desk.queries.school.today(today()).year
            terms = self.desk.queries.school.terms(year.id) if year is not None else ()
        except EmisError:
            return before
        own = {str(actor.user_id): self._duty()}
        name = schools[0].name if self.desk.laptop.site.institution_id and schools else ""
        return Front(
            name=name or self.desk.laptop.profile.identity.ministry,
            waiting=waiting.changes,
            sent_at=waiting.sent_at,
            terms=tuple(Span(term.starts_on, term.ends_on) for term in terms),
            duties={**before.duties, **own},
        )

    def _duty(self) -> str:
        """The class that a teacher has, when it is one."""
        classes = self._known_classes() if self.desk.laptop.actor.class_ids is not None else ()
        return classes[0].name if len(classes) == 1 else ""

    # -- What happens meanwhile -----------------------------------------------------------------------

    def _heard(self, changed: Changed) -> None:
        self._hub.post(changed.tables)

    def _tables_changed(self, tables: frozenset[str]) -> None:
        if self._facts is not None:
            self._facts.changed()
        if tables & STRUCTURE:
            self._forget_classes()
            self._places.load()

    def _forget_classes(self) -> None:
        self._classes = None

    def _known_classes(self) -> tuple[ClassInfo, ...]:
        place = self._place
        if self._classes is None and place.institution_id is not None and place.year is not None:
            self._classes = self.desk.queries.school.classes(place.institution_id, place.year.id, today())
        return self._classes or ()

    def _known_context(self) -> UiContext:
        assert self.context is not None  # noqa: S101  - the window comes first
        return self.context

    def _settings_changed(self) -> None:
        self._idle.set_minutes(self._settings.auto_lock_minutes)

    def _keep_theme(self, mode: str) -> None:
        try:
            self._settings.change(theme=mode)
        except EmisError as refusal:
            self._saving.emit(refusal)

    def _banner_pressed(self, key: str) -> None:
        if self._window is not None:
            self._window.open(key)

    def _status_pressed(self, which: str) -> None:
        window, first = self._window, self._unsaved.first()
        if window is None:
            return
        if which == "saved" and first is not None:
            window.open(self._unsaved.first_page())
            first.lead()
        elif which == "backup":
            window.open("backup")
        elif which == "lock":
            self._ask_to_end(Ended.LOCKED)

    # -- Faults ---------------------------------------------------------------------------------------

    def _tell_saving(self, fault: EmisError | None) -> None:
        if self._window is None:
            return
        if fault is None:
            self._window.clear_fault()
        else:
            words = self._window.words
            self._window.show_fault(fault.text(words), words.tr("Try again"))

    def tell_fault(self, text: str) -> None:
        """Say that something nobody foresaw did not work: ``text`` is a message of the catalogue."""
        if self._window is not None:
            words = self._window.words
            self._window.show_fault(words.tr(text), words.tr("Close"))

    def _try_again(self) -> None:
        task = self._tasks.run(lambda _control: self.desk.laptop.try_saving())
        task.succeeded.connect(self._saves_again)
        task.refused.connect(self._tell_saving)

    def _saves_again(self, _nothing: object) -> None:
        window = self._window
        if window is not None:
            window.clear_fault()
            window.notify(window.words.tr("The laptop saves again. What stands in red can be typed again."))

    # -- Asking to end --------------------------------------------------------------------------------

    def _left_alone(self) -> None:
        """Nobody is at the laptop: lock, after a long piece of work that is running has ended."""
        if self._tasks.running():
            self._again.start()
        else:
            self.ended.emit(Ended.IDLE)

    def _ask_to_end(self, how: Ended) -> None:
        """End, after a question when something would be lost."""
        if self.unsaved() == 0 and self.may_leave():
            self.ended.emit(how)
            return
        self._question(self.unsaved() or 1, lambda: self.ended.emit(how))

    def _question(self, lost: int, go_on: Callable[[], None]) -> None:
        window = self._window
        if window is None:
            return
        words = window.words
        dialog = Dialog(
            words.ntr(
                "Lock with {n} entry that is not saved?", "Lock with {n} entries that are not saved?", lost
            ),
            words.tr("It was refused, so it is in no record. Locking forgets it; all the rest is saved."),
            name="shell.lock",
            parent=window,
        )
        dialog.add_verb("lock", words.tr("Lock and forget it"), "danger")
        dialog.add_verb("stay", words.tr("Stay"), safe=True)
        dialog.answered.connect(lambda key: go_on() if key == "lock" else None)
        dialog.ask()
