"""What is closed refuses every change inside it, also an undo; opened again it takes them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from emis_desktop.errors import Refused
from emis_desktop.models import AcademicPeriod, Term
from emis_desktop.queries.assessed import Sheet
from emis_desktop.queries.mark_sheet import MarkSheetQueries
from emis_desktop.services.closing import closing_of, require_open, require_open_year
from emis_desktop.services.items import ItemPlace, ItemService, NewItem
from emis_desktop.services.marks import MarkService
from emis_desktop.services.remarks import RemarkService
from emis_desktop.services.undo import UndoService
from tests.factories.schools import Classroom, School, classroom, opened_school


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    with opened_school(tmp_path) as school:
        yield classroom(school, pupils=2)


def set_term(school: School, state: str | None) -> None:
    with school.db.write(school.actor, "close_term") as session:
        session.get_one(Term, school.term()).state = state


def set_year(school: School, state: str) -> None:
    with school.db.write(school.actor, "close_term") as session:
        session.get_one(AcademicPeriod, school.year).state = state


def test_a_closed_term_takes_no_marks_remarks_and_tests(room: Classroom) -> None:
    school = room.school
    undo = UndoService(school.db, school.actor)
    marks, remarks = MarkService(school.db, school.actor), RemarkService(school.db, school.actor)
    items = ItemService(school.db, school.actor)
    marks.record(room.pupil(1), room.items[0], "40")
    act = undo.made_by(lambda: remarks.set_comment(room.pupil(1), room.subject_id, room.term_id, "Good"))
    set_term(school, "closed")
    place = ItemPlace(school.id, school.made.grades["G5"], room.subject_id, room.term_id)
    quiz = NewItem("Quiz", 10, 1)  # type: ignore[arg-type]
    deeds = (
        lambda: marks.record(room.pupil(2), room.items[0], "30"),
        lambda: marks.record(room.pupil(1), room.items[0], ""),
        lambda: remarks.set_comment(room.pupil(1), room.subject_id, room.term_id, "Better"),
        lambda: remarks.set_class_teacher_remark(room.pupil(1), room.term_id, "A good term"),
        lambda: items.add(place, [quiz]),
        lambda: items.change(room.items[0], quiz),
        lambda: items.lock(room.items[0], locked=True),
        lambda: items.remove(room.items[0]),
        lambda: items.set_assessed(Sheet(room.class_id, room.subject_id, room.term_id), assessed=False),
        lambda: undo.undo_act(act.act or 0),
        lambda: undo.undo_act((act.act or 0) - 1),
    )
    for deed in deeds:
        with pytest.raises(Refused, match="Term 1 is closed"):
            deed()
    sheet = MarkSheetQueries(school.db, school.actor).sheet(room.class_id, room.subject_id, room.term_id)
    assert (sheet.read_only, sheet.closed) == (True, "Term 1")
    set_term(school, "open")
    marks.record(room.pupil(2), room.items[0], "30")
    undo.undo_act(act.act or 0)


def test_a_day_and_a_year_are_asked_for(room: Classroom) -> None:
    school = room.school
    inside, holidays, after = date(2026, 9, 10), date(2026, 12, 27), date(2027, 8, 20)
    set_term(school, "closed")
    with school.db.read() as session:
        with pytest.raises(Refused, match="Term 1 is closed"):
            require_open(session, inside)
        with pytest.raises(Refused, match="Term 1 is closed"):
            require_open(session, school.term())
        require_open(session, None)
        require_open(session, school.term(2))
        require_open(session, holidays)
        require_open_year(session, school.year)
    set_year(school, "closed")
    with school.db.read() as session:
        for when in (inside, holidays, school.term(2)):
            with pytest.raises(Refused, match="2026–27 is closed"):
                require_open(session, when)
        with pytest.raises(Refused, match="2026–27 is closed"):
            require_open_year(session, school.year)
        require_open(session, after)
        assert set(closing_of(session).terms) == {school.term(n) for n in (1, 2, 3)}
