"""What narrows the register: removable chips and the menu that adds them.

A class stands for its grade, so there are at most three chips: they fit the smallest window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from emis_desktop.queries.school import ClassInfo, GradeInfo
from emis_desktop.queries.search import Roll, StudentFilter
from resources.words import Words
from ui.students.rolls import Rolls
from ui.widgets.base import discard, row
from ui.widgets.button import Button
from ui.widgets.chips import FilterChip
from ui.widgets.menu import Menu


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The chips that are there. ``year`` narrows to pupils of a school year that is not the one of today."""

    roll: Roll = Roll.ON
    grade: GradeInfo | None = None
    school_class: ClassInfo | None = None
    without_class: bool = False
    year: tuple[UUID, str] | None = None

    def filter(self, institution_id: UUID | None) -> StudentFilter:
        """The question to the search, within a school (None: all that the user sees)."""
        return StudentFilter(
            roll=self.roll,
            institution_id=institution_id,
            period_id=self.year[0] if self.year else None,
            grade_id=self.grade.id if self.grade else None,
            class_id=self.school_class.id if self.school_class else None,
            without_class=self.without_class,
        )

    def chips(self, words: Words) -> list[tuple[str, str]]:
        """Key and words of each chip."""
        tr = words.tr
        states = {Roll.ON: tr("On roll"), Roll.LEFT: tr("Left")}
        found = [
            ("year", self.year[1] if self.year else ""),
            ("grade", self.grade.name if self.grade else ""),
            ("class", self.school_class.name if self.school_class else ""),
            ("without_class", tr("Without class") if self.without_class else ""),
            ("roll", states.get(self.roll, "")),
        ]
        return [(key, text) for key, text in found if text]

    def without(self, key: str) -> Narrowing:
        """The same without one chip."""
        if key == "without_class":
            return replace(self, without_class=False)
        if key == "roll":
            return replace(self, roll=Roll.ANY)
        if key == "class":
            return replace(self, school_class=None)
        return replace(self, grade=None) if key == "grade" else replace(self, year=None)

    def cleared(self) -> Narrowing:
        """No chips at all."""
        return Narrowing(roll=Roll.ANY)


class FilterBar(QWidget):
    """The chips of a narrowing and "+ Filter"; ``changed(Narrowing)`` when the user changes it.

    ``offer`` is asked for grades and classes when the menu opens.
    """

    changed = Signal(object)

    def __init__(
        self,
        words: Words,
        offer: Callable[[], tuple[Sequence[GradeInfo], Sequence[ClassInfo]]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._offer = words, offer
        self._now = Narrowing()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._line = row(self, 8)
        self._chips: list[FilterChip] = []
        self._more = Button(words.tr("+ Filter"), "chip", name="students.filter")
        self._more.clicked.connect(self.open_menu)
        self._line.addWidget(self._more)
        self._line.addStretch(1)

    @property
    def narrowing(self) -> Narrowing:
        """What is chosen now."""
        return self._now

    def show_narrowing(self, narrowing: Narrowing) -> None:
        """Show other chips; nothing is signalled."""
        self._now = narrowing
        for chip in self._chips:
            discard(chip)
        self._chips = []
        for place, (key, text) in enumerate(narrowing.chips(self._words)):
            spoken = self._words.tr("{filter}, remove filter", filter=text)
            chip = FilterChip(key, text, spoken, name=f"students.chip.{key}", parent=self)
            chip.removed.connect(self._remove)
            self._line.insertWidget(place, chip)
            self._chips.append(chip)

    def menu(self) -> Menu:
        """Everything the list can be narrowed by."""
        tr = self._words.tr
        grades, classes = self._offer()
        menu = Menu(self)
        of_grade = menu.part(tr("Grade"))
        for grade in grades:
            of_grade.addAction(grade.name).triggered.connect(
                lambda _=False, found=grade: self._choose(replace(self._now, grade=found, school_class=None))
            )
        of_class = menu.part(tr("Class"))
        for one in classes:
            of_class.addAction(one.name).triggered.connect(
                lambda _=False, found=one: self._choose(
                    replace(self._now, school_class=found, grade=None, without_class=False)
                )
            )
        for part in (of_grade, of_class):
            part.setEnabled(not part.isEmpty())
        menu.addAction(tr("Without class")).triggered.connect(
            lambda: self._choose(replace(self._now, without_class=True, school_class=None, roll=Roll.ON))
        )
        menu.addSeparator()
        for roll, text in ((Roll.ON, tr("On roll")), (Roll.LEFT, tr("Left"))):
            menu.addAction(text).triggered.connect(
                lambda _=False, state=roll: self._choose(replace(self._now, roll=state))
            )
        return menu

    def open_menu(self) -> None:
        """Show the menu under its button."""
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _remove(self, key: str) -> None:
        self._choose(self._now.without(key))

    def _choose(self, narrowing: Narrowing) -> None:
        self.show_narrowing(narrowing)
        self.changed.emit(narrowing)
        self._more.setFocus()


def asked_narrowing(rolls: Rolls, arguments: Mapping[str, object]) -> Narrowing | None:
    """What another screen asks for: ``class_id``, ``grade_id``, ``without_class``; None for nothing known."""
    if arguments.get("without_class"):
        return Narrowing(without_class=True)
    school_class = next((one for one in rolls.classes() if one.id == arguments.get("class_id")), None)
    if school_class is not None:
        return Narrowing(school_class=school_class)
    grade = next((one for one in rolls.all_grades() if one.id == arguments.get("grade_id")), None)
    return Narrowing(grade=grade) if grade is not None else None


def first_narrowing(rolls: Rolls) -> Narrowing:
    """Who is on roll; everybody of the year that is chosen where it is a past one."""
    past = rolls.chosen_past()
    return Narrowing(roll=Roll.ANY, year=(past.id, past.label)) if past is not None else Narrowing()
