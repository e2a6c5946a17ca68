"""The Backup page: one button to a USB stick, how old the last copy is, what is there, and back again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent

from ui.backup.copies import Copy, copies_in
from ui.backup.drives import Drive, LastPlace, drives, last_place
from ui.backup.list_card import CopiesCard
from ui.backup.save_card import SaveCard
from ui.context import UiContext
from ui.shell.page import Page
from ui.tasks import TaskControl

LOOK_MS = 4_000
"""A stick that is put in shows after at most this time."""


@dataclass(frozen=True, slots=True)
class Found:
    """The drives that are in, the place of the last copy, and the copies on them, newest first."""

    drives: tuple[Drive, ...]
    last: LastPlace | None
    copies: tuple[Copy, ...]


class BackupPage(Page):
    """``restore_asked(Path)`` when somebody has said that a copy shall take the place of the records."""

    restore_asked = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, "backup", context.words.tr("Backup"))
        self.head.set_facts(self.words.tr("Everything on this laptop in one encrypted file"))
        self._looking = False
        self._school = ""
        self.saving = SaveCard(context, lambda: self._school)
        self.saving.look_wanted.connect(self.look)
        self.copies = CopiesCard(context)
        self.copies.restore_asked.connect(self.restore_asked)
        self.body.addWidget(self.saving)
        self.body.addWidget(self.copies, 1)
        self._again = QTimer(self, interval=LOOK_MS)
        self._again.timeout.connect(self.look)
        context.settings.changed.connect(self.saving.tell_age)

    def refresh(self) -> None:
        """Tell the age and look for sticks."""
        schools = self.context.queries.school.schools()
        profile = self.context.profile
        own = self.context.actor.institution_id is not None and schools
        self._school = schools[0].name if own else profile.identity.ministry if profile is not None else ""
        self.saving.tell_age()
        self.look()

    def look(self) -> None:
        """Look for sticks and the copies on them, away from the screen's thread."""
        if self._looking or self.saving.running is not None:
            return
        self._looking = True
        folder = self.saving.folder
        last = self.context.settings.last_copy_place
        task = self.context.tasks.run(lambda control: _find(control, folder, last))
        task.succeeded.connect(self._found)
        task.ended.connect(self._looked)

    def _looked(self) -> None:
        self._looking = False

    def _found(self, found: Found) -> None:
        self.saving.set_places(found.drives, found.last)
        self.copies.show_copies(found.copies)

    def showEvent(self, event: QShowEvent) -> None:
        """Look for sticks while the page shows."""
        super().showEvent(event)
        self._again.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop looking."""
        super().hideEvent(event)
        self._again.stop()


def _find(_control: TaskControl, folder: Path | None, last_copy: str | None) -> Found:
    """What is there now. A copy counts once, whichever way its folder is reached."""
    there, last = drives(), last_place(last_copy)
    places = [drive.root for drive in there] + ([folder] if folder is not None else [])
    if last is not None and last.there:
        places.append(last.folder)
    found = {copy.path: copy for place in places for copy in copies_in(place)}
    return Found(there, last, tuple(sorted(found.values(), key=lambda copy: copy.made_at, reverse=True)))
