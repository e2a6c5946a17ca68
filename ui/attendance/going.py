"""Going about the page: which part, class, subject, day and session, by keys, menus and from elsewhere."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject

from emis_desktop.queries.school import ClassInfo, ClassSubjectInfo
from ui.attendance.place import CALENDAR, DAY, MONTH, OVERVIEW, Here, first_session

if TYPE_CHECKING:
    from ui.attendance.page import AttendancePage

_WEEKDAYS = 5


class Going(QObject):
    """Knows where somebody is and shows it: ``part`` of the page, and ``here`` in a register."""

    def __init__(self, page: AttendancePage) -> None:
        super().__init__(page)
        self._page, self._context = page, page.context
        self.part = DAY
        self.here: Here | None = None
        self._classes: tuple[ClassInfo, ...] = ()
        self._for: object = None

    # -- Reading ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the classes, then what shows."""
        place = self._context.place
        if place.institution_id is None or place.year is None:
            return
        school, year, day = place.institution_id, place.year, self.usual_day()
        queries = self._context.queries.school
        self._for = (school, year.id)
        self._page.queue.run(
            lambda: queries.classes(school, year.id, day),
            partial(self._show_classes, (school, year.id)),
            lambda _reason: None,
        )

    def _show_classes(self, asked: object, classes: tuple[ClassInfo, ...]) -> None:
        if asked != self._for:
            return
        self._classes = classes
        known = {one.id for one in classes}
        if self.here is None or self.here.class_id not in known:
            wanted = self._context.place.class_id
            first = wanted if wanted in known else next((one.id for one in classes), None)
            self.here = None if first is None else Here(first, self.usual_day(), self.usual_session())
        self.show()

    def usual_day(self) -> date:
        """Today, or the nearest day of the chosen term."""
        term, today = self._context.place.term, self._page.today()
        return today if term is None else min(max(today, term.starts_on), term.ends_on)

    def usual_session(self) -> int:
        """The first, but the second of today after noon."""
        hour = datetime.now().astimezone().hour
        return first_session(hour, 2) if self._page.today() == self.usual_day() else 1

    def place_changed(self) -> bool:
        """Another school, year or term is chosen: leave a day that is not in it. True to read again."""
        place = self._context.place
        asked = (place.institution_id, place.year.id if place.year is not None else None)
        if asked != self._for:
            self.here = None
            return True
        term = place.term
        if self.here is not None and term and not term.starts_on <= self.here.on <= term.ends_on:
            self.here = self.here.on_day(self.usual_day())
        return self.here is not None

    # -- Showing ------------------------------------------------------------------------------------

    def show(self) -> None:
        """Show the part that is chosen, at the place that is chosen."""
        page, bar, here, today = self._page, self._page.bar, self.here, self._page.today()
        bar.show_part(self.part)
        if self.part == CALENDAR:
            year = self._context.place.year
            bar.show_words(page.words.tr("Calendar of the school"), year.label if year is not None else "")
            page.show_view(page.calendar)
            page.calendar.open()
        elif here is None:
            page.show_view(None)
        elif self.part == OVERVIEW:
            page.show_view(page.overview)
            bar.show_day(here.on, today)
            school = self._context.place.institution_id
            if school is not None:
                page.overview.open(school, here.on, today)
        else:
            self._show_table(here, today)

    def _show_table(self, here: Here, today: date) -> None:
        page, bar = self._page, self._page.bar
        self._context.place.class_id = here.class_id
        bar.show_classes(self._classes, here.class_id)
        self._read_subjects(here.class_id)
        if self.part == MONTH:
            page.show_view(page.month)
            bar.show_month(here.on, today)
            page.month.open(here, today)
        else:
            page.show_view(page.day)
            bar.show_day(here.on, today)
            page.day.open(here, today)

    def _read_subjects(self, class_id: UUID) -> None:
        queries, language = self._context.queries.school, self._page.words.language

        def show(subjects: tuple[ClassSubjectInfo, ...]) -> None:
            if self.here is not None and self.here.class_id == class_id:
                self._page.bar.show_subjects(subjects, self.here.subject_id)

        self._page.queue.run(lambda: queries.subjects_of(class_id, language), show, lambda _reason: None)

    # -- Steps --------------------------------------------------------------------------------------

    def show_part(self, part: str) -> None:
        """Show the day, the month, the school's lists or the calendar."""
        self._page.commit()
        self.part = part
        self.show()

    def go(self, here: Here | None) -> None:
        """Show another register."""
        if here is not None:
            self._page.commit()
            self.here = here
            self.show()

    def to_day(self, on: date) -> None:
        """The same register on another day."""
        self.go(self.here and self.here.on_day(on))

    def to_session(self, number: int) -> None:
        """Another session of the day."""
        self.go(self.here and self.here.in_session(number))

    def to_subject(self, subject_id: UUID | None) -> None:
        """The register of a subject, or that of the class."""
        self.go(self.here and self.here.of_subject(subject_id))

    def to_class(self, class_id: UUID) -> None:
        """Another class on the same day."""
        self.go(self.here and Here(class_id, self.here.on, self.here.session))

    def to_register(self, class_id: UUID, on: date, session: int) -> None:
        """The register of a day, from a list."""
        self.part = DAY
        self.go(Here(class_id, on, session))

    def to_month(self, class_id: UUID) -> None:
        """The month of a class, from a list."""
        self.part = MONTH
        self.to_class(class_id)

    def step(self, way: int) -> None:
        """The day before or after, the month in the month view; weekends are passed over."""
        if self.here is None:
            return
        on = self.here.on
        if self.part == MONTH:
            first = on.replace(day=1)
            on = first - timedelta(days=1) if way < 0 else (first + timedelta(days=31)).replace(day=1)
            on = on.replace(day=1)
        else:
            on += timedelta(days=way)
            while on.weekday() >= _WEEKDAYS:
                on += timedelta(days=way)
        if on <= self._page.today() or way < 0:
            self.to_day(on)

    def next_session(self) -> None:
        """The next session of the day, after the last the first."""
        book = self._page.day.day
        if book is not None and self.here is not None and book.register.sessions:
            self.to_session(self.here.session % len(book.register.sessions) + 1)

    def next_class(self, way: int) -> None:
        """The class after (1) or before (-1) this one."""
        ids = [one.id for one in self._classes]
        if self.here is not None and self.here.class_id in ids:
            self.to_class(ids[(ids.index(self.here.class_id) + way) % len(ids)])
