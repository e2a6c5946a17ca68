"""A country profile as the rest of the program sees it, and how it is made from a document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from emis_desktop.profiles.assessment import (
    GradingScale,
    Scheme,
    read_scale,
    read_scheme,
    read_scheme_use,
)
from emis_desktop.profiles.calendar_rules import CalendarRules, read_calendar, read_week
from emis_desktop.profiles.entry import Entry, Mark
from emis_desktop.profiles.exams import Exam, ExamScheme, read_exam, read_exam_scheme
from emis_desktop.profiles.lists import (
    CodeList,
    Named,
    ReportCardTexts,
    Subject,
    read_code_lists,
    read_named,
    read_report_card,
    read_subject,
    read_subject_lists,
)
from emis_desktop.profiles.structure import (
    AreaTree,
    Grade,
    Language,
    Level,
    MonthDay,
    PhonePlan,
    read_age,
    read_areas,
    read_grades,
    read_language,
    read_level,
    read_month_day,
    read_phone,
)
from emis_desktop.profiles.texts import Texts
from emis_desktop.rules.calendar import cut_off
from resources.words import N_

FORMAT: Final = "country-profile/1"
EXAM_LEVELS: Final = frozenset({"CSEC", "CAPE", "CCSLC", "CPEA"})
"""What the subjects of examinations have as their level, besides the levels of a country."""

_OECS: Final = ("full", "associate", "none")
_NAMES: Final = (
    *("format", "code", "alpha3", "numeric", "fictitious", "name", "official_name", "demonym", "status"),
    *("oecs", "ministry", "departments", "districts", "areas", "islands", "compulsory_age", "levels"),
    *("grades", "first_grade", "school_types", "school_week", "sessions_per_day", "time_zone", "census_day"),
    *("age_cutoff", "currency", "languages", "phone", "exams", "exam_schemes", "calendar", "subjects"),
    *("subject_lists", "grading_scales", "schemes", "assessment", "report_card", "code_lists"),
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a country is called. ``oecs`` is its membership: full, associate or none.

    ``fictitious`` is true for a country that does not exist; only such a one may carry invented figures.
    """

    code: str
    alpha3: str
    numeric: str
    name: Texts
    official_name: str
    demonym: str
    status: str
    oecs: str
    fictitious: bool
    ministry: str
    departments: tuple[str, ...]
    islands: tuple[str, ...]
    currency: str
    currency_name: str


@dataclass(frozen=True, slots=True)
class CountryProfile:
    """Everything about a country that is data and not code.

    ``compulsory_age`` is from and to in months. ``marks`` says of a place in the document, such as
    ``age_cutoff`` or ``grades[F1].isced``, where its value comes from.
    """

    identity: Identity
    districts: AreaTree
    areas: AreaTree
    compulsory_age: tuple[int, int]
    levels: tuple[Level, ...]
    grades: tuple[Grade, ...]
    first_grade: str
    school_types: tuple[Named, ...]
    sessions_per_day: int
    time_zone: str
    census_day: MonthDay
    age_cutoff: MonthDay
    languages: tuple[Language, ...]
    phone: PhonePlan
    exams: tuple[Exam, ...]
    exam_schemes: tuple[ExamScheme, ...]
    calendar: CalendarRules
    subjects: Mapping[str, Subject]
    subject_lists: Mapping[str, tuple[str, ...]]
    scales: Mapping[str, GradingScale]
    schemes: Mapping[str, Scheme]
    assessment: Mapping[str, str]
    report_card: ReportCardTexts
    code_lists: Mapping[str, CodeList]
    marks: Mapping[str, Mark]

    @property
    def code(self) -> str:
        """The two-letter code of the country."""
        return self.identity.code

    @property
    def name(self) -> Texts:
        """The short name of the country."""
        return self.identity.name

    def grade(self, code: str) -> Grade:
        """The grade with ``code``; raises KeyError when there is none."""
        for grade in self.grades:
            if grade.code == code:
                return grade
        raise KeyError(code)

    def subjects_of(self, grade_code: str) -> tuple[Subject, ...]:
        """The subjects a card of the grade shows unless a school chooses others, in print order."""
        codes = self.subject_lists.get(grade_code) or self.subject_lists.get(self.grade(grade_code).level, ())
        return tuple(self.subjects[code] for code in codes)

    def scheme_of(self, grade_code: str) -> Scheme:
        """The assessment scheme of the grade, or of its level."""
        return self.schemes[self.assessment.get(grade_code) or self.assessment[self.grade(grade_code).level]]

    def scale_of(self, grade_code: str) -> GradingScale:
        """The grading scale of the grade's scheme."""
        return self.scales[self.scheme_of(grade_code).scale]

    def census_date(self, start_year: int) -> date:
        """The day of the school census in the school year that begins in ``start_year``."""
        return self._in_year(self.census_day, start_year)

    def age_date(self, start_year: int) -> date:
        """The day on which ages are counted in the school year that begins in ``start_year``."""
        return self._in_year(self.age_cutoff, start_year)

    def unconfirmed(self) -> tuple[str, ...]:
        """The places of values without a source: editable defaults that a ministry should look at."""
        return tuple(place for place, mark in self.marks.items() if not mark.confirmed)

    def _in_year(self, day: MonthDay, start_year: int) -> date:
        return cut_off(date(start_year, self.calendar.starts_month, 1), day.month, day.day)


def read_country(root: Entry, marks: Mapping[str, Mark]) -> CountryProfile:
    """The profile in the document at ``root``; ``marks`` is filled while it is read.

    Raises :class:`emis_desktop.errors.BadFile` at the first mistake.
    """
    root.group(*_NAMES)
    root["format"].choice((FORMAT,))
    levels = tuple(map(read_level, root["levels"].rows()))
    level_codes = frozenset(level.code for level in levels)
    grades = read_grades(root["grades"], level_codes)
    keys = level_codes | {grade.code for grade in grades}
    subjects = _subjects(root["subjects"], level_codes | EXAM_LEVELS)
    scales = {scale.code: scale for scale in map(read_scale, root["grading_scales"].rows())}
    schemes = _schemes(root["schemes"], frozenset(scales))
    age = root["compulsory_age"].group("from", "to")
    return CountryProfile(
        identity=_identity(root),
        districts=read_areas(root["districts"]),
        areas=read_areas(root["areas"]),
        compulsory_age=(read_age(age["from"]), read_age(age["to"])),
        levels=levels,
        grades=grades,
        first_grade=root["first_grade"].choice(grade.code for grade in grades),
        school_types=tuple(map(read_named, root["school_types"].rows())),
        sessions_per_day=root["sessions_per_day"].whole(1, 5),
        time_zone=root.word("time_zone"),
        census_day=read_month_day(root["census_day"]),
        age_cutoff=read_month_day(root["age_cutoff"]),
        languages=tuple(map(read_language, root["languages"].rows())),
        phone=read_phone(root["phone"]),
        exams=tuple(map(read_exam, root.rows_of("exams"))),
        exam_schemes=tuple(map(read_exam_scheme, root.rows_of("exam_schemes"))),
        calendar=read_calendar(root["calendar"], read_week(root["school_week"])),
        subjects=MappingProxyType(subjects),
        subject_lists=read_subject_lists(root["subject_lists"], keys, frozenset(subjects)),
        scales=MappingProxyType(scales),
        schemes=MappingProxyType(schemes),
        assessment=_assessment(root["assessment"], grades, keys, frozenset(schemes)),
        report_card=read_report_card(root["report_card"]),
        code_lists=read_code_lists(root["code_lists"]),
        marks=MappingProxyType(marks),
    )


def _identity(root: Entry) -> Identity:
    currency = root["currency"].group("code", "name")
    fictitious = root.find("fictitious")
    return Identity(
        code=root.word("code"),
        alpha3=root.word("alpha3"),
        numeric=root.word("numeric"),
        name=root.texts_of("name"),
        official_name=root.word("official_name"),
        demonym=root.text_of("demonym"),
        status=root.text_of("status"),
        oecs=root["oecs"].choice(_OECS),
        fictitious=fictitious.flag() if fictitious else False,
        ministry=root.word("ministry"),
        departments=tuple(row.text() for row in root.rows_of("departments")),
        islands=tuple(row.text() for row in root.rows_of("islands")),
        currency=currency.word("code"),
        currency_name=currency.word("name"),
    )


def _subjects(entry: Entry, levels: frozenset[str]) -> Mapping[str, Subject]:
    rows = entry.rows()
    subjects = {subject.code: subject for subject in (read_subject(row, levels) for row in rows)}
    for row, subject in zip(rows, subjects.values(), strict=True):
        if subject.parent and subject.parent not in subjects:
            raise row["parent"].refuse(
                N_("{file}, {place}: {code} is not among the subjects. Add it there or take it out here."),
                code=subject.parent,
            )
    return subjects


def _schemes(entry: Entry, scales: frozenset[str]) -> Mapping[str, Scheme]:
    return {scheme.code: scheme for scheme in (read_scheme(row, scales) for row in entry.rows())}


def _assessment(
    entry: Entry, grades: tuple[Grade, ...], keys: frozenset[str], schemes: frozenset[str]
) -> Mapping[str, str]:
    use = read_scheme_use(entry, keys, schemes)
    for grade in grades:
        if grade.code not in use and grade.level not in use:
            entry[grade.level]  # raises: every grade has a scheme
    return use
