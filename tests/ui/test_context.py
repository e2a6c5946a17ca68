"""What the pages share: the place chosen in the top bar, and what is not saved."""

from datetime import date
from uuid import UUID

from pytestqt.qtbot import QtBot

from emis_desktop.queries.school import YearInfo
from ui.context import Place, Unsaved, UnsavedWork

YEAR = YearInfo(UUID(int=3), "2026-27", "2026–27", date(2026, 9, 7), date(2027, 7, 2))


def test_a_choice_is_told_once(qtbot: QtBot) -> None:
    place = Place()
    with qtbot.waitSignal(place.changed):
        place.choose(UUID(int=1), YEAR, None)
    with qtbot.assertNotEmitted(place.changed):
        place.choose(UUID(int=1), YEAR, None)
    assert (place.institution_id, place.year, place.term) == (UUID(int=1), YEAR, None)


def test_the_first_page_with_something_not_saved_is_shown_and_all_are_counted(qtbot: QtBot) -> None:
    work = UnsavedWork()
    marks = Unsaved(2, "2 marks not saved, the rest is saved", lambda: None)
    with qtbot.waitSignal(work.changed):
        work.report("marks", marks)
    work.report("students", Unsaved(1, "1 field not saved, the rest is saved", lambda: None))
    assert work.first() is marks
    assert work.first_page() == "marks"
    assert work.count() == 3
    work.report("marks", None)
    assert work.count() == 1
    work.report("students", None)
    assert work.first() is None
    assert not work.first_page()
