"""The button that saves a copy: where to, how old the last one is, progress, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from emis_desktop import backup, files
from emis_desktop.backup import BackedUp
from emis_desktop.errors import EmisError
from ui.backup.copies import FOLDER, new_name, size_words
from ui.backup.drives import Drive, LastPlace
from ui.backup.restore_job import in_megabytes
from ui.context import UiContext
from ui.program.facts import backup_words, exactly, is_late, late_words
from ui.tasks import Task, TaskControl
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.fields import ChoiceField, Sign
from ui.widgets.progress import ProgressStrip
from ui.widgets.system_windows import choose_folder
from ui.widgets.text import Text


class SaveCard(Card):
    """``look_wanted`` when the drives should be looked at again; ``folder`` is a place that was chosen."""

    look_wanted = Signal()

    def __init__(self, context: UiContext, whose: Callable[[], str]) -> None:
        """``whose()`` is the name of the school or ministry, for the name of the file."""
        super().__init__(name="backup.card")
        self.context, self.words, self._whose = context, context.words, whose
        self.folder: Path | None = None
        self.running: Task | None = None
        self._drives: tuple[Drive, ...] = ()
        self._last: LastPlace | None = None
        self.body.addLayout(self._age_line())
        self.body.addLayout(self._target_line())
        what = self.words.tr(
            "The copy is encrypted and opens with the same passwords. It is read back and opened before it "
            "counts. Work can go on meanwhile."
        )
        self.body.addWidget(Text(what, 12, tone="secondary", wrap=True))
        self._strip = ProgressStrip(self.words, name="backup.progress")
        self._strip.setProperty("alone", "true")
        self._strip.cancelled.connect(self._cancel)
        self.body.addWidget(self._strip)
        self.fill()

    def _age_line(self) -> QHBoxLayout:
        head = row(None, 12)
        self._sign = Sign("check", "ok", 24)
        head.addWidget(self._sign)
        both: QVBoxLayout = column(None, 2)
        self._age = Text("", 16, SEMIBOLD)
        self._detail = Text("", tone="secondary", wrap=True)
        both.addWidget(self._age)
        both.addWidget(self._detail)
        head.addLayout(both, 1)
        return head

    def _target_line(self) -> QHBoxLayout:
        tr = self.words.tr
        line = row(None, 12)
        self.target = ChoiceField(tr("Copy to"), [], self.words, name="backup.target")
        self.target.chosen.connect(lambda _key: self.target.set_fault(""))
        line.addWidget(self.target, 1)
        verbs = column(None)
        verbs.addSpacing(19)  # the buttons stand beside the field, not beside its label
        buttons = row(None, 8)
        other = Button(tr("Another folder"), icon="folder-open", name="backup.folder")
        other.clicked.connect(self._ask_folder)
        buttons.addWidget(other)
        self.save_button = Button(tr("Save a copy now"), "primary", "usb-stick", name="backup.save")
        self.save_button.setMinimumWidth(180)
        self.save_button.clicked.connect(self.save)
        buttons.addWidget(self.save_button)
        verbs.addLayout(buttons)
        verbs.addStretch(1)
        line.addLayout(verbs)
        return line

    def tell_age(self) -> None:
        """Say how old the last copy is, and where it is."""
        made, words = self.context.settings.last_backup_at, self.words
        late = is_late(made, self.context.settings.backup_days)
        self._age.setText(backup_words(words, made))
        self._sign.set_sign("circle-alert" if late else "check", "warn" if late else "ok")
        if late:
            self._detail.setText(late_words(words, made))
        else:
            place = self.context.settings.last_backup_place or ""
            when = exactly(words, made) if made is not None else ""
            self._detail.setText(words.tr("Made {when}, in {place}", when=when, place=place))

    # -- Where to -------------------------------------------------------------------------------------

    def set_places(self, there: tuple[Drive, ...], last: LastPlace | None) -> None:
        """Offer the drives that are in and the place of the last copy."""
        if (there, last) != (self._drives, self._last) or not self.target.value():
            self._drives, self._last = there, last
            self.fill()

    def fill(self) -> None:
        """Offer drives and folders; what is chosen stays, else the place of the last copy comes first."""
        before, choices = self.target.value(), self._choices()
        keys = [key for key, _text in choices]
        near = self._drive_or_folder(self._last.folder) if self._last is not None else ""
        self.target.set_choices(choices)
        wanted = next((key for key in (before, near) if key in keys), keys[0] if keys else "")
        self.target.set_value(wanted)
        self.target.setEnabled(bool(keys))
        self.target.set_help(self._unreached() or self._nothing(keys))
        self.save_button.setEnabled(bool(keys) and self.running is None)

    def _choices(self) -> list[tuple[str, str]]:
        """Drives, the folder that was chosen, the place of the last copy while it can be reached."""
        choices = {str(drive.root): self._described(drive) for drive in self._drives}
        for folder in (self.folder, self._last.folder if self._last and self._last.there else None):
            if folder is not None:
                key = self._drive_or_folder(folder)
                choices.setdefault(key, key)
        return list(choices.items())

    def _drive_or_folder(self, folder: Path) -> str:
        """A stick stands in the list as a whole, without the folder for copies on it."""
        roots = (drive.root for drive in self._drives)
        return next((str(root) for root in roots if folder in (root, root / FOLDER)), str(folder))

    def _unreached(self) -> str:
        if self._last is None or self._last.there:
            return ""
        return self.words.tr(
            "The last copy went to {place}, which cannot be reached now. Put the USB stick in, or choose "
            "another folder.",
            place=str(self._last.folder),
        )

    def _nothing(self, keys: list[str]) -> str:
        return "" if keys else self.words.tr("Put a USB stick in, or choose another folder.")

    def _described(self, drive: Drive) -> str:
        return self.words.tr("{name}, {free} free", name=drive.name, free=size_words(self.words, drive.free))

    def _ask_folder(self) -> None:
        choose_folder(self, self.words.tr("Choose a folder"), self.use_folder, self.folder)

    def use_folder(self, folder: Path) -> None:
        """Copy to ``folder`` from now on."""
        self.folder = folder
        self.fill()
        self.target.set_value(str(folder))
        self.look_wanted.emit()

    # -- Saving ---------------------------------------------------------------------------------------

    def save(self) -> None:
        """Make a copy on the chosen target."""
        laptop, target = self.context.laptop, self.target.value()
        if laptop is None or not target or self.running is not None:
            return
        root = Path(target)
        on_stick = any(drive.root == root for drive in self._drives)
        folder = root / FOLDER if on_stick else root
        path = folder / new_name(self._whose(), datetime.now().astimezone())

        def job(control: TaskControl) -> BackedUp:
            with files.saving_in(folder):
                folder.mkdir(parents=True, exist_ok=True)
            progress = in_megabytes(control)
            return backup.back_up(laptop, path, progress=progress, cancelled=control.is_cancelled)

        tr = self.words.tr
        leaves = tr("Cancel leaves no file behind.")
        if on_stick:
            leaves = tr("Cancel leaves no file behind. Leave the stick in until it is done.")
        self._strip.start(tr("Saving a copy"), leaves, unit=tr("MB"))
        self.running = self.context.tasks.run(job, tr("The copy is still being saved"))
        self.save_button.setEnabled(False)
        self.running.progressed.connect(self._strip.advance)
        self.running.succeeded.connect(self._saved)
        self.running.refused.connect(self._not_saved)
        self.running.cancelled.connect(self._stopped)

    def _cancel(self) -> None:
        if self.running is not None:
            self.running.cancel()

    def _end(self) -> None:
        self.running = None
        self.save_button.setEnabled(bool(self.target.value()))
        self.context.settings.reload()
        self.look_wanted.emit()

    def _saved(self, made: BackedUp) -> None:
        tr = self.words.tr
        size = size_words(self.words, made.size)
        self._end()
        result = tr("The copy is saved, read back and opened: it is whole.")
        file = tr("{file}, {size}.", file=str(made.path), size=size)
        where = (
            tr("The stick can be taken out.")
            if made.apart
            else tr("Copy in a folder of this laptop; it goes when the laptop goes.")
        )
        self._strip.finish(result, f"{file} {where}")

    def _not_saved(self, refusal: EmisError) -> None:
        self._end()
        self._strip.finish(self.words.tr("No copy was made"), refusal.text(self.words), failed=True)

    def _stopped(self) -> None:
        self._end()
        self._strip.close_strip()
