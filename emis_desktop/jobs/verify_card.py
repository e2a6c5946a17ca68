"""Is this report card what was issued? Told from the records of this laptop, without a line.

Every issued card is kept frozen. A sheet that names a card is held against that card drawn again: its text
and its picture must be the same. So a changed mark is found, and a picture laid over one too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.exchange.sheets import Sheets, open_sheets
from emis_desktop.models import Enrolment, IssuedPaper, ReportCard
from emis_desktop.queries.papers.issued import paper_in_force, thawed
from emis_desktop.queries.report_cards import ReportCardQueries, cards_in_force
from emis_desktop.rules.papers import PaperKind
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.sentence import Sentence, say
from reports.report_card import write_cards
from reports.students import write_papers

Progress = Callable[[int, int], None]
_NUMBER = re.compile(r"\b[0-9A-Z]{2,8}-\d\d(?:T\d|TR|TE|LC)-\d{6,}\b")
_MIXED, _MEANT = "ILO", "110"
_CODE = re.compile(r"EMIS1:(?P<number>[^:]+):")


class Verdict(StrEnum):
    """What became of checking; anything but genuine is no proof."""

    GENUINE = "genuine"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    ALTERED = "altered"
    UNKNOWN = "unknown"


_WORST = (Verdict.ALTERED, Verdict.REVOKED, Verdict.SUPERSEDED, Verdict.UNKNOWN, Verdict.GENUINE)
SENTENCES = {
    Verdict.GENUINE: N_("This is the paper that was issued."),
    Verdict.SUPERSEDED: N_("This paper was issued, and replaced by a later issue."),
    Verdict.REVOKED: N_("This paper was issued, and taken back."),
    Verdict.ALTERED: N_("This is not as it was issued: something was changed."),
    Verdict.UNKNOWN: N_("This is no paper that was issued on this laptop."),
}


@dataclass(frozen=True, slots=True)
class Issued:
    """What the records say about a card: to be compared with the paper."""

    pupil: str
    number: str
    issue: int
    issued_on: date
    check_code: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One card: its first sheet (from 1; 0 for a number), the verdict, and what was issued, if known."""

    sheet: int
    verdict: Verdict
    reason: Sentence
    issued: Issued | None


@dataclass(frozen=True, slots=True)
class _Known:
    """A card of the store, and what stands against it before it is looked at."""

    issued: Issued
    state: Verdict
    drawn: bytes


def verify_file(
    db: Database, actor: Actor, path: Path, progress: Progress = lambda _done, _total: None
) -> tuple[Checked, ...]:
    """Check every card in a PDF. Raises :class:`~emis_desktop.errors.BadFile`, :class:`Refused`."""
    require(actor, Right.VIEW_STUDENTS)
    checked: list[Checked] = []
    with open_sheets(path) as sheets:
        place = 0
        while place < len(sheets):
            found, used = _check_at(db, actor, sheets, place)
            checked.append(found)
            place += used
            progress(place, len(sheets))
    return tuple(checked)


def verify_number(db: Database, actor: Actor, number: str, code: str) -> Checked:
    """Check the number and the check code that stand in the foot of a card.

    Only these two are compared: name and average are for the person to compare with the answer.
    """
    require(actor, Right.VIEW_STUDENTS)
    known = _known(db, actor, _number_meant(db, number))
    if known is None:
        return _told(0, Verdict.UNKNOWN, None)
    if _letters(code) != _letters(known.issued.check_code):
        return _told(0, Verdict.ALTERED, None)
    return _told(0, known.state, known.issued)


def worst(checked: tuple[Checked, ...]) -> Verdict:
    """One verdict for a whole file."""
    verdicts = {each.verdict for each in checked}
    return next((each for each in _WORST if each in verdicts), Verdict.UNKNOWN)


def _check_at(db: Database, actor: Actor, sheets: Sheets, place: int) -> tuple[Checked, int]:
    """The card that starts on a sheet, and how many sheets it takes."""
    text = sheets.text(place)
    if not text:
        return _scanned(db, actor, sheets, place), 1
    for number in dict.fromkeys(_NUMBER.findall(text)):
        known = _known(db, actor, number)
        if known is not None:
            same, used = _same(sheets, place, known.drawn)
            verdict = known.state if same else Verdict.ALTERED
            return _told(place + 1, verdict, known.issued), used
    return _told(place + 1, Verdict.UNKNOWN, None), 1


def _scanned(db: Database, actor: Actor, sheets: Sheets, place: int) -> Checked:
    """A picture of a card: its code tells which one, and no program can tell that the rest is as it was."""
    for text in sheets.codes(place):
        code = _CODE.match(text)
        known = _known(db, actor, code["number"]) if code else None
        if known is not None:
            reason = say(
                N_("This is a picture of a card. Compare it with that card printed again from the records.")
            )
            return Checked(place + 1, Verdict.UNKNOWN, reason, known.issued)
    return _told(place + 1, Verdict.UNKNOWN, None)


def _same(sheets: Sheets, place: int, drawn: bytes) -> tuple[bool, int]:
    """Whether the sheets from ``place`` on are those of ``drawn``, and how many these are."""
    with open_sheets(drawn) as issued:
        used = min(len(issued), len(sheets) - place)
        same = used == len(issued) and all(
            sheets.look(place + each) == issued.look(each) for each in range(used)
        )
    return same, max(used, 1)


def _known(db: Database, actor: Actor, number: str) -> _Known | None:
    """The card with that number; raises :class:`Refused` when it is not open to the actor."""
    with db.read() as session:
        row = session.scalars(select(ReportCard).where(ReportCard.number == number)).first()
        if row is None:
            return _known_paper(session, actor, number)
        state = _state(session, row)
        facts = (row.id, row.number, row.issue, row.issued_on, row.check_code)
    card_id, number, issue, issued_on, check_code = facts
    values = ReportCardQueries(db, actor).issued_values([card_id])
    stream = BytesIO()
    write_cards(values, stream)
    issued = Issued(values[0].pupil.name, number, issue, issued_on, check_code)
    return _Known(issued, state, stream.getvalue())


def _known_paper(session: Session, actor: Actor, number: str) -> _Known | None:
    """The transcript, testimonial or leaving certificate with that number, drawn again."""
    row = session.scalars(select(IssuedPaper).where(IssuedPaper.number == number)).first()
    if row is None:
        return None
    require(actor, Right.VIEW_STUDENTS, institution_id=row.institution_id)
    if actor.class_ids is not None:
        raise Refused("Issued papers are kept by the office. Ask there for a copy.")
    kind = PaperKind(row.kind)
    newest = paper_in_force(session, row.student_id, row.institution_id, kind)
    state = Verdict.GENUINE if newest is not None and newest.id == row.id else Verdict.SUPERSEDED
    paper = thawed(session, row)
    stream = BytesIO()
    write_papers([paper], stream)
    issued = Issued(paper.pupil.name, row.number, row.issue, row.issued_on, row.check_code)
    return _Known(issued, Verdict.REVOKED if row.deleted_at is not None else state, stream.getvalue())


def _number_meant(db: Database, typed: str) -> str:
    """The number of a card as it was issued, from one read off paper: case, hyphens and spaces do not count,
    and letters people mix up are one.
    """
    number = typed.strip().upper()
    alike: list[str] = []
    with db.read() as session:
        for column in (ReportCard.number, IssuedPaper.number):
            plain = func.replace(column, "-", "")
            for mixed, meant in zip(_MIXED, _MEANT, strict=True):
                plain = func.replace(plain, mixed, meant)
            alike += session.scalars(select(column).where(plain == _letters(typed)).limit(2))
    return alike[0] if len(alike) == 1 else number


def _state(session: Session, row: ReportCard) -> Verdict:
    if row.deleted_at is not None:
        return Verdict.REVOKED
    school = session.get_one(Enrolment, row.enrolment_id).institution_id
    in_force: UUID = cards_in_force(session, [row.student_id], row.term_id, school)[row.student_id].id
    return Verdict.GENUINE if in_force == row.id else Verdict.SUPERSEDED


def _told(sheet: int, verdict: Verdict, issued: Issued | None) -> Checked:
    return Checked(sheet, verdict, Sentence(SENTENCES[verdict]), issued)


def _letters(code: str) -> str:
    """A code or a number as it is compared: letters people mix up are one."""
    plain = re.sub(r"[^0-9A-Z]", "", code.upper())
    return plain.translate(str.maketrans(_MIXED, _MEANT))
