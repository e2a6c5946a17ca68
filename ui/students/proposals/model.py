"""The table of proposed values: whose, what stands now, what is proposed, by whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from emis_desktop.queries.proposals import PHONE, ProposalCard, ProposedValue
from resources.words import N_, Words
from ui.students.model import sex_words
from ui.widgets.table.cells import CHECK_KEY, MISSING, Cell, Column

FIELD_WORDS: Final = {
    "given_names": N_("Given names"),
    "family_name": N_("Family name"),
    "preferred_name": N_("Preferred name"),
    "sex": N_("Sex"),
    "birth_date": N_("Date of birth"),
    "birth_place": N_("Place of birth"),
    "nationality": N_("Nationality"),
    "address": N_("Address"),
    "transport": N_("Way to school"),
    PHONE: N_("Phone"),
}
SOURCE_WORDS: Final = {"parent": N_("Parent"), "form": N_("Form"), "teacher": N_("Teacher")}
_DECISIONS: Final = {"accepted": N_("Accepted"), "declined": N_("Declined")}


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One proposed value with the form that it came with. ``ticked`` None: not the reader's to decide."""

    card: ProposalCard
    value: ProposedValue
    ticked: bool | None = None

    @property
    def id(self) -> UUID:
        """Of the proposal."""
        return self.value.id


def lines_of(cards: tuple[ProposalCard, ...]) -> list[ProposalLine]:
    """A line a value."""
    return [
        ProposalLine(card, value, False if card.decides and not value.decision else None)
        for card in cards
        for value in card.values
    ]


def ticked(line: ProposalLine, on: bool) -> ProposalLine:
    """The line ticked or not, where that is the reader's to do."""
    return line if line.ticked is None else replace(line, ticked=on)


def columns(words: Words, *, past: bool) -> tuple[Column, ...]:
    """Of what waits, or of what was decided."""
    tr = words.tr
    shown = (
        Column("name", tr("Pupil"), 170, stretch=1),
        Column("field", tr("Detail"), 120),
        Column("now", tr("Now"), 170, stretch=1),
        Column("value", tr("Proposed"), 170, stretch=1),
        Column("who", tr("From"), 160, stretch=1),
    )
    return (*shown, Column("how", tr("Decided"), 190)) if past else (Column(CHECK_KEY, "", 36), *shown)


def cells(words: Words, line: ProposalLine, *, past: bool) -> tuple[Cell, ...]:
    """A line as the table shows it."""
    card, value = line.card, line.value
    source = words.tr(SOURCE_WORDS.get(card.source, card.source))
    shown = (
        Cell(card.name, weight=500),
        Cell(words.tr(FIELD_WORDS.get(value.field, value.field)), tone="text2"),
        Cell(spoken(words, value.field, value.now) or MISSING),
        Cell(spoken(words, value.field, value.value) or words.tr("Take it away"), weight=500),
        Cell(card.said_by or source, note=words.date(card.received_on, "day_month")),
    )
    if not past:
        return (Cell("") if line.ticked is None else Cell("", checked=line.ticked), *shown)
    tone = "ok" if value.decision == "accepted" else "neutral"
    day = words.date(value.decided_on, "day_month") if value.decided_on is not None else ""
    how = words.tr(_DECISIONS.get(value.decision, value.decision))
    return (*shown, Cell(how, pill=tone, note=f"{value.decided_by} {day}".strip()))


def spoken(words: Words, field: str, text: str) -> str:
    """A value as a person reads it."""
    if field == "sex":
        return sex_words(words, text)
    if field == "birth_date" and text:
        return words.date(date.fromisoformat(text))
    return text
