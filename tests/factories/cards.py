"""Report cards of pupils that do not exist: one fixed card, and any number of different ones."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from emis_desktop.rules.bands import BandRange
from emis_desktop.rules.card import (
    CardAttendance,
    CardIssue,
    CardKey,
    CardPart,
    CardPoint,
    CardPupil,
    CardRemark,
    CardSchool,
    CardSubject,
    CardSummary,
    CardTerm,
    CardTrait,
    CardValues,
)
from emis_desktop.rules.positions import Position
from emis_desktop.rules.results import ResultState

SCHOOL = CardSchool(
    "Windward Demo Primary School", "Steady in every wind", "Harbour Road, Demo Bay", "000 0101", "D-0107"
)
TERM = CardTerm("Term 1", "2026–27", date(2026, 9, 7), date(2026, 12, 11))
KEY = CardKey(
    grades=(
        BandRange("A", Decimal(85), Decimal(100), "Excellent"),
        BandRange("B", Decimal(70), Decimal(84), "Good"),
        BandRange("C", Decimal(55), Decimal(69), "Fair"),
        BandRange("D", Decimal(40), Decimal(54), "Weak"),
        BandRange("E", None, Decimal(40), "Poor"),
    ),
    pass_mark=Decimal(50),
    effort=(("A", "excellent"), ("B", "good"), ("C", "fair"), ("D", "poor")),
    conduct=((4, "always"), (3, "mostly"), (2, "sometimes"), (1, "rarely")),
)
TRAITS = ("Works with others", "Completes homework", "Cares for property", "Listens and follows", "Punctual")
SUBJECTS = (
    ("Language Arts", 31, 47, "68.2", 91, "B", "Reads with expression; now slow down to check spelling."),
    ("Mathematics", 34, 52, "63.9", 95, "A", "Quick, accurate with fractions. Show each step."),
    ("Science", 33, 48, "66.0", 93, "B", "Careful observer who brings good questions."),
    ("Social Studies", 30, 45, "67.4", 90, "B", "Good map work; add dates and sources to answers."),
    ("Physical Education", 36, 50, "78.3", 98, "A", "Leads the relay team with good humour."),
    ("Information Technology", 35, 53, "72.5", 96, "A", "Builds tidy spreadsheets and helps others."),
    ("Visual Arts", 32, 44, "70.2", 92, "B", "Strong use of colour. Finish before the bell."),
    ("Music", 30, 43, "69.8", 94, "B", "Keeps steady time on the steel pan."),
    ("Spanish", 26, 36, "61.7", 89, "C", "Vocabulary is growing; speak up more often."),
    ("French", 21, 24, "58.8", 88, "D", "Needs ten minutes of practice every evening."),
    ("Health and Family Life", 33, 47, "71.6", 95, "B", "Thoughtful and kind in discussion."),
    (
        "Agricultural Science",
        29,
        None,
        "66.6",
        92,
        None,
        "Absent from the examination; writes it in January.",
    ),
    ("Technical Drawing", 30, 41, "64.0", 90, "B", "Neat lines; measure twice."),
    ("Home Economics", 35, 50, "70.9", 97, "A", "Plans a meal and its cost with care."),
)
_LETTERS = ((85, "A"), (70, "B"), (55, "C"), (40, "D"), (0, "E"))


def part(name: str, out_of: int, value: int | None, state: ResultState | None = None) -> CardPart:
    """A part of a mark; without a value it is absent unless another state is given."""
    known = ResultState.ABSENT if value is None else ResultState.FINAL
    return CardPart(name, Decimal(out_of), None if value is None else Decimal(value), state or known)


def subject(row: Sequence[Any]) -> CardSubject:
    """A subject from a row of :data:`SUBJECTS`."""
    name, course, exam, average, highest, effort, comment = row
    mark = course + (exam or 0)
    return CardSubject(
        name=name,
        parts=(part("Course", 40, course), part("Exam", 60, exam)),
        mark=Decimal(mark),
        state=ResultState.FINAL,
        letter=next(letter for lower, letter in _LETTERS if mark >= lower),
        passed=mark >= 50,
        class_average=Decimal(average),
        class_highest=Decimal(highest),
        effort=effort,
        comment=comment,
    )


def card(subjects: int = 12, **changes: Any) -> CardValues:  # noqa: ANN401 - any field
    """A usual card with as many ``subjects`` as wanted; ``changes`` replace its values."""
    rows = [SUBJECTS[number % len(SUBJECTS)] for number in range(subjects)]
    values = CardValues(
        school=SCHOOL,
        term=TERM,
        pupil=CardPupil(
            name="Pupil 0001",
            number="0000 0001-7",
            class_name="Grade 5 Coral",
            birth_date=date(2016, 3, 12),
            age=10,
            age_on=date(2026, 10, 15),
            class_teacher="Teacher 01",
            on_roll=31,
        ),
        summary=CardSummary(
            average=Decimal("71.6"),
            state=ResultState.FINAL,
            coverage=100,
            position=Position(8, tied=False, of=31),
            class_average=Decimal("67.9"),
            passed=10,
            subjects=12,
            days_present=56,
            days_possible=61,
        ),
        subjects=tuple(subject(row) for row in rows),
        key=KEY,
        language="en",
        provisional=False,
        progress=(
            CardPoint("T1 2025", Decimal("61.8"), Decimal("64.9")),
            CardPoint("T2", Decimal("66.8"), Decimal("64.3")),
            CardPoint("T3", Decimal("70.2"), Decimal("65.8")),
            CardPoint("T1 2026", Decimal("71.6"), Decimal("67.9")),
        ),
        attendance=CardAttendance(61, 56, 3, 2, 4),
        conduct=tuple(CardTrait(name, level, 4) for name, level in zip(TRAITS, (4, 3, 4, 4, 3), strict=True)),
        class_teacher=CardRemark(
            "Pupil 0001 has worked steadily and gained almost ten points in a year. French needs daily "
            "practice, and the Agricultural Science examination must still be written.",
            "Teacher 01",
        ),
        principal=CardRemark(
            "A pleasing term. Keep up the effort in Mathematics and read for twenty minutes every day of the "
            "holiday. Well done on the relay team.",
            "Principal 01",
        ),
        next_term=date(2027, 1, 4),
        issue=CardIssue(
            issue=1,
            number="DEMO-26T1-000117",
            issued_on=date(2026, 12, 11),
            check_code="7KQ4-M2XV",
            qr=b"EMIS1:DEMO-26T1-000117:1:7KQ4M2XV:D-0107:00000001-7:71.6",
        ),
    )
    return replace(values, **changes)


def different_cards(count: int, seed: int = 7) -> Iterator[CardValues]:
    """``count`` cards in classes of 30; names, marks, comments, remarks and codes all differ."""
    random = Random(seed)
    for number in range(count):
        yield _different(number, random)


_FIRST = (
    "Ada",
    "Benoît",
    "Céleste",
    "Dario",
    "Élodie",
    "Fermín",
    "Gisèle",
    "Hugo",
    "Inès",
    "Jude",
    "Kwéyo",
    "Lúcia",
)
_LAST = (
    "of the Bay",
    "of the Cove",
    "of the Hill",
    "of the Mill",
    "of the Reef",
    "of the Vale",
    "of the Wharf",
)
_OPENING = ("Works", "Reads", "Asks", "Listens", "Writes", "Thinks", "Helps", "Plans", "Draws", "Sings")
_MANNER = ("with care", "steadily", "with joy", "very neatly", "too quickly", "in good order", "with a plan")
_ADVICE = (
    "check each step",
    "revise on Sundays",
    "speak up more",
    "keep it up",
    "show the working",
    "rest early",
)


def _different(number: int, random: Random) -> CardValues:
    base = card()
    place = number % 30 + 1
    group = f"Grade {number // 30 % 6 + 1} {('Coral', 'Reef', 'Palm', 'Shell', 'Sand')[number // 180 % 5]}"
    name = f"{_FIRST[number % 12]} {_LAST[number % 7]} {number + 1:05}"
    points = [Decimal(random.randint(400, 950)) / 10 for _ in range(8)]
    average = points[3]
    return replace(
        base,
        pupil=replace(base.pupil, name=name, number=f"0000 {number:04}-{number % 9}", class_name=group),
        summary=replace(
            base.summary,
            average=average,
            position=Position(place, tied=place % 7 == 0, of=30),
            class_average=points[7],
        ),
        subjects=tuple(_subject(row, random) for row in SUBJECTS[:12]),
        progress=tuple(
            CardPoint(point.label, points[index], points[index + 4])
            for index, point in enumerate(base.progress)
        ),
        attendance=CardAttendance(61, 61 - place, place // 2, place - place // 2, random.randint(0, 9)),
        conduct=tuple(CardTrait(name, random.randint(1, 4), 4) for name in TRAITS),
        class_teacher=CardRemark(
            f"{name} has come far this term. {_sentence(random)} {_sentence(random)}", "Teacher 01"
        ),
        principal=CardRemark(f"{_sentence(random)} {_sentence(random)} Number {number}.", "Principal 01"),
        issue=_issue(number, average),
    )


def _issue(number: int, average: Decimal) -> CardIssue:
    code = f"{number * 7919 % 99991:05}"
    return CardIssue(
        issue=1,
        number=f"DEMO-26T1-{number:06}",
        issued_on=date(2026, 12, 11),
        check_code=f"7K{code[:2]}-M{code[2:]}",
        qr=f"EMIS1:DEMO-26T1-{number:06}:1:7K{code}:D-0107:{number:08}:{average}".encode(),
    )


def _subject(row: Sequence[Any], random: Random) -> CardSubject:
    changed = (
        row[0],
        random.randint(10, 40),
        random.randint(15, 60),
        *row[3:5],
        random.choice("ABCD"),
        _sentence(random),
    )
    found = subject(changed)
    return replace(found, class_average=Decimal(random.randint(500, 800)) / 10)


def _sentence(random: Random) -> str:
    start = f"{random.choice(_OPENING)} {random.choice(_MANNER)}"
    return f"{start}; {random.choice(_ADVICE)} ({random.randint(1, 999)})."
