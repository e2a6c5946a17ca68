"""A pupil of the year's end in the table, and what narrows the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from emis_desktop.queries.year_end import Way, YearPupil
from emis_desktop.rules.year_end import Advice
from resources.words import N_, Words
from ui.widgets.table.cells import MISSING, Cell, Column

OUTCOME_WORDS: Final = {
    Advice.PROMOTED: N_("Goes up"),
    Advice.REPEATED: N_("Repeats"),
    Advice.GRADUATED: N_("Graduates"),
    Advice.UNDECIDED: N_("Undecided"),
}
_TONES: Final = {
    Advice.PROMOTED: "ok",
    Advice.REPEATED: "warn",
    Advice.GRADUATED: "accent",
    Advice.UNDECIDED: "neutral",
}
FILTERS: Final = {
    "all": N_("All"),
    "promoted": N_("Go up"),
    "repeated": N_("Repeat"),
    "graduated": N_("Graduate"),
    "undecided": N_("Undecided"),
    "unplaced": N_("Without a class"),
    "by_hand": N_("By hand"),
    "done": N_("Done"),
}


def columns(words: Words) -> tuple[Column, ...]:
    """The columns of the table."""
    tr = words.tr
    return (
        Column("name", tr("Name"), 170, stretch=2),
        Column("class", tr("Class"), 110, stretch=1),
        Column("outcome", tr("Outcome"), 116),
        Column("why", tr("Why"), 220, stretch=4),
        Column("average", tr("Average"), 76, align="end"),
        Column("passed", tr("Passed"), 70, align="end"),
        Column("to", tr("Goes to"), 170, stretch=2),
    )


def cells(words: Words, one: YearPupil) -> tuple[Cell, ...]:
    """A line of the table."""
    outcome = one.outcome or Advice.UNDECIDED
    average = MISSING if one.average is None else words.number(one.average)
    passed = words.tr("{n} of {all}", n=one.passed, all=one.subjects) if one.subjects else MISSING
    return (
        Cell(one.name, weight=500),
        Cell(one.class_name or MISSING),
        Cell(words.tr(OUTCOME_WORDS[outcome]), pill=_TONES[outcome]),
        Cell(why(words, one), tone="text2"),
        Cell(average),
        Cell(passed),
        Cell(goes_to(words, one)),
    )


def why(words: Words, one: YearPupil) -> str:
    """The reasons in words; what people said comes first."""
    reasons = "; ".join(reason.text(words) for reason in one.advised.reasons)
    if one.by_hand:
        said = words.tr("By hand: {reason}", reason=one.outcome_reason)
        return f"{said} ({reasons})" if reasons else said
    return reasons[:1].upper() + reasons[1:]


def goes_to(words: Words, one: YearPupil) -> str:
    """Into which class or grade, or why into none."""
    tr = words.tr
    note = "" if one.note is None else one.note.text(words)
    if one.way is Way.PLACE:
        return one.to_class
    if one.way is Way.ENROL:
        return tr("{grade}, {note}", grade=one.to_grade, note=note)
    if one.way is Way.DECIDE:
        return tr("{grade}, when the year is open", grade=one.to_grade)
    if one.way is Way.FINISH:
        return tr("Leaves the school")
    return tr("Gone on") if one.way is Way.DONE else MISSING


def narrowed(pupils: Sequence[YearPupil], key: str, text: str) -> list[YearPupil]:
    """The pupils of a filter whose name, number or class has ``text``."""
    wanted = text.casefold().strip()
    return [
        one
        for one in pupils
        if _fits(one, key)
        and (not wanted or wanted in f"{one.name} {one.number} {one.class_name}".casefold())
    ]


def _fits(one: YearPupil, key: str) -> bool:
    if key == "by_hand":
        return one.by_hand
    if key == "unplaced":
        return one.way is Way.ENROL
    if key == "done":
        return one.way is Way.DONE
    return key in {"all", (one.outcome or Advice.UNDECIDED).value}
