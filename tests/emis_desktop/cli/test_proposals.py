"""Proposals from the command line: a form in, listed, accepted, declined."""

from pathlib import Path

import pytest

from emis_desktop.exchange.writing import write_table
from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.queries.search import StudentSearch
from tests.emis_desktop.cli.conftest import sign_in_as
from tests.factories.desks import demo_folder
from tests.factories.laptops import cheap_laptop
from tests.helpers.commands import emis


@pytest.fixture
def form(emis_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Answers for one pupil, and for nobody."""
    demo_folder(emis_home)
    sign_in_as(monkeypatch, tmp_path, "User 01", PASSWORD)
    with cheap_laptop(emis_home).sign_in_as("User 01", PASSWORD) as laptop:
        number = StudentSearch(laptop.db, laptop.actor).window("", limit=1)[0].number
    path = tmp_path / "form.xlsx"
    write_table(path, ["Number", "Address", "Phone"], [[number, "Mill Lane", "473 440 0177"], ["X", "Y", ""]])
    return path


def test_a_form_is_listed_and_decided_field_by_field(form: Path) -> None:
    report = emis("proposals", "--import", str(form), "--json").document
    assert (report["rows"], report["added"], report["known"]) == (1, 2, 0)
    assert [error["row"] for error in report["errors"]] == [3]
    waiting = emis("proposals", "--json").document
    assert [(one["field"], one["proposed"]) for one in waiting] == [
        ("address", "Mill Lane"),
        ("phone", "473 440 0177"),
    ]
    assert "Mill Lane" in emis("proposals").out
    assert emis("proposals", "--accept", waiting[0]["id"]).code == 0
    assert emis("proposals", "--decline", waiting[1]["id"][-12:]).code == 0
    assert emis("proposals", "--json").document == []
    decided = emis("proposals", "--decided", "--json").document
    assert [(one["field"], one["decision"], one["now"] == one["proposed"]) for one in decided] == [
        ("address", "accepted", True),
        ("phone", "declined", False),
    ]


@pytest.mark.usefixtures("form")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--accept", "feed"), "no proposal feed"),
        (("--accept", "a", "--decline", "b"), "one thing"),
        (("--import", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_calm_refusals(arguments: tuple[str, ...], said: str) -> None:
    answer = emis("proposals", *arguments)
    assert answer.code != 0
    assert said in answer.err
