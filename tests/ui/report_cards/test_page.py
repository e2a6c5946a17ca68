"""The page on a real school: list and paper, filters, keys, places, who may see what."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pypdfium2
import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from emis_desktop.desk import open_desk
from emis_desktop.models import SchemeUse
from emis_desktop.rules.readiness import CardState
from emis_desktop.rules.rights import Role
from emis_desktop.services.marks import MarkService
from emis_desktop.services.rows import delete
from emis_desktop.services.structure import NewClass, StructureService
from tests.factories.desks import DemoDesk, demo_desk
from tests.factories.schools import School, classroom, opened_school
from tests.ui.report_cards.conftest import CLASS, COMPACT, INCOMPLETE, READY, TOTAL, WIDE, Screen
from ui.report_cards.head import REMARKS
from ui.report_cards.page import ReportCardsPage
from ui.theme.theme import Theme
from ui.widgets.button import Button
from ui.widgets.empty import EmptyState


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def names(page: ReportCardsPage) -> list[str]:
    model = page.list.table.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def shown_pdf(page: ReportCardsPage) -> str:
    pdf = page.showing.pdf()
    assert pdf is not None
    return text_of(pdf)


def test_the_list_and_the_paper_of_its_first_pupil(screen: Screen) -> None:
    page = screen.open()
    assert page.bar.school_class.text() == f"Report cards, {CLASS}"
    assert len(names(page)) == TOTAL
    assert page.list.tabs.button("ready").text() == f"Ready {READY}"
    assert page.list.tabs.button("incomplete").text() == f"Incomplete {INCOMPLETE}"
    assert page.bar.issue.text() == f"Issue {READY} cards"
    assert page.list.table.hasFocus()
    assert page.stack.currentWidget() is page.stack.cards
    here = page.list.current()
    assert here is not None
    family, given = here.name.split(", ")
    assert f"{given} {family}" in shown_pdf(page)
    assert len(page.preview.paper.pages()) == 1
    wide = page.preview.paper.pages()[0].image.width()
    assert wide == page.preview.paper.wanted_width(), "pictured at the size and fineness of the screen"


def test_down_shows_the_next_pupil(screen: Screen, qtbot: QtBot) -> None:
    page = screen.open()
    first = shown_pdf(page)
    qtbot.keyClick(page.list.table, Qt.Key.Key_Down)
    screen.settle(page)
    assert shown_pdf(page) != first
    assert page.preview._place.text() == f"2 of {TOTAL}"
    qtbot.keyClick(page.list.table, Qt.Key.Key_Return)
    assert page.preview.paper.hasFocus()
    qtbot.keyClick(page.preview.paper, Qt.Key.Key_Left)
    screen.settle(page)
    assert page.preview._place.text() == f"1 of {TOTAL}"
    assert shown_pdf(page) == first
    qtbot.keyClick(page.preview.paper, Qt.Key.Key_Left)
    assert page.preview._place.text() == f"1 of {TOTAL}"


def test_holding_a_key_down_draws_only_where_it_stops(screen: Screen, qtbot: QtBot) -> None:
    page = screen.open()
    drawn: list[object] = []
    page.showing.previews.ready.connect(drawn.append)
    for _ in range(7):
        qtbot.keyClick(page.list.table, Qt.Key.Key_Down)
    screen.settle(page)
    assert len(drawn) < 7
    here = page.list.current()
    assert here is not None
    assert here.name.split(", ")[1] in shown_pdf(page)


def test_tabs_filter(screen: Screen, qtbot: QtBot) -> None:
    page = screen.open()
    everybody = names(page)
    qtbot.mouseClick(page.list.tabs.button("incomplete"), Qt.MouseButton.LeftButton)
    screen.settle(page)
    assert len(names(page)) == INCOMPLETE
    here = page.list.current()
    assert here is not None
    assert here.state is CardState.INCOMPLETE
    assert page.preview.notice.text() == f"{here.reasons[0].text(page.words)}."
    assert page.list.tabs.button("issued").isHidden(), "no card is in that state"
    page.list.show_tab("issued")
    assert names(page) == []
    assert page.list._nothing.text() == "No card is issued yet."
    assert page.showing.paper() is None
    qtbot.mouseClick(page.list.tabs.button("all"), Qt.MouseButton.LeftButton)
    screen.settle(page)
    assert names(page) == everybody
    assert page.list.current() == here, "who was shown is shown"


def test_a_mark_entered_elsewhere_is_on_the_paper_at_once(screen: Screen, desk: DemoDesk) -> None:
    page = screen.open()
    page.list.show_tab("incomplete")
    screen.settle(page)
    here = page.list.current()
    assert here is not None
    before = shown_pdf(page)
    class_id = desk.class_id(CLASS)
    marks = MarkService(desk.laptop.db, desk.laptop.actor)
    sheets = desk.desk.queries.mark_sheet
    for subject in here.missing:
        sheet = sheets.sheet(class_id, subject, desk.term.id)
        (row,) = [place for place, one in enumerate(sheet.rows) if one.student_id == here.student_id]
        for column, entry in enumerate(sheet.rows[row].cells):
            item = sheet.item_at(row, column)
            if item is not None and entry is not None and entry.value is None:
                marks.record(here.student_id, item.id, "1")
    screen.settle(page, lambda: page.list.tabs.button("ready").text() == f"Ready {READY + 1}")
    page.list.choose(here.student_id)
    screen.settle(page)
    assert shown_pdf(page) != before
    assert page.preview.notice.isHidden()
    assert page.bar.issue.text() == f"Issue {READY + 1} cards"


def test_another_class_and_language(screen: Screen) -> None:
    page = screen.open()
    (reef,) = [one for one in screen.desk.classes if one.grade == "G4"]
    action = next(each for each in page.bar.school_class.choices.actions() if each.text() == reef.name)
    action.trigger()
    screen.settle(page)
    assert page.bar.school_class.text() == f"Report cards, {reef.name}"
    assert "Trimestre" not in shown_pdf(page)
    french = next(each for each in page.bar.language.choices.actions() if each.data() == "fr")
    french.trigger()
    screen.settle(page)
    assert "Trimestre 1" in shown_pdf(page)
    assert page.bar.language.text() == "Français"


def test_it_opens_for_a_pupil_and_comes_back_to_it(screen: Screen) -> None:
    page = screen.open()
    cards = page.list.cards()
    assert cards is not None
    wanted = cards.rows[4].student_id
    other = next(one.id for one in screen.desk.class_infos() if one.name != CLASS)
    page.open_with(class_id=other)
    screen.settle(page)
    page.open_with(class_id=screen.desk.class_id(CLASS), student_id=wanted)
    screen.settle(page)
    here = page.list.current()
    assert here is not None
    assert here.student_id == wanted
    mark = page.bookmark()
    assert mark == {"class_id": screen.desk.class_id(CLASS), "student_id": wanted, "view": "cards"}
    again = screen.open(school_class="")
    again.open_with(**mark)
    screen.settle(again)
    assert again.list.current() == here


def empty_class(desk: DemoDesk) -> UUID:
    """A class without pupils before all others in the list."""
    grade = desk.class_infos()[0].grades[0].id
    new = NewClass(desk.school_id, desk.year.id, "Grade 0 Empty", (grade,))
    return desk.desk.services.structure.create_class(new)


def test_from_a_class_without_pupils_the_paper_comes_by_itself(screen: Screen) -> None:
    empty = empty_class(screen.desk)
    page = screen.open(school_class="")
    page.open_with(class_id=empty)
    screen.settle(page)
    assert page.vacant.isVisible()
    action = next(each for each in page.bar.school_class.choices.actions() if each.text() == CLASS)
    action.trigger()
    screen.settle(page)
    assert page.preview.paper.pages()
    assert page.preview.save.isEnabled()
    assert page.preview.fit.isEnabled()


def test_a_subject_without_tests_is_led_to(screen: Screen) -> None:
    desk, class_id = screen.desk, screen.desk.class_id(CLASS)
    taught = {one.subject_id for one in desk.desk.queries.school.subjects_of(class_id)}
    bare = next(one.id for one in desk.desk.queries.grading.subjects("en") if one.id not in taught)
    desk.desk.services.structure.set_subject_teacher(class_id, bare, None)
    page = screen.open()
    cards = page.list.cards()
    assert cards is not None
    assert {row.state for row in cards.rows} == {CardState.INCOMPLETE}
    page.list.choose(next(row.student_id for row in cards.rows if row.only_tests))
    screen.settle(page)
    assert page.preview.notice.text().startswith("No tests: ")
    assert page.preview.notice.button.text() == "Add tests"
    with screen.qtbot.waitSignal(page.leads) as led:
        page.preview.notice.button.click()
    assert led.args[0] == "marks"
    assert (led.args[1]["class_id"], led.args[1]["subject_id"]) == (class_id, bare)


def test_it_begins_with_the_class_last_worked_in_else_with_one_that_has_pupils(screen: Screen) -> None:
    empty = empty_class(screen.desk)
    page = screen.open(school_class="")
    cards = page.list.cards()
    assert cards is not None
    assert cards.rows
    worked_in = screen.desk.class_id(CLASS)
    assert cards.class_id not in {worked_in, empty}
    screen.context.place.class_id = worked_in
    page.opened()
    screen.settle(page)
    assert page.journey.class_id == worked_in
    assert page.preview.paper.pages()


def test_the_place_of_the_top_bar(screen: Screen) -> None:
    page = screen.open()
    place = screen.context.place
    queries = screen.desk.desk.queries.school
    later = queries.terms(screen.desk.year.id)[1]
    place.choose(place.institution_id, place.year, later)
    screen.settle(page)
    empty = page.findChild(EmptyState, "report_cards.empty")
    assert empty is not None
    assert empty.isVisible()
    assert page.stack.currentWidget() is page.vacant, "nothing is entered in term 2"
    asked: list[tuple[str, object]] = []
    page.leads.connect(lambda key, arguments: asked.append((key, arguments)))
    button = page.findChild(Button, "report_cards.empty.marks")
    assert button is not None
    button.click()
    assert asked == [("marks", {"class_id": screen.desk.class_id(CLASS)})]
    anyway = page.findChild(Button, "report_cards.anyway")
    assert anyway is not None
    anyway.click()
    screen.settle(page)
    assert page.stack.currentWidget() is page.stack.cards
    assert len(names(page)) == TOTAL
    place.choose(place.institution_id, None, None)
    screen.settle(page)
    assert "No school year yet" in words_of(page)
    assert not page.bar.school_class.isVisible()


def words_of(page: ReportCardsPage) -> str:
    shown = page.vacant._shown
    assert shown is not None
    return f"{shown._fact.text()} {shown._help.text()}"


def test_a_class_without_pupils(screen: Screen) -> None:
    page = screen.open()
    desk = screen.desk
    grade = desk.class_infos()[0].grades[0]
    structure = StructureService(desk.laptop.db, desk.laptop.actor)
    new = structure.create_class(NewClass(desk.school_id, desk.year.id, "Grade 1 Reef", (grade.id,)))
    page.open_with(class_id=new)
    screen.settle(page)
    assert words_of(page) == "No pupils in Grade 1 Reef yet Put pupils into the class first."
    assert not page.bar.issue.isVisible()
    assert page.bar.school_class.isVisible(), "another class is one press away"


def test_missing_marks_lead_to_their_sheet(screen: Screen) -> None:
    page = screen.open()
    page.list.show_tab("incomplete")
    screen.settle(page)
    here = page.list.current()
    assert here is not None
    with screen.qtbot.waitSignal(page.leads) as led:
        page.preview.notice.button.click()
    assert led.args == [
        "marks",
        {"class_id": page.journey.class_id, "subject_id": here.missing[0], "student_id": here.student_id},
    ]


def test_keys_of_the_page(screen: Screen, qtbot: QtBot) -> None:
    page = screen.open()
    assert page.side_panel() is page.preview.paper
    page.journey.show_view(REMARKS)
    screen.settle(page)
    assert page.side_panel() is None
    assert page.escape()
    assert page.journey.view() == "cards"
    assert not page.escape()
    page.journey.show_view(REMARKS)
    page.show_first()
    assert page.journey.view() == "cards"
    page.list.strip.finish("Done")
    assert page.escape()
    assert page.list.strip.isHidden()


def test_sizes_from_the_menu(screen: Screen) -> None:
    page = screen.open()
    fitted = page.preview.paper.percent()
    for key, percent in (("150", 150), ("page", None), ("width", fitted)):
        action = next(each for each in page.preview.scale_menu.choices.actions() if each.data() == key)
        action.trigger()
        screen.settle(page)
        assert percent is None or page.preview.paper.percent() == percent
        assert page.preview.scale_menu.text() == page.words.percent(page.preview.paper.percent())
    screen.qtbot.waitUntil(
        lambda: page.preview.paper.pages()[0].image.width() == page.preview.paper.wanted_width()
    )
    page.preview.paper.zoom_by(1)
    page.preview.fit.click()
    assert page.preview.paper.percent() == fitted


def test_cards_that_cannot_be_made_say_why(screen: Screen, desk: DemoDesk) -> None:
    page = screen.open()
    with desk.laptop.db.write(desk.laptop.actor, "use_scheme") as session:
        for use in session.scalars(select(SchemeUse)):
            delete(session, use)
    screen.settle(page, lambda: page.stack.currentWidget() is page.vacant)
    assert words_of(page).startswith("The cards cannot be shown")
    assert not page.bar.issue.isVisible()


def test_compact_shows_both(screen: Screen) -> None:
    page = screen.open(size=COMPACT)
    assert page.list.isVisible()
    assert page.preview.paper.width() > 500
    assert not page.preview.fit.isVisible()
    assert page.minimumSizeHint().width() <= COMPACT.width()


def test_leaving_for_good_drops_what_shows_pupils(screen: Screen, qtbot: QtBot) -> None:
    page = screen.open(kept=False)
    previews = page.showing.previews
    assert previews.kept() > 0
    QApplication.sendEvent(page, QEvent(QEvent.Type.DeferredDelete))
    assert previews.kept() == 0


# -- Who may see what ---------------------------------------------------------------------------------


@pytest.fixture
def taught(tmp_path: Path) -> Iterator[DemoDesk]:
    """The class teacher of the class is signed in."""
    with demo_desk(tmp_path / "finding", 62) as office:
        teacher = next(one.teacher for one in office.classes if one.name == CLASS)
    with demo_desk(tmp_path / "teaching", 62, teacher) as made:
        yield made


def test_a_teacher_sees_the_own_class_and_issues_nothing(
    taught: DemoDesk, qtbot: QtBot, theme: Theme
) -> None:
    page = Screen(qtbot, taught, theme).open(school_class="")
    screen = page  # the page opens on the only class there is
    assert [each.text() for each in screen.bar.school_class.choices.actions()] == [CLASS]
    assert page.bar.school_class.text() == f"Report cards, {CLASS}"
    assert len(names(page)) == TOTAL
    assert "Preview" in shown_pdf(page) or "preview" in shown_pdf(page)
    assert not page.bar.issue.isVisible()
    assert not page.preview.save.isVisible()
    assert not page.preview.print_.isVisible()
    page.deeds.ask_to_issue()
    page.deeds.save()
    page.deeds.print_shown()
    assert page.issuing.dialog is None
    assert QApplication.activeModalWidget() is None


def test_a_teacher_without_a_class(tmp_path: Path, qtbot: QtBot, theme: Theme) -> None:
    with demo_desk(tmp_path, 62, "Teacher 91") as taught:
        screen = Screen(qtbot, taught, theme)
        page = screen.open(school_class="")
        assert words_of(page).startswith("You are not class teacher of a class this year")
        page.close()
        screen._end(page)


# -- Sizes --------------------------------------------------------------------------------------------


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


def test_120_pupils_with_the_longest_names(school: School, qtbot: QtBot, theme: Theme) -> None:
    room = classroom(school, pupils=0)
    long = "Marie-Thérèse-Évangéline Ñúñez-Example-of-the-Longest-Bay-and-the-Second-Longest-Cove"
    for number in range(120):
        school.add_pupil(f"{long}-{number:03}", "Grade 5 Coral")
    test, exam = room.items
    school.enter({(student, item): "45" for student in school.pupils.values() for item in (test, exam)})
    desk = desk_of(school, qtbot, theme)
    page = desk.open(school_class="Grade 5 Coral")
    assert len(names(page)) == 120
    assert page.bar.issue.text() == "Issue 120 cards"
    page.list.table.pick(119)
    desk.settle(page)
    assert page.preview._place.text() == "120 of 120"
    assert "Longest-Bay" in shown_pdf(page)
    assert page.minimumSizeHint().width() <= COMPACT.width()


def test_a_school_without_classes(school: School, qtbot: QtBot, theme: Theme) -> None:
    page = desk_of(school, qtbot, theme).open(school_class="")
    assert words_of(page).startswith("No classes in 2026–27 yet")
    with qtbot.waitSignal(page.leads) as led:
        button = page.findChild(Button, "report_cards.empty.settings")
        assert button is not None
        button.click()
    assert led.args == ["settings", {}]


class SmallDesk(Screen):
    """A school of the factories as a desk."""


def desk_of(school: School, qtbot: QtBot, theme: Theme) -> Screen:
    """A screen on a small school, for its principal."""
    laptop = SimpleNamespace(
        db=school.db,
        actor=replace(school.actor),
        box=None,
        user_keys=None,
        profile=None,
        site=SimpleNamespace(institution_id=school.id),
    )
    made = DemoDesk(open_desk(laptop), ())  # type: ignore[arg-type]
    return SmallDesk(qtbot, made, theme)


def test_a_counsellor_reads_and_writes_nothing(school: School, qtbot: QtBot, theme: Theme) -> None:
    room = classroom(school, pupils=3)
    school.enter({(room.pupil(1), item): "45" for item in room.items})
    school.actor = school.sign_in(Role.COUNSELLOR)
    page = desk_of(school, qtbot, theme).open(school_class="Grade 5 Coral")
    assert len(names(page)) == 3
    assert not page.bar.issue.isVisible()
    assert UUID(int=0) != page.journey.class_id


def test_the_keyboard_goes_on_in_the_table_of_what_is_shown(screen: Screen) -> None:
    page = screen.open()
    page.list.table.setFocus()
    page.journey.show_view(REMARKS)
    screen.settle(page, lambda: page.remarks.book is not None)
    assert page.remarks.grid.hasFocus()
    page.journey.show_view("cards")
    assert page.list.table.hasFocus()
    page.bar.view.button(REMARKS).setFocus()
    page.journey.show_view(REMARKS)
    assert page.bar.view.button(REMARKS).hasFocus(), "who chooses the view goes on there"


@pytest.mark.parametrize("size", [WIDE, COMPACT])
def test_the_page_opens_with_the_keyboard_in_the_list(screen: Screen, size: QSize) -> None:
    assert screen.open(size=size).list.table.hasFocus()
