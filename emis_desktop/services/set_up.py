"""A country's structure from its profile: areas, years, terms, grades, subjects, scales, schemes, words of
a card.

Every row's id comes from its natural key, so that setting up twice, or on two laptops, gives the same
rows. What a ministry has changed since is not overwritten: only rows that are not there are written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.models import (
    AcademicPeriod,
    Area,
    AssessmentScheme,
    EducationGrade,
    GradeBand,
    GradingScale,
    SchemeUse,
    Setting,
    Subject,
    Synced,
    Term,
)
from emis_desktop.profiles import CountryProfile, Named, school_year
from emis_desktop.profiles import Subject as ProfileSubject
from emis_desktop.queries.calendar import SCHOOL_WEEK
from emis_desktop.queries.settings import CARD_WORDS
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.open_days import MONDAY_TO_FRIDAY

Row = TypeVar("Row", bound=Synced)
NATION = "nation"


@dataclass(slots=True)
class SetUp:
    """What setting up made or found, by the profile's codes; terms by (code of the year, number)."""

    areas: dict[str, UUID] = field(default_factory=dict)
    years: dict[str, UUID] = field(default_factory=dict)
    terms: dict[tuple[str, int], UUID] = field(default_factory=dict)
    grades: dict[str, UUID] = field(default_factory=dict)
    subjects: dict[str, UUID] = field(default_factory=dict)
    scales: dict[str, UUID] = field(default_factory=dict)
    schemes: dict[str, UUID] = field(default_factory=dict)


def set_up(session: Session, profile: CountryProfile, start_years: Iterable[int]) -> SetUp:
    """Write the structure of ``profile`` and the school years that begin in ``start_years``, in an open
    act.
    """
    made = SetUp()
    _areas(session, profile, made)
    for start_year in start_years:
        _year(session, profile, start_year, made)
    _grades(session, profile, made)
    _subjects(session, profile, made)
    _scales(session, profile, made)
    _schemes(session, profile, made)
    _scheme_uses(session, profile, made)
    _card_words(session, profile)
    _week(session, profile)
    return made


def once(session: Session, model: type[Row], row_id: UUID, **values: object) -> UUID:
    """Write the row unless it is there, also when somebody has deleted it. Returns its id."""
    if session.get(model, row_id) is None:
        row = model()
        row.id = row_id
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
    return row_id


def _areas(session: Session, profile: CountryProfile, made: SetUp) -> None:
    nation = once(
        session,
        Area,
        natural_id("area", profile.code),
        code=profile.code,
        name=profile.name.en,
        level=NATION,
        parent_id=None,
    )
    made.areas[profile.code] = nation
    for unit in profile.districts.units:
        made.areas[unit.code] = natural_id("area", unit.code)
    for unit in profile.districts.units:
        once(
            session,
            Area,
            made.areas[unit.code],
            code=unit.code,
            name=unit.name,
            level=profile.districts.kind[:24],
            parent_id=made.areas.get(unit.parent, nation),
        )


def _year(session: Session, profile: CountryProfile, start_year: int, made: SetUp) -> None:
    year = school_year(profile, start_year)
    made.years[year.code] = year_id = once(
        session,
        AcademicPeriod,
        natural_id("academic_period", year.code),
        code=year.code,
        label=year.label,
        starts_on=year.starts_on,
        ends_on=year.ends_on,
    )
    for term in year.terms:
        made.terms[year.code, term.number] = once(
            session,
            Term,
            natural_id("term", year_id, term.number),
            period_id=year_id,
            number=term.number,
            name=term.name.en,
            starts_on=term.starts_on,
            ends_on=term.ends_on,
            next_begins_on=term.next_begins_on,
            marks_due_on=term.ends_on,
            weight=term.weight,
        )


def _grades(session: Session, profile: CountryProfile, made: SetUp) -> None:
    for grade in profile.grades:
        made.grades[grade.code] = once(
            session,
            EducationGrade,
            natural_id("education_grade", grade.code),
            code=grade.code,
            name=grade.label,
            level=grade.level,
            isced=grade.isced,
            position=grade.position,
            official_age=grade.official_age,
        )


def _subjects(session: Session, profile: CountryProfile, made: SetUp) -> None:
    for position, subject in enumerate(_school_subjects(profile), start=1):
        made.subjects[subject.code] = once(
            session,
            Subject,
            natural_id("subject", subject.code),
            code=subject.code,
            name=subject.name.en,
            name_fr=subject.name.fr,
            name_es=subject.name.es,
            level=subject.level,
            position=position,
        )


def _school_subjects(profile: CountryProfile) -> Iterable[ProfileSubject]:
    """The subjects schools teach: those of the country's levels and all that stand in a list of a grade."""
    listed = {code for codes in profile.subject_lists.values() for code in codes}
    levels = {level.code for level in profile.levels}
    return (one for one in profile.subjects.values() if one.level in levels or one.code in listed)


def _scales(session: Session, profile: CountryProfile, made: SetUp) -> None:
    for scale in profile.scales.values():
        scale_id = natural_id("grading_scale", scale.code)
        made.scales[scale.code] = once(session, GradingScale, scale_id, code=scale.code, name=scale.name.en)
        for band in scale.bands:
            once(
                session,
                GradeBand,
                natural_id("grade_band", scale_id, band.letter),
                scale_id=scale_id,
                letter=band.letter,
                lower=band.lower,
                points=band.points,
                descriptor=band.name.en,
            )


def _schemes(session: Session, profile: CountryProfile, made: SetUp) -> None:
    for scheme in profile.schemes.values():
        made.schemes[scheme.code] = once(
            session,
            AssessmentScheme,
            natural_id("assessment_scheme", scheme.code),
            code=scheme.code,
            name=scheme.name.en,
            scale_id=made.scales[scheme.scale],
            absent_policy=scheme.absent,
            missing_policy=scheme.missing,
            average_of=scheme.average_of,
            mark_places=scheme.mark_places,
            average_places=scheme.average_places,
            rank_places=scheme.rank_places,
            ranking=scheme.ranking,
            small_class=max(scheme.small_class, 1),
            pass_mark=scheme.pass_mark,
            promotion_passes=scheme.promotion_passes,
        )


def _scheme_uses(session: Session, profile: CountryProfile, made: SetUp) -> None:
    for code, grade_id in made.grades.items():
        once(
            session,
            SchemeUse,
            natural_id("scheme_use", None, grade_id),
            scheme_id=made.schemes[profile.scheme_of(code).code],
            institution_id=None,
            grade_id=grade_id,
        )


def _card_words(session: Session, profile: CountryProfile) -> None:
    """Effort, conduct and parts in every language, so that a card needs nothing but the store."""
    parts = {part.code: part for scheme in profile.schemes.values() for part in scheme.parts}
    words = {
        "effort": [_named(one) for one in profile.report_card.effort],
        "conduct_levels": [_named(one) for one in profile.report_card.conduct_levels],
        "conduct_traits": [_named(one) for one in profile.report_card.conduct_traits],
        "parts": [_named(Named(code, part.name)) for code, part in parts.items()],
        "terms": [_named(Named(str(n), rule.name)) for n, rule in enumerate(profile.calendar.terms, start=1)],
        "age_on": [profile.age_cutoff.month, profile.age_cutoff.day],
    }
    once(
        session,
        Setting,
        natural_id("setting", None, CARD_WORDS),
        institution_id=None,
        name=CARD_WORDS,
        value=json.dumps(words, ensure_ascii=False, sort_keys=True),
    )


def _week(session: Session, profile: CountryProfile) -> None:
    """The weekdays of school, where they are not Monday to Friday."""
    if profile.calendar.week != MONDAY_TO_FRIDAY:
        days = " ".join(map(str, sorted(profile.calendar.week)))
        row_id = natural_id("setting", None, SCHOOL_WEEK)
        once(session, Setting, row_id, institution_id=None, name=SCHOOL_WEEK, value=days)


def _named(one: Named) -> dict[str, str]:
    return {"code": one.code, "en": one.name.en, "fr": one.name.fr, "es": one.name.es}
