"""Papers about pupils, joined from records and drawn: previews, files, what goes to a printer.

A file appears whole or not at all: it is drawn into a temporary one, that it was printed is noted in the
journal, then it takes its name. The drawing of paper takes half a second to load; the first job loads it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from emis_desktop import files
from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.jobs.paper_alerts import alerts_of, with_alerts
from emis_desktop.jobs.paper_held import HeldJob
from emis_desktop.keyring import SealedBox
from emis_desktop.models import AcademicPeriod
from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.papers.content import SignedPaper
from emis_desktop.queries.papers.lists import (
    CARDS_A_SHEET,
    RollQuestion,
    chosen,
    class_lists,
    emergency_roll,
    id_cards,
    registers,
    students_of,
)
from emis_desktop.queries.papers.pupils import PupilPapers, PupilQuestion
from emis_desktop.queries.papers.school import SayCode
from emis_desktop.rules.papers import ISSUED, Paper, PaperKind
from emis_desktop.rules.rights import Actor, SensitivityClass, may_read
from emis_desktop.sentence import Sentence
from emis_desktop.services.issued_papers import IssuingService, Numbered, ToIssue
from emis_desktop.services.papers import PaperService

if TYPE_CHECKING:
    from reports.report_card.desk import CardWarning

Progress = Callable[[int, int], None]
"""Called with (papers done, papers in all); raise :class:`emis_desktop.errors.Cancelled` in it to stop."""
OF_PUPILS = frozenset({PaperKind.TRANSCRIPT, PaperKind.TESTIMONIAL, PaperKind.CERTIFICATE, PaperKind.HELD})


def _silent(_done: int, _total: int) -> None:
    """Nobody asks how far it is."""


def _kept(_content: bytes) -> None:
    """Nothing more is done with the file."""


@dataclass(frozen=True, slots=True)
class PaperOrder:
    """What to print, as things stand on ``today``.

    A paper of pupils names ``students``. A list names school and year, and ``class_ids`` unless it is about
    the whole school; of ID cards ``students`` may name who gets one. ``month``: any day of the month of a
    register, ``sessions`` a day, None for as many as the school holds. ``text``: of a testimonial.
    """

    kind: PaperKind
    today: date
    language: str
    students: tuple[UUID, ...] = ()
    institution_id: UUID | None = None
    year_id: UUID | None = None
    class_ids: frozenset[UUID] | None = None
    month: date | None = None
    sessions: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class PaperPdf:
    """A PDF: its sheets, and what the paper could not show in full.

    ``standing``, of one paper that is issued: whether it was, and what saving or printing it means.
    """

    content: bytes
    pages: int
    warnings: tuple[CardWarning, ...] = ()
    standing: Sentence | None = None


class PaperJobs:
    """Long work on papers. Every method may be called from any thread."""

    def __init__(self, db: Database, actor: Actor, box: SealedBox, profile: CountryProfile) -> None:
        """``actor`` decides what is open, ``box`` opens what is sealed, ``profile`` has the code lists."""
        self._db = db
        self._actor = actor
        self._box = box
        self._profile = profile
        self._service = PaperService(db, actor)
        self._issuing = IssuingService(db, actor)

    def draw(self, order: PaperOrder, progress: Progress = _silent) -> PaperPdf:
        """The paper as it would be printed now: one to be issued says that it is a preview, one in force of
        which nothing has changed is that one.

        Raises :class:`Refused` and :class:`Cancelled`.
        """
        told: list[Sentence] = []
        papers, total = self._papers(order, told)
        pdf = _drawn(papers, total, progress)
        return replace(pdf, standing=told[0]) if len(told) == 1 else pdf

    def save(self, order: PaperOrder, target: Path, progress: Progress = _silent) -> PaperPdf:
        """Write the paper to the file ``target``, issued where it is a paper to issue and the actor may.

        Raises :class:`emis_desktop.errors.CannotSave` too; then there is no file, and nothing was issued.
        """
        part = target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            pdf = self.give_out(order, progress, lambda content: files.write(part, content))
            with files.saving_in(target.parent):
                files.replace(part, target)
        finally:
            with suppress(OSError):  # there is no such folder, or the disk has gone
                part.unlink(missing_ok=True)
        return pdf

    def give_out(
        self, order: PaperOrder, progress: Progress = _silent, keep: Callable[[bytes], None] = _kept
    ) -> PaperPdf:
        """The paper for a printer or a file: drawn, given to ``keep``, then issued or noted as printed.

        What ``keep`` raises leaves nothing issued.
        """
        if order.kind not in ISSUED:
            pdf = self.draw(order, progress)
            keep(pdf.content)
            self.printed(order)
            return pdf
        numbered = self._numbered(order, progress)
        if numbered is None:  # a teacher's own copy, which says that it is none
            pdf = self.draw(order, progress)
        else:
            pdf = _drawn((one.paper for one in numbered), len(numbered), progress)
        keep(pdf.content)
        if numbered is not None:
            self._issuing.commit(numbered)
        self.printed(order)
        return pdf

    def _numbered(self, order: PaperOrder, progress: Progress) -> list[Numbered] | None:
        """The papers with their numbers; None where the actor may not issue them."""
        found = []
        with self._db.read() as session:
            build = PupilPapers(self._db, self._actor, session, self.say(order.language))
            for done, student_id in enumerate(order.students):
                progress(done, len(order.students))
                asked = PupilQuestion(student_id, order.today, order.language)
                record, school = build.whose(asked)
                if not self._issuing.may_issue(school):
                    return None
                found.append(ToIssue(record, school, order.kind, _built(build, asked, order)))
            return self._issuing.prepare(session, found, order.today)

    def printed(self, order: PaperOrder) -> None:
        """Note in the journal that this paper was given out: about each pupil, a class, or the school."""
        if order.kind in OF_PUPILS:
            for student_id in order.students:
                self._service.printed_of_pupil(order.kind, student_id)
        elif order.class_ids is not None and len(order.class_ids) == 1:
            (class_id,) = order.class_ids
            self._service.printed_of_class(order.kind, class_id)
        elif order.institution_id is not None:
            self._service.printed_of_school(order.kind, order.institution_id)

    def say(self, language: str) -> SayCode:
        """The words of the country's lists."""

        def said(code_list: str, code: str) -> str:
            found = self._profile.code_lists.get(code_list)
            entry = found.find(code) if found is not None else None
            return code if entry is None else entry.name.text(language)

        return said

    def _papers(self, order: PaperOrder, told: list[Sentence]) -> tuple[Iterable[Paper], int]:
        """The papers, built one by one, and how many there are; how each stands is added to ``told``."""
        if order.kind in OF_PUPILS:
            if not order.students:
                raise Refused("There is nobody to print this for. Choose pupils or a class.")
            return self._of_pupils(order, told), len(order.students)
        asked = self._asked(order)
        if order.kind is PaperKind.ID_CARDS:
            return self._id_cards(asked)
        found = self._of_classes(order, asked)
        return found, len(found)

    def _of_pupils(self, order: PaperOrder, told: list[Sentence]) -> Iterator[Paper]:
        if order.kind is PaperKind.HELD:
            held = HeldJob(self._db, self._actor, self._box, self.say(order.language))
            for student_id in order.students:
                yield held.paper(PupilQuestion(student_id, order.today, order.language))
            return
        with self._db.read() as session:
            build = PupilPapers(self._db, self._actor, session, self.say(order.language))
            for student_id in order.students:
                asked = PupilQuestion(student_id, order.today, order.language)
                record, school = build.whose(asked)
                made = ToIssue(record, school, order.kind, _built(build, asked, order))
                paper, standing = self._issuing.shown(session, made)
                told.append(standing)
                yield paper

    def _of_classes(self, order: PaperOrder, asked: RollQuestion) -> list[Paper]:
        say = self.say(order.language)
        if order.kind is PaperKind.EMERGENCY:
            return [self._emergency(asked, say)]
        with self._db.read() as session:
            if order.kind is PaperKind.CLASS_LIST:
                return [*class_lists(session, self._actor, asked, say)]
            return [*registers(session, self._actor, asked, order.month or order.today, order.sessions)]

    def _id_cards(self, asked: RollQuestion) -> tuple[Iterator[Paper], int]:
        """The cards, a sheet at a time: photos of a thousand pupils need not be in memory at once."""
        with self._db.read() as session:
            count = len(chosen(students_of(session, self._actor, asked), asked))
        if asked.students is not None and not count:
            raise Refused("Whoever is in no class now gets no ID card. Put the pupil into a class first.")

        def sheets() -> Iterator[Paper]:
            with self._db.read() as session:
                yield from id_cards(session, self._actor, asked)

        return sheets(), max(1, -(-count // CARDS_A_SHEET))

    def _emergency(self, asked: RollQuestion, say: SayCode) -> Paper:
        """The roll, with medical alerts for who reads health; opening them is noted in the journal."""
        with self._db.read() as session:
            paper = emergency_roll(session, self._actor, asked, say)
            students = students_of(session, self._actor, asked)
        if not may_read(self._actor, SensitivityClass.HEALTH):
            return paper
        return with_alerts(paper, students, alerts_of(self._db, self._actor, self._box, students))

    def _asked(self, order: PaperOrder) -> RollQuestion:
        """The question of an order, on a day of its school year."""
        if order.institution_id is None or order.year_id is None:
            raise Refused("Choose a school and a school year first.")
        with self._db.read() as session:
            year = session.get_one(AcademicPeriod, order.year_id)
        return RollQuestion(
            institution_id=order.institution_id,
            year_id=order.year_id,
            day=min(max(order.today, year.starts_on), year.ends_on),
            language=order.language,
            class_ids=order.class_ids,
            students=frozenset(order.students) if order.students else None,
        )


def _built(build: PupilPapers, asked: PupilQuestion, order: PaperOrder) -> SignedPaper:
    """The paper of one pupil that is signed."""
    if order.kind is PaperKind.TRANSCRIPT:
        return build.transcript(asked)
    if order.kind is PaperKind.TESTIMONIAL:
        return build.testimonial(asked, order.text)
    return build.certificate(asked)


def _drawn(papers: Iterable[Paper], total: int, progress: Progress) -> PaperPdf:
    from reports.students import write_papers  # noqa: PLC0415 - half a second

    progress(0, total)
    stream = BytesIO()
    done = write_papers(papers, stream, progress=lambda count: progress(count, max(count, total)))
    return PaperPdf(stream.getvalue(), done.pages, done.warnings)
