"""The transcript: the results of all years, two years side by side, signed at the end."""

from emis_desktop.rules.papers import Transcript
from reports.report_card.pupil import block_height, draw_person
from reports.students.closing import closing, draw_closing
from reports.students.desk import QUIET, SEPARATOR, PaperDesk
from reports.students.flow import Placed, ends, spread
from reports.students.words import pupil_facts, span
from reports.students.year_table import pairs

_BEFORE = 4.0


def draw_transcript(desk: PaperDesk, paper: Transcript) -> None:
    """Add the sheets of a transcript."""
    words, design, pupil = desk.words, desk.design, paper.pupil
    desk.pupil = pupil.name
    desk.check_letters(pupil.name, *(row.name for year in paper.years for row in year.rows))
    title = words.tr("Transcript")
    content = closing(desk, paper.signer, paper.issue, paper.keys)
    top = design.top + 23.0 + block_height(desk, pupil.name, with_photo=bool(pupil.photo)) + _BEFORE
    later = design.top + 16.0
    sheets = spread(pairs(desk, paper.years), top, later, desk.end)
    if ends(sheets[-1], top) > desk.end - content.height:
        last = (
            [Placed(sheets[-1].pop().block, later)] if len(sheets[-1]) > 1 else []
        )  # never a bare signature
        sheets.append(last)
    second = (pupil.number, paper.school.name)
    for number, sheet in enumerate(sheets, start=1):
        pen = desk.pen()
        if number == 1:
            when = desk.date(paper.made_on)
            start = desk.head(pen, paper.school, title, _years(paper), when)
            facts = pupil_facts(desk, pupil)
            if paper.time is not None:
                facts.append((words.tr("At this school"), span(desk, paper.time)))
            draw_person(desk, pen, (pupil.name, pupil.number, pupil.photo), facts, start)
        else:
            desk.later_head(pen, pupil.name, second, title)
        if not paper.years:
            said = words.tr("No enrolment of this pupil is on this laptop.")
            desk.sentence(pen, top + 6, said, QUIET, 4)
        for placed in sheet:
            placed.block.draw(pen, placed.y)
        if number == len(sheets):
            draw_closing(desk, pen, content)
        desk.page_line(pen, SEPARATOR.join((title, pupil.name)), number, len(sheets))
        desk.document.add_page(pen.parts(), bookmark=pupil.name if number == 1 else "")


def _years(paper: Transcript) -> str:
    """From the first year to the last: "2015-16 – 2026-27"."""
    labels = list(dict.fromkeys(year.label for year in paper.years))
    return labels[0] if len(labels) == 1 else f"{labels[0]} – {labels[-1]}" if labels else ""
