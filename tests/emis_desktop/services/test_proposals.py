"""What a parent said waits for the office, field by field; a form is brought in by the pupils' numbers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.errors import BadFile, Cancelled, Refused
from emis_desktop.exchange.writing import write_table
from emis_desktop.jobs.import_proposals import import_proposals
from emis_desktop.models import Person, PersonIdentity, Proposal, SchoolClass
from emis_desktop.queries.proposals import ProposalQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Role
from emis_desktop.services.merging import MergeService
from emis_desktop.services.proposals import ProposalService, Proposed
from emis_desktop.services.undo import UndoService
from tests.factories.schools import Classroom, classroom, opened_school


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    with opened_school(tmp_path) as school:
        made = classroom(school, 3)
        with school.db.write(school.actor, "change_number") as session:
            for number in (1, 2):
                session.add(
                    PersonIdentity(
                        id=new_id(), person_id=made.pupil(number), kind="register", number=f"R{number}"
                    )
                )
        yield made


def service(room: Classroom, actor: Actor | None = None) -> ProposalService:
    return ProposalService(room.school.db, actor or room.school.actor, lambda: date(2026, 11, 20))


def queries(room: Classroom, actor: Actor | None = None) -> ProposalQueries:
    return ProposalQueries(room.school.db, actor or room.school.actor)


def person(room: Classroom, number: int = 1) -> Person:
    with room.school.db.read() as session:
        return session.get_one(Person, room.pupil(number))


def teacher_of(room: Classroom, *, own: bool) -> Actor:
    who = room.school.add_teacher()
    if own:
        with room.school.db.write(room.school.actor, "change_class") as session:
            session.get_one(SchoolClass, room.class_id).teacher_id = who
    return room.school.sign_in(Role.TEACHER, who)


class TestProposing:
    """Whoever sees the pupil keys in what was said."""

    def test_it_waits_beside_what_stands_now(self, room: Classroom) -> None:
        said = {"address": " Mill  Lane ", "birth_date": "2016-03-21", "phone": "473 440 0101"}
        assert service(room).propose(room.pupil(1), said, "Guardian 0001") == Proposed(3, 0)
        (card,) = queries(room).waiting()
        assert (card.name, card.said_by, card.source, card.decides) == (
            "Pupil 0001",
            "Guardian 0001",
            "parent",
            True,
        )
        assert [(one.field, one.value, one.now) for one in card.values] == [
            ("birth_date", "2016-03-21", "2016-03-12"),
            ("address", "Mill Lane", ""),
            ("phone", "473 440 0101", ""),
        ]
        assert queries(room).count() == 3
        assert person(room).address is None

    def test_what_stands_or_waits_already_is_not_asked_again(self, room: Classroom) -> None:
        said = {"sex": "F", "address": "Mill Lane"}
        assert service(room).propose(room.pupil(1), said) == Proposed(1, 1)
        assert service(room).propose(room.pupil(1), said) == Proposed(0, 2)

    def test_a_teacher_proposes_for_the_own_class_and_decides_nothing(self, room: Classroom) -> None:
        teacher = teacher_of(room, own=True)
        service(room, teacher).propose(room.pupil(1), {"address": "Mill Lane"}, "Guardian 0001", "teacher")
        (card,) = queries(room, teacher).waiting()
        assert (card.decides, queries(room, teacher).count()) == (False, 0)
        with pytest.raises(Refused):
            service(room, teacher).accept([card.values[0].id])
        stranger = teacher_of(room, own=False)
        with pytest.raises(Refused):
            service(room, stranger).propose(room.pupil(1), {"address": "X Road"})

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("birth_date", "2031-01-01", "before"),
            ("birth_date", "yesterday", "2016-03-12"),
            ("sex", "x", "girl or boy"),
            ("phone", "ring me", "digits"),
            ("given_names", "", "given names"),
            ("alias_of_id", "x", "cannot be proposed"),
        ],
    )
    def test_what_could_never_be_accepted_is_refused_at_once(
        self, room: Classroom, field: str, value: str, said: str
    ) -> None:
        with pytest.raises(Refused, match=said):
            service(room).propose(room.pupil(1), {field: value})
        assert queries(room).waiting() == ()


class TestDeciding:
    """The office, field by field."""

    def test_one_accepted_one_declined_both_in_history(self, room: Classroom) -> None:
        service(room).propose(
            room.pupil(1), {"address": "Mill Lane", "phone": "473 440 0101"}, "Guardian 0001"
        )
        address, phone = queries(room).waiting()[0].values
        service(room).accept([phone.id])
        service(room).decline([address.id])
        assert queries(room).waiting() == ()
        (card,) = queries(room).decided()
        assert [(one.field, one.decision, one.decided_by, one.decided_on) for one in card.values] == [
            ("address", "declined", "User 01", date(2026, 11, 20)),
            ("phone", "accepted", "User 01", date(2026, 11, 20)),
        ]
        assert (person(room).address, card.values[1].now) == (None, "473 440 0101")
        with pytest.raises(Refused, match="not there to decide"):
            service(room).accept([address.id])

    def test_all_or_none_and_undo(self, room: Classroom) -> None:
        undo = UndoService(room.school.db, room.school.actor)
        service(room).propose(room.pupil(1), {"birth_date": "2016-03-21", "birth_place": "Castries"})
        ids = [one.id for one in queries(room).waiting()[0].values]
        with pytest.raises(Refused):
            service(room).accept([*ids, new_id()])
        assert person(room).birth_place is None
        service(room).accept(ids)
        assert (person(room).birth_date, person(room).birth_place) == (date(2016, 3, 21), "Castries")
        undo.undo()
        assert (person(room).birth_date, len(queries(room).waiting()[0].values)) == (date(2016, 3, 12), 2)

    def test_a_value_taken_away(self, room: Classroom) -> None:
        with room.school.db.write(room.school.actor, "change_student") as session:
            session.get_one(Person, room.pupil(1)).address = "Old Road"
        service(room).propose(room.pupil(1), {"address": ""})
        service(room).accept([queries(room).waiting()[0].values[0].id])
        assert person(room).address is None

    def test_what_was_proposed_for_a_double_reaches_the_record_that_is_kept(self, room: Classroom) -> None:
        service(room).propose(room.pupil(2), {"address": "Mill Lane"})
        MergeService(room.school.db, room.school.actor).merge(room.pupil(1), room.pupil(2))
        (card,) = queries(room).waiting()
        assert card.person_id == room.pupil(1)
        service(room).accept([card.values[0].id])
        assert person(room).address == "Mill Lane"


class TestForm:
    """A file of answers, matched by number."""

    def form(self, tmp_path: Path, rows: list[list[str]], ending: str = "xlsx") -> Path:
        path = tmp_path / f"form.{ending}"
        write_table(path, ["Student number", "Adresse", "DOB", "Gender", "Favourite colour"], rows)
        return path

    @pytest.mark.parametrize("ending", ["xlsx", "csv"])
    def test_each_answer_that_differs_waits(self, room: Classroom, tmp_path: Path, ending: str) -> None:
        path = self.form(
            tmp_path,
            [
                ["R1", "Mill Lane", "21/3/2016", "fille", "blue"],
                ["R2", "", "12 Mar 2016", "Boy", ""],
                ["R9", "Mill Lane", "", "", ""],
                ["R2", "=Lane", "31/2/2016", "", ""],
            ],
            ending,
        )
        told: list[tuple[int, int]] = []
        report = import_proposals(
            room.school.db, room.school.actor, path, lambda done, total: told.append((done, total))
        )
        assert (report.rows, report.added, report.known, report.left_out) == (2, 2, 3, ("Favourite colour",))
        assert [error.row for error in report.errors] == [4, 5]
        assert told[-1] == (4, 4)
        again = import_proposals(room.school.db, room.school.actor, path, lambda done, total: None)
        assert (again.added, again.known) == (0, 5)
        with room.school.db.read() as session:
            sources = set(session.scalars(select(Proposal.source)))
        assert sources == {"form"}

    def test_without_numbers_nothing_is_taken(self, room: Classroom, tmp_path: Path) -> None:
        path = tmp_path / "form.csv"
        write_table(path, ["Name", "Address"], [["Pupil 0001", "Mill Lane"]])
        with pytest.raises(BadFile, match="no column"):
            import_proposals(room.school.db, room.school.actor, path, lambda done, total: None)

    def test_stopped_it_changes_nothing(self, room: Classroom, tmp_path: Path) -> None:
        def stop(_done: int, _total: int) -> None:
            raise Cancelled("Stopped. Nothing was changed.")

        with pytest.raises(Cancelled):
            import_proposals(
                room.school.db,
                room.school.actor,
                self.form(tmp_path, [["R1", "Mill Lane", "", "", ""]]),
                stop,
            )
        assert queries(room).waiting() == ()


def test_another_school_sees_nothing_of_it(room: Classroom) -> None:
    service(room).propose(room.pupil(1), {"address": "Mill Lane"})
    elsewhere = replace(room.school.actor, institution_id=new_id())
    assert queries(room, elsewhere).waiting() == ()
