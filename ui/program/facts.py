"""The facts of the status bar and the banner of the backup, kept up to date."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QObject, QTimer, Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.users import UserQueries, Waiting
from emis_desktop.rules.reminders import copy_is_due, days_between
from emis_desktop.rules.rights import Actor, Right, offers
from resources.words import Words
from ui.context import UnsavedWork
from ui.laptop_settings import LaptopSettings
from ui.program import sync_facts
from ui.shell.statusbar import Fact
from ui.shell.window import MainWindow
from ui.sync_page.watch import SyncWatch
from ui.tasks import TaskControl, Tasks
from ui.unlock.panel import contact_words, waiting_words

QUIET_MS = 600
"""Writes that come in quick succession are counted together."""
MINUTE_MS = 60_000
BANNER = "backup"


class Facts(QObject):
    """Shows in ``window`` what is saved, waits, was sent, was copied; ``counted(Waiting)`` after a count.

    A copy that is due is asked for unless the records are ``invented``.
    """

    counted = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        queries: UserQueries,
        settings: LaptopSettings,
        unsaved: UnsavedWork,
        tasks: Tasks,
        actor: Actor,
        *,
        invented: bool = False,
        sync: SyncWatch | None = None,
    ) -> None:
        super().__init__(window)
        self._window, self._words = window, window.words
        self._queries, self._settings, self._unsaved = queries, settings, unsaved
        self._tasks, self._actor, self._invented = tasks, actor, invented
        self._waiting, self._sync = Waiting(0, None), sync
        if sync is not None:
            sync.changed.connect(self._tell_sent)
            sync.counted.connect(self.tell)
            sync.ended.connect(self.changed)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._count)
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(self.tell)
        self._minute.start()
        unsaved.changed.connect(self._tell_saved)
        settings.changed.connect(self.tell)
        self.tell()
        self._count()

    def changed(self) -> None:
        """Something was written."""
        self._quiet.start()

    def tell(self, _news: object = None) -> None:
        """Say everything anew: time goes on."""
        self._tell_saved()
        self._tell_sent()
        self._tell_backup()
        minutes = self._settings.auto_lock_minutes
        text = self._words.ntr("Locks after {n} min", "Locks after {n} min", minutes)
        self._window.set_fact("lock", Fact(text, tip=self._words.tr("Lock now"), leads=True))

    def _tell_saved(self) -> None:
        first = self._unsaved.first()
        if first is None:
            self._window.set_fact("saved", Fact(self._words.tr("All work saved on this laptop"), "ok"))
        else:
            self._window.set_fact("saved", Fact(first.text, "bad", leads=True))

    def _tell_sent(self, _news: object = None) -> None:
        now, sent = datetime.now().astimezone(), self._waiting.sent_at
        sync = self._sync
        if sync is not None and sync.joined is not None:
            told = sync_facts.Told(sync.state, sync.joined, self._waiting.changes, sync.to_decide)
            self._window.set_fact("waiting", sync_facts.waiting_fact(self._words, told))
            self._window.set_fact("contact", sync_facts.contact_fact(self._words, told, now))
            self._window.set_fact("decision", sync_facts.decision_fact(self._words, told))
            return
        waiting = "" if sent is None else waiting_words(self._words, self._waiting.changes)
        self._window.set_fact("waiting", Fact(waiting))
        exact = "" if sent is None else exactly(self._words, sent)
        self._window.set_fact("contact", Fact(contact_words(self._words, sent, now), tip=exact))

    def _tell_backup(self) -> None:
        made = self._settings.last_backup_at
        may = offers(self._actor, Right.BACKUP)
        late = (
            is_late(made, self._settings.backup_days) and not self._invented and not self._is_with_ministry()
        )
        tip = "" if made is None else exactly(self._words, made)
        tone = "warn" if late and may else "neutral"
        self._window.set_fact("backup", Fact(backup_words(self._words, made), tone, tip, leads=may))
        if late and may:
            self._window.show_banner(BANNER, late_words(self._words, made), self._words.tr("Save a copy"))
        else:
            self._window.hide_banner(BANNER)

    def _is_with_ministry(self) -> bool:
        """Whether the ministry's server was reached since a copy was due: then a lost laptop loses little."""
        sync = self._sync
        if sync is None or sync.joined is None:
            return False
        contact = sync.state.contact_at or sync.joined.contact_at
        return contact is not None and not is_late(contact, self._settings.backup_days)

    def _count(self) -> None:
        task = self._tasks.run(self._ask)
        task.succeeded.connect(self._counted)

    def _ask(self, _control: TaskControl) -> Waiting | None:
        try:
            return self._queries.waiting()
        except EmisError:  # locked meanwhile
            return None

    def _counted(self, waiting: Waiting | None) -> None:
        if waiting is not None:
            self._waiting = waiting
            self._tell_sent()
            self.counted.emit(waiting)


def is_late(made: datetime | None, every: int) -> bool:
    """Whether a copy is due today, where the laptop is; ``every`` so many days."""
    return copy_is_due(made.astimezone().date() if made else None, _today(), every)


def _today() -> date:
    return datetime.now().astimezone().date()


def backup_words(words: Words, made: datetime | None) -> str:
    """How old the last copy is, short."""
    if made is None:
        return words.tr("No USB copy yet")
    age = words.relative(made.astimezone(), datetime.now().astimezone())
    return words.tr("Last copy {when}", when=age)


def late_words(words: Words, made: datetime | None) -> str:
    """What the banner says of a copy that is due."""
    if made is None:
        return words.tr("There is no copy outside this laptop yet. If it is lost, the records are lost.")
    days = days_between(made.astimezone().date(), _today())
    return words.ntr(
        "The last copy is {n} day old. What came since is on this laptop alone.",
        "The last copy is {n} days old. What came since is on this laptop alone.",
        days,
    )


def exactly(words: Words, moment: datetime) -> str:
    """Date and time in full."""
    here = moment.astimezone()
    return words.tr("{day}, {time}", day=words.date(here.date(), "long"), time=f"{here:%H:%M}")
