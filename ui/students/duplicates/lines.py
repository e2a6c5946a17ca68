"""What stands in the table of two records: each line of both, and whether the other's may be taken over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from emis_desktop.errors import Word
from emis_desktop.queries.doubles import Double, TwoStays
from emis_desktop.queries.pairs import Both
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.names import display_name
from emis_desktop.rules.student_number import number_text
from resources.words import N_, Words
from ui.students.model import sex_words
from ui.students.saying import Sayer
from ui.widgets.table.cells import CHECK_KEY, MISSING, Cell, Column

_NAMES: Final = (
    ("given_names", N_("Given names")),
    ("family_name", N_("Family name")),
    ("preferred_name", N_("Preferred name")),
    ("sex", N_("Sex")),
    ("birth_date", N_("Date of birth")),
    ("birth_place", N_("Place of birth")),
    ("nationality", N_("Nationality")),
    ("address", N_("Address")),
    ("transport", N_("Way to school")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table. ``field``: of the person; ``double``: table and row; neither: only to look at.

    ``taken``: the newer record's value is to count; None where there is nothing to choose.
    """

    what: str
    kept: str
    other: str
    field: str = ""
    double: tuple[str, UUID] | None = None
    taken: bool | None = None

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        return bool(self.kept) and self.kept.casefold() == self.other.casefold()


def columns(words: Words) -> tuple[Column, ...]:
    """The columns of the table."""
    return (
        Column("what", "", 150),
        Column("kept", words.tr("Older record, stays"), 190, stretch=1),
        Column("other", words.tr("Newer record"), 190, stretch=1),
        Column(CHECK_KEY, words.tr("Take over"), 84, align="center"),
    )


def cells(line: Line) -> tuple[Cell, ...]:
    """A line as the table shows it: what counts is strong, what is equal has a tick."""
    taken = bool(line.taken)
    return (
        Cell(line.what, tone="text2"),
        Cell(line.kept or MISSING, weight=400 if taken else 500, tone="text2" if taken else "text"),
        Cell(
            line.other or MISSING,
            weight=500 if taken else 400,
            icon="check" if line.same else "",
            tone="text" if taken or line.same else "text2",
        ),
        Cell("") if line.taken is None else Cell("", checked=line.taken),
    )


def lines_of(words: Words, say: Sayer, both: Both) -> list[Line]:
    """All lines: fields, numbers, guardians, enrolments, then what both hold of one test or term."""
    kept, other = both.kept, both.other
    found = [
        _choosable(Line(words.tr(title), _field(words, kept, name), _field(words, other, name), name))
        for name, title in _NAMES
    ]
    found += [
        Line(words.tr("Numbers"), _numbers(kept), _numbers(other)),
        Line(words.tr("Guardians"), _guardians(words, kept), _guardians(words, other)),
        Line(words.tr("Enrolments"), _enrolments(words, say, kept), _enrolments(words, say, other)),
    ]
    found = [line for line in found if line.kept or line.other]
    return [*found, *double_lines(words, both.doubles, both.stays, decides=both.decides)]


def double_lines(
    words: Words, doubles: Sequence[Double], stays: Sequence[TwoStays], *, decides: bool
) -> list[Line]:
    """What both hold of one time or test."""
    return [
        *(_stay(words, stay) for stay in stays),
        *(_double(words, double, decides=decides) for double in doubles),
    ]


def _choosable(line: Line) -> Line:
    """Only what differs, and is there, can be taken over; what the older record lacks is proposed."""
    if line.same or not line.other:
        return line
    return replace(line, taken=not line.kept)


def _field(words: Words, record: StudentRecord, name: str) -> str:
    value = getattr(record, name)
    if value is None:
        return ""
    if name == "sex":
        return sex_words(words, str(value))
    return words.date(value) if isinstance(value, date) else str(value)


def _numbers(record: StudentRecord) -> str:
    return ", ".join(number_text(line.number) for line in record.identities)


def _guardians(words: Words, record: StudentRecord) -> str:
    return words.listing(
        [
            f"{display_name(one.given_names, one.family_name)} {one.phone or ''}".strip()
            for one in record.guardians
        ]
    )


def _enrolments(words: Words, say: Sayer, record: StudentRecord) -> str:
    said = [
        f"{line.period} {line.class_name or line.grade} ({say.ending(line)})"
        for line in record.enrolments[:3]
    ]
    more = len(record.enrolments) - len(said)
    return "; ".join([*said, *([words.ntr("{n} more", "{n} more", more)] if more else [])])


def _stay(words: Words, stay: TwoStays) -> Line:
    what = words.tr("Entered twice") if stay.twice else words.tr("On two rolls")
    return Line(
        what,
        f"{stay.kept}, {words.date(stay.starts_on)}",
        f"{stay.other}, {words.date(stay.other_starts_on)}",
    )


def _double(words: Words, double: Double, *, decides: bool) -> Line:
    kept = "; ".join(_value(words, one) for _label, one, _other in double.values)
    other = "; ".join(_value(words, one) for _label, _kept, one in double.values)
    where = (double.table, double.other_row)
    return Line(double.title.text(words), kept, other, double=where, taken=False if decides else None)


def _value(words: Words, value: object) -> str:
    if value is None:
        return MISSING
    if isinstance(value, Word):
        return words.tr(str(value))
    if isinstance(value, Decimal):
        return words.number(value)
    return words.date(value) if isinstance(value, date) else str(value)
