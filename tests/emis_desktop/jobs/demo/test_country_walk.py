"""A demonstration with more pupils than a school has: the ministry's laptop, with a country on it."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date

import pytest

from emis_desktop.desk import open_desk
from emis_desktop.errors import Refused
from emis_desktop.exchange.reading import read_table
from emis_desktop.jobs import export_records, import_records
from emis_desktop.jobs.demo import walk as walking
from emis_desktop.jobs.demo.country_laptop import own_school
from emis_desktop.jobs.demo.laptop import OFFICER, PASSWORD, USER, DemoSize, finished_demo
from emis_desktop.jobs.demo.walk import Walked, Wish, prepare_demo, walk
from emis_desktop.rules.rights import Role
from emis_desktop.settings import Home
from tests.factories.laptops import cheap_laptop

TODAY, PUPILS = date(2026, 11, 23), 1_201


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Walked, list[str]]]:
    """The walk through the smallest country, without the second laptop (test_two_laptops.py)."""
    folder = tmp_path_factory.mktemp("walk")
    steps: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walking, "Laptop", lambda home: cheap_laptop(home.root))
        patch.setattr("emis_desktop.jobs.demo.laptop.Laptop", lambda home: cheap_laptop(home.root))
        patch.setattr(walking, "two_laptops", lambda _home, **_how: nullcontext())
        for module in (walking, export_records, import_records):
            patch.setattr(module, "local_today", lambda: TODAY)
        yield walk(Home(folder / "home"), Wish(folder / "out", PUPILS), steps.append), steps


def test_the_walk_leaves_every_result(walked: tuple[Walked, list[str]]) -> None:
    made, _steps = walked
    assert (made.pupils, made.sound, made.verdict) == (PUPILS, True, "genuine")
    assert made.schools >= 3
    assert made.classes > 40
    students = next(path for path in made.exports if path.name == "students.csv")
    assert len(read_table(students).lines) > PUPILS  # who left is in it, too
    assert made.cards
    assert all(path.is_file() for path in (*made.report_cards, *made.exports, made.backup))


def test_it_says_what_it_makes(walked: tuple[Walked, list[str]]) -> None:
    assert walked[1][0] == "Making the demonstration country"
    assert len(set(walked[1])) == len(walked[1])


def test_officers_of_the_ministry_sign_in_and_see_every_school(walked: tuple[Walked, list[str]]) -> None:
    made, _steps = walked
    with cheap_laptop(made.home).sign_in_as(USER, PASSWORD) as laptop:
        desk = open_desk(laptop)
        assert laptop.site.institution_id is None
        assert {user.name: user.role for user in desk.queries.users.users()} == {
            USER: Role.MINISTRY_OFFICER,
            OFFICER: Role.MINISTRY_OFFICER,
        }
        assert len(desk.queries.school.schools()) == made.schools
        assert own_school(desk) is not None
    readme = (made.home / "README.txt").read_text("utf-8")
    assert OFFICER in readme
    assert PASSWORD in readme


def test_the_folder_knows_which_country_it_holds(
    walked: tuple[Walked, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _steps = walked
    home = Home(made.home)
    size = finished_demo(home)
    assert size == DemoSize(PUPILS, 1)
    assert size.is_country
    assert not DemoSize(PUPILS - 1, 1).is_country
    monkeypatch.setattr(walking, "Laptop", lambda place: cheap_laptop(place.root))
    with pytest.raises(Refused, match="pupils and seed 1"):
        prepare_demo(home, Wish(made.backup.parent, PUPILS + 1), lambda _step: None)
