"""What the head of the page says of what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from emis_desktop.errors import EmisError
from emis_desktop.queries.registers import DayRegister, MonthSheet
from ui.attendance.overview import SchoolDay
from ui.attendance.place import DAY, MONTH, OVERVIEW

if TYPE_CHECKING:
    from ui.attendance.page import AttendancePage


class Telling(QObject):
    """Listens to the parts of the page."""

    def __init__(self, page: AttendancePage) -> None:
        super().__init__(page)
        self._page, self._words = page, page.words
        page.day.shown.connect(self._day)
        page.month.shown.connect(self._month)
        page.overview.shown.connect(self._overview)
        for view in (page.day, page.month):
            view.failed.connect(self._failed)

    def _day(self, register: DayRegister) -> None:
        page, words = self._page, self._words
        if page.going.part != DAY:
            return
        if register.session > len(register.sessions):
            page.going.to_session(1)  # the school has fewer now
            return
        pupils = words.ntr("{n} pupil", "{n} pupils", len(register.rows))
        told = words.tr("Each key is saved at once; nobody is present until you say so")
        last = register.barrier.text(words) if register.barrier is not None else told
        facts = ", ".join(filter(None, (register.teacher, pupils)))
        page.bar.show_register(register, f"{facts}. {last}")

    def _month(self, sheet: MonthSheet) -> None:
        if self._page.going.part == MONTH:
            pupils = self._words.ntr("{n} pupil", "{n} pupils", len(sheet.rows))
            told = self._words.tr("Type or paste a block, as on the paper sheet")
            self._page.bar.show_sheet(sheet, f"{pupils}. {told}")

    def _overview(self, found: SchoolDay) -> None:
        if self._page.going.part == OVERVIEW:
            day = self._words.date(found.on, "weekday")
            self._page.bar.show_words(self._words.tr("Attendance of the school"), day)

    def _failed(self, reason: EmisError) -> None:
        self._page.bar.show_words(self._words.tr("Attendance"), reason.text(self._words))
        self._page.show_view(None)
