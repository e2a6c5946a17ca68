"""The question of another school: is this pupil of ours the one that it has admitted?"""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from emis_desktop.queries.transfers import Asked
from resources.words import Words
from ui.widgets.card import FactRow
from ui.widgets.dialog import Dialog
from ui.widgets.focus import FocusRing


class AskedDialog(Dialog):
    """Answers ``send`` (it is the same pupil, who goes to that school), ``other`` or "" for later."""

    def __init__(self, words: Words, asked: Asked, parent: QWidget) -> None:
        tr = words.tr
        school = asked.school or tr("another school")
        why = (
            tr("Both have the same number.") if asked.by_number else tr("Names and date of birth are alike.")
        )
        super().__init__(
            tr("Has {name} gone to {school}?", name=asked.name, school=school),
            tr(
                "{school} has admitted a pupil as new. {why} Nothing is changed unasked.",
                school=school,
                why=why,
            ),
            name="students.asked",
            parent=parent,
        )
        self.body.addWidget(FactRow(tr("On the roll here"), _who(words, asked.name, asked.birth_date)))
        self.body.addWidget(
            FactRow(tr("Admitted there"), _who(words, asked.other_name, asked.other_birth_date))
        )
        self.add_verb("send", tr("Yes, send the record…"), "primary")
        self.add_verb("other", tr("Not the same"))
        self.add_verb("later", tr("Later"), safe=True)
        FocusRing(self)


def _who(words: Words, name: str, born: date | None) -> str:
    return f"{name}, {words.date(born, 'medium')}" if born is not None else name
