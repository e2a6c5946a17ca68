"""Writing papers about pupils: many in one file. The stream is written to when everything is drawn."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import chain
from typing import BinaryIO, Final

from emis_desktop.errors import Cancelled, Refused
from emis_desktop.rules.papers import (
    Certificate,
    ClassList,
    EmergencyRoll,
    Held,
    IdCards,
    Paper,
    Registers,
    Testimonial,
    Transcript,
)
from reports.document import Document, Facts
from reports.report_card.design import STANDARD, CardDesign
from reports.report_card.desk import CardWarning
from reports.students.class_list import draw_class_list
from reports.students.desk import PaperDesk
from reports.students.emergency import draw_emergency
from reports.students.held import draw_held
from reports.students.id_cards import draw_id_cards
from reports.students.letters import draw_certificate, draw_testimonial
from reports.students.register import LANDSCAPE, draw_registers
from reports.students.transcript import draw_transcript
from resources.words import N_, Words

WordsFor = Callable[[str], Words]
Progress = Callable[[int], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class PaperResult:
    """What was written: papers, sheets, bytes, and what could not be shown in full."""

    papers: int
    pages: int
    size: int
    warnings: tuple[CardWarning, ...]


def write_papers(
    papers: Iterable[Paper],
    stream: BinaryIO,
    *,
    words_for: WordsFor = Words.load,
    made: datetime | None = None,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> PaperResult:
    """Write ``papers``, all of one kind, as one PDF to ``stream``; equal values give equal bytes.

    ``progress`` is told after every paper how many are drawn; ``cancelled`` is asked before every paper.
    Raises ``Cancelled``, and ``Refused`` when there is no paper.
    """
    rest = iter(papers)
    first = next(rest, None)
    if first is None:
        raise Refused("There is nobody to print this for. Choose pupils or a class.")
    design = design_of(first)
    words = words_for(first.language)
    document = Document(design.page, first.language)
    warnings: list[CardWarning] = []
    desk = PaperDesk(document, design, words, warnings)
    count = 0
    for count, paper in enumerate(chain((first,), rest), start=1):
        if cancelled is not None and cancelled():
            raise Cancelled("Stopped. No paper was left behind.")
        draw(desk, paper)
        if progress is not None:
            progress(count)
    title, author, day = _about(first, words)
    moment = made if made is not None else datetime.combine(day, time(12), UTC)
    document.describe(Facts(title=title, author=author, subject=title, keywords="", made=moment))
    content = document.finish()
    stream.write(content)
    return PaperResult(count, document.pages, len(content), tuple(warnings))


def design_of(paper: Paper) -> CardDesign:
    """The sheet that a paper is drawn on: a register lies on its side."""
    return LANDSCAPE if isinstance(paper, Registers) else STANDARD


def draw(desk: PaperDesk, paper: Paper) -> None:
    """Add the sheets of ``paper`` to the document."""
    match paper:
        case Transcript():
            draw_transcript(desk, paper)
        case Testimonial():
            draw_testimonial(desk, paper)
        case Certificate():
            draw_certificate(desk, paper)
        case Held():
            draw_held(desk, paper)
        case ClassList():
            draw_class_list(desk, paper)
        case EmergencyRoll():
            draw_emergency(desk, paper)
        case IdCards():
            draw_id_cards(desk, paper)
        case Registers():
            draw_registers(desk, paper)


_OF_PUPIL: Final = {
    Transcript: N_("Transcript, {name}"),
    Testimonial: N_("Testimonial, {name}"),
    Certificate: N_("Leaving certificate, {name}"),
    Held: N_("All that is held, {name}"),
}
_OF_SCHOOL: Final = {
    ClassList: N_("Class list, {name}"),
    EmergencyRoll: N_("Emergency roll, {name}"),
    IdCards: N_("ID cards, {name}"),
}


def _about(paper: Paper, words: Words) -> tuple[str, str, date]:
    """Title, author and day that the file tells of itself."""
    if isinstance(paper, (Transcript, Testimonial, Certificate, Held)):
        return words.tr(_OF_PUPIL[type(paper)], name=paper.pupil.name), paper.school.name, paper.made_on
    if isinstance(paper, Registers):
        register = paper.registers[0]
        title = words.tr("Attendance register, {class_name}", class_name=register.class_name)
        return title, register.school.name, register.month
    day = paper.valid_until if isinstance(paper, IdCards) else paper.day
    return words.tr(_OF_SCHOOL[type(paper)], name=paper.school.name), paper.school.name, day
