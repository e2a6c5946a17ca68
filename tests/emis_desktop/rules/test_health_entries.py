"""Entries on health: what each kind holds, what is refused, and that what is written is read again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.rules.health_entries import (
    ALERTS,
    HEALTH,
    KINDS,
    NEEDS,
    HealthEntry,
    checked_entry,
    entry_of,
    entry_text,
)

TODAY = date(2026, 11, 5)


def test_every_kind_is_of_one_side() -> None:
    assert (*HEALTH, *NEEDS) == tuple(KINDS)
    assert set(ALERTS) <= set(HEALTH)


def test_only_the_fields_of_the_kind_are_kept() -> None:
    typed = HealthEntry("alert", what="  Bee  stings ", dose="5 mg", by="X", detail=" Call 911\nEpiPen ")
    assert checked_entry(typed, TODAY) == HealthEntry("alert", what="Bee stings", detail="Call 911\nEpiPen")


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (HealthEntry("cold"), "kind"),
        (HealthEntry("alert"), "what"),
        (HealthEntry("alert", what="x" * 121), "what"),
        (HealthEntry("alert", what="x", detail="y" * 2001), "detail"),
        (HealthEntry("alert", what="x\x07"), "what"),
        (HealthEntry("assessment", starts_on=TODAY), "code"),
        (HealthEntry("assessment", code="SEE"), "starts_on"),
        (HealthEntry("assessment", code="SEE", starts_on=date(2026, 11, 6)), "starts_on"),
        (HealthEntry("immunisation", what="MMR", starts_on=date(2027, 1, 1)), "starts_on"),
        (HealthEntry("plan", what="Read", starts_on=TODAY, ends_on=date(2026, 11, 4)), "ends_on"),
    ],
)
def test_what_cannot_be(entry: HealthEntry, field: str) -> None:
    with pytest.raises(Refused) as refused:
        checked_entry(entry, TODAY)
    assert refused.value.field == field


words = st.text(alphabet=st.characters(categories=["L", "N", "P"]), max_size=40)
days = st.none() | st.dates()


@given(
    st.builds(
        HealthEntry,
        st.sampled_from(list(KINDS)),
        words,
        words,
        words,
        words,
        words,
        days,
        days,
        words,
    )
)
def test_written_and_read_again(entry: HealthEntry) -> None:
    assert entry_of(entry.kind, entry_text(entry)) == entry


@pytest.mark.parametrize("text", ["", "[]", "no json", '{"what": 3, "starts_on": "soon", "later": "x"}'])
def test_what_another_version_wrote(text: str) -> None:
    assert entry_of("alert", text) == HealthEntry("alert")
