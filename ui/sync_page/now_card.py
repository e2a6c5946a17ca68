"""What is under way: one bar in bytes for the whole job, its parts, Pause and Cancel."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from emis_desktop.queries.sync_state import Barred, Part, Phase, SyncState
from resources.words import Words
from ui.sync_page import words as said
from ui.theme.fonts import REGULAR, SEMIBOLD, font
from ui.widgets.base import announce, column, identify, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.fields import Sign
from ui.widgets.figures import Meter
from ui.widgets.text import Text

LINE = 23
BAR = 6


class PartLine(QWidget):
    """One part of the job: a sign, what and how many, and its bytes at the end."""

    def __init__(self, name: str) -> None:
        super().__init__()
        identify(self, name)
        self.setFixedHeight(LINE)
        self._weight = REGULAR
        line = row(self, 8)
        self._sign = Sign("clock", "text2")
        self._text = Text("", 13, elide=True)
        self._bytes = Text("", 12, tone="secondary")
        line.addWidget(self._sign)
        line.addWidget(self._text, 1)
        line.addWidget(self._bytes)

    def showEvent(self, event: QShowEvent) -> None:
        """The sheet, which comes when a line first shows, takes a weight back that was set before."""
        super().showEvent(event)
        self._text.setFont(font(13, self._weight))

    def show_part(self, words: Words, part: Part, texts: tuple[str, str, str], icon: str) -> None:
        """``texts`` say what is still to come, what is under way and what is done."""
        done = part.done >= part.total and part.bytes_done >= part.bytes_total
        begun = bool(part.done or part.bytes_done)
        text = texts[2] if done else texts[1] if begun else texts[0]
        self._sign.set_sign("check" if done else icon if begun else "clock", _ink(done=done, begun=begun))
        self._text.setText(text)
        self._weight = SEMIBOLD if begun and not done else REGULAR
        self._text.setFont(font(13, self._weight))
        amount = said.amount_words(words, part.bytes_done, part.bytes_total) if part.bytes_total else ""
        self._bytes.setText(amount)
        self.setAccessibleName(", ".join(filter(None, (text, amount))))
        self.setVisible(bool(part.total or part.bytes_total))


def _ink(*, done: bool, begun: bool) -> str:
    return "ok" if done else "accent" if begun else "text2"


class NowCard(Card):
    """``now_asked``, ``pause_asked``, ``go_on_asked`` and ``cancel_asked`` when their buttons are pressed."""

    now_asked = Signal()
    pause_asked = Signal()
    go_on_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(name="sync.now.card")
        self.words = words
        self._shown = 0
        self._phase = Phase.IDLE
        self.body.setSpacing(0)
        self.body.addLayout(self._head())
        self.body.addSpacing(4)
        self._job = self._bar()
        self.body.addWidget(self._job)
        self.sending, self.receiving, self.photos = (
            PartLine(f"sync.{part}") for part in ("sending", "receiving", "photos")
        )
        for line in (self.sending, self.receiving, self.photos):
            self.body.addWidget(line)
        self.contact = Text("", 13, tone="secondary", wrap=True)
        identify(self.contact, "sync.contact")
        self.body.addWidget(self.contact)
        self.note = Text("", 12, tone="secondary", wrap=True)
        identify(self.note, "sync.note")
        self.body.addSpacing(4)
        self.body.addWidget(self.note)

    def _head(self) -> QHBoxLayout:
        tr = self.words.tr
        line = row(None, 4)
        self._sign = Sign("clock", "text2", 16)
        self.title = Text("", 14, SEMIBOLD, elide=True)
        identify(self.title, "sync.title")
        line.addWidget(self._sign)
        line.addWidget(self.title, 1)
        self.cancel = Button(tr("Cancel"), "link", name="sync.cancel")
        self.cancel.setToolTip(tr("Ends this sync. The next begins where it stopped."))
        self.pause = Button(tr("Pause"), icon="pause", name="sync.pause")
        self.go_on = Button(tr("Go on"), icon="play", name="sync.go_on")
        self.now = Button(tr("Sync now"), icon="refresh-cw", name="sync.now", keys="F5")
        for button, asked in (
            (self.cancel, self.cancel_asked),
            (self.pause, self.pause_asked),
            (self.go_on, self.go_on_asked),
            (self.now, self.now_asked),
        ):
            button.clicked.connect(asked)
            line.addWidget(button)
        return line

    def _bar(self) -> QWidget:
        job = QWidget()
        box = column(job, 6, (0, 0, 0, 7))
        line = row(None, 8)
        self.amount = Text("", 13, elide=True)
        identify(self.amount, "sync.amount")
        self.left = Text("", 13, tone="secondary")
        identify(self.left, "sync.left")
        line.addWidget(self.amount, 1)
        line.addWidget(self.left)
        box.addLayout(line)
        self.meter = Meter(height=BAR, name="sync.bar")
        box.addWidget(self.meter)
        return job

    # -- Showing --------------------------------------------------------------------------------------

    def show_state(self, state: SyncState, now: datetime) -> None:
        """Show another state; the bar of one job never goes back."""
        running = state.running
        if not running or self._phase is Phase.IDLE:
            self._shown = 0
        if state.phase is not self._phase and running:
            announce(self.title, said.title_words(self.words, state))
        self._phase = state.phase
        self._show_buttons(state)
        self._show_title(state)
        self._job.setVisible(running)
        self._show_parts(state)
        self.contact.setVisible(not running)
        if running:
            self._show_job(state)
        else:
            self.contact.setText(self._contact(state, now))
            self.contact.setToolTip(
                said.exact_words(self.words, state.contact_at) if state.contact_at else ""
            )
        self._show_note(state, now)

    def _show_buttons(self, state: SyncState) -> None:
        """The focus goes with the button that takes the place of the one that had it."""
        order = (self.cancel, self.pause, self.go_on, self.now)
        focused = any(button.hasFocus() for button in order)
        running = state.running
        wanted = {
            self.cancel: running,
            self.pause: running and not state.paused,
            self.go_on: state.paused,
            self.now: not running and not state.paused,
        }
        for button in order:
            if wanted[button]:
                button.show()
        if focused and not any(button.hasFocus() and wanted[button] for button in order):
            next(button for button in reversed(order) if wanted[button]).setFocus()
        for button in order:
            if not wanted[button]:
                button.hide()
        self.now.setEnabled(state.barred not in (Barred.REVOKED, Barred.LOST))

    def _show_title(self, state: SyncState) -> None:
        barred, tr = state.barred is not Barred.NONE, self.words.tr
        if barred:
            text, sign, ink = said.barred_words(self.words, state.barred), "circle-alert", "bad"
        elif state.running or state.paused:
            text, sign, ink = said.title_words(self.words, state), "", ""
        elif state.error is not None:
            text = tr("No connection now") if state.no_line else tr("The last sync did not end")
            sign, ink = "clock", "text2"
        elif state.contact_at is None:
            text, sign, ink = tr("Not synced yet"), "clock", "text2"
        else:
            text, sign, ink = tr("Nothing under way"), "check", "ok"
        self._sign.setVisible(bool(sign))
        if sign:
            self._sign.set_sign(sign, ink)
        self.title.setText(text)
        self.title.set_tone("bad" if barred else "text")

    def _show_job(self, state: SyncState) -> None:
        self._shown = max(self._shown, min(state.bytes_done, state.bytes_total))
        total = state.bytes_total
        amount = said.amount_words(self.words, self._shown, total) if total else self.words.tr("Connecting")
        left = "" if state.paused else said.left_words(self.words, state.seconds_left)
        self.amount.setText(amount)
        self.left.setText(left)
        self.meter.set_share(self._shown / total if total else 0.0, ", ".join(filter(None, (amount, left))))

    def _show_parts(self, state: SyncState) -> None:
        ntr = self.words.ntr
        sent, got, photos = state.sending, state.receiving, state.photos
        running = state.running
        self.sending.show_part(
            self.words,
            sent,
            (
                ntr("{n} change to send", "{n} changes to send", sent.total),
                said.sending_words(self.words, sent),
                ntr("Sent {n} change", "Sent {n} changes", sent.total),
            ),
            "upload",
        )
        self.receiving.show_part(
            self.words,
            got,
            (
                ntr("{n} change to receive", "{n} changes to receive", got.total),
                said.receiving_words(self.words, got),
                ntr("Received {n} change", "Received {n} changes", got.total),
            ),
            "download",
        )
        self.photos.show_part(
            self.words,
            photos,
            (
                ntr("{n} photo to send", "{n} photos to send", photos.total),
                ntr(
                    "Sending {n} photo, {done} done",
                    "Sending {n} photos, {done} done",
                    photos.total,
                    done=self.words.number(photos.done),
                ),
                ntr("Sent {n} photo", "Sent {n} photos", photos.total),
            ),
            "image",
        )
        if not running:
            for line in (self.sending, self.receiving, self.photos):
                line.hide()

    def _contact(self, state: SyncState, now: datetime) -> str:
        if state.error is not None and not state.no_line and state.barred is Barred.NONE:
            return state.error.text(self.words)
        if state.contact_at is None:
            return self.words.tr("The Ministry has not been reached from this laptop yet.")
        when = self.words.relative(state.contact_at.astimezone(), now.astimezone())
        return self.words.tr("Last contact with the Ministry {when}.", when=when)

    def _show_note(self, state: SyncState, now: datetime) -> None:
        tr = self.words.tr
        if state.barred is not Barred.NONE:
            text = said.barred_help(self.words, state.barred)
        elif state.running and state.phase is Phase.FIRST:
            text = tr(
                "The current term comes first. A pause or a lost line keeps what has come. Go on working."
            )
        elif state.running:
            text = tr("A pause or a lost line keeps what has come. Go on working.")
        else:
            text = said.idle_words(self.words, state, now)
        self.note.setText(text)
