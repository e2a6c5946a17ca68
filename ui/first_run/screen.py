"""The first run: four steps, Back keeps what was answered."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout

from emis_desktop.backup import Restored
from emis_desktop.errors import CannotSave, EmisError, Refused
from emis_desktop.laptop import Made
from emis_desktop.settings import Home
from resources.words import Words
from ui.backup.restore_job import restore, restored_words
from ui.first_run.answers import Answers, Source
from ui.first_run.machine import MachineStep
from ui.first_run.panel import StepsPanel
from ui.first_run.ready import ReadyStep
from ui.first_run.setting_up import make_demo, set_up
from ui.first_run.who import WhoStep
from ui.first_run.you import YouStep
from ui.laptop_settings import LaptopSettings
from ui.program import late
from ui.program.ground import Ground
from ui.tasks import Task, Tasks
from ui.theme.theme import Theme
from ui.widgets.base import column, identify, row
from ui.widgets.button import Button
from ui.widgets.progress import ProgressStrip
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
        self._home, self._settings, self._tasks = home, settings, tasks
        self._now = kept if isinstance(kept, Answers) else Answers()
        self._made: Made | None = None
        self._running: Task | None = None
        self._who = WhoStep(words, home, tasks)
        self._you = YouStep(words)
        self._machine = MachineStep(words, theme)
        self._ready = ReadyStep(words, tasks)
        self._steps = (self._who, self._you, self._machine, self._ready)
        self._build()
        self._machine.language_asked.connect(self.language_asked)
        self._ready.ready.connect(self._set_ready)
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

    # -- Laying out -----------------------------------------------------------------------------------

    def _build(self) -> None:
        line = row(self)
        self._panel = StepsPanel(self.words)
        line.addWidget(self._panel)
        self._right: QVBoxLayout = column(None, 8, (48, 20, 48, 24))
        self._right.addWidget(self.languages(), 0, Qt.AlignmentFlag.AlignRight)
        self._right.addSpacing(24)
        self._stack = QStackedWidget()
        for step in self._steps:
            self._stack.addWidget(step)
        self._right.addWidget(self._stack, 1)
        self._strip = ProgressStrip(self.words, name="first.progress")
        self._strip.setProperty("alone", "true")
        self._strip.cancelled.connect(self._cancel)
        self._right.addWidget(self._strip)
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
        if step in (YOU, MACHINE) and self._running is None:
            self._now = self._steps[step].answers(self._now)
            self._go(step - 1)

    def go_on(self) -> None:
        """The next step, or what this one begins, when everything is answered."""
        step = self._now.step
        if self._running is not None or not self._on.isEnabled() or not self._steps[step].check():
            return
        self._now = self._steps[step].answers(self._now)
        if step == READY:
            self._open()
        elif step == MACHINE:
            self._set_up()
        elif step == WHO and self._now.source is not Source.NEW:
            self._bring_in()
        else:
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

    def _begin(self, task: Task, title: str, leaves: str, unit: str = "") -> None:
        self._running = task
        self._on.setEnabled(False)
        self._back.setEnabled(False)
        self._stack.setEnabled(False)
        self._strip.start(title, leaves, unit=unit)
        task.progressed.connect(lambda done, total, _what: self._strip.advance(done, total))
        task.refused.connect(self._refused)
        task.cancelled.connect(self._stopped)

    def _end(self) -> None:
        self._running = None
        self._on.setEnabled(True)
        self._back.setEnabled(True)
        self._stack.setEnabled(True)

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _stopped(self) -> None:
        self._end()
        self._strip.close_strip()

    def _refused(self, refusal: EmisError) -> None:
        """Go to the field it belongs to; what belongs to none is said under the steps."""
        self._end()
        self._strip.close_strip()
        if isinstance(refusal, Refused):
            for place, step in enumerate(self._steps):
                if step.refuse(refusal):
                    self._go(place)
                    step.refuse(refusal)
                    return
        self._strip.finish(self.words.tr("Nothing was changed"), refusal.text(self.words), failed=True)

    def _set_up(self) -> None:
        task = set_up(self._tasks, self._home, self._now)
        task.succeeded.connect(self._set_up_done)
        tr = self.words.tr
        self._begin(task, tr("Setting up the laptop"), tr("A few seconds."))

    def _set_up_done(self, made: Made) -> None:
        self._end()
        self._strip.close_strip()
        self._made = made
        self._now = replace(self._now, recovery_code=made.recovery_code)
        try:
            self._settings.change(
                language=self.words.language,
                auto_lock_minutes=self._now.auto_lock_minutes,
                backup_days=self._now.backup_days,
                theme=self._machine.look(),
            )
        except CannotSave as refusal:
            self._strip.finish(refusal.text(self.words), failed=True)
        self._ready.fill(self._now)
        self._go(READY)

    def _bring_in(self) -> None:
        tr = self.words.tr
        if self._now.source is Source.DEMO:
            task = make_demo(self._tasks, self._home, self.words)
            task.succeeded.connect(self._demo_done)
            self._begin(
                task, tr("Making the demonstration school"), tr("About 10 seconds; 417 invented pupils.")
            )
        elif self._now.copy is not None:
            task = restore(self._tasks, self._home, self._now.copy)
            task.succeeded.connect(self._restore_done)
            self._begin(task, tr("Restoring"), tr("Cancel leaves everything as it is."), tr("MB"))

    def _restore_done(self, done: Restored) -> None:
        self._end()
        self.restored.emit(restored_words(self.words, done))

    def _demo_done(self, home: Home) -> None:
        self._end()
        self._strip.close_strip()
        self.demo_made.emit(home)

    def _open(self) -> None:
        """Sign in with the password that was just chosen."""
        made = self._made
        if made is None:
            return
        task = self._tasks.run(lambda _control: late.open_for(self._home, made.user_id, self._now.password))
        task.succeeded.connect(self._opened)
        self._begin(task, self.words.tr("Opening the records"), "")

    def _opened(self, desk: object) -> None:
        self._end()
        self._now = Answers()
        self.finished.emit(desk)
