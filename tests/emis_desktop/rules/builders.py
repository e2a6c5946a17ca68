"""Small things to compute with, for the tests of the rules."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st

from emis_desktop.rules.bands import Band, BandSet
from emis_desktop.rules.marks import ABSENT, EXEMPT, MISSING, MarkEntry, MarkState
from emis_desktop.rules.scheme import (
    AbsentPolicy,
    AverageOf,
    ItemSpec,
    MissingPolicy,
    SchemeRules,
    SubjectPlan,
)

LETTERS = BandSet(
    (
        Band(Decimal(85), "A", Decimal(4)),
        Band(Decimal(70), "B", Decimal(3)),
        Band(Decimal(55), "C", Decimal(2)),
        Band(Decimal(40), "D", Decimal(1)),
        Band(Decimal(0), "E", Decimal(0)),
    )
)
HUNDREDTHS = SchemeRules(LETTERS, mark_places=2, average_places=2, part_places=2)


def uid(number: int) -> UUID:
    """The same id for the same number."""
    return UUID(int=number)


def item(number: int, maximum: str = "100", weight: str = "1", part: str = "coursework") -> ItemSpec:
    """Item ``number`` out of ``maximum``."""
    return ItemSpec(uid(number), f"i{number}", f"Item {number}", part, Decimal(maximum), Decimal(weight))


def plan(*items: ItemSpec, key: int = 900, credit: str = "1", counts: bool = True) -> SubjectPlan:
    """A subject made of ``items``."""
    return SubjectPlan(uid(key), f"S{key}", f"Subject {key}", items, Decimal(credit), counts)


def score(value: str | int | Decimal) -> MarkEntry:
    """A mark that was given."""
    return MarkEntry(MarkState.SCORED, Decimal(value))


def entries(*marks: str | int | MarkEntry | None, start: int = 1) -> Mapping[UUID, MarkEntry]:
    """Marks of items ``start``, ``start`` + 1 ...; None = no entry at all."""
    return {
        uid(number): mark if isinstance(mark, MarkEntry) else score(mark)
        for number, mark in enumerate(marks, start)
        if mark is not None
    }


def thousandths(low: int, high: int) -> st.SearchStrategy[Decimal]:
    """Decimals with at most three places, ``low`` and ``high`` in thousandths."""
    return st.integers(low, high).map(lambda whole: Decimal(whole).scaleb(-3))


@st.composite
def marked_plans(draw: st.DrawFn, max_items: int = 6) -> tuple[SubjectPlan, dict[UUID, MarkEntry]]:
    """A plan of one item or more in up to three parts, and a pupil's entries in every state."""
    count = draw(st.integers(1, max_items))
    items, marks = [], {}
    for number in range(1, count + 1):
        maximum = draw(thousandths(1, 200_000))
        part = draw(st.sampled_from(("coursework", "project", "exam")))
        weight = draw(thousandths(1, 100_000))
        items.append(ItemSpec(uid(number), f"i{number}", f"Item {number}", part, maximum, weight))
        state = draw(
            st.sampled_from(("scored", "scored", "scored", "absent", "exempt", "missing", "no entry"))
        )
        if state == "scored":
            marks[uid(number)] = score(draw(thousandths(0, int(maximum * 1000))))
        elif state != "no entry":
            marks[uid(number)] = {"absent": ABSENT, "exempt": EXEMPT, "missing": MISSING}[state]
    return plan(*items), marks


@st.composite
def schemes(draw: st.DrawFn) -> SchemeRules:
    """Rules with every policy."""
    return replace(
        HUNDREDTHS,
        absent=draw(st.sampled_from(AbsentPolicy)),
        missing=draw(st.sampled_from(MissingPolicy)),
        average_of=draw(st.sampled_from(AverageOf)),
        mark_places=draw(st.integers(0, 3)),
    )
