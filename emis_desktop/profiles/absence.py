"""The reasons that a country gives for absence and lateness, as registers count them."""

from collections.abc import Mapping
from typing import Final

from emis_desktop.profiles.country import CountryProfile
from emis_desktop.rules.registers import LONGEST_REASON, Presence

_LISTS: Final = ("absence_reason", "late_reason")
_COUNTS: Final = {"EXCUSED": Presence.EXCUSED, "UNEXCUSED": Presence.UNEXCUSED, "LATE": Presence.LATE}


def absence_reasons(profile: CountryProfile | None) -> Mapping[str, Presence]:
    """What each reason of the country's lists counts as, in the order in which they are offered.

    A code that a register has no room for, or that counts as nothing, is left out.
    """
    found: dict[str, Presence] = {}
    for code, presence, _name in _entries(profile, "en"):
        found.setdefault(code, presence)
    return found


def reason_names(profile: CountryProfile | None, language: str) -> Mapping[str, str]:
    """The reasons in words, by code."""
    return {code: name for code, _presence, name in reversed(_entries(profile, language))}


def _entries(profile: CountryProfile | None, language: str) -> list[tuple[str, Presence, str]]:
    if profile is None:
        return []
    return [
        (entry.code, _COUNTS[entry.maps_to], entry.name.text(language))
        for name in _LISTS
        if name in profile.code_lists
        for entry in profile.code_lists[name]
        if entry.maps_to in _COUNTS and len(entry.code) <= LONGEST_REASON
    ]
