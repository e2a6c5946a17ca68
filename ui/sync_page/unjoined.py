"""A laptop that has not joined: what joining is, and how."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from emis_desktop.errors import EmisError, Refused
from emis_desktop.queries.sync_state import Joined
from ui.context import UiContext
from ui.sync_page.doors import SyncDoors
from ui.sync_page.join_form import JoinForm
from ui.tasks import Task
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.progress import ProgressStrip
from ui.widgets.scroll import ScrollColumn
from ui.widgets.tasks import IconTile
from ui.widgets.text import Text

WIDTH = 760


class UnjoinedView(ScrollColumn):
    """``joined(Joined)`` when the laptop has joined. ``may``: the person may join it, else only be told."""

    joined = Signal(object)

    def __init__(self, context: UiContext, doors: SyncDoors, *, may: bool) -> None:
        super().__init__(12, name="sync.unjoined")
        self.words, self._tasks, self._doors = context.words, context.tasks, doors
        tr = self.words.tr
        self._running: Task | None = None
        card = Card(name="sync.join.card")
        card.setMaximumWidth(WIDTH)
        card.body.setContentsMargins(24, 20, 24, 20)
        card.body.setSpacing(10)
        card.body.addWidget(Text(tr("This laptop works on its own"), 16, SEMIBOLD, wrap=True))
        for icon, text in (
            ("refresh-cw", tr("Joined, it exchanges changes with the Ministry whenever there is a line.")),
            ("shield-check", tr("What the Ministry has survives the loss of this laptop.")),
            ("wifi-off", tr("Nothing else changes: everything goes on working without a line.")),
        ):
            card.body.addLayout(_fact(icon, text))
        self.form = JoinForm(self.words, doors.joining.check_code, name="sync.join")
        self.form.entered.connect(self.join)
        self.strip = ProgressStrip(self.words, name="sync.join.progress")
        self.strip.setProperty("alone", "true")
        self.strip.cancelled.connect(self._cancel)
        self.button = Button(tr("Join"), "primary", "link", name="sync.join")
        self.button.clicked.connect(self.join)
        if may:
            card.body.addSpacing(6)
            card.body.addWidget(self.form)
            card.body.addWidget(self.strip)
            verbs = row(None, 8)
            verbs.addStretch(1)
            verbs.addWidget(self.button)
            card.body.addLayout(verbs)
        else:
            whom = tr("The principal joins it with a code from the Ministry.")
            card.body.addWidget(Text(whom, tone="secondary", wrap=True))
            self.form.setParent(None)
        holder = row(None)
        holder.addWidget(card, 1)
        holder.addStretch(0)
        self.body.addLayout(holder)
        self.body.addStretch(1)

    def focus_first(self) -> None:
        """The code."""
        self.form.focus_first()

    def join(self) -> None:
        """Join with what is typed."""
        if self._running is not None:
            return
        field = self.form.check()
        if field is not None:
            field.setFocus()
            return
        wish, tr = self.form.wish(), self.words.tr
        joining = self._doors.joining
        called = tr("This laptop is still joining")
        task = self._tasks.run(lambda control: joining.join(wish, control), called)
        self._running = task
        task.succeeded.connect(self._done)
        task.refused.connect(self._refused)
        task.cancelled.connect(self._end)
        task.progressed.connect(self.strip.advance)
        note = tr("Once the code is taken, Cancel leaves the rest for later: it comes while you work.")
        self.strip.start(tr("Joining"), note)
        self._set_busy(busy=True)

    def _set_busy(self, *, busy: bool) -> None:
        self.form.setEnabled(not busy)
        self.button.setEnabled(not busy)

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _end(self) -> None:
        self._running = None
        self.strip.close_strip()
        self._set_busy(busy=False)

    def _done(self, joined: Joined) -> None:
        self._end()
        self.joined.emit(joined)

    def _refused(self, refusal: EmisError) -> None:
        self._end()
        field = self.form.refuse(refusal) if isinstance(refusal, Refused) else None
        if field is not None:
            field.setFocus()
        else:
            self.strip.finish(self.words.tr("Not joined yet"), refusal.text(self.words), failed=True)


def _fact(icon: str, text: str) -> QHBoxLayout:
    line = row(None, 12)
    line.addWidget(IconTile(icon))
    both = column(None)
    both.addWidget(Text(text, 13, wrap=True))
    line.addLayout(both, 1)
    return line
