"""Choosing another class for one pupil or many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.queries.school import ClassInfo
from emis_desktop.rules.dates import parse_date
from resources.words import N_
from ui.context import UiContext
from ui.students.asking import AskDialog
from ui.widgets.fields import ChoiceField, DateField

EARLIEST = date(1990, 1, 1)


class MoveDialog(AskDialog):
    """Which class, from which day. ``move(class, day, reason)`` does it; then ``done_well(Made[ClassInfo])``.

    With each class stand words behind its name, such as that the grade changes with it. ``nothing`` is said
    when there is no class to move to.
    """

    def __init__(
        self,
        context: UiContext,
        question: str,
        classes: Sequence[tuple[ClassInfo, str]],
        move: Callable[[ClassInfo, date, str | None], object],
        *,
        today: date,
        verb: str,
        parent: QWidget,
        nothing: str = "",
    ) -> None:
        tr = context.words.tr
        nothing = nothing or tr("There is no other class of this grade. Add one in Settings.")
        super().__init__(context, question, "" if classes else nothing, name="students.move", parent=parent)
        self._classes: dict[str, ClassInfo] = {str(one.id): one for one, _note in classes}
        self._move = move
        choices = [(str(one.id), _described(context, one, note)) for one, note in classes]
        self.choice = ChoiceField(tr("Class"), choices, self.words, name="students.move.class")
        self.day = DateField(
            tr("From"),
            self.words,
            lambda text: parse_date(text, EARLIEST, today),
            name="students.move.day",
        )
        self.day.set_value(today)
        self.put(self.choice, "class")
        self.put(self.day, "starts_on", "date")
        self.set_deed(verb)
        if self.deed is not None and not classes:
            self.deed.setEnabled(False)

    def deed_of(self) -> Callable[[], object]:
        """Move; gives the class."""
        chosen = self._classes.get(self.choice.value())
        if chosen is None:
            raise Refused(N_("Choose a class."), field="class")
        day, reason = self.day.value(), self.why()
        if day is None:
            raise Refused(N_("Type the day from which it holds."), field="starts_on")

        def move() -> ClassInfo:
            self._move(chosen, day, reason)
            return chosen

        return move


def _described(context: UiContext, one: ClassInfo, note: str) -> str:
    on_roll = context.words.ntr("{n} pupil", "{n} pupils", one.on_roll)
    return f"{one.name}, {note}" if note else f"{one.name}, {on_roll}"


def fitting(
    classes: Sequence[ClassInfo], grade_ids: frozenset[UUID], without: UUID | None = None
) -> list[ClassInfo]:
    """The classes that have every one of the grades, but for the class ``without``."""
    return [one for one in classes if grade_ids <= {grade.id for grade in one.grades} and one.id != without]
