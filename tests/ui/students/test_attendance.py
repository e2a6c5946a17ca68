"""The tab of a pupil's attendance: rates, the days of the year, who marked what."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from emis_desktop.profiles.absence import absence_reasons
from emis_desktop.services.registers import Register, RegisterService, TypedCell
from tests.factories.desks import DemoDesk, demo_desk
from tests.factories.schools import IN_TERM
from tests.ui.audit import audit
from tests.ui.students.conftest import Screen, context_of
from ui.students.record.attendance import AttendancePart
from ui.theme.theme import Theme


@pytest.fixture
def small(tmp_path: Path) -> Iterator[DemoDesk]:
    """A school of a few pupils."""
    with demo_desk(tmp_path, 20) as made:
        yield made


def test_a_pupils_rates_days_and_corrections(small: DemoDesk, theme: Theme, screen: Screen) -> None:
    laptop = small.laptop
    service = RegisterService(laptop.db, laptop.actor, absence_reasons(laptop.profile), lambda: IN_TERM)
    one = next(each for each in small.class_infos() if each.on_roll)
    found = small.desk.queries.registers.register(one.id, IN_TERM, 1, IN_TERM)
    pupil = found.rows[0].student_id
    days = [date(2026, 11, 3), date(2026, 11, 4), IN_TERM]
    cells = [TypedCell(pupil, on, session, "P") for on in days[:1] for session in (1, 2)]
    cells += [TypedCell(pupil, on, 1, "A") for on in days[1:]]
    assert not service.mark_block(one.id, cells).refused
    service.mark(Register(one.id, IN_TERM, 1), pupil, "ILL")
    page = screen(context_of(small, theme))
    page.views.open_record(pupil)
    screen.settle(page)
    record = page.views.record()
    record.open_part("attendance")
    screen.settle(page)
    part = record.parts["attendance"]
    assert isinstance(part, AttendancePart)
    assert "50.0" in part.term.accessibleName()
    assert part.run.accessibleName().endswith("since 4 Nov 2026")
    assert part.facts.text().startswith("4 of ")
    assert part.model.count() == 5
    newest = [cell.text for cell in part._cells(part.model.row(0))]
    assert newest[2:] == ["Register of 5 Nov 2026, AM", "absent without excuse", "absent, excused (ILL)"]
    assert part.strips.sizeHint().height() > 40
    folder = os.environ.get("EMIS_PICTURES")
    if folder:
        page.grab().save(str(Path(folder) / "students-attendance.png"))
    assert audit(page, page.size()) == []


def test_a_pupil_without_a_register_is_said_so(small: DemoDesk, theme: Theme, screen: Screen) -> None:
    page = screen(replace(context_of(small, theme)))
    one = next(each for each in small.class_infos() if each.on_roll)
    found = small.desk.queries.registers.register(one.id, IN_TERM, 1, IN_TERM)
    page.views.open_record(found.rows[0].student_id)
    screen.settle(page)
    record = page.views.record()
    record.open_part("attendance")
    screen.settle(page)
    part = record.parts["attendance"]
    assert isinstance(part, AttendancePart)
    assert part.facts.text().startswith("0 of ")
    assert part.model.count() == 0
