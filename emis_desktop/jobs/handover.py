"""Writing a pupil into a sealed transfer file, and taking one in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from emis_desktop.database import Database
from emis_desktop.errors import BadFile, Refused
from emis_desktop.exchange.handover import (
    LARGEST_FILE,
    NO_FILE,
    GivenGuardian,
    GivenSubject,
    GivenYear,
    Handover,
    open_handover,
    seal_handover,
)
from emis_desktop.files import write
from emis_desktop.models import EducationGrade, Institution
from emis_desktop.queries.papers.pupils import PupilPapers, PupilQuestion
from emis_desktop.queries.student_lines import EnrolmentLine, StudentRecord
from emis_desktop.queries.students import StudentQueries
from emis_desktop.rules.papers import Figure, Transcript, TranscriptYear
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.handover import HandoverService
from emis_desktop.services.transfers import Arrival


@dataclass(frozen=True, slots=True)
class WrittenHandover:
    """A file that was written, of whom, and the code that opens it: it is told apart from the file."""

    path: Path
    name: str
    code: str


def write_handover(
    db: Database, actor: Actor, student_id: UUID, target: Path, today: date, language: str = "en"
) -> WrittenHandover:
    """Write everything that the actor may hand over of a pupil into a sealed file.

    A file that is there is not written over.
    """
    require(actor, Right.EXPORT_RECORDS)
    if target.exists():
        raise Refused("{file} is there already. Give another name.", file=str(target))
    with db.read() as session:
        record = StudentQueries(db, actor).record_in(session, student_id)
        papers = PupilPapers(db, actor, session, lambda _kind, code: code or "")
        transcript = papers.transcript(PupilQuestion(student_id, today, language))
        last = record.enrolments[0]
        school = session.get_one(Institution, last.institution_id)
        grade = session.get_one(EducationGrade, last.grade_id)
        given = _handover(record, transcript, (school.name, school.code, grade.code), today)
    content, code = seal_handover(given)
    write(target, content)
    return WrittenHandover(target, f"{record.given_names} {record.family_name}", code)


def read_handover(path: Path, code: str) -> Handover:
    """What a sealed file holds."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadFile(NO_FILE, field="file")
        content = path.read_bytes()
    except OSError as fault:
        raise BadFile("{file} cannot be read. Check its name.", field="file", file=str(path)) from fault
    return open_handover(content, code)


def take_in_handover(db: Database, actor: Actor, given: Handover, arrival: Arrival) -> UUID:
    """Put the pupil of a file on the roll; the results of the years before are a note on the record."""
    return HandoverService(db, actor).take_in(given, arrival, history_text(given))


def history_text(given: Handover) -> str:
    """The years before, in lines that anybody can read."""
    lines = [f"{given.school} ({given.school_code}), {given.made_on}"]
    for year in given.years:
        head = [year.label, year.school, year.grade, year.class_name, year.ending]
        lines.append("; ".join(part for part in head if part))
        if year.average:
            lines.append(f"  = {year.average}")
        if year.days_possible:
            lines.append(f"  {year.days_present or 0} / {year.days_possible}")
        lines += [f"  {one.name}: {' | '.join([*one.terms, one.year])}" for one in year.subjects]
    return "\n".join(lines)


def _handover(
    record: StudentRecord, transcript: Transcript, school: tuple[str, str, str], today: date
) -> Handover:
    fields = {
        name: str(value)
        for name in ("preferred_name", "birth_place", "nationality", "address", "transport")
        if (value := getattr(record, name))
    }
    return Handover(
        id=uuid4().hex,
        made_on=today.isoformat(),
        school=school[0],
        school_code=school[1],
        grade_code=school[2],
        given_names=record.given_names,
        family_name=record.family_name,
        sex=record.sex or "",
        birth_date=record.birth_date.isoformat() if record.birth_date else "",
        fields=fields,
        numbers=[(one.kind, one.number) for one in record.identities],
        phone=next((one.value for one in record.contacts if one.kind == "phone"), ""),
        guardians=[
            GivenGuardian(
                one.given_names,
                one.family_name,
                one.relation,
                one.phone or "",
                one.may_collect,
                one.court_order,
            )
            for one in record.guardians
        ],
        years=list(_years(record, transcript)),
        notes=[f"{one.written_on.isoformat()}: {one.text}" for one in record.notes],
    )


def _years(record: StudentRecord, transcript: Transcript) -> Iterator[GivenYear]:
    lines: dict[tuple[str, str], EnrolmentLine] = {
        (line.period, line.institution): line for line in record.enrolments
    }
    for year in transcript.years:
        line = lines.get((year.label, year.school))
        yield GivenYear(
            label=year.label,
            school=year.school,
            grade=year.grade,
            class_name=year.class_name or "",
            first_day=line.starts_on.isoformat() if line is not None else "",
            last_day=line.ends_on.isoformat() if line is not None and line.ends_on else "",
            ending=year.ending or "",
            average=_figure(year.average),
            days_present=year.days_present,
            days_possible=year.days_possible,
            subjects=list(_subjects(year)),
        )


def _subjects(year: TranscriptYear) -> Iterator[GivenSubject]:
    for row in year.rows:
        yield GivenSubject(row.name, [_figure(one) for one in row.terms], _figure(row.year))


def _figure(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return "–"
    return f"{figure.value} {figure.letter}" if figure.letter else str(figure.value)


class HandoverJobs:
    """The same for the screen of one signed-in person."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` writes and takes in."""
        self._db = db
        self._actor = actor

    def write(self, student_id: UUID, target: Path, today: date, language: str) -> WrittenHandover:
        """Write a pupil into a sealed file, over one that is there: the window has asked."""
        target.unlink(missing_ok=True)
        return write_handover(self._db, self._actor, student_id, target, today, language)

    def read(self, path: Path, code: str) -> Handover:
        """What a sealed file holds."""
        return read_handover(path, code)

    def take_in(self, given: Handover, arrival: Arrival) -> UUID:
        """Put the pupil of a file on the roll."""
        return take_in_handover(self._db, self._actor, given, arrival)
