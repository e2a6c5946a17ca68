"""The papers about one pupil: transcript, testimonial, leaving certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import Institution
from emis_desktop.queries.card_parts import card_parts
from emis_desktop.queries.papers.school import SayCode, paper_school
from emis_desktop.queries.papers.years import YearFound, keys_of, years_of
from emis_desktop.queries.school import terms_of
from emis_desktop.queries.settings import card_words
from emis_desktop.queries.student_lines import EnrolmentLine, StudentRecord
from emis_desktop.queries.students import StudentQueries
from emis_desktop.rules.card import CardTrait
from emis_desktop.rules.names import display_name
from emis_desktop.rules.papers import Certificate, PaperPupil, SchoolTime, Testimonial, Transcript
from emis_desktop.rules.rights import Actor, Right, may, require
from emis_desktop.rules.student_number import number_text


@dataclass(frozen=True, slots=True)
class PupilQuestion:
    """Of whom, as it stands on ``today``, in which language."""

    student_id: UUID
    today: date
    language: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A pupil's record, the school that gives the paper, and the enrolments there, the newest first."""

    record: StudentRecord
    school: Institution
    here: tuple[EnrolmentLine, ...]


class PupilPapers:
    """Builds papers about pupils from one look, for one actor."""

    def __init__(self, db: Database, actor: Actor, session: Session, say: SayCode) -> None:
        """``session`` is the look; ``say`` has the words of the country's lists."""
        self._students = StudentQueries(db, actor)
        self._actor = actor
        self._session = session
        self._say = say

    def whose(self, asked: PupilQuestion) -> tuple[UUID, UUID]:
        """The record that is kept of the pupil, and the school that gives the paper."""
        found = self._find(asked)
        return found.record.id, found.school.id

    def transcript(self, asked: PupilQuestion) -> Transcript:
        """All years; raises :class:`Refused` where the pupil's marks are not open to the actor."""
        found = self._find(asked)
        years = self._years(found, asked)
        return Transcript(
            school=paper_school(found.school),
            pupil=paper_pupil(found.record),
            years=tuple(one.year for one in years),
            keys=keys_of(years),
            time=self._time(found),
            signer=found.school.principal_name,
            made_on=asked.today,
            language=asked.language,
        )

    def testimonial(self, asked: PupilQuestion, text: str) -> Testimonial:
        """The pupil's time here, the last year with results, conduct, and ``text``."""
        found = self._find(asked)
        years = [one.year for one in self._years(found, asked) if one.year.rows]
        return Testimonial(
            school=paper_school(found.school),
            pupil=paper_pupil(found.record),
            time=self._time(found),
            text=text.strip(),
            year=years[-1] if years else None,
            conduct=self._conduct(found, asked),
            signer=found.school.principal_name,
            made_on=asked.today,
            language=asked.language,
        )

    def certificate(self, asked: PupilQuestion) -> Certificate:
        """The facts of the pupil's time here; raises :class:`Refused` while it goes on."""
        found = self._find(asked)
        if found.here[0].ends_on is None:
            raise Refused(
                "{name} is still on the roll. A leaving certificate is given once the pupil has left.",
                name=display_name(found.record.given_names, found.record.family_name),
            )
        years = [one.year for one in self._years(found, asked) if one.year.rows]
        last = years[-1] if years else None
        nationality = found.record.nationality
        return Certificate(
            school=paper_school(found.school),
            pupil=paper_pupil(found.record),
            time=self._time(found),
            nationality=self._say("nationality", nationality) if nationality else None,
            average=last.average if last is not None else None,
            average_year=last.label if last is not None else None,
            days_present=last.days_present if last is not None else None,
            days_possible=last.days_possible if last is not None else None,
            conduct=self._conduct(found, asked),
            signer=found.school.principal_name,
            made_on=asked.today,
            language=asked.language,
        )

    def _find(self, asked: PupilQuestion) -> _Found:
        record = self._students.record_in(self._session, asked.student_id)
        own = self._actor.institution_id
        here = [line for line in record.enrolments if own in {None, line.institution_id}]
        if not here:
            raise Refused("There is no such pupil on this laptop, or the record is not open to you.")
        school = here[0].institution_id
        lines = tuple(line for line in here if line.institution_id == school)
        self._require_marks(lines)
        return _Found(record, self._session.get_one(Institution, school), lines)

    def _require_marks(self, lines: Sequence[EnrolmentLine]) -> None:
        """A teacher prints what is about the pupils of the own classes."""
        for line in lines:
            if may(self._actor, Right.VIEW_MARKS, class_id=line.class_id, institution_id=line.institution_id):
                return
        line = lines[0]
        require(self._actor, Right.VIEW_MARKS, class_id=line.class_id, institution_id=line.institution_id)

    def _years(self, found: _Found, asked: PupilQuestion) -> list[YearFound]:
        return years_of(self._session, found.record.id, found.record.enrolments, asked.language, asked.today)

    def _time(self, found: _Found) -> SchoolTime:
        last, first = found.here[0], found.here[-1]
        reason = self._say("exit_reason", last.exit_reason) if last.exit_reason else None
        return SchoolTime(
            first_day=min(line.starts_on for line in found.here),
            first_grade=first.grade,
            last_grade=last.grade,
            last_class=last.class_name,
            last_year=last.period,
            last_day=last.ends_on,
            ending=last.exit or last.outcome,
            reason=reason,
            destination=last.destination,
        )

    def _conduct(self, found: _Found, asked: PupilQuestion) -> tuple[CardTrait, ...]:
        """The ratings of the last term in which the pupil was rated here."""
        words = card_words(self._session, found.school.id, asked.language)
        highest = max(words.levels, default=0)
        student = found.record.id
        for line in found.here:
            for term in reversed(terms_of(self._session, line.period_id)):
                parts = card_parts(self._session, found.school.id, term.id, [student], [])
                rated = parts.conduct.get(student)
                if rated:
                    return tuple(
                        CardTrait(name, rated.get(trait), highest) for trait, name in words.traits.items()
                    )
        return ()


def paper_pupil(record: StudentRecord) -> PaperPupil:
    """Whom a paper is about."""
    return PaperPupil(
        name=display_name(record.given_names, record.family_name),
        number=number_text(record.number) if record.number else None,
        sex=record.sex,
        birth_date=record.birth_date,
        birth_place=record.birth_place,
        photo=record.photo,
    )
