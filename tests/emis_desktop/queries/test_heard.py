"""What others did on their laptops stands in the history of a record, beside what was done here."""

from collections.abc import Iterator
from pathlib import Path
from time import sleep
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from emis_desktop.models import Act, Heard, LaptopName, Person, User
from emis_desktop.queries.history import FieldChange, HistoryQueries
from emis_desktop.rules.clock import pack
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Role
from resources.words import Words
from tests.factories.schools import Classroom, classroom, opened_school

ENGLISH = Words.load("en")
LIBRARY = 77


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    with opened_school(tmp_path) as school:
        yield classroom(school, 2)


class Elsewhere:
    """Another laptop, on which somebody works."""

    def __init__(self, room: Classroom) -> None:
        self.db = room.school.db
        self.user = uuid4()
        with self.db.replicate() as session:
            session.add(User(id=self.user, name="User 07", role=Role.SCHOOL_ADMINISTRATOR.value))
            session.add(LaptopName(actor=LIBRARY, name="Library laptop"))

    def changes(
        self, table: str, row_id: UUID, field: str, before: object, after: object, *, user: UUID | None = None
    ) -> None:
        """Bring a change in, stamped after everything that was done here and before what will be."""
        sleep(0.004)
        with self.db.replicate() as session:
            stamp = session.scalars(select(func.max(Act.clock))).one() + pack(2)
            row = Heard(
                log_seq=1,
                table_name=table,
                row_id=row_id,
                field=field,
                before=before,
                after=after,
                user_id=user or self.user,
                actor=LIBRARY if user is None else 78,
                stamp=stamp,
                verb="change_student",
            )
            session.add(row)
            session.connection().exec_driver_sql(
                f'UPDATE "{table}" SET "{field}" = ? WHERE id = ?', (after, row_id.bytes)
            )
        sleep(0.004)


def told(lines: tuple[FieldChange, ...]) -> list[tuple[str, str, str, object, object]]:
    return [
        (line.user, line.laptop, line.field.text(ENGLISH), line.before, line.after)
        for line in lines
        if line.key == "person.transport"
    ]


def change(room: Classroom, value: str) -> None:
    with room.school.db.write(room.school.actor, "change_student") as session:
        session.get_one(Person, room.pupil(1)).transport = value


def test_who_did_what_on_which_laptop_newest_first(room: Classroom) -> None:
    pupil = room.pupil(1)
    change(room, "Bus 1")
    Elsewhere(room).changes("person", pupil, "transport", "Bus 1", "Bus 2")
    change(room, "On foot")
    history = HistoryQueries(room.school.db, room.school.actor)
    for lines in (history.person(pupil), history.record("person", pupil)):
        assert told(lines) == [
            ("User 01", "", "Transport", "Bus 2", "On foot"),
            ("User 07", "Library laptop", "Transport", "Bus 1", "Bus 2"),
            ("User 01", "", "Transport", None, "Bus 1"),
        ]
    assert [line.elsewhere for line in history.record("person", pupil)[:3]] == [False, True, False]


def test_who_is_not_known_here_is_told_all_the_same(room: Classroom) -> None:
    pupil = room.pupil(1)
    Elsewhere(room).changes("person", pupil, "transport", None, "Bus 2", user=uuid4())
    history = HistoryQueries(room.school.db, room.school.actor)
    assert told(history.person(pupil)) == [("–", "", "Transport", None, "Bus 2")]


def test_what_the_reader_may_not_see_is_hidden(room: Classroom) -> None:
    pupil = room.pupil(1)
    Elsewhere(room).changes("person", pupil, "address", None, "Mill Lane")
    auditor = room.school.sign_in(Role.AUDITOR)
    (line,) = [
        line
        for line in HistoryQueries(room.school.db, auditor).record("person", pupil)
        if line.key == "person.address"
    ]
    assert (line.hidden, line.after) == (True, None)


def test_a_field_of_a_later_version_is_left_out(room: Classroom) -> None:
    pupil = room.pupil(1)
    with room.school.db.replicate() as session:
        session.add(
            Heard(
                log_seq=1, table_name="person", row_id=pupil, field="from_the_future", before=None, after="x",
                user_id=uuid4(), actor=1, stamp=1, verb="x",
            )
        )  # fmt: skip
    lines = HistoryQueries(room.school.db, room.school.actor).record("person", pupil)
    assert [line.key for line in lines] == ["person"]


def test_a_sentence_of_an_own_act_keeps_its_own_value(room: Classroom) -> None:
    school, pupil, item = room.school, room.pupil(1), room.items[0]
    history = HistoryQueries(school.db, school.actor)

    def latest(count: int) -> list[str]:
        return [line.sentence.text(ENGLISH) for line in history.latest(count)]

    school.enter({(pupil, item): "40"})
    Elsewhere(room).changes("mark", natural_id("mark", pupil, item), "value", 40000, 45000)
    assert latest(1) == ["Mark of Pupil 0001, Mathematics TEST entered: 40"]
    school.enter({(pupil, item): "48"})
    assert latest(2) == [
        "Mark of Pupil 0001, Mathematics TEST changed from 45 to 48",
        "Mark of Pupil 0001, Mathematics TEST entered: 40",
    ]
