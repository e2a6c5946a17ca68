"""The cards that break layouts: longest names, full tables, nothing but a name, everything still to come."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from emis_desktop.rules.card import (
    CardPart,
    CardPupil,
    CardRemark,
    CardReplaced,
    CardSummary,
    CardTrait,
    CardValues,
)
from emis_desktop.rules.promotion import Promotion
from emis_desktop.rules.results import ResultState
from tests.factories.cards import card, part

LONG_NAME = "Marie-Thérèse Évangéline Ñúñez-Example of the Longest Bay and the Second-Longest Cove"
LONG_SCHOOL = "Windward and Leeward Demonstration Comprehensive Secondary School"
LONG_SUBJECT = "Communication and Information Technology"
TWO_LINES = "Reads with expression and asks good questions; must now slow down and check."
THREE_LINES = f"{TWO_LINES} A third line has no room on the card, so the rest of this is cut off at the end."
LONG_REMARK = (
    "Has worked steadily all term, helps others without being asked, and has gained almost ten points. "
    "French needs daily practice, ten minutes are enough, and the examination must still be written."
)
EXEMPT, ABSENT, NO_MARKS = ResultState.EXEMPT, ResultState.ABSENT, ResultState.NO_MARKS


def full(language: str = "en", subjects: int = 14) -> CardValues:
    """Fourteen subjects, each with a comment of two lines."""
    base = card(subjects, language=language)
    return replace(base, subjects=tuple(replace(row, comment=TWO_LINES) for row in base.subjects))


def longest(language: str = "en") -> CardValues:
    """As :func:`full`, with the longest names everywhere and long remarks."""
    base = full(language)
    subjects = tuple(
        replace(row, name=LONG_SUBJECT) if number % 3 == 0 else row
        for number, row in enumerate(base.subjects)
    )
    return replace(
        base,
        school=replace(base.school, name=LONG_SCHOOL),
        pupil=replace(
            base.pupil, name=LONG_NAME, class_name="Grade 5 Hummingbird", class_teacher="Teacher-Examples 01"
        ),
        subjects=subjects,
        class_teacher=CardRemark(LONG_REMARK, "Teacher-Examples 01"),
    )


def small(language: str = "en") -> CardValues:
    """Names and comments that are printed smaller, on rows high enough for three lines; a class of 137."""
    base = card(12, language=language)
    name = "Agricultural Science and Environmental Management"
    rows = tuple(replace(row, name=name, comment=THREE_LINES) for row in base.subjects)
    return replace(base, subjects=rows, pupil=replace(base.pupil, on_roll=137))


def provisional() -> CardValues:
    """Every state a mark can have, while marks are still to come."""
    base = card(12, provisional=True)
    rows = base.subjects
    changed = (
        replace(
            rows[0], parts=_parts(31, NO_MARKS), mark=Decimal(78), state=ResultState.PROVISIONAL, letter=None
        ),
        replace(rows[1], parts=_parts(NO_MARKS, NO_MARKS), mark=None, state=NO_MARKS, letter=None),
        replace(rows[2], parts=_parts(EXEMPT, 44), mark=Decimal("73.3")),
        replace(rows[3], parts=_parts(EXEMPT, EXEMPT), mark=None, state=EXEMPT, letter=None, effort=None),
        replace(rows[4], parts=_parts(ABSENT, ABSENT), mark=Decimal(0), state=ABSENT, letter="E"),
        replace(rows[5], parts=_parts(ABSENT, ABSENT), mark=None, state=ABSENT, letter=None),
    )
    summary = replace(base.summary, state=ResultState.PROVISIONAL, coverage=83, position=None)
    return replace(base, subjects=changed + rows[6:], summary=summary)


def _parts(course: int | ResultState, exam: int | ResultState) -> tuple[CardPart, ...]:
    return tuple(
        part(name, out_of, None, value) if isinstance(value, ResultState) else part(name, out_of, value)
        for name, out_of, value in (("Course", 40, course), ("Exam", 60, exam))
    )


def third_term() -> CardValues:
    """Eight subjects, a promotion decision, and an issue that replaces another."""
    base = card(8, promotion=Promotion.PROMOTED, goes_to="Grade 6 Coral", next_term=date(2027, 9, 6))
    if base.issue is None:
        raise AssertionError
    issue = replace(base.issue, issue=2, replaces=CardReplaced(1, date(2026, 12, 3)))
    return replace(base, term=replace(base.term, name="Term 3"), issue=issue)


def bare() -> CardValues:
    """A preview with nothing but names, marks and letters."""
    base = card(6, class_teacher=None, principal=None, attendance=None, issue=None, next_term=None)
    rows = tuple(
        replace(row, class_average=None, class_highest=None, effort=None, comment=None)
        for row in base.subjects
    )
    summary = CardSummary(Decimal(55), ResultState.FINAL, 100, None, None, 4, 6)
    return replace(
        base,
        pupil=CardPupil("Pupil 0002", None, "Form 1"),
        summary=summary,
        subjects=rows,
        progress=(),
        conduct=(),
    )


def many_traits() -> CardValues:
    """Nine traits, one of them not rated, and no other panel."""
    traits = tuple(CardTrait(f"Habit number {number}", number % 5 or None, 5) for number in range(9))
    return card(10, conduct=traits, progress=(), attendance=None)


def every_kind() -> dict[str, CardValues]:
    """All of them by name, in the three languages where that matters."""
    kinds = {
        "usual": card(),
        "provisional": provisional(),
        "third term": third_term(),
        "bare": bare(),
        "no subjects": card(0),
        "one subject": card(1),
        "fifteen subjects": card(15),
        "twenty-two subjects": card(22),
        "many traits": many_traits(),
        "ninety subjects": card(90),
    }
    for language in ("en", "fr", "es"):
        kinds[f"full {language}"] = full(language)
        kinds[f"longest {language}"] = longest(language)
        kinds[f"small {language}"] = small(language)
    return kinds
