"""The lists of a profile: code lists, subjects, and the words of a report card."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from emis_desktop.profiles.entry import Entry
from emis_desktop.profiles.texts import Texts
from resources.words import N_


@dataclass(frozen=True, slots=True)
class Named:
    """A code with its name in three languages."""

    code: str
    name: Texts


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list. ``maps_to`` is the wider word that counting uses, empty when there is none.

    ``severity`` goes from 0 (positive) to 4 (critical) and is only given for behaviour.
    """

    code: str
    name: Texts
    maps_to: str
    severity: int | None


@dataclass(frozen=True, slots=True)
class CodeList:
    """The entries of a code list in the order in which they are offered."""

    code: str
    entries: tuple[Code, ...]

    def __iter__(self) -> Iterator[Code]:
        return iter(self.entries)

    def find(self, code: str) -> Code | None:
        """The entry with ``code``, or None."""
        return next((entry for entry in self.entries if entry.code == code), None)


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject, unit or part. ``units``, ``marks`` and ``weight`` (per cent) are given for examinations
    only.
    """

    code: str
    name: Texts
    level: str
    area: str
    kind: str
    parent: str
    cxc_code: str
    units: int | None
    marks: int | None
    weight: int | None


@dataclass(frozen=True, slots=True)
class ReportCardTexts:
    """Words of a report card: effort from best to worst, levels of conduct from most to least, traits in
    print order.
    """

    effort: tuple[Named, ...]
    conduct_levels: tuple[Named, ...]
    conduct_traits: tuple[Named, ...]


def read_named(row: Entry) -> Named:
    """A row with a code and a name."""
    row.group("code", "name")
    return Named(row.word("code"), row.texts_of("name"))


def read_code_lists(entry: Entry) -> Mapping[str, CodeList]:
    """The group ``code_lists``: lists by name."""
    return MappingProxyType(
        {name: CodeList(name, tuple(_code(row) for row in entry[name].rows())) for name in entry.names()}
    )


def _code(row: Entry) -> Code:
    row.group("code", "name", "maps_to", "severity")
    severity = row.find("severity")
    return Code(
        row.word("code"),
        row.texts_of("name"),
        row.text_of("maps_to"),
        severity.whole(0, 4) if severity else None,
    )


def read_subject(row: Entry, levels: frozenset[str]) -> Subject:
    """A row of ``subjects``; ``levels`` are those of the profile, to which examinations add their own."""
    row.group("code", "name", "level", "area", "kind", "parent", "cxc_code", "units", "marks", "weight")
    units, marks, weight = row.find("units"), row.find("marks"), row.find("weight")
    return Subject(
        code=row.word("code"),
        name=row.texts_of("name"),
        level=row["level"].choice(sorted(levels)),
        area=row.text_of("area"),
        kind=row.text_of("kind"),
        parent=row.text_of("parent"),
        cxc_code=row.text_of("cxc_code"),
        units=units.whole(1, 9) if units else None,
        marks=marks.whole(1, 9999) if marks else None,
        weight=weight.whole(0, 100) if weight else None,
    )


def read_subject_lists(
    entry: Entry, keys: frozenset[str], subjects: frozenset[str]
) -> Mapping[str, tuple[str, ...]]:
    """The group ``subject_lists``: codes of subjects by level or grade (``keys``)."""
    entry.group(*keys)
    lists: dict[str, tuple[str, ...]] = {}
    for name in entry.names():
        rows = entry[name].rows()
        codes = [row.text() for row in rows]
        for row, code in zip(rows, codes, strict=True):
            if code not in subjects:
                raise row.refuse(
                    N_(
                        "{file}, {place}: {code} is not among the subjects. Add it there or take it out here."
                    ),
                    code=code,
                )
            if codes.count(code) > 1:
                raise row.refuse(N_("{file}, {place}: {code} stands twice. Keep one."), code=code)
        lists[name] = tuple(codes)
    return MappingProxyType(lists)


def read_report_card(entry: Entry) -> ReportCardTexts:
    """The group ``report_card``."""
    entry.group("effort", "conduct_levels", "conduct_traits")

    def named(name: str) -> tuple[Named, ...]:
        return tuple(read_named(row) for row in entry[name].rows())

    return ReportCardTexts(named("effort"), named("conduct_levels"), named("conduct_traits"))
