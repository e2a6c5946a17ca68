"""School years and terms by what people call them, in any language; what there is, where one is not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import Setting
from emis_desktop.queries.settings import CARD_WORDS
from emis_desktop.rules.names import fold

_WORDS = ("t", "term", "trim", "trimestre")
_ORDINALS = {
    1: ("1st", "first", "1er", "premier", "1o", "primer"),
    2: ("2nd", "second", "2e", "deuxieme", "2o", "segundo"),
    3: ("3rd", "third", "3e", "troisieme", "3o", "tercer"),
}
TermWords = Mapping[int, frozenset[str]]
"""The country's own names of the terms by number, in every language, folded."""


class Year(Protocol):
    """What a school year goes by."""

    @property
    def code(self) -> str:
        """Such as 2026-27."""
        ...

    @property
    def label(self) -> str:
        """As it is printed: 2026–27."""
        ...


class NumberedTerm(Protocol):
    """What a term goes by."""

    @property
    def number(self) -> int:
        """Its place in the year, from 1."""
        ...

    @property
    def name(self) -> str:
        """The country's name of it."""
        ...


Y = TypeVar("Y", bound=Year)
T = TypeVar("T", bound=NumberedTerm)


def find_year(years: Iterable[Y], text: str) -> Y:
    """The school year called so; 2026-27, 2026/27, 2026-2027 and 2026 are the same.

    Raises :class:`Refused` with the years there are.
    """
    listed, wanted = list(years), fold(text)
    for year in listed:
        code = fold(year.code)
        first = code.split(" ")[0]
        whole = f"{first} {int(first) + 1}" if first.isdigit() else code
        if wanted in {code, fold(year.label), whole, first}:
            return year
    raise Refused(
        "There is no school year called {name}. The years are: {years}.",
        field="year",
        name=text or "–",
        years=", ".join(sorted(year.code for year in listed)) or "–",
    )


def find_term(terms: Iterable[T], text: str, year: Year, words: TermWords) -> T:
    """The term called so, by number or name. Raises :class:`Refused` with the terms there are."""
    listed, wanted = list(terms), fold(text)
    for term in listed:
        if wanted in {str(term.number), fold(term.name), *_usual(term.number), *words.get(term.number, ())}:
            return term
    raise Refused(
        "There is no term called {name} in {year}. Its terms are: {terms}.",
        field="term",
        name=text,
        year=year.code,
        terms=", ".join(f"{term.number} ({term.name})" for term in listed) or "–",
    )


def term_words(session: Session) -> TermWords:
    """The names of the terms in the country's profile, as they came into this store."""
    stored = session.scalars(
        select(Setting.value).where(
            Setting.name == CARD_WORDS, Setting.institution_id.is_(None), Setting.deleted_at.is_(None)
        )
    ).first()
    named = json.loads(stored).get("terms", ()) if stored else ()
    return {
        int(one["code"]): frozenset(fold(one[each]) for each in ("en", "fr", "es") if one.get(each))
        for one in named
    }


def _usual(number: int) -> Iterable[str]:
    """What a term is called anywhere: "term 1", "t1", "premier trimestre"."""
    yield f"t{number}"
    for word in _WORDS:
        yield f"{word} {number}"
        for ordinal in _ORDINALS.get(number, ()):
            yield f"{ordinal} {word}"
