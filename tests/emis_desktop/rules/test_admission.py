"""What the ministry's policies say against taking a pupil in."""

from dataclasses import replace

import pytest

from emis_desktop.errors import Refused
from emis_desktop.rules.admission import AgainstPolicy, Intake, objections, settled
from resources.words import Words

EN = Words.load("en")
USUAL = Intake("Grade 5", age=10, official=10, younger=1, older=3, sex="F", class_name="Coral", capacity=2)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"age": 9}, []),
        ({"age": 8}, ["The pupil is 8 and Grade 5 takes pupils from 9 years on."]),
        ({"age": 13}, []),
        ({"age": 14}, ["The pupil is 14 and Grade 5 takes pupils up to 13 years."]),
        ({"age": 30, "older": None}, []),
        ({"age": None}, []),
        ({"age": 30, "official": None}, []),
        ({"sex_policy": "girls"}, []),
        ({"sex_policy": "boys"}, ["This school admits boys."]),
        ({"sex_policy": "boys", "sex": None}, []),
        ({"sex_policy": "mixed"}, []),
        ({"sex_policy": "girls", "sex": "M"}, ["This school admits girls."]),
        ({"taken": 1}, []),
        ({"taken": 2}, ["Coral has 2 of 2 pupils."]),
        ({"taken": 1, "more": 2}, ["Coral has 1 of 2 pupils."]),
        ({"taken": 99, "capacity": None}, []),
    ],
)
def test_each_policy_at_its_limit(changes: dict[str, object], said: list[str]) -> None:
    found = objections(replace(USUAL, **changes))  # type: ignore[arg-type]
    assert [one.text(EN) for one in found] == said


def test_all_that_stands_against_it_is_told_at_once() -> None:
    found = objections(replace(USUAL, age=3, sex_policy="boys", taken=2))
    with pytest.raises(AgainstPolicy) as refused:
        settled(found, "  ")
    assert len(refused.value.objections) == 3
    assert refused.value.field == "override"
    assert refused.value.text(EN).endswith("To do it all the same, give a reason.")
    assert "Coral has 2 of 2 pupils." in refused.value.text(EN)


def test_a_reason_sets_it_aside_and_is_kept_only_where_needed() -> None:
    found = objections(replace(USUAL, taken=2))
    assert settled(found, " Only  school on the island ") == "Only school on the island"
    assert settled((), "not needed") is None
    with pytest.raises(Refused, match="200 letters"):
        settled(found, "x" * 201)
