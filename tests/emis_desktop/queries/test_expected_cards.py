"""How many cards to expect is told of the actor's own classes only."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from emis_desktop.errors import Refused
from emis_desktop.queries.report_cards import ReportCardQueries
from emis_desktop.rules.rights import Role
from tests.factories.schools import Classroom, classroom, opened_school


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    with opened_school(tmp_path) as school:
        yield classroom(school, pupils=3)


def test_another_school_and_another_teacher_are_told_nothing(room: Classroom) -> None:
    actor = room.school.actor
    assert ReportCardQueries(room.school.db, actor).expected([room.class_id], room.term_id) == 3
    for other, said in (
        (replace(actor, institution_id=uuid4()), "another school"),
        (replace(actor, role=Role.TEACHER, class_ids=frozenset()), "own classes only"),
    ):
        with pytest.raises(Refused, match=said):
            ReportCardQueries(room.school.db, other).expected([room.class_id], room.term_id)
