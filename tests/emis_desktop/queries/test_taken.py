"""Which subjects a pupil takes, and everything that follows from it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emis_desktop.errors import Refused
from emis_desktop.queries.mark_sheet import MarkSheetQueries
from emis_desktop.queries.results import ResultQueries
from emis_desktop.rules.rights import Role
from emis_desktop.services.marks import MarkService
from emis_desktop.services.options import BlockRules, OptionService, Pick
from emis_desktop.services.subjects import SubjectService
from tests.factories.schools import School, opened_school

MATHS, ENGLISH = "P-MA", "P-LA"
CLASS = "Grade 5 Coral"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    """Two subjects with a test each; two pupils with 80 in both."""
    with opened_school(tmp_path) as found:
        found.add_class(CLASS, subjects=(MATHS, ENGLISH))
        items = [
            *found.add_items([("TEST", 100, "100")], subject=MATHS),
            *found.add_items([("TEST", 100, "100")], subject=ENGLISH),
        ]
        for number in (1, 2):
            found.add_pupil(f"Pupil {number:04}", CLASS)
        found.enter({(pupil, item): "80" for pupil in found.pupils.values() for item in items})
        yield found


def subjects(school: School, name: str = "Pupil 0001") -> list[str]:
    results = ResultQueries(school.db, school.actor).class_results(school.classes[CLASS], school.term())
    (line,) = [one for one in results.pupils if one.student_id == school.pupils[name]]
    assert len(line.subjects) == len(line.subject_positions)
    return [result.plan.code for result in line.subjects]


def sheet(school: School, subject: str) -> tuple[list[str], int, int]:
    queries = MarkSheetQueries(school.db, school.actor)
    found = queries.sheet(school.classes[CLASS], school.made.subjects[subject], school.term())
    (line,) = [
        one
        for one in queries.sheets(school.id, school.term())
        if one.subject_id == school.made.subjects[subject]
    ]
    assert (line.expected, line.entered) == (found.expected, found.entered)
    return [row.name for row in found.rows], found.expected, found.entered


def let_off(school: School, taken: bool | None = False) -> None:
    SubjectService(school.db, school.actor).set_taken(
        school.enrolments["Pupil 0001"], school.made.subjects[ENGLISH], taken
    )


def test_who_is_let_off_a_subject_is_nowhere_in_it_and_loses_no_mark(school: School) -> None:
    assert set(subjects(school)) == {MATHS, ENGLISH}
    let_off(school)
    assert subjects(school) == [MATHS]
    assert set(subjects(school, "Pupil 0002")) == {MATHS, ENGLISH}
    assert sheet(school, ENGLISH) == (["0002, Pupil"], 1, 1)
    assert sheet(school, MATHS) == (["0001, Pupil", "0002, Pupil"], 2, 2)
    let_off(school, None)
    assert set(subjects(school)) == {MATHS, ENGLISH}
    assert sheet(school, ENGLISH)[1:] == (2, 2)


def test_no_mark_is_taken_in_a_subject_that_is_not(school: School) -> None:
    let_off(school)
    (item,) = school.add_items([("LATE", 10, "10")], subject=ENGLISH)
    with pytest.raises(Refused, match="does not take this subject"):
        MarkService(school.db, school.actor).record(school.pupils["Pupil 0001"], item, "5")
    MarkService(school.db, school.actor).record(school.pupils["Pupil 0002"], item, "5")


def test_a_subject_of_a_block_is_taken_by_who_chose_it(school: School) -> None:
    options = OptionService(school.db, school.actor)
    block = options.add_block(school.id, school.year, school.made.grades["G5"], BlockRules("Block A", 0, 1))
    options.put_subject(block, school.made.subjects[ENGLISH], None)
    assert subjects(school) == [MATHS]
    assert sheet(school, ENGLISH)[0] == []
    refused = options.choose([Pick(school.enrolments["Pupil 0001"], block, (school.made.subjects[ENGLISH],))])
    assert refused == ()
    assert set(subjects(school)) == {MATHS, ENGLISH}
    assert sheet(school, ENGLISH) == (["0001, Pupil"], 1, 1)
    with pytest.raises(Refused, match="block of options"):
        let_off(school)


def test_what_the_class_does_not_have_and_who_may_not(school: School) -> None:
    service = SubjectService(school.db, school.actor)
    with pytest.raises(Refused, match="not taught in this class"):
        service.set_taken(school.enrolments["Pupil 0001"], school.made.subjects["P-SC"], True)
    with pytest.raises(Refused):
        SubjectService(school.db, school.sign_in(Role.TEACHER)).set_taken(
            school.enrolments["Pupil 0001"], school.made.subjects[ENGLISH], False
        )
