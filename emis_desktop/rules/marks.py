"""A mark as typed becomes an entry or is refused: no other door lets a mark into the store."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from emis_desktop.errors import N_, Refused
from emis_desktop.rules.numbers import SCALE_PLACES, TwoReadings, parse_number, places_of, plain


class MarkState(StrEnum):
    """What is known of one item: three ways of having no value, never to be mixed up."""

    SCORED = "scored"
    ABSENT = "absent"
    EXEMPT = "exempt"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class MarkEntry:
    """One mark. ``value`` is there exactly when the state is *scored*; :class:`ValueError` otherwise."""

    state: MarkState
    value: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.value is None) is (self.state is MarkState.SCORED):
            raise ValueError("a mark has a value exactly when it is scored")


ABSENT: Final = MarkEntry(MarkState.ABSENT)
EXEMPT: Final = MarkEntry(MarkState.EXEMPT)
MISSING: Final = MarkEntry(MarkState.MISSING)


@dataclass(frozen=True, slots=True)
class MarkCodes:
    """What is typed for absent and exempt; upper and lower case are the same.

    Raises :class:`Refused` for codes that could be read as each other or as a number.
    """

    absent: str = "A"
    exempt: str = "E"

    def __post_init__(self) -> None:
        for code in (self.absent, self.exempt):
            if not code.strip() or code != code.strip() or any(char.isdigit() for char in code):
                raise Refused("A code for absent or exempt is made of letters. Type one or more letters.")
        if self.absent.casefold() == self.exempt.casefold():
            raise Refused("Absent and exempt have the same code. Give each its own.")


CODES: Final = (MarkCodes(), MarkCodes("ABS", "EX"), MarkCodes("ABSENT", "EXEMPT"))
"""Codes to choose from, in order of preference."""


def codes_for(letters: frozenset[str]) -> MarkCodes:
    """The first of :data:`CODES` that clashes with none of the letter grades typed in a column."""
    for codes in CODES:
        if not clashes(codes, letters):
            return codes
    raise Refused("Every code for absent or exempt is also a grade of this column. Choose codes of your own.")


def clashes(codes: MarkCodes, letters: frozenset[str]) -> bool:
    """Whether a code for absent or exempt could be read as one of the letter grades."""
    return not {codes.absent.casefold(), codes.exempt.casefold()}.isdisjoint(map(str.casefold, letters))


@dataclass(frozen=True, slots=True)
class MarkColumn:
    """What a column of a mark sheet takes: 0 to ``maximum`` with at most ``places`` decimals, or a code."""

    maximum: Decimal
    places: int = 1
    codes: MarkCodes = CODES[0]

    def __post_init__(self) -> None:
        if self.maximum <= 0 or not 0 <= self.places <= SCALE_PLACES:
            raise ValueError("a column has a maximum above 0 and at most 3 decimals")


def parse_mark(text: str, column: MarkColumn) -> MarkEntry:
    """The entry that ``text`` stands for; spaces only clear the cell (:data:`MISSING`).

    Raises :class:`Refused` with what to type instead.
    """
    typed = text.strip()
    if not typed:
        return MISSING
    folded = typed.casefold()
    if folded == column.codes.absent.casefold():
        return ABSENT
    if folded == column.codes.exempt.casefold():
        return EXEMPT
    return scored(_number(typed, column), column)


def scored(value: Decimal, column: MarkColumn) -> MarkEntry:
    """The entry of a number that came by another way than typing (a file, a laptop); the same limits hold."""
    if not value.is_finite():
        raise _objection(N_("Not a mark. Type 0–{maximum}, {absent} or {exempt}."), column)
    if value < 0:
        raise _objection(N_("Less than 0. Type 0–{maximum}, {absent} or {exempt}."), column)
    if value > column.maximum:
        raise _objection(N_("More than {maximum}. Type 0–{maximum}, {absent} or {exempt}."), column)
    if places_of(value) > column.places:
        if column.places == 0:
            raise _objection(N_("Whole marks only. Type 0–{maximum} without decimals."), column)
        raise _objection(N_("Too many decimals. Type at most {places} after the point."), column)
    return MarkEntry(MarkState.SCORED, plain(value))


def mark_text(entry: MarkEntry, codes: MarkCodes, decimal_separator: str = ".") -> str:
    """What to type to get ``entry`` back: what a cell shows while it is edited."""
    if entry.value is not None:
        return f"{entry.value:f}".replace(".", decimal_separator)
    return {MarkState.ABSENT: codes.absent, MarkState.EXEMPT: codes.exempt}.get(entry.state, "")


def _number(typed: str, column: MarkColumn) -> Decimal:
    try:
        return parse_number(typed)
    except TwoReadings:
        raise
    except Refused:
        raise _objection(N_("Not a mark. Type 0–{maximum}, {absent} or {exempt}."), column) from None


def _objection(message: str, column: MarkColumn) -> Refused:
    codes = column.codes
    return Refused(
        message,
        field="mark",
        maximum=plain(column.maximum),
        places=column.places,
        absent=codes.absent,
        exempt=codes.exempt,
    )
