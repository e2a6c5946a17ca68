"""Values of fields that a ministry defines: how they are kept, in one form for every language."""

from collections.abc import Collection
from datetime import date
from typing import Final

from emis_desktop.errors import N_, Refused
from emis_desktop.rules.lines import kept_line
from emis_desktop.rules.numbers import parse_number, places_of

LONGEST: Final = 200
YES: Final = "yes"
NO: Final = "no"
KINDS: Final = {
    "text": N_("Text"),
    "number": N_("Number"),
    "date": N_("Date"),
    "yes_no": N_("Yes or no"),
    "choice": N_("Choice from a list"),
}
OF_WHAT: Final = {"student": N_("Pupils"), "staff": N_("Staff")}
_PLACES: Final = 6


def kept_value(
    kind: str, choices: Collection[str], typed: str | None, *, required: bool = False
) -> str | None:
    """What is stored for what was typed or chosen; None for nothing.

    A number is kept with a point and without groups, a date as year-month-day, yes and no as such words, a
    choice as it stands in the list. Raises :class:`Refused` with the field "value" for what cannot be.
    """
    line = kept_line(typed, "value", LONGEST)
    if not line:
        if required:
            raise Refused("The ministry asks for this. Type a value.", field="value")
        return None
    if kind == "number":
        return _number(line)
    if kind == "date":
        return _day(line)
    if (kind == "yes_no" and line not in {YES, NO}) or (kind == "choice" and line not in choices):
        raise Refused("Choose one of the list.", field="value")
    return line


def _number(line: str) -> str:
    try:
        number = parse_number(line)
    except Refused as refused:
        refused.field = "value"
        raise
    if places_of(number) > _PLACES:
        raise Refused(
            "Too many decimals. Type at most {places} after the point.", field="value", places=_PLACES
        )
    return f"{number:f}"


def _day(line: str) -> str:
    try:
        return date.fromisoformat(line).isoformat()
    except ValueError:
        raise Refused(
            "{text} is no date. Type the day, the month and the year.", field="value", text=line
        ) from None
