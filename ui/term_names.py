"""The names of terms in the language of the screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.school import TermInfo
from resources.words import LANGUAGE_NAMES


def term_name(profile: CountryProfile | None, language: str, term: TermInfo) -> str:
    """The country's name of ``term``; one that the school gave itself stays as it is."""
    rules = profile.calendar.terms if profile is not None else ()
    if 0 < term.number <= len(rules):
        texts = rules[term.number - 1].name
        if term.name in {texts.text(each) for each in LANGUAGE_NAMES}:
            return texts.text(language)
    return term.name


def terms_in(
    profile: CountryProfile | None, language: str, terms: Iterable[TermInfo]
) -> tuple[TermInfo, ...]:
    """``terms`` with their names in ``language``, to be shown: their ids say which is meant."""
    return tuple(replace(term, name=term_name(profile, language, term)) for term in terms)
