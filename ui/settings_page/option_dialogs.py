"""Dialogs about options: a block, a subject of it, and what one pupil chooses."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.queries.grading import SubjectLine
from emis_desktop.queries.options import BlockInfo, OptionGrid, PupilOptions
from emis_desktop.rules.numbers import parse_whole
from emis_desktop.services.options import MOST_CHOSEN, MOST_PLACES, BlockRules, Pick, RefusedPick
from resources.words import N_
from ui.context import UiContext
from ui.students.asking import AskDialog
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.dialog import Dialog
from ui.widgets.fields import ChoiceField, TextField
from ui.widgets.focus import FocusRing
from ui.widgets.text import Text

ACROSS = 4


class EditBlock(AskDialog):
    """A block, new or changed: its name and how many of its subjects are taken."""

    def __init__(
        self,
        context: UiContext,
        grade_id: UUID,
        grade: str,
        block: BlockInfo | None,
        parent: QWidget,
    ) -> None:
        tr = context.words.tr
        question = (
            tr("A block of options for {grade}", grade=grade) if block is None else tr("Change the block")
        )
        super().__init__(context, question, name="options.block", parent=parent)
        self._grade_id, self._block = grade_id, block
        self._name = TextField(tr("Name"), self.words, name="options.block.name")
        self._least = TextField(tr("At least"), self.words, width=110, name="options.block.least")
        self._most = TextField(tr("At most"), self.words, width=110, name="options.block.most")
        self.put(self._name, "name")
        self.put(self._least, "least")
        self.put(self._most, "most")
        self._name.set_text(block.name if block is not None else "")
        self._least.set_text(str(block.choose_min if block is not None else 1))
        self._most.set_text(str(block.choose_max if block is not None else 1))
        self.set_deed(tr("Add") if block is None else tr("Change"))

    def deed_of(self) -> Callable[[], object] | None:
        """Write it."""
        rules = BlockRules(self._name.text(), _whole(self._least, 0, "least"), _whole(self._most, 1, "most"))
        place, options, block = self.context.place, self.context.services.options, self._block
        if block is not None:
            return lambda: options.change_block(block.id, rules)
        if place.institution_id is None or place.year is None:
            return None
        school, year = place.institution_id, place.year.id
        return lambda: options.add_block(school, year, self._grade_id, rules)


class AddOption(AskDialog):
    """A subject of a block and its places."""

    def __init__(
        self, context: UiContext, block: BlockInfo, subjects: tuple[SubjectLine, ...], parent: QWidget
    ) -> None:
        tr = context.words.tr
        super().__init__(
            context, tr("A subject of {block}", block=block.name), name="options.subject", parent=parent
        )
        self._block = block
        listed = [(str(one.id), one.name) for one in subjects]
        self._subject = ChoiceField(tr("Subject"), listed, self.words, name="options.subject.which")
        self._places = TextField(
            tr("Places"),
            self.words,
            optional=True,
            width=110,
            help_text=tr("Empty: as many as choose it."),
            name="options.subject.places",
        )
        self.put(self._subject, "subject")
        self.put(self._places, "places")
        self.set_deed(tr("Add"))

    def deed_of(self) -> Callable[[], object] | None:
        """Write it."""
        if not self._subject.value():
            raise Refused(N_("Choose the subject."), field="subject")
        subject, typed = UUID(self._subject.value()), self._places.text().strip()
        places = _whole(self._places, 1, "places", MOST_PLACES) if typed else None
        options, block = self.context.services.options, self._block
        return lambda: options.put_subject(block.id, subject, places)


class ChooseOptions(Dialog):
    """What one pupil takes, as chips by block; ``next_asked(enrolment_id)`` after "Save, next pupil"."""

    stored = Signal()
    next_asked = Signal(object)

    def __init__(self, context: UiContext, grid: OptionGrid, pupil: PupilOptions, parent: QWidget) -> None:
        self.context, self.words, self._pupil = context, context.words, pupil
        tr = self.words.tr
        super().__init__(pupil.name, pupil.class_name, name="options.choose", parent=parent)
        self.setMinimumWidth(620)
        self._chips: dict[UUID, dict[UUID, Button]] = {}
        for block in grid.blocks:
            self._block(block)
        self._fault = Text("", 13, 500, "bad", wrap=True)
        self._fault.hide()
        self.body.addWidget(self._fault)
        self._save = self.add_verb("next", tr("Save, next pupil"), "primary")
        self._only = self.add_verb("save", tr("Save"))
        self.add_verb("cancel", tr("Cancel"), safe=True)
        for button, goes_on in ((self._save, True), (self._only, False)):
            button.clicked.disconnect()
            button.clicked.connect(lambda _checked=False, on=goes_on: self._store(on))
        FocusRing(self)

    def _block(self, block: BlockInfo) -> None:
        words = self.words
        asked = words.tr(
            "{block}: {least} to {most}", block=block.name, least=block.choose_min, most=block.choose_max
        )
        self.body.addWidget(Text(asked, 12, SEMIBOLD))
        chosen = self._pupil.chosen.get(block.id, ())
        chips: dict[UUID, Button] = {}
        line = row(None, 6)
        for place, option in enumerate(block.subjects):
            if place and place % ACROSS == 0:
                line.addStretch(1)
                self.body.addLayout(line)
                line = row(None, 6)
            text = option.name
            if option.places is not None:
                text = words.tr(
                    "{subject}, {taken} of {places}",
                    subject=option.name,
                    taken=option.taken,
                    places=option.places,
                )
            chip = Button(text, "chip", name=f"options.choose.{block.name}.{option.code}")
            chip.setCheckable(True)
            chip.setChecked(option.subject_id in chosen)
            chip.setEnabled(not option.full or option.subject_id in chosen)
            line.addWidget(chip)
            chips[option.subject_id] = chip
        line.addStretch(1)
        self.body.addLayout(line)
        self._chips[block.id] = chips

    def _store(self, goes_on: bool) -> None:
        picks = [
            Pick(
                self._pupil.enrolment_id,
                block_id,
                tuple(subject_id for subject_id, chip in chips.items() if chip.isChecked()),
            )
            for block_id, chips in self._chips.items()
        ]
        options = self.context.services.options
        self._save.setEnabled(False)
        task = self.context.tasks.run(lambda _control: options.choose(picks))
        task.succeeded.connect(self._done_on if goes_on else self._done)
        task.refused.connect(self._refused)

    def _done_on(self, refused: tuple[RefusedPick, ...]) -> None:
        if self._stored(refused):
            self.next_asked.emit(self._pupil.enrolment_id)

    def _done(self, refused: tuple[RefusedPick, ...]) -> None:
        self._stored(refused)

    def _stored(self, refused: tuple[RefusedPick, ...]) -> bool:
        """Close it; what was not taken is said and keeps it open."""
        self._save.setEnabled(True)
        self.stored.emit()
        if refused:
            self._refused(refused[0].reason)
            return False
        self.accept()
        return True

    def _refused(self, refusal: Exception) -> None:
        self._save.setEnabled(True)
        if isinstance(refusal, Refused):
            self._fault.setText(refusal.text(self.words))
            self._fault.show()


def _whole(field: TextField, least: int, name: str, most: int = MOST_CHOSEN) -> int:
    try:
        return parse_whole(field.text(), least, most)
    except Refused as refusal:
        refusal.field = name
        raise
