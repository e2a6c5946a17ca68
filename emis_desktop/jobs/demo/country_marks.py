"""Marks of an invented country: of the last term of last year, for the highest grade of each school."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop import demo_content as content
from emis_desktop.demo_country import CountrySchool, PlannedGroup
from emis_desktop.demo_paths import LAST, Stay
from emis_desktop.jobs.demo.country_schools import Ground
from emis_desktop.jobs.demo.last_year import TERM_MARK
from emis_desktop.jobs.demo.plan import item_id, write_items
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.marks import MarkCodes, MarkState, mark_text
from emis_desktop.rules.rights import Actor
from emis_desktop.services.items import ItemPlace
from emis_desktop.services.marks import TypedMark, enter_marks

Marked = dict[PlannedGroup, list[UUID]]
"""The children of each class whose marks are entered."""


def in_top_class(stay: Stay, school: CountrySchool, ground: Ground) -> bool:
    """Whether a stay is that of a child who finished last year in the highest grade of the school."""
    ended = stay.year == LAST and stay.ends_on == ground.times.last.ends_on
    return ended and bool(stay.sittings) and stay.grade == list(school.sizes)[-1]


def write_marks(
    session: Session,
    actor: Actor,
    ground: Ground,
    school: CountrySchool,
    classes: Iterable[tuple[PlannedGroup, Sequence[UUID]]],
) -> int:
    """Enter a mark a subject for the children of these classes, inside an open act; returns how many."""
    grade = list(school.sizes)[-1]
    term = ground.times.last.terms[-1]
    term_id = natural_id("term", natural_id("academic_period", ground.times.last.code), term.number)
    subjects = [natural_id("subject", each.code) for each in ground.profile.subjects_of(grade)]
    school_id, grade_id = ground.schools[school.code], natural_id("education_grade", grade)
    places = [ItemPlace(school_id, grade_id, subject_id, term_id) for subject_id in subjects]
    write_items(session, [(place, (TERM_MARK,)) for place in places], "en", None)
    entered = 0
    for group, children in classes:
        able = content.abilities(len(children), f"{ground.seed}/{school.code}/{group.name}")
        typed: list[TypedMark] = []
        for place, subject_id in zip(places, subjects, strict=True):
            seed = f"{ground.seed}/{school.code}/{group.name}/{subjects.index(subject_id)}"
            marked = item_id(place, TERM_MARK.code)
            rows = content.term_marks(able, (TERM_MARK,), seed)
            typed += [
                TypedMark(child, marked, mark_text(row[0], MarkCodes()))
                for child, row in zip(children, rows, strict=True)
                if row[0].state is not MarkState.MISSING
            ]
        entered += len(enter_marks(session, actor, typed).accepted)
    return entered
