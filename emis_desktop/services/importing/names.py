"""People as a row names them: names in parts or whole, a phone, a mail address, a word for the person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Record
from emis_desktop.rules.names import fold
from emis_desktop.search_lines import digits
from emis_desktop.services.importing.outcome import Faults, in_column
from emis_desktop.services.importing.values import name_parts
from emis_desktop.services.person_fields import checked_text
from emis_desktop.services.relations import phone_number
from emis_desktop.services.student_numbers import kept_number

_MAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,54}")
PERSON_NUMBER: Final = "OTHER"
"""The kind of a guardian's number, of the profile's list."""
STAFF_NUMBER: Final = "STAFF"
"""The kind of the number that a member of staff has."""


@dataclass(frozen=True, slots=True)
class Named:
    """A grown-up of a row. What the row does not say is None; ``word`` groups rows of one person."""

    given_names: str
    family_name: str
    number: str | None
    phone: str | None
    email: str | None
    word: str

    @property
    def key(self) -> str:
        """Both names, for comparing."""
        return fold(f"{self.given_names} {self.family_name}")

    @property
    def call(self) -> tuple[str, str] | None:
        """Names and phone together: who has the same is the same person."""
        return (self.key, digits(self.phone)) if self.phone else None


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a kind of file has these."""

    given: str
    family: str
    number: str
    phone: str
    email: str
    whole: str = ""
    number_kind: str = PERSON_NUMBER


def named(record: Record, columns: Columns, faults: Faults) -> Named:
    """The person of a row, every fault noted; ends ``faults``."""
    parts = faults.read(partial(_names, record, columns))
    number = faults.read(partial(_number, record, columns))
    phone = faults.read(partial(_phone, record, columns.phone))
    email = faults.read(partial(_mail, record, columns.email))
    faults.end()
    given, family = parts or ("", "")
    return Named(given, family, number, phone, email, fold(record.get("same_person")))


def _names(record: Record, columns: Columns) -> tuple[str, str]:
    given, family = record.get(columns.given), record.get(columns.family)
    if not given and not family and columns.whole and record.get(columns.whole):
        return name_parts(record, columns.whole)
    found: list[str] = []
    for column, name, text in (
        (columns.given, "given_names", given),
        (columns.family, "family_name", family),
    ):
        with in_column(column):
            found.append(checked_text(name, text) or "")
    return found[0], found[1]


def _number(record: Record, columns: Columns) -> str | None:
    text = record.get(columns.number)
    with in_column(columns.number):
        return kept_number(columns.number_kind, text) if text else None


def _phone(record: Record, column: str) -> str | None:
    with in_column(column):
        return phone_number(record.get(column))


def _mail(record: Record, column: str) -> str | None:
    text = record.get(column).strip()
    if text and not _MAIL.fullmatch(text):
        raise Refused("Type an e-mail address such as name@example.org.", field=column)
    return text or None


def choice(record: Record, column: str, words: Sequence[tuple[str, Sequence[str]]]) -> str | None:
    """The code of a list whose code or name in any language a cell has; None for an empty cell."""
    text = record.get(column)
    if not text:
        return None
    wanted = fold(text)
    for code, _ in words:
        if wanted == fold(code):
            return code
    for code, names in words:
        if any(wanted == fold(name) for name in names):
            return code
    raise Refused(
        "{text} is not in the list: {all}.",
        field=column,
        text=text,
        all=", ".join(f"{code} ({names[0]})" if names else code for code, names in words),
    )
