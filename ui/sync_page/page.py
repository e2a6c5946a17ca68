"""The Sync page: read off the screen's thread; what the engine does shows as it happens."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.sync_state import ConflictCard, Joined, SyncState, Verb
from emis_desktop.rules.rights import Right, offers
from ui.context import UiContext
from ui.shell.page import Page
from ui.sync_page.decided_view import DecidedView
from ui.sync_page.deciding import Deciding
from ui.sync_page.not_taken import NotTaken
from ui.sync_page.overview import Overview
from ui.sync_page.past_table import PastView
from ui.sync_page.reading import PAGE, Found, Reading
from ui.sync_page.unjoined import UnjoinedView
from ui.sync_page.usb import Usb
from ui.sync_page.watch import SyncWatch
from ui.sync_page.words import joined_words
from ui.widgets.base import add_key
from ui.work_queue import WorkQueue

MINUTE_MS = 20_000
"""So often the times that are told relative to now are told anew."""


class SyncPage(Page):
    """The overview, or in its place all past syncs, all decided changes, or how to join."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, "sync", context.words.tr("Sync"))
        watch = context.sync
        assert watch is not None  # noqa: S101  - without one the rail has no such screen
        self._watch: SyncWatch = watch
        self._focus_first = False
        self._focus_on: UUID | None = None
        queue = WorkQueue(self)
        self.reading = Reading(watch.doors, queue, self)
        self._deciding = Deciding(context, watch.doors.deeds, queue, self)
        self.usb = Usb(context, watch.doors.bundles, self)
        self.not_taken = NotTaken(context, self)
        self._usb_offered = offers(context.actor, Right.BACKUP) and watch.doors.bundles is not None
        for button in (self.usb.save, self.usb.read):
            self.head.add(button)
        self.body.addWidget(self.usb.strip)
        self._make_views()
        self._connect()
        self._show_state()

    def _make_views(self) -> None:
        self.main = Overview(self.words)
        self.history, self.decided = PastView(self.words), DecidedView(self.words)
        may = offers(self.context.actor, Right.MANAGE_USERS)
        self.unjoined = UnjoinedView(self.context, self._watch.doors, may=may)
        self._views = QStackedWidget()
        for view in (self.main, self.history, self.decided, self.unjoined):
            self._views.addWidget(view)
        self.body.addWidget(self._views, 1)

    def _connect(self) -> None:
        engine, main = self._watch.doors.engine, self.main
        main.now.now_asked.connect(self._sync_now)
        main.now.pause_asked.connect(engine.pause)
        main.now.go_on_asked.connect(engine.go_on)
        main.now.cancel_asked.connect(engine.cancel)
        main.past.all_asked.connect(lambda: self._show_list(self.history))
        main.conflicts.decided_asked.connect(lambda: self._show_list(self.decided))
        lists: tuple[PastView | DecidedView, ...] = (self.history, self.decided)
        for view in lists:
            view.back_asked.connect(self.show_first)
            view.more_asked.connect(partial(self._show_list, view))
        main.conflicts.more_asked.connect(self.reading.more_conflicts)
        main.conflicts.export_asked.connect(self.not_taken.ask)
        self.not_taken.refused.connect(self._refused)
        main.conflicts.decided.connect(self._deciding.decide)
        main.conflicts.opened.connect(
            lambda card: self.leads.emit("students", {"student_id": card.student_id})
        )
        self._deciding.decided.connect(self._is_decided)
        self._deciding.refused.connect(main.conflicts.refuse)
        self._deciding.undone.connect(self.refresh)
        self.unjoined.joined.connect(self._joined)
        self.reading.found.connect(self.show_found)
        self.reading.refused.connect(self._refused)
        self.usb.done.connect(self.refresh)
        self._watch.changed.connect(self._show_state)
        self._watch.ended.connect(self.refresh)
        self.context.changes.changed.connect(self._written)
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(self._show_state)
        self._minute.start()
        add_key(self, "F5", self.words.tr("Sync now")).triggered.connect(self._sync_now)

    # -- What the window asks -------------------------------------------------------------------------

    def apply_compact(self, compact: bool) -> None:
        """One change at a time; the history is one line."""
        self.main.set_compact(compact)

    def refresh(self) -> None:
        """Read everything; several changes at once are one question."""
        self.reading.soon()

    def open_with(self, **arguments: object) -> None:
        """``conflicts``: put the focus on the first change to look at; ``view``: one of the long lists."""
        lists: dict[str, PastView | DecidedView] = {"history": self.history, "decided": self.decided}
        view = lists.get(str(arguments.get("view")))
        if view is not None:
            self._show_list(view)
        elif arguments.get("conflicts"):
            self.show_first()
            self._focus_first = True
            self.reading.now()

    def bookmark(self) -> dict[str, object]:
        """Which of the views is open."""
        view = self._views.currentWidget()
        names = {self.history: "history", self.decided: "decided"}
        return {"view": names[view]} if view in (self.history, self.decided) else {}

    def show_first(self) -> None:
        """Back to the page itself."""
        view = self._views.currentWidget()
        if view in (self.history, self.decided):
            self._views.setCurrentWidget(self.main)
            (self.main.past if view is self.history else self.main.conflicts).focus_list()

    def escape(self) -> bool:
        """Close a field that is open, or go back to the page itself."""
        if self._views.currentWidget() in (self.history, self.decided):
            self.show_first()
            return True
        return self.main.conflicts.escape()

    def foot(self) -> QWidget | None:
        """The line that counts what is listed."""
        view = self._views.currentWidget()
        return view.foot if isinstance(view, (PastView, DecidedView)) else None

    def side_panel(self) -> QWidget | None:
        """The changes to look at."""
        return self.main.conflicts if self._views.currentWidget() is self.main else None

    # -- Showing --------------------------------------------------------------------------------------

    def _written(self, _tables: frozenset[str]) -> None:
        """Whatever is written waits to be sent."""
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def _refused(self, refusal: EmisError) -> None:
        self.head.set_facts(refusal.text(self.words))

    def show_found(self, found: Found) -> None:
        """Show what was read."""
        joined = found.joined
        for button in (self.usb.save, self.usb.read):
            button.setVisible(joined is not None and self._usb_offered)
        if joined is None:
            self.head.set_facts(self.words.tr("Not joined to the Ministry"))
            self._views.setCurrentWidget(self.unjoined)
            return
        if self._views.currentWidget() is self.unjoined:
            self._views.setCurrentWidget(self.main)
        self.head.set_facts(joined_words(self.words, joined))
        self.main.show_found(found, self._watch.state)
        self.history.show_past(found.past)
        self.decided.show_decided(found.decided)
        self._put_focus()

    def _put_focus(self) -> None:
        """Where somebody goes on after a decision, or was led to."""
        first, key = self._focus_first, self._focus_on
        self._focus_first, self._focus_on = False, None
        if first:
            self.main.conflicts.focus_first()
        elif key is not None:
            self.main.conflicts.focus_card(key)

    def _show_state(self, _state: SyncState | None = None) -> None:
        self.main.show_state(self._watch.state)

    def _show_list(self, view: PastView | DecidedView) -> None:
        """Open one of the long lists, or read more of it."""
        wanted = self.reading.wanted
        more = PAGE if view is self._views.currentWidget() else 0
        if view is self.history:
            wanted.past = max(PAGE, wanted.past + more)
        else:
            wanted.decided = max(PAGE, wanted.decided + more)
        self._views.setCurrentWidget(view)
        view.table.setFocus()
        self.reading.now()

    # -- Doing ----------------------------------------------------------------------------------------

    def _sync_now(self) -> None:
        state = self._watch.state
        if self.main.now.now.isEnabled() and (state.paused or not state.running):
            self._watch.doors.engine.now()

    def _joined(self, _joined: Joined) -> None:
        self.context.notify(self.words.tr("This laptop has joined. The first sync begins."))
        self._watch.count()
        self._watch.doors.engine.now()
        self.refresh()

    def _is_decided(self, card: ConflictCard, verb: Verb) -> None:
        conflicts = self.main.conflicts
        self._focus_on = card.id if verb is Verb.REMIND else conflicts.after(card.id)
        conflicts.release(card.id)
        self._watch.count()
        self.reading.now()
