"""The sign-in screen: people of this laptop, a password, and what to do when it is forgotten."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from emis_desktop.errors import EmisError, Refused, StoreDamaged, StoreTooNew
from emis_desktop.front import Front
from emis_desktop.keyring.ring_file import Person
from resources.words import Words
from ui.program.ground import Ground
from ui.theme.fonts import SEMIBOLD
from ui.unlock.opener import Opener
from ui.unlock.panel import FrontPanel, line_words
from ui.unlock.people import FEW, PeopleList
from ui.unlock.phone_code import PhoneCode
from ui.unlock.state import Ended, LastSitting
from ui.widgets.base import announce, column, identify, in_the_middle, row
from ui.widgets.busy import BusyMark
from ui.widgets.button import Button
from ui.widgets.card import Card, Rule
from ui.widgets.form import PasswordField
from ui.widgets.text import Text

CARD = 440
TWO_LINES = 34
MOST_ROWS_LOW, ALL_ROWS = 3, 6
MINUTE_MS, SECOND_MS = 60_000, 1_000
STANDING_MS = 10 * MINUTE_MS
"""So often a locked laptop asks whether it still may."""
PHONE_CODE = "phone_code"
"""The field of a refusal that a code of the ministry helps against."""


class UnlockScreen(Ground):
    """Who is at the laptop? ``opened(Desk)`` when somebody has signed in.

    ``forgotten(UUID)`` asks for the way with the recovery code, ``broken(EmisError)`` says that the records
    cannot be opened at all.
    """

    opened = Signal(object)
    forgotten = Signal(object)
    broken = Signal(object)

    def __init__(
        self,
        words: Words,
        opener: Opener,
        people: tuple[Person, ...],
        front: Front,
        last: LastSitting,
        parent: QWidget | None = None,
    ) -> None:
        """``people`` are those of ``opener``, read before, since reading them may fail."""
        super().__init__(words, parent)
        identify(self, "unlock", words.tr("Sign in"))
        self._opener, self._last = opener, last
        self._busy_with: QObject | None = None
        self._all_shown = False
        now = datetime.now().astimezone()
        self._panel = FrontPanel(words, front, now, last.lost)
        self._line_words = line_words(words, front, now.date())
        self._people = PeopleList(words, people, front, last)
        self._build()
        self._people.tell_time(now)
        self._people.chosen.connect(self._chosen)
        first = last.user_id if last.user_id in {one.id for one in people} else people[0].id
        self._people.choose(first)
        self._clock = QTimer(self, interval=MINUTE_MS)
        self._clock.timeout.connect(lambda: self._people.tell_time(datetime.now().astimezone()))
        self._clock.start()
        self._standing = QTimer(self, interval=STANDING_MS)
        self._standing.timeout.connect(self._ask_standing)
        self._standing.start()
        QTimer.singleShot(SECOND_MS, self, self._ask_standing)
        self._countdown = QTimer(self, interval=SECOND_MS)
        self._countdown.timeout.connect(self._tell_wait)
        self._chosen(first)

    # -- Laying out -----------------------------------------------------------------------------------

    def _build(self) -> None:
        line = row(self)
        line.addWidget(self._panel)
        self._right: QVBoxLayout = column(None, 10, (20, 20, 24, 16))
        self._tongues = self.languages()
        self._right.addWidget(self._tongues, 0, Qt.AlignmentFlag.AlignRight)
        self._right.addStretch(1)
        self._note = Text(self._line_words, 12, tone="secondary", wrap=True)
        self._note.setFixedWidth(CARD)
        self._note.setMinimumHeight(TWO_LINES)
        self._note.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._right.addLayout(in_the_middle(self._card(), self._note, spacing=10))
        self._right.addStretch(1)
        self._version = Text("", 12, tone="secondary")
        self._right.addWidget(self._version, 0, Qt.AlignmentFlag.AlignRight)
        line.addLayout(self._right, 1)
        self.ring.raise_()

    def _card(self) -> Card:
        card = Card(name="unlock.card")
        card.setFixedWidth(CARD)
        card.body.setContentsMargins(24, 20, 24, 20)
        card.body.addWidget(Text(self.words.tr("Who is at the laptop?"), 20, SEMIBOLD))
        card.body.addWidget(Text(self._last.said(self.words), tone="secondary", wrap=True))
        card.body.addWidget(self._people)
        card.body.addSpacing(2)
        card.body.addWidget(Rule())
        card.body.addSpacing(2)
        self._password = PasswordField("", self.words, name="unlock.password")
        self._password.line.installEventFilter(self)
        self._password.entered.connect(self._unlock)
        self._forgotten = Button(self.words.tr("Forgotten?"), "link_flush", name="unlock.forgotten")
        self._forgotten.clicked.connect(self._ask_forgotten)
        self._password.end.addWidget(self._forgotten)
        card.body.addWidget(self._password)
        self._phone = PhoneCode(self.words)
        self._phone.entered.connect(self._unlock)
        card.body.addWidget(self._phone)
        card.body.addLayout(self._verbs())
        return card

    def _verbs(self) -> QHBoxLayout:
        verbs = row(None, 8)
        self._other = Button(self.words.tr("Someone else"), icon="user", name="unlock.other")
        self._other.clicked.connect(self._someone_else)
        verbs.addWidget(self._other)
        verbs.addStretch(1)
        self._mark = BusyMark(self.words.tr("Opening the records"), name="unlock.busy")
        verbs.addWidget(self._mark)
        word = self.words.tr("Sign in") if self._last.how is Ended.STARTED else self.words.tr("Unlock")
        self._open = Button(word, "primary", "lock", name="unlock.unlock")
        self._open.setMinimumWidth(120)
        self._open.clicked.connect(self._unlock)
        verbs.addWidget(self._open)
        return verbs

    def apply_compact(self, *, narrow: bool, low: bool) -> None:
        """A narrower panel, fewer rows."""
        self._panel.set_compact(narrow=narrow, low=low)
        most = MOST_ROWS_LOW if low else ALL_ROWS if self._all_shown else FEW
        self._people.show_rows(most)
        self._people.setVisible(not low or self._phone.isHidden())  # both have no room in a low window

    def set_version(self, version: str) -> None:
        """Show which version this is."""
        self._version.setText(self.words.tr("Version {version}", version=version) if version else "")

    def focus_first(self) -> None:
        """Put the focus where the person goes on."""
        self._password.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, text: str) -> None:
        """A sentence under the card, read aloud: what has just been done, or what to do."""
        self._note.setText(text)
        self._note.setMinimumHeight(max(TWO_LINES, self._note.heightForWidth(CARD)))
        announce(self._note, text)

    # -- Choosing -------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down in the password choose another person."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if by:
                if self._busy_with is None:
                    self._people.step(by)
                return True
        return super().eventFilter(watched, event)

    def _chosen(self, user_id: UUID) -> None:
        person = self._people.person(user_id)
        self._password.set_label(self.words.tr("Password of {name}", name=person.name))
        self._password.line.clear()
        self._password.set_fault("")
        self.focus_first()
        self._tell_wait()

    def _someone_else(self) -> None:
        """Show everybody; who is not among them is told whom to ask."""
        self._all_shown = True
        self._phone.hide()
        self.apply_compact(narrow=self.narrow, low=self.low)
        self.say(self.words.tr("Whoever is not on the list is added by the principal, in Settings, People."))
        self._people.focus_current()

    def _ask_forgotten(self) -> None:
        if self._people.current is not None:
            self.forgotten.emit(self._people.current)

    # -- Opening --------------------------------------------------------------------------------------

    def _unlock(self) -> None:
        who = self._people.current
        if who is None or self._busy_with is not None or not self._open.isEnabled():
            return
        if not self._password.line.text():
            self._password.set_fault(self.words.tr("Type the password."))
            self.focus_first()
            return
        if self._phone.isVisible() and not self._phone.check():
            self._phone.focus_first()
            return
        code = self._phone.take() if self._phone.isVisible() else ""
        task = self._opener.sign_in(who, self._password.line.text(), code)
        self._busy_with = task
        task.succeeded.connect(self._opened)
        task.refused.connect(self._refused)
        self._set_busy(busy=True)

    def _set_busy(self, *, busy: bool) -> None:
        """While the records open nothing leads away: whoever opens them has to be here to take them."""
        self._password.line.setReadOnly(busy)
        for part in (self._open, self._people, self._tongues, self._forgotten, self._other, self._phone):
            part.setEnabled(not busy)
        if busy:
            self._mark.start()
        else:
            self._mark.stop()

    def _opened(self, desk: object) -> None:
        self._busy_with = None
        self._password.take()
        self.opened.emit(desk)

    def _refused(self, refusal: EmisError) -> None:
        self._busy_with = None
        self._set_busy(busy=False)
        if isinstance(refusal, (StoreDamaged, StoreTooNew)):
            self._password.take()
            self.broken.emit(refusal)
            return
        if isinstance(refusal, Refused) and refusal.field == PHONE_CODE:
            self._phone.ask(refusal)
            self.apply_compact(narrow=self.narrow, low=self.low)
            return
        self._password.set_refusal(refusal)
        self._password.line.selectAll()
        self.focus_first()
        self._tell_wait()

    def _ask_standing(self) -> None:
        """A laptop that was stolen loses its keys while it is locked; a missing line says nothing."""
        if self._busy_with is None:
            task = self._opener.ask_standing()
            if task is not None:
                task.refused.connect(self._told_standing)

    def _told_standing(self, refusal: EmisError) -> None:
        if self._opener.home.ended.exists() and self._busy_with is None:
            self.broken.emit(refusal)
        elif isinstance(refusal, Refused):
            self.say(refusal.text(self.words))

    def _tell_wait(self) -> None:
        """Count down the wait after wrong passwords; the field stays open for typing meanwhile."""
        who = self._people.current
        seconds = self._opener.wait(who) if who is not None else 0
        waited = self._countdown.isActive()
        if seconds:
            text = self.words.tr(
                "Several passwords did not fit. Wait {seconds} s, then try again.", seconds=seconds
            )
            self._password.set_fault(text)
            self._countdown.start()
        elif waited:
            self._countdown.stop()
            self._password.set_fault("")
        self._open.setEnabled(not seconds and self._busy_with is None)
