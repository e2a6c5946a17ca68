"""Terms and years are closed, and opened again with a reason."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from emis_desktop.errors import Refused
from emis_desktop.models import AcademicPeriod, Act, Term
from emis_desktop.queries.register_cells import row_id
from emis_desktop.queries.unfinished import UnfinishedQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.register_rows import CellValue, write_cells
from emis_desktop.services.undo import UndoService
from emis_desktop.services.years import YearService
from tests.factories.schools import Classroom, classroom, opened_school


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    with opened_school(tmp_path) as school:
        yield classroom(school, pupils=3)


def state(room: Classroom) -> tuple[tuple[str | None, str | None], tuple[str | None, str | None]]:
    with room.school.db.read() as session:
        term, year = session.get_one(Term, room.term_id), session.get_one(AcademicPeriod, room.school.year)
        return (term.state, term.state_reason), (year.state, year.state_reason)


def test_a_term_is_closed_and_opened_again_with_a_reason(room: Classroom) -> None:
    school = room.school
    years, undo = YearService(school.db, school.actor), UndoService(school.db, school.actor)
    years.close_term(room.term_id)
    with school.db.read() as session:
        acts = session.scalar(select(func.count()).select_from(Act))
    years.close_term(room.term_id)
    with school.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Act)) == acts
    assert state(room)[0] == ("closed", None)
    for reason in ("  ", "x" * 201):
        with pytest.raises(Refused, match="1 to 200 characters") as refusal:
            years.reopen_term(room.term_id, reason)
        assert refusal.value.field == "reason"
    years.reopen_term(room.term_id, "  A mark  was wrong ")
    assert state(room)[0] == ("open", "A mark was wrong")
    undo.undo()
    assert state(room)[0] == ("closed", None)
    undo.redo()
    years.reopen_term(school.term(2), "it is open")
    assert state(room)[0] == ("open", "A mark was wrong")


def test_a_year_closes_all_its_terms(room: Classroom) -> None:
    years = YearService(room.school.db, room.school.actor)
    years.close_term(room.term_id)
    years.close_year(room.school.year)
    with pytest.raises(Refused, match="2026–27 is closed"):
        years.reopen_term(room.term_id, "a reason")
    years.reopen_year(room.school.year, "A late transcript")
    assert state(room) == (("closed", None), ("open", "A late transcript"))
    for deed in (
        lambda: years.close_term(new_id()),
        lambda: years.close_year(new_id()),
    ):
        with pytest.raises(Refused, match="no longer there"):
            deed()


def test_only_who_plans_closes(room: Classroom) -> None:
    school = room.school
    teacher = school.sign_in(Role.TEACHER, school.add_teacher())
    for deed in (
        lambda: YearService(school.db, teacher).close_term(room.term_id),
        lambda: YearService(school.db, teacher).close_year(school.year),
        lambda: UnfinishedQueries(school.db, teacher).of_term(room.term_id),
    ):
        with pytest.raises(Refused, match="not open to the role"):
            deed()


def test_what_is_unfinished_is_counted(room: Classroom) -> None:
    school = room.school
    room.school.enter({(room.pupil(1), room.items[0]): "40"})
    queries = UnfinishedQueries(school.db, school.actor)
    found = queries.of_term(room.term_id)
    assert (found.marks, found.without_tests, found.nothing) == (5, 0, False)
    assert [(one.school, one.term, one.sheet.subject_name) for one in found.sheets] == [
        ("Windward Demo Primary School", "Term 1", "Mathematics")
    ]
    whole = queries.of_year(school.year)
    assert (whole.marks, whole.without_tests) == (5, 2)


def test_registers_that_nobody_marked_are_counted_where_registers_are_kept(room: Classroom) -> None:
    school = room.school
    queries = UnfinishedQueries(school.db, school.actor, lambda: date(2026, 9, 8))
    assert queries.of_term(room.term_id).registers == 0, "this school keeps none yet"
    cell = row_id(room.pupil(1), school.id, "2026-09", 1, None)
    with school.db.write(school.actor, "mark_register") as session:
        write_cells(session, [CellValue(cell, room.pupil(1), school.id, "2026-09", 1, None, "d07", "P")])
    found = queries.of_term(room.term_id)
    assert found.registers == 4, "two days of two sessions, none of them marked whole"
    assert queries.of_term(school.term(2)).registers == 0, "it has not begun"
