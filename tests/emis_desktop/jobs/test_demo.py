"""The demonstration: a school that looks alive, the main job walked end to end, nothing real touched."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from emis_desktop import laptop as laptops
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import Refused
from emis_desktop.exchange.reading import read_table
from emis_desktop.exchange.sheets import open_sheets
from emis_desktop.jobs import export_records, import_records
from emis_desktop.jobs.demo import maker as making
from emis_desktop.jobs.demo import walk as walking
from emis_desktop.jobs.demo.laptop import (
    PASSWORD,
    PRINCIPAL,
    REPLACED,
    USER,
    DemoSize,
    finished_demo,
    outdated_demo,
)
from emis_desktop.jobs.demo.maker import maker
from emis_desktop.jobs.demo.note import MAKER, NOTE
from emis_desktop.jobs.demo.walk import Walked, Wish, prepare_demo, walk
from emis_desktop.laptop import Laptop
from emis_desktop.rules.readiness import CardState
from emis_desktop.rules.rights import Role
from emis_desktop.settings import Home
from resources.words import Words
from tests.factories.laptops import SetUp, cheap_laptop, new_laptop
from tests.factories.schools import IN_TERM

SMALL = 45
WORDS = Words.load("en")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that cost nothing to try, on a day in term 1."""
    be_quick(monkeypatch)


def be_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """As :func:`quick`, for a fixture of the whole module."""
    monkeypatch.setattr(walking, "Laptop", lambda home: cheap_laptop(home.root))
    monkeypatch.setattr("emis_desktop.jobs.demo.laptop.Laptop", lambda home: cheap_laptop(home.root))
    monkeypatch.setattr(walking, "two_laptops", lambda _home, **_how: nullcontext())  # test_two_laptops.py
    today(monkeypatch, IN_TERM)


def today(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Let it be ``day``."""
    for module in (walking, export_records, import_records):
        monkeypatch.setattr(module, "local_today", lambda: day)


def quiet(_step: str) -> None:
    """Nobody listens."""


def walked(folder: Path, pupils: int = SMALL, **wish: object) -> Walked:
    """A whole walk below ``folder``."""
    return walk(Home(folder / "home"), Wish(folder / "out", pupils, **wish), quiet)  # type: ignore[arg-type]


def test_the_walk_leaves_every_result(tmp_path: Path) -> None:
    steps: list[str] = []
    made = walk(Home(tmp_path / "home"), Wish(tmp_path / "out", SMALL), steps.append)
    assert (made.pupils, made.sound, made.verdict) == (SMALL, True, "genuine")
    assert len(steps) == len(set(steps)) == 7
    assert made.cards == sum(map(sheets, made.report_cards))
    assert all(path.is_file() for path in (*made.report_cards, *made.exports, made.backup))
    assert made.backup.stat().st_size == made.backup_bytes
    assert [len(report.errors) for report in made.imported] == [46, 138, 46]
    assert [report.created for report in made.imported] == [349, 1047, 349]
    rows = {path.name: len(read_table(path).lines) - 1 for path in made.exports}
    assert rows["students.xlsx"] == rows["attendance.csv"] == SMALL
    assert rows["sample-students.csv"] == 395


def sheets(path: Path) -> int:
    with open_sheets(path) as found:
        return len(found)


def test_walking_again_changes_no_pupil_and_leaves_one_file_a_card(tmp_path: Path) -> None:
    first = walked(tmp_path)
    again = walked(tmp_path)
    assert (again.pupils, again.cards, again.sound) == (first.pupils, first.cards, True)
    assert sorted(path.name for path in again.report_cards) == sorted(
        path.name for path in first.report_cards
    )
    assert len(list((tmp_path / "out" / "report-cards").rglob("*.pdf"))) == len(again.report_cards)
    assert [report.unchanged for report in again.imported] == [349, 1047, 349]


@pytest.mark.parametrize("pupils", [1, 8])
def test_the_smallest_schools_walk_too(tmp_path: Path, pupils: int) -> None:
    made = walked(tmp_path, pupils)
    assert (made.pupils, made.sound) == (pupils, True)


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    one = walked(tmp_path / "1", 9)
    two = walked(tmp_path / "2", 9, seed=2)
    names = [[line.cells[1:3] for line in read_table(each.exports[0]).lines[1:]] for each in (one, two)]
    assert names[0] != names[1]


def test_cards_speak_the_language_that_is_asked_for(tmp_path: Path) -> None:
    made = walked(tmp_path, 9, language="fr")
    with open_sheets(made.report_cards[0]) as found:
        assert "Bulletin" in found.text(0)


@pytest.mark.parametrize(
    "day",
    [date(2026, 8, 15), date(2026, 9, 7), date(2027, 7, 10), date(2028, 2, 29)],
)
def test_it_can_be_made_on_any_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    today(monkeypatch, day)
    made = walked(tmp_path, 9)
    assert (made.sound, made.verdict) == (True, "genuine")


# -- What it looks like ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder after the walk through a school of two classes a grade."""
    folder = tmp_path_factory.mktemp("alive")
    with pytest.MonkeyPatch.context() as patch:
        be_quick(patch)
        walked(folder, 260)
    return folder / "home"


@pytest.fixture
def alive(filled: Path) -> Iterator[Desk]:
    """The desk of the office there."""
    with cheap_laptop(filled).sign_in_as(USER, PASSWORD) as laptop:
        yield open_desk(laptop)


def test_the_latest_acts_are_a_morning_in_the_office(alive: Desk) -> None:
    latest = alive.queries.history.latest(9)
    said = [line.sentence.text(WORDS) for line in latest]
    assert [line.user for line in latest[:4]] == [USER] * 4
    for part, text in zip(("changed from", "Phone of", "moved to", "6 marks of"), said, strict=False):
        assert part in text
    assert "Demonstration school filled" in said


def test_there_is_something_to_do_and_something_done(alive: Desk) -> None:
    queries, school_id = alive.queries, alive.laptop.site.institution_id
    now = queries.school.today(IN_TERM)
    assert now.year is not None
    assert now.term is not None
    assert school_id is not None
    sheets = queries.mark_sheet.sheets(school_id, now.term.id)
    assert any(line.to_enter for line in sheets)
    assert sum(line.to_enter == 0 for line in sheets) > len(sheets) / 2
    classes = queries.school.classes(school_id, now.year.id, IN_TERM)
    states = [
        row.state for each in classes for row in queries.report_cards.card_list(each.id, now.term.id).rows
    ]
    assert {CardState.READY, CardState.INCOMPLETE, CardState.ISSUED} <= set(states)
    for each in classes[-2:]:
        rows = queries.report_cards.card_list(each.id, now.term.id).rows
        assert {row.state for row in rows} <= {CardState.ISSUED, CardState.CHANGED}


def test_the_people_of_the_laptop_sign_in_with_the_password_everybody_knows(alive: Desk) -> None:
    people = {user.name: user.role for user in alive.queries.users.users()}
    assert people[USER] is Role.SCHOOL_ADMINISTRATOR
    assert people[PRINCIPAL] is Role.PRINCIPAL
    (teacher,) = [name for name, role in people.items() if role is Role.TEACHER]
    with cheap_laptop(alive.laptop.home.root).sign_in_as(teacher, PASSWORD) as opened:
        assert opened.actor.class_ids
    readme = (alive.laptop.home.root / "README.txt").read_text("utf-8")
    assert USER in readme
    assert PASSWORD in readme


# -- What it must not touch -----------------------------------------------------------------------


def test_real_records_are_left_alone(tmp_path: Path) -> None:
    real: SetUp = new_laptop(tmp_path / "home")
    before = real.home.keyring.read_bytes()
    with pytest.raises(Refused, match="real records"):
        walked(tmp_path)
    assert real.home.keyring.read_bytes() == before
    (real.home.root / "README.txt").write_text("my own notes")
    with pytest.raises(Refused, match="real records"):
        walked(tmp_path)


def test_a_demonstration_of_another_size_is_not_replaced(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert prepare_demo(home, Wish(tmp_path / "out", 5), quiet)
    assert not prepare_demo(home, Wish(tmp_path / "out", 5), quiet)
    for wish in (Wish(tmp_path / "out", 6), Wish(tmp_path / "out", 5, seed=2)):
        with pytest.raises(Refused, match="5 pupils and seed 1"):
            prepare_demo(home, wish, quiet)
    assert finished_demo(home) == DemoSize(5, 1)


def test_one_that_was_cut_short_is_made_anew_and_nothing_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    with monkeypatch.context() as patch:
        patch.setattr(walking, "fill_school", _stopped)
        with pytest.raises(KeyboardInterrupt):
            walked(tmp_path, 5)
    assert finished_demo(home) is None
    half = home.keyring.read_bytes()
    assert walked(tmp_path, 5).pupils == 5
    (aside,) = (home.root / "replaced").iterdir()
    assert (aside / "keyring.json").read_bytes() == half


def _stopped(*_given: object) -> None:
    raise KeyboardInterrupt


def made_by(home: Home, mark: str | None) -> None:
    """Let another program have made the demonstration; ``None``: one that left no mark."""
    note = json.loads((home.root / NOTE).read_bytes())
    assert note.pop(MAKER) == maker()
    (home.root / NOTE).write_text(json.dumps(note if mark is None else note | {MAKER: mark}))


@pytest.mark.parametrize("mark", [None, "0123456789abcdef"])
def test_one_that_another_program_made_is_made_anew_and_kept_aside(tmp_path: Path, mark: str | None) -> None:
    home = Home(walked(tmp_path, 5).home)
    old = home.keyring.read_bytes()
    made_by(home, mark)
    made_by(Home(tmp_path / "out" / "second-laptop"), mark)
    assert (finished_demo(home), outdated_demo(home)) == (None, DemoSize(5, 1))
    again = walked(tmp_path, 5)
    assert (again.pupils, again.sound) == (5, True)
    assert (finished_demo(home), outdated_demo(home)) == (DemoSize(5, 1), None)
    assert [report.created for report in again.imported] == [349, 1047, 349]
    (aside,) = (home.root / REPLACED).iterdir()
    assert (aside / "keyring.json").read_bytes() == old


def test_one_that_is_open_is_not_carried_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emis_desktop.restoring._PATIENCE", 0.0)
    home = Home(walked(tmp_path, 5).home)
    with cheap_laptop(home.root).sign_in_as(USER, PASSWORD):
        made_by(home, None)
        with pytest.raises(Refused, match="Close it"):
            walked(tmp_path, 5)
    assert outdated_demo(home) == DemoSize(5, 1)


def test_the_mark_follows_the_tables_of_laptop_and_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop, server = tmp_path / "steps", tmp_path / "server" / "migrations" / "versions"
    laptop.mkdir()
    server.mkdir(parents=True)
    monkeypatch.setattr(making, "CURRENT", replace(making.CURRENT, folders=(laptop,)))
    monkeypatch.setattr(making.sync, "__file__", str(tmp_path / "__init__.py"))
    marks = []
    for path in (laptop / "0001.sql", laptop / "0001.sql", server / "0001.sql"):
        with path.open("a") as file:
            file.write("CREATE TABLE site (id BLOB);\n")
        marks.append(maker.__wrapped__())
    assert len(set(marks)) == 3
    assert maker() not in marks


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"pupils": "many", "seed": 1, "finished": true}'])
def test_an_odd_note_is_no_finished_demonstration(tmp_path: Path, note: str) -> None:
    laptop = new_laptop(tmp_path / "home")
    (laptop.home.root / NOTE).write_text(note)
    assert finished_demo(laptop.home) is None


def test_a_demonstration_that_was_restored_over_is_still_one(tmp_path: Path) -> None:
    made = walked(tmp_path, 5)
    home = Home(made.home)
    with Laptop(home).sign_in_as(USER, PASSWORD):
        assert finished_demo(home) == DemoSize(5, 1)
    assert laptops.Laptop(home).people()
