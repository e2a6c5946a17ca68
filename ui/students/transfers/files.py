"""Transfer files: a pupil written for a school without a common server, and one taken in from there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.exchange.handover import SUFFIX
from emis_desktop.jobs.handover import WrittenHandover
from emis_desktop.services.transfers import Arrival
from resources.words import N_, Words
from ui.context import UiContext
from ui.students.asking import AskDialog
from ui.students.placing import PlaceFields
from ui.students.rolls import Rolls
from ui.widgets.dialog import Dialog
from ui.widgets.fields import TextField
from ui.widgets.text import Text

CODE_SIZE: Final = 18


def filters(words: Words) -> tuple[str, ...]:
    """What the file windows show."""
    return (words.tr("Transfer file (*{suffix})", suffix=SUFFIX),)


def told_code(words: Words, written: WrittenHandover, parent: QWidget) -> Dialog:
    """The code of a file, shown once."""
    tr = words.tr
    dialog = Dialog(
        tr("The transfer file of {name} is written", name=written.name),
        tr(
            "Only this code opens it. Write it down and tell it apart from the file, on paper or by "
            "telephone: it is not shown again."
        ),
        name="transfers.code",
        parent=parent,
    )
    code = Text(written.code, CODE_SIZE, 600, wrap=True)
    code.setObjectName("transfers.code.text")
    code.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    dialog.body.addWidget(code)
    dialog.add_verb("close", tr("It is written down"), "primary", safe=True)
    return dialog


class TakeInDialog(AskDialog):
    """The code, and where the pupil of the file sits from which day."""

    def __init__(self, context: UiContext, rolls: Rolls, today: date, path: Path, parent: QWidget) -> None:
        tr = context.words.tr
        super().__init__(
            context,
            tr("Take in the pupil of {file}?", file=path.name),
            tr(
                "The code was told apart from the file. Numbers, guardians and the results of all years come "
                "along."
            ),
            name="transfers.take_in",
            parent=parent,
        )
        self._path, self._rolls = path, rolls
        self.code = TextField(tr("Code"), self.words, name="transfers.take_in.code")
        self.put(self.code, "code", "file")
        grades = rolls.grades()
        first = grades[0].id if grades else UUID(int=0)
        self.where = PlaceFields(self, rolls, today, first, "transfers.take_in")
        self.set_deed(tr("Take in"))

    def deed_of(self) -> Callable[[], UUID]:
        """Open the file and put the pupil on the roll."""
        school, code = self._rolls.institution_id, self.code.text()
        if school is None:
            raise Refused(N_("Choose the school at the top first."))
        place, jobs, path = self.where.place(), self.context.jobs.handovers, self._path
        arrival = Arrival(
            school, place.period_id, place.grade_id, place.starts_on, place.class_id, override=self.why()
        )
        return lambda: jobs.take_in(jobs.read(path, code), arrival)
