"""The visible journal from the command line."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from emis_desktop.database import Database
from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.models import Enrolment, Person
from tests.emis_desktop.cli.conftest import sign_in_as
from tests.factories.conflicts import write_conflict, write_refused
from tests.factories.desks import demo_folder
from tests.factories.laptops import cheap_laptop
from tests.helpers.commands import emis


class Store:
    """The demonstration school's store, opened for a moment."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def conflict(self, field: str, **values: object) -> tuple[UUID, UUID]:
        with cheap_laptop(self.home).sign_in_as("User 01", PASSWORD) as laptop:
            pupil = first_pupil(laptop.db)
            return write_conflict(laptop.db, "person", pupil, field, **values), pupil  # type: ignore[arg-type]

    def refused(self, value: str) -> int:
        with cheap_laptop(self.home).sign_in_as("User 01", PASSWORD) as laptop:
            pupil = first_pupil(laptop.db)
            return write_refused(laptop.db, "person", pupil, "transport", value, laptop.actor.user_id)

    def transport(self, pupil: UUID) -> str | None:
        with cheap_laptop(self.home).sign_in_as("User 01", PASSWORD) as laptop, laptop.db.read() as session:
            return session.get_one(Person, pupil).transport


def first_pupil(db: Database) -> UUID:
    with db.read() as session:
        return session.scalars(select(Enrolment.person_id).order_by(Enrolment.person_id)).first() or UUID(
            int=0
        )


@pytest.fixture
def store(emis_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    demo_folder(emis_home)
    sign_in_as(monkeypatch, tmp_path, "User 01", PASSWORD)
    return Store(emis_home)


def test_nothing_to_look_at(store: Store) -> None:
    assert emis("conflicts", "--json").document == []
    assert emis("conflicts").out == "0 changes to look at\n"
    assert emis("conflicts", "--decided", "--json").document == []
    assert store.home.is_dir()


def test_a_change_is_listed_and_decided(store: Store) -> None:
    conflict, pupil = store.conflict("transport", held=None, other="Bus 2")
    (card,) = emis("conflicts", "--json").document
    assert card["id"] == str(conflict)
    assert (card["kind"], card["field"]) == ("info", "person.transport")
    assert card["what"].startswith("Transport of ")
    assert [(one["value"], one["laptop"], one["in_force"]) for one in card["values"]] == [
        (None, "Office laptop", True),
        ("Bus 2", "Library laptop", False),
    ]
    assert card["options"] == ["--keep", "--other", "--value"]
    told = emis("conflicts").out
    assert "nothing, Office laptop" in told
    assert told.endswith("1 change to look at\n")
    done = emis("resolve", str(conflict)[:13], "--other", "--json")
    assert (done.code, done.document["did"]) == (0, "use")
    assert store.transport(pupil) == "Bus 2"
    (line,) = emis("conflicts", "--decided", "--json").document
    assert (line["id"], line["value"], line["by"]) == (str(conflict), "Bus 2", "User 01")
    assert "Bus 2" in emis("conflicts", "--decided").out


def test_another_value_is_typed(store: Store) -> None:
    conflict, pupil = store.conflict("transport", held=None, other="Bus 2")
    assert emis("resolve", conflict, "--value", "On foot").out.endswith(": done.\n")
    assert store.transport(pupil) == "On foot"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Say one thing to do"),
        (("--keep", "--other"), "Say one thing to do"),
        (("--keep", "--value", "x"), "Say one thing to do"),
    ],
)
def test_one_thing_at_a_time(store: Store, options: tuple[str, ...], said: str) -> None:
    conflict, _ = store.conflict("transport", held=None, other="Bus 2")
    done = emis("resolve", conflict, *options, "--json")
    assert (done.code, said in done.refused) == (2, True)


def test_what_is_not_there_and_what_cannot_be(store: Store) -> None:
    conflict, pupil = store.conflict("sex", held="F", other="M", kind="proposal")
    assert "There is no change 12345678" in emis("resolve", "12345678", "--keep", "--json").refused
    assert "decides about this" in emis("resolve", conflict, "--other", "--json").refused
    (card,) = emis("conflicts", "--json").document
    assert card["options"] == []
    assert card["decider"] == "Principal 01"
    assert "decides." in emis("conflicts").out
    assert store.transport(pupil) is None


def test_what_was_not_taken(store: Store, tmp_path: Path) -> None:
    store.refused("Bus 7")
    (card,) = emis("conflicts", "--json").document
    assert (card["kind"], card["options"]) == ("refused", ["--again", "--drop"])
    file = tmp_path / "not-taken.json"
    assert emis("conflicts", "--export", file, "--json").document == {"exported": 1, "file": str(file)}
    assert json.loads(file.read_text(encoding="utf-8"))["values"][0]["value"] == "Bus 7"
    table = tmp_path / "not-taken.csv"
    assert emis("conflicts", "--export", table, "--json").document == {"exported": 1, "file": str(table)}
    heading, line = table.read_text(encoding="utf-8-sig").splitlines()
    assert heading == "What,Value,Who,When,Why"
    assert line.startswith("Transport of ")
    assert ",Bus 7,User 01," in line
    assert emis("resolve", card["id"], "--drop", "--json").code == 0
    assert "nothing that was not taken" in emis("conflicts", "--export", table, "--json").refused
    assert emis("conflicts", "--json").document == []
