"""What a school may choose: the schemes and which one each grade uses, and the subjects of the country."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from emis_desktop.database import Database
from emis_desktop.models import AssessmentScheme, SchemeUse, Subject
from emis_desktop.queries.classes import all_grades, grade_info, subject_name
from emis_desktop.queries.schemes import chosen_scheme
from emis_desktop.queries.school_values import GradeInfo
from emis_desktop.rules.rights import Actor


@dataclass(frozen=True, slots=True)
class SchemeLine:
    """A scheme: its code in the profile and its name there."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class GradeScheme:
    """A grade and the scheme it uses; ``own``: the school chose it, else it is the country's."""

    grade: GradeInfo
    scheme_id: UUID | None
    own: bool


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """A subject of the country in the reader's language."""

    id: UUID
    code: str
    name: str
    level: str


class GradingQueries:
    """Questions about what may be chosen, by one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Nothing here is about pupils: every actor may ask."""
        self._db = db
        self._actor = actor

    def schemes(self) -> tuple[SchemeLine, ...]:
        """All schemes, by name."""
        with self._db.read() as session:
            rows = session.scalars(
                select(AssessmentScheme)
                .where(AssessmentScheme.deleted_at.is_(None))
                .order_by(AssessmentScheme.name)
            )
            return tuple(SchemeLine(row.id, row.code, row.name) for row in rows)

    def uses(self, institution_id: UUID) -> tuple[GradeScheme, ...]:
        """Each grade of the country with the scheme it uses at the school, in order."""
        with self._db.read() as session:
            rows = session.execute(
                select(SchemeUse.institution_id, SchemeUse.grade_id, SchemeUse.scheme_id).where(
                    SchemeUse.deleted_at.is_(None),
                    or_(SchemeUse.institution_id.is_(None), SchemeUse.institution_id == institution_id),
                )
            ).all()
            chosen: dict[tuple[UUID | None, UUID | None], UUID] = {
                (row.institution_id, row.grade_id): row.scheme_id for row in rows
            }
            return tuple(
                GradeScheme(
                    grade_info(row),
                    chosen_scheme(chosen, institution_id, row.id),
                    (institution_id, row.id) in chosen,
                )
                for row in all_grades(session)
            )

    def subjects(self, language: str) -> tuple[SubjectLine, ...]:
        """All subjects of the country in their order."""
        with self._db.read() as session:
            rows = session.scalars(
                select(Subject).where(Subject.deleted_at.is_(None)).order_by(Subject.position, Subject.code)
            )
            return tuple(
                SubjectLine(
                    row.id,
                    row.code,
                    subject_name(language, row.name, row.name_fr, row.name_es),
                    row.level or "",
                )
                for row in rows
            )
