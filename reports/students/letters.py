"""Testimonial and leaving certificate: a page that a pupil takes along."""

from typing import Final

from emis_desktop.rules.card import CardTrait
from emis_desktop.rules.papers import Certificate, PaperPupil, SchoolTime, Testimonial
from reports.canvas import Align, Pen
from reports.report_card.design import FINE, HAIR, INK, PART
from reports.report_card.pupil import draw_person
from reports.students.closing import closing, draw_closing
from reports.students.desk import DASH, SEPARATOR, PaperDesk
from reports.students.words import ending, figure_text, pupil_facts, span
from reports.students.year_table import GAP, draw_year, height, width
from resources.words import N_

_LEADING: Final = 5.6
_TEXT_LEADING: Final = 5.0
_FACT: Final = 7.4
_TRAIT: Final = 6.4


def draw_testimonial(desk: PaperDesk, paper: Testimonial) -> None:
    """Add the page of a testimonial; a long text goes on over a second one."""
    desk.pupil = paper.pupil.name
    desk.check_letters(paper.pupil.name, paper.text)
    title = desk.words.tr("Testimonial")
    content = closing(desk, paper.signer, paper.issue)
    sheets = _text_sheets(desk, paper, content.height)
    for number, lines in enumerate(sheets, start=1):
        pen = desk.pen()
        if number == 1:
            y = _open(desk, pen, title, paper)
            y = (
                desk.sentence(
                    pen,
                    y,
                    _statement(desk, paper.pupil, paper.time, paper.school.name),
                    desk.statement,
                    _LEADING,
                )
                + 2.6
            )
        else:
            y = desk.later_head(pen, paper.pupil.name, (paper.pupil.number, paper.school.name), title) + 8
        y = _draw_lines(desk, pen, lines, y)
        if number == len(sheets):
            _draw_year_and_conduct(desk, pen, paper, y + 2.0)
            draw_closing(desk, pen, content)
        desk.page_line(pen, SEPARATOR.join((title, paper.pupil.name)), number, len(sheets))
        desk.document.add_page(pen.parts(), bookmark=paper.pupil.name if number == 1 else "")


def draw_certificate(desk: PaperDesk, paper: Certificate) -> None:
    """Add the page of a leaving certificate."""
    words, design = desk.words, desk.design
    desk.pupil = paper.pupil.name
    desk.check_letters(paper.pupil.name, paper.time.reason, paper.time.destination)
    title = words.tr("Leaving certificate")
    pen = desk.pen()
    y = _open(desk, pen, title, paper)
    y = desk.sentence(pen, y, _left(desk, paper), desk.statement, _LEADING) + 4.0
    for caption, value in _facts(desk, paper):
        pen.text(design.left, y + 3.2, caption, desk.look.address)
        lines = desk.wrap(value, desk.look.fact, design.measure - 62, 3, caption)
        pen.lines(design.left + 62, y + 3.2, lines, desk.look.fact, 4.0)
        y += _FACT + 4.0 * (max(1, len(lines)) - 1)
        pen.rules([(design.left, design.right, y - 1.6)], FINE, HAIR)
    if paper.conduct:
        _draw_conduct(desk, pen, paper.conduct, design.left, y + 5, design.measure * 0.55)
    draw_closing(desk, pen, closing(desk, paper.signer, paper.issue))
    desk.page_line(pen, SEPARATOR.join((title, paper.pupil.name)), 1, 1)
    desk.document.add_page(pen.parts(), bookmark=paper.pupil.name)


# -- Parts -----------------------------------------------------------------------------------------------


def _open(desk: PaperDesk, pen: Pen, title: str, paper: Testimonial | Certificate) -> float:
    """Head and pupil; returns the first baseline below."""
    pupil = paper.pupil
    top = desk.head(pen, paper.school, title, paper.time.last_year, desk.date(paper.made_on))
    facts = pupil_facts(desk, pupil)
    if paper.time.last_class:
        facts.insert(0, (desk.words.tr("Class"), paper.time.last_class))
    return draw_person(desk, pen, (pupil.name, pupil.number, pupil.photo), facts, top) + 10.0


def _statement(desk: PaperDesk, pupil: PaperPupil, time: SchoolTime, school: str) -> str:
    """Who was here, from when to when, from which grade to which."""
    words = desk.words
    values = {
        "name": pupil.name,
        "school": school,
        "first": desk.date(time.first_day),
        "from_grade": time.first_grade,
        "to_grade": time.last_grade,
    }
    if time.last_day is None:
        return words.tr(
            "This is to say that {name} has been a pupil of {school} since {first}, having entered in "
            "{from_grade}, and is now in {to_grade}.",
            **values,
        )
    return words.tr(
        "This is to say that {name} was a pupil of {school} from {first} to {last}, having entered in "
        "{from_grade} and left in {to_grade}.",
        last=desk.date(time.last_day),
        **values,
    )


def _left(desk: PaperDesk, paper: Certificate) -> str:
    words = desk.words
    return words.tr(
        "This is to certify that {name} was a pupil of {school} and left it on {last}, as recorded in the "
        "school’s register.",
        name=paper.pupil.name,
        school=paper.school.name,
        last=desk.date(paper.time.last_day or paper.made_on),
    )


def _facts(desk: PaperDesk, paper: Certificate) -> list[tuple[str, str]]:
    words, time = desk.words, paper.time
    found = [
        (words.tr("At this school"), span(desk, time)),
        (words.tr("Grade on entry"), time.first_grade),
        (words.tr("Last grade"), time.last_grade),
        (words.tr("Last class"), time.last_class or DASH),
        (words.tr("How the time here ended"), ending(words, time.ending) or DASH),
    ]
    if time.reason:
        found.append((words.tr("Reason"), time.reason))
    if time.destination:
        found.append((words.tr("School that the pupil goes to"), time.destination))
    if paper.nationality:
        found.append((words.tr("Nationality"), paper.nationality))
    if paper.average is not None:
        label = words.tr("Average of {year}", year=paper.average_year or "")
        letter = f"  {paper.average.letter}" if paper.average.letter else ""
        found.append((label, f"{figure_text(desk, paper.average)} %{letter}"))
    if paper.days_present is not None and paper.days_possible:
        said = words.tr("{days} of {all}", days=paper.days_present, all=paper.days_possible)
        found.append((words.tr("Days present in the last year"), said))
    return found


def _draw_year_and_conduct(desk: PaperDesk, pen: Pen, paper: Testimonial, y: float) -> None:
    left, wide = desk.design.left, width(desk)
    if paper.year is not None:
        draw_year(desk, pen, paper.year, left, y)
        left += wide + GAP
    if paper.conduct:
        _draw_conduct(desk, pen, paper.conduct, left, y + 3.9, wide)


def _draw_conduct(
    desk: PaperDesk, pen: Pen, traits: tuple[CardTrait, ...], x: float, y: float, wide: float
) -> None:
    """Conduct as filled and open circles, as on the report card."""
    look = desk.look
    pen.text(x, y, desk.words.tr("Conduct and work habits"), look.heading)
    y += 2.4
    pen.rules([(x, x + wide, y)], PART, INK)
    for trait in traits:
        dots = DASH if trait.level is None else "●" * trait.level + "○" * (trait.maximum - trait.level)
        room = wide - look.level.width(dots) - 4
        pen.text(x, y + 4.4, look.row.fit(trait.name, room)[0], look.row)
        pen.text(x + wide, y + 4.4, dots, look.level, Align.END)
        y += _TRAIT
        pen.rules([(x, x + wide, y)], FINE, HAIR)


def _text_sheets(desk: PaperDesk, paper: Testimonial, closing_height: float) -> list[list[str]]:
    """The school's own text in lines, a list a sheet; what stands below it keeps its place on the last."""
    lines: list[str] = []
    for paragraph in paper.text.splitlines():
        lines += (
            desk.wrap(paragraph, desk.text, desk.design.measure, 200, N_("The text"))
            if paragraph.strip()
            else [""]
        )
    parts = 0.0 if paper.year is None else height(desk, paper.year)
    if paper.conduct:
        parts = max(parts, 8.0 + _TRAIT * len(paper.conduct))
    first = desk.design.top + 23.0 + 26.0 + 10.0 + 4 * _LEADING
    later = desk.design.top + 22.0
    below = closing_height + parts + 6.0
    if first + len(lines) * _TEXT_LEADING <= desk.end - below:
        return [lines]
    most = int((desk.end - first) / _TEXT_LEADING)
    sheets, lines = [lines[:most]], lines[most:]
    most = int((desk.end - later) / _TEXT_LEADING)
    while later + len(lines) * _TEXT_LEADING > desk.end - below:
        sheets.append(lines[:most])
        lines = lines[most:]
    return [*sheets, lines]


def _draw_lines(desk: PaperDesk, pen: Pen, lines: list[str], y: float) -> float:
    for line in lines:
        if line:
            pen.lines(desk.design.left, y, [line], desk.text, _TEXT_LEADING)
        y += _TEXT_LEADING
    return y
