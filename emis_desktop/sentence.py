"""A sentence of the catalogue with its values, made where a fact is known and put into words where it is
shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, Protocol

from emis_desktop.errors import Word


class Speaks(Protocol):
    """The part of a catalogue that a sentence needs."""

    @property
    def language(self) -> str:
        """The reader's language, as "fr"."""
        ...

    def tr(self, text: str, /, **values: object) -> str:
        """``text`` in the reader's language, its {fields} filled."""
        ...

    def ntr(self, one: str, many: str, n: int, /, **values: object) -> str:
        """``one`` or ``many`` after the language's rule for ``n``, its {fields} and {n} filled."""
        ...

    def number(self, value: Decimal, /) -> str:
        """``value`` with the reader's separators."""
        ...

    def date(self, day: date, style: Literal["medium"], /) -> str:
        """``day`` as "12 Mar 2016"."""
        ...

    def listing(self, items: tuple[str, ...], /) -> str:
        """The items as a sentence has them: "French, Music and Science"."""
        ...


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - beside N_
    """Mark two forms that a number chooses between for extraction and return them unchanged."""
    return one, many


@dataclass(frozen=True, slots=True)
class Names:
    """What a thing is called: the country's own ``name``, and those of other languages, "" or None where
    there is none.
    """

    name: str
    fr: str | None
    es: str | None

    def text(self, words: Speaks) -> str:
        """The name in the language of ``words``."""
        return self.spoken(words.language)

    def spoken(self, language: str) -> str:
        """The name in ``language``, the country's own where that has none."""
        return {"fr": self.fr, "es": self.es}.get(language) or self.name


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text`` is an English template with {named} fields; with ``many`` the number ``n`` chooses between
    the two.

    Among ``values`` a decimal, a date, a :class:`emis_desktop.errors.Word`, :class:`Names`, another sentence
    and a tuple of texts are put into the reader's language too.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    many: str = ""
    n: int = 0

    def text(self, words: Speaks) -> str:
        """The sentence in the language of ``words``."""
        values = {name: _said(value, words) for name, value in self.values.items()}
        if self.many:
            return words.ntr(self.template, self.many, self.n, **values)
        return words.tr(self.template, **values)


def say(template: str, /, **values: object) -> Sentence:
    """A sentence from its template and values."""
    return Sentence(template, MappingProxyType(values))


def say_many(one: str, many: str, n: int, /, **values: object) -> Sentence:
    """A sentence that depends on a number; {n} in it is that number."""
    return Sentence(one, MappingProxyType(values), many, n)


def _said(value: object, words: Speaks) -> object:
    """``value`` as a part of a sentence in the language of ``words``."""
    if isinstance(value, (Sentence, Names)):
        return value.text(words)
    if isinstance(value, Word):
        return words.tr(str(value))
    if isinstance(value, Decimal):
        return words.number(value)
    if isinstance(value, date):
        return words.date(value, "medium")
    if isinstance(value, tuple):
        return words.listing(tuple(str(_said(part, words)) for part in value))
    return value
