"""The first run: four steps, Back keeps what was answered."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout

from emis_desktop.errors import CannotSave, EmisError, Refused
from emis_desktop.laptop import Made
from emis_desktop.settings import Home
from resources.words import Words
from ui.first_run.answers import Answers, Source
from ui.first_run.machine import MachineStep
from ui.first_run.panel import StepsPanel
from ui.first_run.ready import ReadyStep
from ui.first_run.who import WhoStep
from ui.first_run.work import FirstRunWork
from ui.first_run.you import YouStep
from ui.laptop_settings import LaptopSettings
from ui.program.ground import Ground
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.widgets.base import announce, column, identify, row
from ui.widgets.button import Button
from ui.widgets.text import Text

WHO, YOU, MACHINE, READY = range(4)


class FirstRunScreen(Ground):
    """``finished(Desk)`` with the new records open, ``restored(text)``, ``demo_made(Home)``."""

    finished = Signal(object)
    restored = Signal(str)
    demo_made = Signal(object)

    def __init__(
        self, words: Words, home: Home, settings: LaptopSettings, theme: Theme, tasks: Tasks, kept: object
    ) -> None:
        """``kept``: the answers so far, from this screen in another language."""
        super().__init__(words)
        identify(self, "first", words.tr("Set up this laptop"))
        self._settings = settings
        self._now = kept if isinstance(kept, Answers) else Answers()
        self._work = FirstRunWork(words, home, tasks, self)
        self._who = WhoStep(words, home, tasks)
        self._you = YouStep(words)
        self._machine = MachineStep(words, theme)
        self._ready = ReadyStep(words, tasks)
        self._steps = (self._who, self._you, self._machine, self._ready)
        self._build()
        self._machine.language_asked.connect(self.language_asked)
        self._ready.ready.connect(self._set_ready)
        self._connect_work()
        for step in self._steps:
            step.fill(self._now)
        self._go(self._now.step)

    @property
    def answers(self) -> Answers:
        """Everything answered so far, with the step one is at."""
        now = self._now
        for step in self._steps[: READY if now.step == READY else now.step + 1]:
            now = step.answers(now)
        return now

    def _connect_work(self) -> None:
        work = self._work
        work.busy.connect(self._set_busy)
        work.refused.connect(self._refused)
        work.made.connect(self._set_up_done)
        work.opened.connect(self._opened)
        work.restored.connect(self.restored)
        work.demo_made.connect(self.demo_made)

    # -- Laying out -----------------------------------------------------------------------------------

    def _build(self) -> None:
        line = row(self)
        self._panel = StepsPanel(self.words)
        line.addWidget(self._panel)
        self._right: QVBoxLayout = column(None, 8, (48, 20, 48, 24))
        self._tongues = self.languages()
        self._right.addWidget(self._tongues, 0, Qt.AlignmentFlag.AlignRight)
        self._right.addSpacing(24)
        self._stack = QStackedWidget()
        for step in self._steps:
            self._stack.addWidget(step)
        self._right.addWidget(self._stack, 1)
        self._right.addWidget(self._work.strip)
        self._right.addLayout(self._verbs())
        line.addLayout(self._right, 1)
        self.ring.raise_()

    def _verbs(self) -> QHBoxLayout:
        verbs = row(None, 8)
        self._note = Text("", 12, tone="secondary", wrap=True)
        verbs.addWidget(self._note, 1)
        self._back = Button(self.words.tr("Back"), name="first.back")
        self._back.clicked.connect(self.go_back)
        verbs.addWidget(self._back)
        self._on = Button(self.words.tr("Continue"), "primary", name="first.continue")
        self._on.setMinimumWidth(120)
        self._on.clicked.connect(self.go_on)
        verbs.addWidget(self._on)
        return verbs

    def apply_compact(self, *, narrow: bool, low: bool) -> None:
        """A narrower panel and less air."""
        self._panel.set_compact(narrow=narrow, low=low)
        side = 24 if narrow else 48
        self._right.setContentsMargins(side, 12 if low else 20, side, 14 if low else 24)

    def say(self, text: str) -> None:
        """A sentence under the step, read aloud."""
        self._note.setText(text)
        announce(self._note, text)

    def focus_first(self) -> None:
        """Where the present step begins."""
        self._steps[self._now.step].focus_first()

    # -- Steps ----------------------------------------------------------------------------------------

    def _go(self, step: int) -> None:
        self._now = replace(self._now, step=step)
        shown = self._steps[step]
        self._stack.setCurrentWidget(shown)
        self._panel.set_step(step)
        self._note.setText(shown.foot_note())
        self._back.setVisible(step in (YOU, MACHINE))
        self._on.setText(shown.verb or self.words.tr("Continue"))
        self._on.setEnabled(step != READY or self._now.recovery_code is None)
        shown.focus_first()

    def go_back(self) -> None:
        """The step before; what is typed here stays."""
        step = self._now.step
        if step in (YOU, MACHINE) and not self._work.is_busy():
            self._work.strip.close_strip()
            self._now = self._steps[step].answers(self._now)
            self._go(step - 1)

    def go_on(self) -> None:
        """The next step, or what this one begins, when everything is answered."""
        step = self._now.step
        if self._work.is_busy() or not self._on.isEnabled() or not self._steps[step].check():
            return
        self._now = self._steps[step].answers(self._now)
        self._work.strip.close_strip()
        if step == READY and self._now.user_id is not None:
            self._work.open(self._now.user_id, self._now.password)
        elif step == MACHINE:
            self._work.set_up(self._now)
        elif step == WHO and self._now.source not in (Source.NEW, Source.JOIN):
            self._work.bring_in(self._now)
        elif step != READY:
            self._steps[step + 1].fill(self._now)
            self._go(step + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses a button that is no choice, and goes on from anything else; Esc goes back."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, QPushButton) and not focused.isCheckable():
                focused.click()
            else:
                self.go_on()
        elif event.key() == Qt.Key.Key_Escape:
            self.go_back()
        else:
            super().keyPressEvent(event)

    def _set_ready(self, ready: bool) -> None:
        if self._now.step == READY:
            self._on.setEnabled(ready)

    # -- Work -----------------------------------------------------------------------------------------

    def _set_busy(self, busy: bool) -> None:
        """Nothing leads away from work that is under way, not even into another language."""
        for part in (self._on, self._back, self._stack, self._tongues):
            part.setEnabled(not busy)

    def _refused(self, refusal: EmisError) -> None:
        """Go to the field it belongs to; what belongs to none is said under the steps."""
        if isinstance(refusal, Refused):
            for place, step in enumerate(self._steps):
                if step.refuse(refusal):
                    self._go(place)
                    step.refuse(refusal)
                    return
        self._work.tell(self.words.tr("Nothing was changed"), refusal.text(self.words))

    def _set_up_done(self, made: Made) -> None:
        self._now = replace(self._now, user_id=made.user_id, recovery_code=made.recovery_code)
        try:
            self._settings.change(
                language=self.words.language,
                auto_lock_minutes=self._now.auto_lock_minutes,
                backup_days=self._now.backup_days,
                theme=self._machine.look(),
            )
        except CannotSave as refusal:
            self._work.tell(refusal.text(self.words))
        self._ready.fill(self._now)
        self._go(READY)

    def _opened(self, desk: object) -> None:
        self._now = Answers()
        self.finished.emit(desk)
