"""Fields for days that may lie behind or ahead."""

from __future__ import annotations

from datetime import date
from typing import Final

from emis_desktop.rules.dates import parse_date
from resources.words import Words
from ui.widgets.fields import DateField

EARLIEST: Final = date(1990, 1, 1)
LATEST: Final = date(2099, 12, 31)


def day_field(
    words: Words,
    label: str,
    name: str,
    value: date | None = None,
    *,
    latest: date = LATEST,
    optional: bool = True,
) -> DateField:
    """A day from 1990 up to ``latest``."""
    field = DateField(
        label, words, lambda text: parse_date(text, EARLIEST, latest), optional=optional, name=name
    )
    field.set_value(value)
    return field
