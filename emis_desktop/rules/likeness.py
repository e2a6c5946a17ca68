"""Whether two records may be of one pupil, and why: names by letters and by sound, date of birth, phone.

A name alone is never enough: true namesakes, born on different days, are left alone, and so are twins and
siblings whose given names differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rapidfuzz import fuzz

from emis_desktop.errors import N_
from emis_desktop.rules.names import fold
from emis_desktop.rules.sounds import sounds

ALIKE: Final = 90.0
"""Whole names are alike from this many per cent of common letters on (rapidfuzz ``ratio``)."""
PART_ALIKE: Final = 75.0
"""Given names and family name each, so that twins with one family name are not taken for one child."""


SOUND_ALIKE: Final = 60.0
"""Names that sound the same have at least so many per cent of letters in common: John and Jane do not."""


class Reason(StrEnum):
    """One thing that two records have in common."""

    SAME_NAMES = "same_names"
    SWAPPED_NAMES = "swapped_names"
    ALIKE_NAMES = "alike_names"
    SOUND_NAMES = "sound_names"
    SAME_BIRTH = "same_birth"
    SWAPPED_BIRTH = "swapped_birth"
    SAME_PHONE = "same_phone"


REASON_WORDS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.SAME_NAMES: N_("same names"),
        Reason.SWAPPED_NAMES: N_("given and family name swapped"),
        Reason.ALIKE_NAMES: N_("names are alike"),
        Reason.SOUND_NAMES: N_("names sound alike"),
        Reason.SAME_BIRTH: N_("same date of birth"),
        Reason.SWAPPED_BIRTH: N_("day and month of birth swapped"),
        Reason.SAME_PHONE: N_("same phone"),
    }
)
_WEIGHTS: Final[Mapping[Reason, int]] = MappingProxyType(
    {
        Reason.SAME_NAMES: 50,
        Reason.SWAPPED_NAMES: 45,
        Reason.ALIKE_NAMES: 35,
        Reason.SOUND_NAMES: 30,
        Reason.SAME_BIRTH: 35,
        Reason.SWAPPED_BIRTH: 25,
        Reason.SAME_PHONE: 15,
    }
)


_EXACT: Final = frozenset({Reason.SAME_NAMES, Reason.SWAPPED_NAMES})


@dataclass(frozen=True, slots=True)
class Features:
    """What of a record is compared. ``phones`` are digits only, of the pupil and the guardians."""

    given_names: str
    family_name: str
    birth_date: date | None = None
    phones: frozenset[str] = frozenset()


def reasons(one: Features, other: Features) -> tuple[Reason, ...]:
    """Why the two may be one pupil, the names first; empty when they are not taken for one.

    Needed: names the same, swapped, alike or of one sound; and the same (or a day-month swapped) date of
    birth; where one date is not known or differs, the very same names and the same phone; without any date,
    the same names.
    """
    names = _names(one, other)
    if names is None:
        return ()
    birth = _birth(one.birth_date, other.birth_date)
    phone = Reason.SAME_PHONE if one.phones & other.phones else None
    unknown = one.birth_date is None or other.birth_date is None
    exact = names in _EXACT
    if birth is None and not (exact and (unknown or phone)):
        return ()
    return tuple(reason for reason in (names, birth, phone) if reason is not None)


def score(found: tuple[Reason, ...]) -> int:
    """How likely it is, 0 to 100: for the order of several."""
    return sum(_WEIGHTS[reason] for reason in found)


def _names(one: Features, other: Features) -> Reason | None:
    given, family = fold(one.given_names), fold(one.family_name)
    given2, family2 = fold(other.given_names), fold(other.family_name)
    if not (given and family and given2 and family2):
        return None
    if (given, family) == (family2, given2) and given != family:
        return Reason.SWAPPED_NAMES
    if sorted(f"{given} {family}".split()) == sorted(f"{given2} {family2}".split()):
        return Reason.SAME_NAMES
    few, many = sorted((set(given.split()), set(given2.split())), key=len)
    shorter = family == family2 and few <= many  # one of several given names was left out
    if shorter or _alike(given, given2, family, family2) or _alike(given, family2, family, given2):
        return Reason.ALIKE_NAMES
    sound = _sound_alike(given, given2, family, family2) or _sound_alike(given, family2, family, given2)
    return Reason.SOUND_NAMES if sound else None


def _alike(given: str, given2: str, family: str, family2: str) -> bool:
    """Whether two pairs of parts have nearly the same letters, as a whole and each."""
    return (
        fuzz.ratio(f"{given} {family}", f"{given2} {family2}") >= ALIKE
        and fuzz.ratio(given, given2) >= PART_ALIKE
        and fuzz.ratio(family, family2) >= PART_ALIKE
    )


def _sound_alike(given: str, given2: str, family: str, family2: str) -> bool:
    """Whether two pairs of parts sound the same, each, and look a little like it."""
    return (
        sounds(given) == sounds(given2)
        and sounds(family) == sounds(family2)
        and fuzz.ratio(given, given2) >= SOUND_ALIKE
        and fuzz.ratio(family, family2) >= SOUND_ALIKE
    )


def _birth(one: date | None, other: date | None) -> Reason | None:
    if one is None or other is None:
        return None
    if one == other:
        return Reason.SAME_BIRTH
    swapped = one.day <= 12 and date(one.year, one.day, one.month) == other
    return Reason.SWAPPED_BIRTH if swapped else None
