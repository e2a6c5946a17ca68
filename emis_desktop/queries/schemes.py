"""Which scheme holds for a grade of a school, read from the store into the rules' own values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import AssessmentScheme, GradeBand, SchemeUse
from emis_desktop.rules.bands import Band, BandSet
from emis_desktop.rules.numbers import plain
from emis_desktop.rules.scheme import AbsentPolicy, AverageOf, MissingPolicy, PromotionRule, SchemeRules


def schemes_for(
    session: Session, institution_id: UUID, grade_ids: Collection[UUID]
) -> dict[UUID, SchemeRules]:
    """The rules of each grade in a school; a grade for which no scheme is in use is not in the answer.

    The most specific use wins: school and grade, then school, then grade, then country.
    """
    uses = session.execute(
        select(SchemeUse.institution_id, SchemeUse.grade_id, SchemeUse.scheme_id).where(
            SchemeUse.deleted_at.is_(None),
            or_(SchemeUse.institution_id.is_(None), SchemeUse.institution_id == institution_id),
        )
    ).all()
    chosen: dict[tuple[UUID | None, UUID | None], UUID] = {
        (use.institution_id, use.grade_id): use.scheme_id for use in uses
    }
    scheme_of = {
        grade_id: scheme_id
        for grade_id in grade_ids
        if (scheme_id := chosen_scheme(chosen, institution_id, grade_id)) is not None
    }
    rules = _rules(session, set(scheme_of.values()))
    return {grade_id: rules[scheme_id] for grade_id, scheme_id in scheme_of.items() if scheme_id in rules}


def scheme_of(schemes: Mapping[UUID, SchemeRules], grade_id: UUID, grade_name: str) -> SchemeRules:
    """The rules of a grade; raises :class:`Refused` when none is in use."""
    rules = schemes.get(grade_id)
    if rules is None:
        raise Refused(
            "No grading scheme is in use for {grade}. Choose one in Settings, Grading.", grade=grade_name
        )
    return rules


def chosen_scheme(
    chosen: Mapping[tuple[UUID | None, UUID | None], UUID], institution_id: UUID, grade_id: UUID
) -> UUID | None:
    """The scheme of a grade in a school from all uses by (school, grade), the most specific first."""
    for key in ((institution_id, grade_id), (institution_id, None), (None, grade_id), (None, None)):
        if key in chosen:
            return chosen[key]
    return None


def _rules(session: Session, scheme_ids: Collection[UUID]) -> dict[UUID, SchemeRules]:
    rows = session.scalars(
        select(AssessmentScheme).where(
            AssessmentScheme.id.in_(scheme_ids), AssessmentScheme.deleted_at.is_(None)
        )
    ).all()
    bands = _bands(session, {row.scale_id for row in rows})
    return {row.id: _scheme(row, bands[row.scale_id]) for row in rows}


def _scheme(row: AssessmentScheme, bands: BandSet) -> SchemeRules:
    return SchemeRules(
        bands=bands,
        absent=AbsentPolicy(row.absent_policy),
        missing=MissingPolicy(row.missing_policy),
        average_of=AverageOf(row.average_of),
        mark_places=row.mark_places,
        average_places=row.average_places,
        part_places=row.mark_places,
        position_places=row.rank_places,
        pass_mark=plain(row.pass_mark),
        ranking=row.ranking,
        small_class=row.small_class,
        promotion=PromotionRule(min_passed=row.promotion_passes),
    )


def _bands(session: Session, scale_ids: Collection[UUID]) -> dict[UUID, BandSet]:
    rows = session.scalars(
        select(GradeBand).where(GradeBand.scale_id.in_(scale_ids), GradeBand.deleted_at.is_(None))
    )
    found: dict[UUID, tuple[Band, ...]] = dict.fromkeys(scale_ids, ())
    for row in rows:
        found[row.scale_id] += (Band(plain(row.lower), row.letter, row.points, row.descriptor or ""),)
    return {scale_id: BandSet(bands) for scale_id, bands in found.items()}
