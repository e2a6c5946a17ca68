"""The letter to a guardian about an incident: one page, with a strip to sign and send back."""

from datetime import UTC, datetime, time
from typing import BinaryIO, Final

from emis_desktop.rules.incident_letter import IncidentLetter
from reports.canvas import Pen
from reports.document import Document, Facts
from reports.report_card.design import FINE, HAIR, INK, PART, STANDARD
from reports.report_card.desk import CardWarning
from reports.report_card.pupil import draw_person
from reports.students.desk import SEPARATOR, PaperDesk
from resources.words import N_, Words

_LEADING: Final = 5.6
_PARAGRAPH: Final = 3.2
_STRIP: Final = 46.0
_PARTS: Final = {
    "did": N_(
        "We write to tell you of something that happened on {day}, and of the part that {name} had in it."
    ),
    "suffered": N_("We write to tell you of something that happened to {name} on {day}."),
    "saw": N_("We write to tell you of something that happened on {day} and that {name} saw."),
}


def write_letter(letter: IncidentLetter, stream: BinaryIO, words: Words) -> tuple[CardWarning, ...]:
    """Write the letter as a PDF; equal values give equal bytes. Returns what could not be shown in full."""
    document = Document(STANDARD.page, letter.language)
    warnings: list[CardWarning] = []
    desk = PaperDesk(document, STANDARD, words, warnings)
    _draw(desk, letter)
    title = words.tr("Letter to the guardian of {name}", name=letter.pupil.name)
    moment = datetime.combine(letter.made_on, time(12), UTC)
    facts = Facts(title=title, author=letter.school.name, subject=title, keywords="", made=moment)
    document.describe(facts)
    stream.write(document.finish())
    return tuple(warnings)


def _draw(desk: PaperDesk, letter: IncidentLetter) -> None:
    words, pupil = desk.words, letter.pupil
    desk.pupil = pupil.name
    desk.check_letters(pupil.name, letter.guardian, letter.address, letter.summary, letter.place)
    title = words.tr("Letter to the guardian")
    pen = desk.pen()
    top = desk.head(pen, letter.school, title, "", desk.date(letter.made_on))
    facts = []
    if letter.class_name:
        facts.append((words.tr("Class"), letter.class_name))
    if pupil.birth_date is not None:
        facts.append((words.tr("Date of birth"), desk.date(pupil.birth_date)))
    y = draw_person(desk, pen, (pupil.name, pupil.number, None), facts, top) + 10.0
    y = _addressee(desk, pen, letter, y)
    for paragraph in _paragraphs(desk, letter):
        y = desk.sentence(pen, y, paragraph, desk.statement, _LEADING) + _PARAGRAPH
    _signature(desk, pen, letter, y + 12.0)
    _strip(desk, pen, letter)
    desk.page_line(pen, SEPARATOR.join((title, pupil.name)), 1, 1)
    desk.document.add_page(pen.parts(), bookmark=pupil.name)


def _addressee(desk: PaperDesk, pen: Pen, letter: IncidentLetter, y: float) -> float:
    """The name and address of the guardian; returns the baseline of the first paragraph."""
    who = letter.guardian or desk.words.tr("The parent or guardian of {name}", name=letter.pupil.name)
    for text in filter(None, (who, letter.address)):
        for line in desk.wrap(text, desk.text, desk.design.measure * 0.6, 3, N_("The address")):
            pen.text(desk.design.left, y, line, desk.text)
            y += 5.0
    return y + 6.0


def _paragraphs(desk: PaperDesk, letter: IncidentLetter) -> list[str]:
    words, name, day = desk.words, letter.pupil.name, desk.date(letter.happened_on)
    what = f"{letter.summary} ({letter.place})" if letter.place else letter.summary
    found = [
        words.tr(_PARTS.get(letter.part, _PARTS["saw"]), name=name, day=day),
        words.tr("What happened: {what}", what=what),
        words.tr(
            "The school records it as: {category}, {classification}.",
            category=letter.category,
            classification=letter.classification.lower(),
        ),
    ]
    if letter.action:
        found.append(_action(desk, letter))
    if letter.meeting_on is not None:
        found.append(
            words.tr(
                "We ask you to come to the school on {day}, so that we can talk about it together.",
                day=desk.date(letter.meeting_on),
            )
        )
    if letter.school.phone:
        found.append(words.tr("You reach the school by telephone: {phone}.", phone=letter.school.phone))
    return found


def _action(desk: PaperDesk, letter: IncidentLetter) -> str:
    words, first, last = desk.words, letter.action_from, letter.action_until
    if first is not None and last is not None and first != last:
        return words.tr(
            "What the school has done: {action}, from {first} to {last}.",
            action=letter.action,
            first=desk.date(first),
            last=desk.date(last),
        )
    day = first or last
    if day is not None:
        return words.tr(
            "What the school has done: {action}, {day}.", action=letter.action, day=desk.date(day)
        )
    return words.tr("What the school has done: {action}.", action=letter.action)


def _signature(desk: PaperDesk, pen: Pen, letter: IncidentLetter, y: float) -> None:
    design, look, words = desk.design, desk.look, desk.words
    y = min(y, desk.end - _STRIP - 10.0)
    name = words.tr("{name}, principal", name=letter.signer) if letter.signer else words.tr("Principal")
    pen.rules([(design.left, design.left + 0.42 * design.measure, y)], PART, INK)
    pen.text(design.left, y + 4.2, look.caption.fit(name, 0.42 * design.measure)[0], look.caption)


def _strip(desk: PaperDesk, pen: Pen, letter: IncidentLetter) -> None:
    """What the guardian signs and sends back."""
    design, look, words = desk.design, desk.look, desk.words
    y = desk.end - _STRIP
    pen.rules([(design.left, design.right, y)], FINE, HAIR)
    pen.text(design.left, y + 4.4, words.tr("To be sent back to the school"), look.caption)
    said = words.tr(
        "I have read the letter of {day} about {name}.", day=desk.date(letter.made_on), name=letter.pupil.name
    )
    desk.sentence(pen, y + 13.0, said, desk.text, 5.0, most=2)
    line = y + 34.0
    places = ((0.0, 0.5, words.tr("Signature of the parent or guardian")), (0.56, 0.3, words.tr("Date")))
    for start, width, caption in places:
        x, room = design.left + start * design.measure, width * design.measure
        pen.rules([(x, x + room, line)], PART, INK)
        pen.text(x, line + 4.2, look.caption.fit(caption, room)[0], look.caption)
