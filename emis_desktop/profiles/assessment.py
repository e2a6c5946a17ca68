"""The assessment part of a profile: grading scales, schemes, and which scheme holds for which level."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from emis_desktop.errors import Refused
from emis_desktop.profiles.entry import Entry
from emis_desktop.profiles.texts import Texts
from emis_desktop.rules.bands import Band, BandSet
from emis_desktop.rules.scheme import AbsentPolicy, AverageOf, MissingPolicy, PromotionRule, SchemeRules
from resources.words import N_

PARTS: Final = ("coursework", "exam")
"""The parts a subject's mark is made of."""

_WEIGHTS = N_("{file}, {place}: the weights add up to {total}. Make it {wanted}.")


@dataclass(frozen=True, slots=True)
class ScaleBand:
    """A grade of a scale: marks in per cent from ``lower`` up to the next band. ``points`` are those of
    a GPA.
    """

    letter: str
    lower: Decimal
    points: Decimal | None
    name: Texts


@dataclass(frozen=True, slots=True)
class GradingScale:
    """A named set of bands, highest first; the lowest starts at 0."""

    code: str
    name: Texts
    bands: tuple[ScaleBand, ...]

    def band_set(self, language: str) -> BandSet:
        """The bands as the marking rules use them, described in ``language``."""
        return BandSet(
            tuple(Band(band.lower, band.letter, band.points, band.name.text(language)) for band in self.bands)
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a subject's mark (``coursework`` or ``exam``) and its weight in per cent."""

    code: str
    name: Texts
    weight: Decimal


@dataclass(frozen=True, slots=True)
class ItemTemplate:
    """An assessment item that a new term starts with: out of ``maximum``, ``weight`` per cent of the
    subject's mark.
    """

    code: str
    name: Texts
    part: str
    maximum: Decimal
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Scheme:
    """How marks become results: parts, items, pass mark (per cent), places and policies.

    ``small_class`` is the number of pupils under which position, average and highest are hidden;
    ``promotion_passes`` the subjects to pass to go up, None when there is no such rule.
    """

    code: str
    name: Texts
    scale: str
    pass_mark: Decimal
    absent: AbsentPolicy
    missing: MissingPolicy
    average_of: AverageOf
    mark_places: int
    average_places: int
    rank_places: int
    ranking: bool
    small_class: int
    promotion_passes: int | None
    parts: tuple[Part, ...]
    items: tuple[ItemTemplate, ...]

    def rules(self, bands: BandSet) -> SchemeRules:
        """The same in the type of the marking rules, with the bands of its scale."""
        return SchemeRules(
            bands=bands,
            absent=self.absent,
            missing=self.missing,
            average_of=self.average_of,
            mark_places=self.mark_places,
            average_places=self.average_places,
            position_places=self.rank_places,
            pass_mark=self.pass_mark,
            ranking=self.ranking,
            small_class=self.small_class,
            promotion=PromotionRule(min_passed=self.promotion_passes),
        )


def read_scale(row: Entry) -> GradingScale:
    """A row of ``grading_scales``."""
    row.group("code", "name", "bands")
    bands = sorted((_band(band) for band in row["bands"].rows()), key=lambda band: -band.lower)
    scale = GradingScale(row.word("code"), row.texts_of("name"), tuple(bands))
    try:
        scale.band_set("en")
    except Refused as fault:
        raise row["bands"].refuse(N_("{file}, {place}: {reason}"), reason=fault) from None
    return scale


def _band(row: Entry) -> ScaleBand:
    row.group("code", "lower", "points", "name")
    points = row.find("points")
    return ScaleBand(
        row.word("code"),
        row["lower"].number(0, 100),
        points.number(0, 100) if points else None,
        row.texts_of("name"),
    )


def read_scheme(row: Entry, scales: frozenset[str]) -> Scheme:
    """A row of ``schemes``; ``scales`` are the codes of the grading scales."""
    row.group(
        *(
            "code",
            "name",
            "scale",
            "pass_mark",
            "absent",
            "missing",
            "average_of",
            "mark_places",
            "average_places",
        ),
        *("rank_places", "ranking", "small_class", "promotion_passes", "parts", "items"),
    )
    passes = row.find("promotion_passes")
    parts = tuple(_part(one) for one in row["parts"].rows())
    items = tuple(_item(one) for one in row["items"].rows())
    _check_weights(row, parts, items)
    return Scheme(
        code=row.word("code"),
        name=row.texts_of("name"),
        scale=row["scale"].choice(sorted(scales)),
        pass_mark=row["pass_mark"].number(0, 100),
        absent=AbsentPolicy(row["absent"].choice(AbsentPolicy)),
        missing=MissingPolicy(row["missing"].choice(MissingPolicy)),
        average_of=AverageOf(row["average_of"].choice(AverageOf)),
        mark_places=row["mark_places"].whole(0, 3),
        average_places=row["average_places"].whole(0, 3),
        rank_places=row["rank_places"].whole(0, 3),
        ranking=row["ranking"].flag(),
        small_class=row["small_class"].whole(1, 100),
        promotion_passes=passes.whole(0, 40) if passes else None,
        parts=parts,
        items=items,
    )


def _part(row: Entry) -> Part:
    row.group("code", "name", "weight")
    return Part(row["code"].choice(PARTS), row.texts_of("name"), row["weight"].number(0, 100))


def _item(row: Entry) -> ItemTemplate:
    row.group("code", "name", "part", "maximum", "weight")
    return ItemTemplate(
        row.word("code"),
        row.texts_of("name"),
        row["part"].choice(PARTS),
        row["maximum"].number(1, 1000),
        row["weight"].number(0, 100),
    )


def _check_weights(row: Entry, parts: tuple[Part, ...], items: tuple[ItemTemplate, ...]) -> None:
    total = sum((part.weight for part in parts), Decimal(0))
    if total != 100:
        raise row["parts"].refuse(_WEIGHTS, total=total, wanted=Decimal(100))
    wanted = {part.code: part.weight for part in parts}
    for code in PARTS:
        total = sum((item.weight for item in items if item.part == code), Decimal(0))
        if total != wanted.get(code, Decimal(0)):
            raise row["items"].refuse(
                N_("{file}, {place}: the weights of {part} add up to {total}. Make it {wanted}."),
                part=code,
                total=total,
                wanted=wanted.get(code, Decimal(0)),
            )


def read_scheme_use(entry: Entry, keys: frozenset[str], schemes: frozenset[str]) -> Mapping[str, str]:
    """The group ``assessment``: the code of a scheme by level or grade (``keys``)."""
    entry.group(*keys)
    return MappingProxyType({name: entry[name].choice(sorted(schemes)) for name in entry.names()})
