"""The tests of a subject as the tests panel shows and plans them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.mark_sheet import MarkSheet
from emis_desktop.rules.numbers import plain
from emis_desktop.services.items import NewItem
from resources.words import Words

COURSEWORK: Final = "coursework"
EXAM: Final = "exam"


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A test of a grade. ``share`` is its part of the term mark in per cent."""

    id: UUID
    code: str
    name: str
    maximum: Decimal
    weight: Decimal
    share: Decimal
    part: str
    due_on: date | None
    locked: bool


def item_lines(sheet: MarkSheet, grade_id: UUID) -> tuple[ItemLine, ...]:
    """The tests of one grade on a sheet, in order."""
    plan = sheet.plans.get(grade_id)
    weights = {spec.key: spec.weight for spec in plan.items} if plan is not None else {}
    found = [column.items[grade_id] for column in sheet.columns if grade_id in column.items]
    return tuple(
        ItemLine(
            id=item.id,
            code=item.code,
            name=item.name,
            maximum=plain(item.maximum),
            weight=plain(weights[item.id]),
            share=item.weight_percent,
            part=item.part,
            due_on=item.due_on,
            locked=item.locked,
        )
        for item in found
    )


def usual_items(
    profile: CountryProfile | None, grade_code: str, language: str, due_on: date | None
) -> tuple[NewItem, ...]:
    """The tests that the country's scheme gives a grade; none without a profile."""
    if profile is None:
        return ()
    return tuple(
        NewItem(item.name.text(language), item.maximum, item.weight, item.part, due_on, item.code)
        for item in profile.scheme_of(grade_code).items
    )


def part_words(words: Words, part: str) -> str:
    """What a part of a term mark is called."""
    return {COURSEWORK: words.tr("Coursework"), EXAM: words.tr("Examination")}.get(part, part)


def names_of(items: Sequence[NewItem], words: Words) -> str:
    """Their names in a sentence."""
    return words.listing([item.name for item in items])
