"""Records of one pupil from the command line: listed, merged, parted, said to be two people."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.models import Person
from emis_desktop.queries.search import StudentSearch
from tests.emis_desktop.cli.conftest import sign_in_as
from tests.factories.desks import demo_folder
from tests.factories.laptops import cheap_laptop
from tests.helpers.commands import emis


@pytest.fixture
def two(emis_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[UUID, UUID]:
    """Two pupils of the demonstration who are alike by sound."""
    demo_folder(emis_home)
    sign_in_as(monkeypatch, tmp_path, "User 01", PASSWORD)
    with cheap_laptop(emis_home).sign_in_as("User 01", PASSWORD) as laptop:
        found = [row.id for row in StudentSearch(laptop.db, laptop.actor).window("", limit=2)]
        with laptop.db.write(laptop.actor, "change_student") as session:
            for pupil, given in zip(found, ("Kathryn", "Catherine"), strict=True):
                person = session.get_one(Person, pupil)
                person.given_names, person.family_name = given, "Testcase"
                person.birth_date = date(2013, 2, 1)
    first, second = sorted(found)
    return first, second


def listed() -> list[dict[str, Any]]:
    pairs: list[dict[str, Any]] = emis("duplicates", "--json").document["pairs"]
    return pairs


def test_from_the_list_to_one_record_and_back(two: tuple[UUID, UUID]) -> None:
    (pair,) = [one for one in listed() if {row["id"] for row in one["records"]} == set(map(str, two))]
    assert (pair["score"], pair["reasons"]) == (65, ["sound_names", "same_birth"])
    assert "names sound alike and same date of birth" in emis("duplicates").out
    merged = emis("merge", str(two[1]), str(two[0]), "--take", "given_names", "--json").document
    assert merged == {"kept": str(two[0]), "doubles": [str(two[1])]}
    (line,) = emis("duplicates", "--merged", "--json").document
    assert (line["double"], line["kept"]) == (str(two[1]), str(two[0]))
    assert "User 01" in emis("duplicates", "--merged").out
    number = pair["records"][0]["number"]
    parted = emis("unmerge", number, "--json").document
    assert parted["restored"] > 0
    assert parted["left"] == 0
    assert emis("duplicates", "--merged", "--json").document == []
    assert not [one for one in listed() if {row["id"] for row in one["records"]} == set(map(str, two))]


def test_two_people(two: tuple[UUID, UUID]) -> None:
    assert emis("merge", *map(str, two), "--two-people").out == "Remembered: these are two people.\n"
    assert not [one for one in listed() if {row["id"] for row in one["records"]} == set(map(str, two))]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("merge", "A", "B"), "Nobody on this laptop has the number A."),
        (("unmerge", "00000000-0000-0000-0000-000000000001"), "no such pupil"),
        (("duplicates", "--school", "X"), "no school with the code X"),
        (("merge", "A", "B", "--take", "nose"), "no field nose"),
    ],
)
def test_calm_refusals(two: tuple[UUID, UUID], arguments: tuple[str, ...], said: str) -> None:
    answer = emis(*arguments)
    assert answer.code != 0
    assert said in answer.err
    assert two
