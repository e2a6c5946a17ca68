"""Schools, years, grades and classes that the user chooses among, read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from emis_desktop.queries.school import ClassInfo, GradeInfo, YearInfo
from ui.context import UiContext


class Rolls:
    """Where pupils can be: the school and year of the top bar, else those of the user and of today."""

    def __init__(self, context: UiContext, today: Callable[[], date]) -> None:
        self._context, self._today = context, today

    @property
    def institution_id(self) -> UUID | None:
        """The school whose pupils are shown; None: every school."""
        return self._context.place.institution_id or self._context.actor.institution_id

    @property
    def school(self) -> str:
        """The name of that school, "" for every school."""
        wanted = self.institution_id
        schools = self._context.queries.school.schools()
        return next((one.name for one in schools if one.id == wanted), "")

    def today(self) -> date:
        """The day of today."""
        return self._today()

    def year(self) -> YearInfo | None:
        """The year of today: pupils are admitted to it."""
        return self._context.queries.school.today(self._today()).year

    def chosen_past(self) -> YearInfo | None:
        """The year of the top bar, when it is not the one of today."""
        chosen, now = self._context.place.year, self.year()
        return chosen if chosen is not None and now is not None and chosen.id != now.id else None

    def grades(self) -> tuple[GradeInfo, ...]:
        """The grades that pupils of this school can be in: those of its classes, else every grade."""
        year = self.year()
        every = self._context.queries.school.grades(year.id if year is not None else None)
        taught = {grade.id for one in self.classes() for grade in one.grades}
        return tuple(grade for grade in every if grade.id in taught) or every

    def all_grades(self) -> tuple[GradeInfo, ...]:
        """Every grade that the country has or had."""
        return self._context.queries.school.grades()

    def classes(self) -> tuple[ClassInfo, ...]:
        """The classes of the year of today that the user sees."""
        year, school = self.year(), self.institution_id
        if year is None or school is None:
            return ()
        return self._context.queries.school.classes(school, year.id, self._today())

    def first_day(self, year: YearInfo) -> date:
        """Today, or the nearest day of a year that does not hold today."""
        return min(max(self._today(), year.starts_on), year.ends_on)
