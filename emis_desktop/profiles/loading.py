"""Finding and loading profiles: the shipped ones, and those that a ministry keeps in the data folder."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import resources
from emis_desktop.errors import Refused
from emis_desktop.profiles.country import CountryProfile, read_country
from emis_desktop.profiles.document import Layer, merged, read_layer
from emis_desktop.profiles.entry import Entry, Reading
from emis_desktop.profiles.texts import Texts
from emis_desktop.profiles.years import check_years
from resources.words import N_

SHIPPED: Final = Path(resources.__file__).parent / "profiles"
DEMO: Final = "XD"
"""The country that does not exist, for demonstrations."""

_CODE: Final = re.compile(r"[A-Z]{2}")
_SHARED: Final = (
    *(
        "levels.json",
        "calendar.json",
        "subjects.json",
        "code_lists.json",
        "assessment.json",
        "report_card.json",
    ),
    "exam_schemes.json",
)


@dataclass(frozen=True, slots=True)
class ProfileName:
    """A profile that can be chosen. ``own`` is true when the data folder holds a file for it."""

    code: str
    name: Texts
    fictitious: bool
    own: bool


def list_profiles(overlay_dir: Path | None = None) -> tuple[ProfileName, ...]:
    """All profiles by English name, the fictitious ones last; ``overlay_dir`` is the data folder's
    ``profiles``.

    Raises :class:`BadFile` when a file's name or names of the country cannot be read.
    """
    codes = _codes(SHIPPED) | _codes(overlay_dir)
    found = [_name(code, overlay_dir) for code in codes]
    return tuple(sorted(found, key=lambda profile: (profile.fictitious, profile.name.en)))


def load_profile(code: str, overlay_dir: Path | None = None) -> CountryProfile:
    """The profile of the country with the two-letter ``code``, checked.

    The shared files come first, the country's file is laid over them, and over both the file of the same
    name in ``overlay_dir`` (the data folder's ``profiles``) if there is one. Raises :class:`Refused` for
    an unknown code and :class:`BadFile`, naming file and place, for a mistake.
    """
    layers = _country_layers(code, overlay_dir)
    if not layers:
        raise Refused(N_("There is no country profile “{code}”. Choose one from the list."), code=code)
    layers = (
        *(read_layer(SHIPPED / "shared" / name, f"profiles/shared/{name}") for name in _SHARED),
        *layers,
    )
    reading = Reading(layers)
    root = Entry(reading, (), merged(layers))
    profile = read_country(root, reading.marks)
    if profile.code != code:
        raise root["code"].refuse(N_("{file}, {place}: write {code}, as in the name of the file."), code=code)
    check_years(profile, root["calendar"])
    return profile


def _codes(folder: Path | None) -> set[str]:
    if folder is None or not folder.is_dir():
        return set()
    return {path.stem for path in folder.glob("*.json") if _CODE.fullmatch(path.stem)}


def _country_layers(code: str, overlay_dir: Path | None) -> tuple[Layer, ...]:
    """The country's own files, the shipped one first."""
    layers: list[Layer] = []
    if code in _codes(SHIPPED):
        layers.append(read_layer(SHIPPED / f"{code}.json", f"profiles/{code}.json"))
    if overlay_dir is not None and code in _codes(overlay_dir):
        path = overlay_dir / f"{code}.json"
        layers.append(read_layer(path, str(path)))
    return tuple(layers)


def _name(code: str, overlay_dir: Path | None) -> ProfileName:
    layers = _country_layers(code, overlay_dir)
    root = Entry(Reading(layers), (), merged(layers))
    fictitious = root.find("fictitious")
    own = overlay_dir is not None and code in _codes(overlay_dir)
    return ProfileName(code, root.texts_of("name"), fictitious.flag() if fictitious else False, own)
