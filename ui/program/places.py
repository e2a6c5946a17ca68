"""School, year and term: what the top bar offers, what is chosen, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject

from emis_desktop.errors import CannotSave
from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.school import SchoolInfo, SchoolQueries, TermInfo, YearInfo
from resources.words import Words
from ui.context import Place
from ui.laptop_settings import LaptopSettings
from ui.shell.topbar import Choices
from ui.term_names import terms_in

MEMORY = "place"
Show = Callable[[str, Choices | None], None]


class Places(QObject):
    """Fills the selectors and keeps ``place`` in step with them.

    The school stays chosen; a year and term that are not today's stay until the next term begins. Where
    nobody has chosen a school yet it is one with records: on a ministry's laptop they come bit by bit.
    """

    def __init__(
        self,
        queries: SchoolQueries,
        settings: LaptopSettings,
        place: Place,
        today: Callable[[], date],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._queries, self._settings, self._today = queries, settings, today
        self.place = place
        self._show: Show = lambda _which, _choices: None
        self._name: Callable[[tuple[TermInfo, ...]], tuple[TermInfo, ...]] = lambda terms: terms
        self._closed = "{school}"
        self._schools: tuple[SchoolInfo, ...] = ()
        self._chosen = False
        self._years: tuple[YearInfo, ...] = ()
        self._terms: tuple[TermInfo, ...] = ()

    def speak(self, words: Words, profile: CountryProfile | None) -> None:
        """Name the terms, and schools that closed, in the language of ``words`` from the next load on."""
        self._closed = words.tr("{school} (closed)")
        self._name = partial(terms_in, profile, words.language)

    def show_in(self, show: Show) -> None:
        """Fill the selectors of another window through ``show(which, choices)``."""
        self._show = show
        self._tell()

    def load(self) -> None:
        """Read everything again and choose: what is chosen now, else what is remembered, else today's."""
        self._schools, self._years = self._queries.schools(), self._queries.years()
        now = self._queries.today(self._today())
        kept = self._settings.remembered(MEMORY)
        current = kept.get("now") == _text(now.term.id if now.term else None)
        school = self._school(kept.get("school"))
        years = {one.id: one for one in self._years}
        year_id = _pick(
            list(years),
            self.place.year.id if self.place.year else None,
            kept.get("year") if current else None,
            now.year.id if now.year else None,
        )
        year = years.get(year_id) if year_id is not None else None
        wanted = self.place.term.id if self.place.term else kept.get("term") if current else None
        self._choose(school, year, wanted, now.term)

    def _school(self, kept: object) -> UUID | None:
        ids, shown = [one.id for one in self._schools], self.place.institution_id
        if self._chosen or len(ids) < 2 or any(_text(one) == kept for one in ids):
            return _pick(ids, shown, kept)
        return _pick(ids, self._queries.with_records(shown), shown)

    def select(self, which: str, key: str) -> None:
        """Somebody chose another school, year or term."""
        school, year, term = self.place.institution_id, self.place.year, self.place.term
        if which == "school":
            school, self._chosen = UUID(key), True
        elif which == "year":
            year = next((one for one in self._years if str(one.id) == key), year)
        wanted: object = key if which == "term" else term.id if term is not None else None
        now = self._queries.today(self._today()).term
        self._choose(school, year, wanted, now, number=term.number if term is not None else 1)
        self._remember(now)

    def _choose(
        self,
        school: UUID | None,
        year: YearInfo | None,
        wanted: object,
        now: TermInfo | None,
        *,
        number: int = 1,
    ) -> None:
        """The term: the one wanted, else today's when it is of that year, else the same number, else none."""
        self._terms = self._name(self._queries.terms(year.id)) if year is not None else ()
        by_id = {str(one.id): one for one in self._terms}
        term = by_id.get(_text(wanted)) or (by_id.get(_text(now.id)) if now is not None else None)
        if term is None and self._terms:
            term = next((one for one in self._terms if one.number == number), self._terms[0])
        self.place.choose(school, year, term)
        self._tell()

    def _tell(self) -> None:
        place = self.place
        one_school = len(self._schools) == 0
        options = tuple((str(one.id), self._school_name(one)) for one in self._schools)
        self._show("school", None if one_school else Choices(options, _text(place.institution_id)))
        years = tuple((str(one.id), one.label) for one in self._years)
        self._show("year", Choices(years, _text(place.year.id)) if place.year is not None else None)
        terms = tuple((str(one.id), one.name) for one in self._terms)
        self._show("term", Choices(terms, _text(place.term.id)) if place.term is not None else None)

    def _school_name(self, school: SchoolInfo) -> str:
        """A school that closed stays to be chosen, last and named so: its past years are read there."""
        return school.name if school.open_on(self._today()) else self._closed.format(school=school.name)

    def _remember(self, now: TermInfo | None) -> None:
        place = self.place
        kept = {
            "school": _text(place.institution_id),
            "year": _text(place.year.id if place.year else None),
            "term": _text(place.term.id if place.term else None),
            "now": _text(now.id if now else None),
        }
        try:
            self._settings.remember(MEMORY, kept)
        except CannotSave:  # a convenience: the red bar comes with the next thing that matters
            return


def _pick(ids: list[UUID], *wanted: object) -> UUID | None:
    """The first of ``wanted`` that is among ``ids``, else the first of these."""
    known = {str(one): one for one in ids}
    for one in wanted:
        if _text(one) in known:
            return known[_text(one)]
    return ids[0] if ids else None


def _text(value: object) -> str:
    return "" if value is None else str(value)
