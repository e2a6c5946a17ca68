"""Which of many records are worth comparing, so that a country is looked through in one go: by blocks that
two records of one pupil share, whatever was mistyped, and never each with each.

A block is a date of birth (day and month in either order) with the sound of a word of the name, or with the
initials; the same names with a phone; the same names where a date of birth is missing.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import combinations
from typing import Final

from emis_desktop.rules.likeness import Features
from emis_desktop.rules.names import fold
from emis_desktop.rules.sounds import sounds

LARGEST: Final = 400
"""Records of one block that are compared: more share it only where nothing tells them apart."""
Keys = Callable[[Features], Iterator[Hashable]]


def candidates(records: Sequence[Features], tell: Callable[[int, int], None]) -> Iterator[tuple[int, int]]:
    """Pairs of places in ``records``, the smaller first, each at least once. ``tell`` hears how far it has
    come, of how much, and may raise to stop.
    """
    total = len(_BLOCKS) * len(records)
    for number, keys in enumerate(_BLOCKS):
        blocks: defaultdict[Hashable, list[int]] = defaultdict(list)
        for place, record in enumerate(records):
            if place % 1_000 == 0:
                tell(number * len(records) + place, total)
            for key in keys(record):
                blocks[key].append(place)
        for members in blocks.values():
            yield from combinations(members[:LARGEST], 2)
    yield from _without_date(records)
    tell(total, total)


def _date(record: Features) -> tuple[int, int, int] | None:
    born = record.birth_date
    return None if born is None else (born.year, *sorted((born.month, born.day)))  # type: ignore[return-value]


def _by_sound(record: Features) -> Iterator[Hashable]:
    born = _date(record)
    if born is not None:
        for key in {*sounds(record.given_names), *sounds(record.family_name)}:
            yield born, key


def _by_initials(record: Features) -> Iterator[Hashable]:
    born = _date(record)
    if born is not None:
        given, family = fold(record.given_names), fold(record.family_name)
        yield born, "".join(sorted(given[:1] + family[:1]))


def _by_phone(record: Features) -> Iterator[Hashable]:
    names = _names(record)
    for phone in record.phones:
        yield names, phone


def _without_date(records: Sequence[Features]) -> Iterator[tuple[int, int]]:
    """Each record without a date of birth with those that have the same names."""
    unknown: defaultdict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        if record.birth_date is None:
            unknown[_names(record)].append(place)
    if not unknown:
        return
    compared: defaultdict[str, int] = defaultdict(int)
    for place, record in enumerate(records):
        names = _names(record)
        if names not in unknown or compared[names] >= LARGEST:
            continue
        compared[names] += 1
        for other in unknown[names][:LARGEST]:
            if other != place:
                yield (place, other) if place < other else (other, place)


def _names(record: Features) -> str:
    return " ".join(sorted(fold(f"{record.given_names} {record.family_name}").split()))


_BLOCKS: Final[tuple[Keys, ...]] = (_by_sound, _by_initials, _by_phone)
