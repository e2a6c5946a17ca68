"""What can go wrong, as types. Every message is an English template that a catalogue translates.

A message says what happened and what to do. Its {fields} are filled from ``values``; a decimal, a date, a
:class:`Word` and another error among them are put into the reader's language too.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark ``text`` for extraction and return it unchanged (rules may not import the catalogue)."""
    return text


class Word(str):
    """A value that is itself a text of the catalogue, such as the name of a role inside a sentence."""

    __slots__ = ()


class Speaks(Protocol):
    """The part of a catalogue that a message needs."""

    def tr(self, text: str, /, **values: object) -> str:
        """``text`` in the reader's language, its {fields} filled."""
        ...

    def number(self, value: Decimal, /) -> str:
        """``value`` with the reader's separators."""
        ...

    def date(self, day: date, style: Literal["long"], /) -> str:
        """``day`` as "12 March 2016"."""
        ...


class _English:
    """Speaks English without a catalogue: for logs and ``str()``."""

    def tr(self, text: str, /, **values: object) -> str:
        return text.format(**values) if values else text

    def number(self, value: Decimal, /) -> str:
        return f"{value:f}"

    def date(self, day: date, _style: Literal["long"], /) -> str:
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


class EmisError(Exception):
    """Something that could not be done, told so that a person can act on it."""

    def __init__(self, message: str, /, **values: object) -> None:
        """``message`` is an English template with {named} fields, ``values`` fill them."""
        super().__init__(message)
        self.message = message
        self.values: Mapping[str, object] = values

    def text(self, words: Speaks) -> str:
        """The message in the language of ``words``."""
        return words.tr(self.message, **{name: _said(value, words) for name, value in self.values.items()})

    def __str__(self) -> str:
        return self.text(_English())


class Refused(EmisError):
    """A rule, a right or what was typed stands against it; the person can change that.

    ``field`` names the input it belongs to, where there is one.
    """

    def __init__(self, message: str, /, *, field: str | None = None, **values: object) -> None:
        """As :class:`EmisError`, with the name of the input."""
        super().__init__(message, **values)
        self.field = field


class WrongPassword(Refused):
    """The password opens nothing."""


class BadFile(Refused):
    """A file is not what its name says."""


class StoreDamaged(EmisError):
    """The store cannot be trusted; nothing was opened."""


class StoreTooNew(EmisError):
    """The store was written by a later version of the program; nothing was opened."""


class CannotSave(EmisError):
    """The disk is full or may not be written to; nothing was half written."""


class Cancelled(EmisError):
    """A person stopped it; nothing was half done."""


def _said(value: object, words: Speaks) -> object:
    """``value`` as a part of a sentence in the language of ``words``."""
    if isinstance(value, Word):
        return words.tr(str(value))
    if isinstance(value, EmisError):
        return value.text(words)
    if isinstance(value, Decimal):
        return words.number(value)
    if isinstance(value, date):
        return words.date(value, "long")
    return value
