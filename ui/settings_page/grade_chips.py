"""Grades as chips, of which one or several are down."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from emis_desktop.queries.school import GradeInfo
from resources.words import Words
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import announce, column, discard, identify
from ui.widgets.button import Button
from ui.widgets.text import Text

_NAMES_ACROSS, _CODES_ACROSS = 4, 8


class GradeChips(QWidget):
    """``changed(tuple of ids)`` when a chip is pressed; ``set_fault`` says what is missing.

    ``short`` shows codes ("G5") instead of names, which are then spoken and in the tooltip.
    """

    changed = Signal(object)

    def __init__(
        self,
        words: Words,
        grades: tuple[GradeInfo, ...],
        *,
        name: str,
        short: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        identify(self, name, words.tr("Grades"))
        self._name, self._short, self._chips = name, short, dict[UUID, Button]()
        box = column(self, 4)
        box.addWidget(Text(words.tr("Grades"), 12, SEMIBOLD))
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        box.addLayout(self._grid)
        self._fault = Text("", 12, 500, "bad", wrap=True)
        box.addWidget(self._fault)
        self._fault.hide()
        self.set_grades(grades)

    def set_grades(self, grades: tuple[GradeInfo, ...]) -> None:
        """Offer these grades, in their order."""
        if list(self._chips) == [grade.id for grade in grades]:
            return
        for old in self._chips.values():
            discard(old)
        self._chips = {}
        for place, grade in enumerate(grades):
            chip = Button(
                grade.code if self._short else grade.name, "chip", name=f"{self._name}.{grade.code}"
            )
            chip.setAccessibleName(grade.name)
            chip.setToolTip(grade.name)
            chip.setCheckable(True)
            chip.clicked.connect(lambda _checked=False: self._pressed())
            self._chips[grade.id] = chip
            across = _CODES_ACROSS if self._short else _NAMES_ACROSS
            self._grid.addWidget(chip, place // across, place % across)

    def value(self) -> tuple[UUID, ...]:
        """The grades that are down, in order."""
        return tuple(grade_id for grade_id, chip in self._chips.items() if chip.isChecked())

    def set_value(self, chosen: Collection[UUID]) -> None:
        """Put these down, without a signal."""
        for grade_id, chip in self._chips.items():
            chip.setChecked(grade_id in chosen)

    def set_fault(self, text: str) -> None:
        """Say what is missing; "" takes it away."""
        self._fault.setText(text)
        self._fault.setVisible(bool(text))
        if text:
            announce(self, text)

    def _pressed(self) -> None:
        self.set_fault("")
        self.changed.emit(self.value())
