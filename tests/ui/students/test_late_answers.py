"""Answers that come late, or for a record that is no longer open, change nothing that is shown now."""

import threading
from uuid import UUID

import pytest

from emis_desktop.errors import Refused
from emis_desktop.queries.duplicates import DuplicateQueries, Possible
from emis_desktop.rules.likeness import Features, Reason
from emis_desktop.services.health import HealthService
from tests.ui.students.conftest import Screen
from ui.students.page import StudentsPage
from ui.students.record.health import Health


def test_a_refused_look_for_doubles_settles_no_later_one(
    page: StudentsPage, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.views.add_pupil()
    doubles = page.views.record().doubles
    at_work, go_on, second = threading.Event(), threading.Event(), threading.Event()

    def slow(self: DuplicateQueries, features: Features, *_rest: object) -> tuple[Possible, ...]:
        if features.given_names == "First":
            at_work.set()
            go_on.wait(10)
            raise Refused("Not now.")
        second.wait(10)
        return ()

    monkeypatch.setattr(DuplicateQueries, "possible", slow)
    doubles.ask(Features("First", "Pupil"))
    doubles._look()
    assert at_work.wait(10)
    doubles.ask(Features("Second", "Pupil"))
    doubles._look()
    go_on.set()
    screen.qtbot.waitUntil(lambda: page.context.tasks.running() == 1)
    assert not doubles.is_settled(), "the second question is not answered yet"
    second.set()
    screen.settle(page)
    assert doubles.is_settled()


def test_who_is_said_to_be_somebody_else_is_the_one_that_was_compared(
    page: StudentsPage, screen: Screen
) -> None:
    page.views.add_pupil()
    doubles = page.views.record().doubles
    rows = page.context.queries.search.page("").rows[:2]
    first, second = (Possible(row, (Reason.SAME_NAMES,)) for row in rows)
    doubles._show((first, second))
    dialog = doubles.compare()
    assert dialog is not None
    doubles._show((second, first))  # found in another order meanwhile
    dialog.answered.emit("other")
    assert doubles._found == (second,)
    dialog.reject()
    screen.settle(page)


def test_a_health_note_that_cannot_be_read_shuts_no_other_one(
    page: StudentsPage, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = page.context.queries.search.page("").rows[:2]
    for row in rows:
        page.context.services.health.write(row.id, f"Note of {row.given_names}")
    read = HealthService.read

    def sealed(self: HealthService, student_id: UUID) -> str:
        if student_id == rows[0].id:
            raise Refused("This note cannot be opened.")
        return read(self, student_id)

    monkeypatch.setattr(HealthService, "read", sealed)
    page.views.open_record(rows[0].id, "health")
    screen.settle(page)
    part = page.views.record().parts["health"]
    assert isinstance(part, Health)
    assert part._shut.isVisible()
    assert not part.card.isVisible()
    page.views.open_record(rows[1].id, "health")
    screen.settle(page)
    assert part.card.isVisible()
    assert not part._shut.isVisible()
    assert part.note.text() == f"Note of {rows[1].given_names}"
    part._refused(rows[0].id, Refused("This note cannot be opened."))
    assert part.card.isVisible()


def test_a_provisional_number_is_not_said_of_the_next_new_pupil(page: StudentsPage, screen: Screen) -> None:
    page.views.open_record(page.context.queries.search.page("").rows[0].id)
    screen.settle(page)
    national = page.views.record().details.numbers.kinds["national"]
    national.set_help("Provisional: 0000 0001")
    page.show_list()
    page.views.add_pupil()
    screen.settle(page)
    assert national._message.text() == ""
