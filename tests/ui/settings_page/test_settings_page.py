"""Settings by keyboard and mouse, on a real school: everything saves by itself, nothing locks anybody out."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.exceptions import TimeoutError as LaidOutTooLate
from pytestqt.qtbot import QtBot

from emis_desktop.errors import Refused, WrongPassword
from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.laptop import Laptop
from emis_desktop.log import NAME
from emis_desktop.models import User
from emis_desktop.profiles import load_profile
from emis_desktop.queries.school import ClassInfo
from emis_desktop.rules.rights import Role
from emis_desktop.services.users import UserService
from resources.words import Words
from tests.factories.desks import OFFICE, demo_home
from tests.factories.laptops import PRINCIPAL
from tests.ui.audit import COMPACT_PAGE, audit
from tests.ui.program.driving import Running
from ui.recovery_code import RecoveryCodeBox
from ui.settings_page.about import save_log
from ui.settings_page.classes import ClassesSection
from ui.settings_page.laptop import LaptopSection
from ui.settings_page.page import SettingsPage
from ui.settings_page.people import PeopleSection
from ui.settings_page.people_dialogs import RoomyText
from ui.settings_page.school import small_crest
from ui.settings_page.section import Section
from ui.settings_page.you import YouSection
from ui.theme.theme import Theme, ThemeMode
from ui.unlock.screen import UnlockScreen
from ui.widgets.table.cells import Cell
from ui.widgets.text import Text

NEW = "walk the yellow dog tonight"
Kind = TypeVar("Kind", bound=QWidget)


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[Running]:
    made = Running(qtbot, theme, demo_home(tmp_path, pupils=60))
    made.start()
    made.sign_in(PRINCIPAL)
    yield made
    made.stop()
    theme.set_mode(ThemeMode.LIGHT)


def open_tab(running: Running, key: str) -> Section:
    running.window.open("settings", tab=key)
    settle(running)
    page = running.window.page()
    assert isinstance(page, SettingsPage)
    return page.section()


def settle(running: Running) -> None:
    page = running.window.page("settings")
    assert isinstance(page, SettingsPage)
    running.qtbot.waitUntil(
        lambda: not page.queue.busy() and running.program.tasks.running() == 0, timeout=20_000
    )


def dialog(running: Running) -> QDialog:
    return running.frame.findChildren(QDialog)[-1]


def part(running: Running, kind: type[Kind], name: str) -> Kind:
    found = dialog(running).findChild(kind, name)
    assert found is not None, name
    return found


def put(running: Running, name: str, text: str) -> None:
    line = part(running, QLineEdit, name)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


def choose(box: QComboBox, key: str) -> None:
    box.setCurrentIndex(box.findData(key))
    box.activated.emit(box.currentIndex())


def press(running: Running, name: str) -> None:
    QTest.mouseClick(part(running, QWidget, name), Qt.MouseButton.LeftButton)


def said(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def people(running: Running) -> PeopleSection:
    section = open_tab(running, "people")
    assert isinstance(section, PeopleSection)
    return section


def pick(section: PeopleSection, name: str) -> None:
    for place in range(section._model.count()):
        if section._model.row(place).name == name:
            section.table.pick(place)
            section._picked()
            return
    raise AssertionError(name)


def names(running: Running) -> set[str]:
    return {one.name for one in Laptop(running.home).people()}


def classes(running: Running) -> dict[str, ClassInfo]:
    sitting = running.program.sitting
    assert sitting is not None
    assert sitting.context is not None
    place = sitting.context.place
    assert place.institution_id is not None
    assert place.year is not None
    found = sitting.desk.queries.school.classes(place.institution_id, place.year.id, place.year.starts_on)
    return {one.name: one for one in found}


def whole(running: Running, page: QWidget, room: QSize) -> None:
    """Wait until the page is laid out whole; tells what is wrong with it."""
    try:
        running.qtbot.waitUntil(lambda: audit(page, room) == [], timeout=2_000)
    except LaidOutTooLate:
        assert audit(page, room) == []


# -- People -------------------------------------------------------------------------------------------


def test_people_of_other_laptops_are_not_listed(running: Running) -> None:
    sitting = running.program.sitting
    assert sitting is not None
    with sitting.desk.laptop.db.replicate() as session:
        session.add(User(id=UUID(int=8), name="Ministry 01", role="ministry_officer"))
    section = people(running)
    settle(running)
    listed = {section._model.row(place).name for place in range(section._model.count())}
    assert listed == names(running)


def test_somebody_is_added_and_can_sign_in(running: Running) -> None:
    section = people(running)
    running.focus("settings.people.add")
    running.press(Qt.Key.Key_Space)
    press(running, "settings.add.do")
    assert "Type the name." in said(dialog(running))
    put(running, "settings.add.name", "Counsellor 01")
    press(running, "settings.add.do")
    assert "Choose a role." in said(dialog(running))
    choose(part(running, QComboBox, "settings.add.role"), "counsellor")
    assert "May: see pupils, see marks, record behaviour." in said(dialog(running))
    assert "Reads also: guardians and telephone numbers, health notes." in said(dialog(running))
    put(running, "settings.add.password", "short")
    press(running, "settings.add.do")
    assert "10 characters" in said(dialog(running))
    put(running, "settings.add.password", NEW)
    put(running, "settings.add.again", NEW)
    press(running, "settings.add.do")
    running.qtbot.waitUntil(lambda: "Counsellor 01" in names(running), timeout=10_000)
    settle(running)
    with Laptop(running.home).sign_in_as("Counsellor 01", NEW) as theirs:
        assert theirs.actor.role is Role.COUNSELLOR
    assert any(section._model.row(place).name == "Counsellor 01" for place in range(section._model.count()))


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("verb", ["add", "role"])
def test_a_dialog_stays_as_it_is_when_a_role_is_chosen(running: Running, verb: str, language: str) -> None:
    sitting = running.program.sitting
    assert sitting is not None
    running.frame.show_screen(sitting.window(Words.load(language)))
    section = people(running)
    pick(section, OFFICE)
    running.click(f"settings.people.{verb}")
    asked = dialog(running)
    box, deed = (
        part(running, QComboBox, f"settings.{verb}.role"),
        part(running, QWidget, f"settings.{verb}.do"),
    )
    explained = asked.findChild(RoomyText)
    assert explained is not None
    assert explained.text(), "no gap without a word"
    QApplication.processEvents()
    before = asked.size(), deed.geometry()
    for place in range(box.count()):
        choose(box, str(box.itemData(place)))
        QApplication.processEvents()
        assert (asked.size(), deed.geometry()) == before, box.itemText(place)
        assert explained.height() >= explained.heightForWidth(explained.width())
    asked.reject()


def test_a_toast_leaves_in_sight_what_can_be_done_for_somebody(running: Running) -> None:
    section = people(running)
    running.window.notify("Somebody can sign in now")
    toast, verb = running.window._toast, section._verbs["role"]
    assert toast.isVisible()
    top = verb.mapTo(running.window, QPoint(0, 0)).y()
    assert toast.mapTo(running.window, toast.rect().bottomLeft()).y() < top


def test_a_name_that_is_taken_is_told_in_the_dialog_which_stays(running: Running) -> None:
    people(running)
    running.click("settings.people.add")
    put(running, "settings.add.name", OFFICE)
    choose(part(running, QComboBox, "settings.add.role"), "teacher")
    put(running, "settings.add.password", NEW)
    put(running, "settings.add.again", NEW)
    press(running, "settings.add.do")
    settle(running)
    assert "on the list of this laptop already" in said(dialog(running))
    assert part(running, QLineEdit, "settings.add.name").text() == OFFICE


def test_a_role_is_changed_and_a_password_reset(running: Running) -> None:
    section = people(running)
    pick(section, OFFICE)
    running.click("settings.people.role")
    choose(part(running, QComboBox, "settings.role.role"), "teacher")
    press(running, "settings.role.do")
    settle(running)
    pick(section, OFFICE)
    running.click("settings.people.password")
    put(running, "settings.reset.password", NEW)
    put(running, "settings.reset.again", "something else entirely")
    press(running, "settings.reset.do")
    assert "The two are not the same." in said(dialog(running))
    put(running, "settings.reset.again", NEW)
    press(running, "settings.reset.do")
    settle(running)
    with Laptop(running.home).sign_in_as(OFFICE, NEW) as theirs:
        assert theirs.actor.role is Role.TEACHER
        assert theirs.actor.class_ids == frozenset()


def test_a_role_that_is_none_of_ours_is_told_and_given_again(running: Running) -> None:
    user_id = next(one.id for one in Laptop(running.home).people() if one.name == OFFICE)
    with Laptop(running.home).sign_in_as(PRINCIPAL, PASSWORD) as mine, mine.db.replicate() as session:
        session.get_one(User, user_id).role = "emperor"
    section = people(running)
    section.refresh()
    settle(running)
    pick(section, OFFICE)
    line = section.current()
    assert line is not None
    assert section._cells(line)[1] == Cell("Not valid here", pill="warn")
    running.click("settings.people.role")
    assert "not valid here. Choose it again." in said(dialog(running))
    press(running, "settings.role.do")
    assert "Choose a role." in said(dialog(running))
    choose(part(running, QComboBox, "settings.role.role"), "teacher")
    press(running, "settings.role.do")
    settle(running)
    pick(section, OFFICE)
    line = section.current()
    assert line is not None
    assert section._cells(line)[1] == Cell("Teacher")


def test_a_dialog_grows_with_what_is_said_in_it(running: Running) -> None:
    section = people(running)
    pick(section, OFFICE)
    running.click("settings.people.password")
    before = dialog(running).height()
    put(running, "settings.reset.password", "short")
    press(running, "settings.reset.do")
    told = next(
        label for label in dialog(running).findChildren(Text) if label.text().startswith("Choose a password")
    )
    running.qtbot.waitUntil(lambda: told.height() >= told.heightForWidth(told.width()))
    assert dialog(running).height() > before
    QTest.keyClick(dialog(running), Qt.Key.Key_Escape)


def test_a_user_is_said_to_be_somebody_on_the_staff(running: Running) -> None:
    section = people(running)
    pick(section, OFFICE)
    running.click("settings.people.staff")
    box = part(running, QComboBox, "settings.link.staff")
    choose(box, str(box.itemData(1)))
    name = box.itemText(1)
    press(running, "settings.link.do")
    settle(running)
    line = next(
        section._model.row(place)
        for place in range(section._model.count())
        if section._model.row(place).name == OFFICE
    )
    assert line.staff == name


def test_access_ends_after_a_question_whose_safe_answer_has_the_focus(running: Running) -> None:
    section = people(running)
    pick(section, OFFICE)
    running.click("settings.people.end")
    assert dialog(running).windowTitle() == f"End the access of {OFFICE}?"
    assert dialog(running).focusWidget() is part(running, QWidget, "settings.end.keep")
    QTest.keyClick(dialog(running), Qt.Key.Key_Escape)
    assert OFFICE in names(running)
    running.click("settings.people.end")
    press(running, "settings.end.end")
    running.qtbot.waitUntil(lambda: OFFICE not in names(running), timeout=10_000)
    settle(running)
    pick(section, OFFICE)
    assert not running.find("settings.people.end").isEnabled()
    with pytest.raises(WrongPassword):
        Laptop(running.home).sign_in_as(OFFICE, PASSWORD)


def test_nobody_acts_on_themselves(running: Running) -> None:
    section = people(running)
    pick(section, PRINCIPAL)
    for key in ("role", "password", "end"):
        assert not running.find(f"settings.people.{key}").isEnabled()
    section.end_access()
    section.change_role()
    section.reset_password()
    assert running.frame.findChildren(QDialog) == []


def test_an_adding_that_was_cut_short_can_be_cleared_away(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = people(running)
    sitting = running.program.sitting
    assert sitting is not None
    service = sitting.desk.services.users
    from emis_desktop.keyring import KeyRing, NewPerson
    from emis_desktop.rules.ids import new_id

    laptop = sitting.desk.laptop
    ring: KeyRing = laptop.ring
    ring.add_user(laptop.keys, NewPerson(new_id(), "Clerk 09", "teacher", NEW), {laptop.store_id: ()})
    section.refresh()
    settle(running)
    pick(section, "Clerk 09")
    assert "Adding was cut short" in [cell.text for cell in section._cells(section.current() or _never())]
    assert isinstance(service, UserService)
    running.click("settings.people.clear")
    settle(running)
    assert "Clerk 09" not in names(running)


def _never() -> object:
    raise AssertionError


# -- School, years, classes, grading ------------------------------------------------------------------


def test_a_detail_saves_when_it_is_left_and_ctrl_z_takes_it_back(running: Running) -> None:
    open_tab(running, "school")
    before = running.find("settings.school.motto")
    assert isinstance(before, QLineEdit)
    old = before.text()
    running.fill("settings.school.motto", "Onward and upward")
    running.press(Qt.Key.Key_Tab)
    settle(running)
    sitting = running.program.sitting
    assert sitting is not None
    assert sitting.desk.queries.school.schools()[0].motto == "Onward and upward"
    running.window.setFocus()
    running.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    running.qtbot.waitUntil(lambda: before.text() == old, timeout=10_000)


def test_a_refused_detail_stays_typed_with_the_reason(running: Running) -> None:
    open_tab(running, "school")
    running.fill("settings.school.name", "  ")
    running.press(Qt.Key.Key_Tab)
    settle(running)
    line = running.find("settings.school.name")
    assert isinstance(line, QLineEdit)
    assert line.accessibleDescription() == "Type the name of the school."
    assert line.text() == "  "


def test_a_crest_is_made_small_kept_and_removed(running: Running, tmp_path: Path) -> None:
    section = open_tab(running, "school")
    picture = QImage(1800, 1200, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkCyan)
    picture.save(str(tmp_path / "crest.bmp"))
    section.take_crest(tmp_path / "crest.bmp")  # type: ignore[attr-defined]  # the school's own
    settle(running)
    sitting = running.program.sitting
    assert sitting is not None
    school_id = sitting.desk.laptop.site.institution_id
    assert school_id is not None
    kept = sitting.desk.queries.school.crest(school_id)
    assert kept is not None
    small = QImage.fromData(kept)
    assert (small.width(), small.height()) == (600, 400)
    (tmp_path / "odd.png").write_bytes(b"no picture")
    section.take_crest(tmp_path / "odd.png")  # type: ignore[attr-defined]
    settle(running)
    assert "odd.png is no picture" in said(running.window)
    running.click("settings.crest.remove")
    settle(running)
    assert sitting.desk.queries.school.crest(school_id) is None


def test_a_busy_picture_becomes_smaller_still(tmp_path: Path) -> None:
    import random

    chance = random.Random(1)
    noise = QImage(600, 600, QImage.Format.Format_RGB32)
    for x in range(600):
        for y in range(600):
            noise.setPixel(x, y, chance.getrandbits(24))
    noise.save(str(tmp_path / "noise.png"))
    assert QImage.fromData(small_crest(tmp_path / "noise.png")).width() < 600


def test_the_dates_of_a_term_save_and_a_wrong_one_is_told(running: Running) -> None:
    open_tab(running, "years")
    sitting = running.program.sitting
    assert sitting is not None
    assert sitting.context is not None
    year = sitting.context.place.year
    assert year is not None
    term = sitting.desk.queries.school.terms(year.id)[0]
    earlier = term.ends_on - timedelta(days=7)
    running.fill("settings.term1.due", f"{earlier:%d/%m/%Y}")
    running.press(Qt.Key.Key_Tab)
    settle(running)
    assert sitting.desk.queries.school.terms(year.id)[0].marks_due_on == earlier
    running.fill("settings.term1.ends", f"{term.ends_on + timedelta(days=60):%d/%m/%Y}")
    running.press(Qt.Key.Key_Tab)
    settle(running)
    assert "overlap" in running.find("settings.term1.ends").accessibleDescription()
    running.fill("settings.year.ends", f"{term.ends_on:%d/%m/%Y}")
    running.press(Qt.Key.Key_Tab)
    settle(running)
    assert "Change its dates first" in running.find("settings.year.ends").accessibleDescription()


def test_a_date_that_is_refused_does_not_stand_in_the_way_of_another(running: Running) -> None:
    open_tab(running, "years")
    sitting = running.program.sitting
    assert sitting is not None
    assert sitting.context is not None
    year = sitting.context.place.year
    assert year is not None
    term = sitting.desk.queries.school.terms(year.id)[0]
    running.fill("settings.term1.ends", f"{term.ends_on + timedelta(days=60):%d/%m/%Y}")
    running.press(Qt.Key.Key_Tab)
    settle(running)
    earlier = term.ends_on - timedelta(days=9)
    running.fill("settings.term1.due", f"{earlier:%d/%m/%Y}")
    running.press(Qt.Key.Key_Tab)
    settle(running)
    stored = sitting.desk.queries.school.terms(year.id)[0]
    assert (stored.marks_due_on, stored.ends_on) == (earlier, term.ends_on)
    assert "overlap" not in running.find("settings.term1.due").accessibleDescription()
    assert "overlap" in running.find("settings.term1.ends").accessibleDescription()


def test_what_was_refused_in_one_year_is_not_shown_in_another(running: Running) -> None:
    open_tab(running, "years")
    running.click("settings.year.add")
    settle(running)
    sitting = running.program.sitting
    assert sitting is not None
    assert sitting.context is not None
    place = sitting.context.place
    year = place.year
    assert year is not None
    other = next(one for one in sitting.desk.queries.school.years() if one.id != year.id)
    term = sitting.desk.queries.school.terms(year.id)[0]
    running.fill("settings.year.ends", f"{term.ends_on:%d/%m/%Y}")
    running.press(Qt.Key.Key_Tab)
    settle(running)
    ends = running.find("settings.year.ends")
    assert isinstance(ends, QLineEdit)
    assert ends.accessibleDescription() != ""
    place.choose(place.institution_id, other, None)
    settle(running)
    assert ends.accessibleDescription() == ""
    assert str(other.ends_on.year) in ends.text()


def test_the_next_year_is_added_from_the_countrys_rules(running: Running) -> None:
    open_tab(running, "years")
    sitting = running.program.sitting
    assert sitting is not None
    before = sitting.desk.queries.school.years()
    running.click("settings.year.add")
    settle(running)
    after = sitting.desk.queries.school.years()
    assert len(after) == len(before) + 1
    assert sitting.desk.queries.school.terms(after[0].id)
    assert str(after[0].starts_on.year + 1) in running.text("settings.year.add")


def test_a_class_is_added_with_the_countrys_subjects_renamed_and_removed(running: Running) -> None:
    open_tab(running, "classes")
    running.click("settings.classes.add")
    press(running, "settings.class.do")
    assert "Type the name of the class." in said(dialog(running))
    put(running, "settings.class.name", "Grade 5 Reef")
    press(running, "settings.class.do")
    assert "Choose at least one grade." in said(dialog(running))
    press(running, "settings.class.grade.G5")
    press(running, "settings.class.do")
    settle(running)
    made = classes(running)["Grade 5 Reef"]
    sitting = running.program.sitting
    assert sitting is not None
    there = sitting.desk.queries.school.subjects_of(made.id)
    profile = load_profile("XD")
    assert [subject.code for subject in there] == [subject.code for subject in profile.subjects_of("G5")]
    name = running.find("settings.class.rename")
    assert isinstance(name, QLineEdit)
    running.qtbot.waitUntil(lambda: name.text() == "Grade 5 Reef")
    running.fill("settings.class.rename", "Grade 5 Sand")
    running.press(Qt.Key.Key_Tab)
    settle(running)
    assert "Grade 5 Sand" in classes(running)
    running.click("settings.class.grades.G6")
    settle(running)
    assert [grade.code for grade in classes(running)["Grade 5 Sand"].grades] == ["G5", "G6"]
    running.click("settings.class.remove")
    settle(running)
    assert "Grade 5 Sand" not in classes(running)
    running.click("toast.undo")
    settle(running)
    assert "Grade 5 Sand" in classes(running)


def test_a_grade_with_pupils_stays_and_says_why(running: Running) -> None:
    section = open_tab(running, "classes")
    chosen = section.current()  # type: ignore[attr-defined]  # the classes' own
    code = chosen.grades[0].code
    other = "G6" if code != "G6" else "G5"
    running.click(f"settings.class.grades.{other}")
    settle(running)
    running.click(f"settings.class.grades.{code}")
    settle(running)
    assert "Move them first" in said(section)
    assert [grade.code for grade in classes(running)[chosen.name].grades] == sorted(
        [code, other],
        key=lambda one: [grade.code for grade in section.plan.grades].index(one),  # type: ignore[attr-defined]
    )


def test_teachers_and_subjects_of_a_class(running: Running) -> None:
    section = open_tab(running, "classes")
    running.click("settings.classes.staff")
    press(running, "settings.staff.do")
    settle(running)
    assert "Type a name with at least one letter." in said(dialog(running))
    put(running, "settings.staff.given", "Zoe")
    put(running, "settings.staff.family", "Zulu")
    press(running, "settings.staff.do")
    settle(running)
    leader = running.find("settings.class.leader")
    assert isinstance(leader, QComboBox)
    place = next(row for row in range(leader.count()) if "Zulu" in leader.itemText(row))
    choose(leader, str(leader.itemData(place)))
    settle(running)
    chosen = section.current()  # type: ignore[attr-defined]
    assert "Zulu" in classes(running)[chosen.name].teacher
    sitting = running.program.sitting
    assert sitting is not None

    def subjects() -> dict[str, str]:
        return {one.code: one.teacher for one in sitting.desk.queries.school.subjects_of(chosen.id)}

    code = next(iter(subjects()))
    box = running.find(f"settings.class.teacher.{code}")
    assert isinstance(box, QComboBox)
    choose(box, str(box.itemData(box.findText(leader.itemText(place)))))
    settle(running)
    assert "Zulu" in subjects()[code]
    running.click(f"settings.class.drop.{code}")
    settle(running)
    assert code not in subjects()
    more = running.find("settings.class.subject")
    assert isinstance(more, QComboBox)
    ids = {one.code: one.id for one in sitting.desk.queries.grading.subjects("en")}
    choose(more, str(ids[code]))
    settle(running)
    assert code in subjects()


def test_a_grade_gets_another_scheme(running: Running) -> None:
    open_tab(running, "grading")
    box = running.find("settings.grading.G5")
    assert isinstance(box, QComboBox)
    other = next(str(box.itemData(row)) for row in range(box.count()) if row != box.currentIndex())
    choose(box, other)
    settle(running)
    sitting = running.program.sitting
    assert sitting is not None
    school_id = sitting.desk.laptop.site.institution_id
    assert school_id is not None
    use = next(one for one in sitting.desk.queries.grading.uses(school_id) if one.grade.code == "G5")
    assert (use.scheme_id, use.own) == (UUID(other), True)


def test_a_new_school_is_told_to_begin_with_its_classes(running: Running) -> None:
    sitting = running.program.sitting
    assert sitting is not None
    assert sitting.context is not None
    open_tab(running, "years")
    running.click("settings.year.add")
    settle(running)
    running.window.selected.emit("year", str(sitting.desk.queries.school.years()[0].id))
    section = open_tab(running, "classes")
    assert "No classes in this year yet" in said(section)
    running.click("settings.classes.first")
    assert dialog(running).windowTitle() == "Add a class"


# -- Oneself and the laptop ---------------------------------------------------------------------------


def test_everybody_changes_their_own_password(running: Running) -> None:
    open_tab(running, "you")
    running.click("settings.change_password")
    assert running.find("settings.old_password").accessibleDescription() == "Type the password."
    running.fill("settings.old_password", "not the password")
    running.fill("settings.new.password", NEW)
    running.fill("settings.new.again", NEW)
    running.press(Qt.Key.Key_Return)
    settle(running)
    assert "does not fit" in running.find("settings.old_password").accessibleDescription()
    running.fill("settings.old_password", PASSWORD)
    running.click("settings.change_password")
    settle(running)
    Laptop(running.home).sign_in_as(PRINCIPAL, NEW).lock()
    old = running.find("settings.old_password")
    assert isinstance(old, QLineEdit)
    assert old.text() == ""


def test_the_laptops_choices_hold_at_once(running: Running, theme: Theme) -> None:
    open_tab(running, "laptop")
    lock = running.find("settings.lock")
    assert isinstance(lock, QComboBox)
    choose(lock, "30")
    assert running.settings.auto_lock_minutes == 30
    assert running.window._status.text("lock") == "Locks after 30 min"
    running.click("settings.look.dark")
    assert theme.mode is ThemeMode.DARK
    assert running.settings.theme == "dark"
    running.click("settings.language.fr")
    assert running.window.words.language == "fr"
    assert running.window.current() == "settings"
    page = running.window.page()
    assert isinstance(page, SettingsPage)
    assert page.bookmark() == {"tab": "laptop"}
    settle(running)


def test_a_new_recovery_code_needs_the_password_and_goes_with_the_page(running: Running) -> None:
    open_tab(running, "laptop")
    running.click("settings.recovery.renew")
    assert running.find("settings.recovery.password").accessibleDescription() == "Type the password."
    running.fill("settings.recovery.password", "not the password")
    running.press(Qt.Key.Key_Return)
    settle(running)
    assert "does not fit" in running.find("settings.recovery.password").accessibleDescription()
    running.fill("settings.recovery.password", PASSWORD)
    running.press(Qt.Key.Key_Return)
    settle(running)
    box = running.window.findChild(RecoveryCodeBox)
    assert box is not None
    code = box._code
    Laptop(running.home).recover(code, Laptop(running.home).people()[1].id, NEW)
    open_tab(running, "about")
    running.qtbot.waitUntil(lambda: running.window.findChild(RecoveryCodeBox) is None)


def test_a_recovery_code_that_is_being_made_is_waited_for(running: Running) -> None:
    """The old code is useless from now on: whoever goes away meanwhile would never see the new one."""
    open_tab(running, "laptop")
    running.fill("settings.recovery.password", PASSWORD)
    running.press(Qt.Key.Key_Return)
    page = running.window.page()
    assert isinstance(page, SettingsPage)
    page.show_section("you")
    assert isinstance(page.section(), LaptopSection)
    settle(running)
    running.qtbot.waitUntil(running.find("recovery.code").isVisible)
    page.show_section("you")
    assert isinstance(page.section(), YouSection)


def test_a_refusal_for_a_class_that_is_no_longer_chosen_is_said_above(running: Running) -> None:
    section = open_tab(running, "classes")
    assert isinstance(section, ClassesSection)
    settle(running)
    first, second = section._model.row(0), section._model.row(1)
    section.card._not_stored(first.id, section.card._name.set_refusal, Refused("Not this name."))
    assert section.card._name.fault == "Not this name."
    section.table.pick(1)
    settle(running)
    assert section.card._name.text() == second.name
    with running.qtbot.waitSignal(section.refused) as told:
        section.card._not_stored(first.id, section.card._name.set_refusal, Refused("Not this name."))
    assert told.args == ["Not this name."]
    assert section.card._name.fault == ""


def test_the_doctor_says_in_words_what_was_found(running: Running) -> None:
    section = open_tab(running, "about")
    running.click("settings.doctor.check")
    running.qtbot.waitUntil(lambda: "The records are whole" in said(section), timeout=20_000)
    running.click("settings.about.licences")
    assert "SIL Open Font License 1.1" in said(dialog(running))
    QTest.keyClick(dialog(running), Qt.Key.Key_Escape)


def test_the_log_goes_into_one_file_oldest_first(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    with pytest.raises(Refused, match="no log"):
        save_log(logs, tmp_path / "all.log")
    (logs / NAME).write_text("new\n", encoding="utf-8")
    (logs / f"{NAME}.1").write_text("old\n", encoding="utf-8")
    save_log(logs, tmp_path / "all.log")
    assert (tmp_path / "all.log").read_text(encoding="utf-8") == "old\nnew\n"


def test_a_teacher_sees_only_what_is_theirs(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    running = Running(qtbot, theme, demo_home(tmp_path, pupils=60))
    running.start()
    running.sign_in("Teacher 01")
    running.window.open("settings")
    page = running.window.page()
    assert isinstance(page, SettingsPage)
    assert list(page._makers) == ["you", "laptop", "sync", "about"]
    settle(running)
    assert running.screen.findChild(QWidget, "settings.recovery.renew") is None
    page.open_with(tab="people")
    assert page.bookmark() == {"tab": "you"}
    running.stop()


def test_locking_while_typing_keeps_what_was_typed(running: Running) -> None:
    open_tab(running, "school")
    running.fill("settings.school.motto", "Typed just before the lock")
    running.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    running.wait_for(UnlockScreen)
    with Laptop(running.home).sign_in_as(PRINCIPAL, PASSWORD) as mine:
        from emis_desktop.queries.school import SchoolQueries

        assert SchoolQueries(mine.db, mine.actor).schools()[0].motto == "Typed just before the lock"


@pytest.mark.parametrize("language", ["en", "fr", "es", "xr"])
@pytest.mark.parametrize("size", [QSize(1366, 768), QSize(1093, 614)], ids=["wide", "compact"])
@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK], ids=["light", "dark"])
def test_every_part_shows_whole(
    running: Running, theme: Theme, language: str, size: QSize, mode: ThemeMode
) -> None:
    sitting = running.program.sitting
    assert sitting is not None
    theme.set_mode(mode)
    running.frame.resize(size)
    running.frame.show_screen(sitting.window(Words.load(language)))
    running.qtbot.wait(30)
    room = COMPACT_PAGE if size.width() < 1180 else QSize(1182, 688)
    for key in ("people", "school", "years", "classes", "grading", "you", "laptop", "about"):
        open_tab(running, key)
        page = running.window.page()
        assert page is not None
        whole(running, page, room)


def test_undo_of_a_removed_class_takes_back_that_and_nothing_later(running: Running) -> None:
    section = open_tab(running, "classes")
    add_class(running, "Grade 5 Reef")
    running.click("settings.class.remove")
    settle(running)
    assert "Grade 5 Reef" not in classes(running)
    sitting = running.program.sitting
    assert sitting is not None
    other = next(iter(classes(running).values()))
    sitting.desk.services.structure.rename_class(other.id, "Grade 1 Later")
    settle(running)
    running.click("toast.undo")
    settle(running)
    assert {"Grade 5 Reef", "Grade 1 Later"} <= set(classes(running))
    assert section.isVisible()


def add_class(running: Running, name: str) -> None:
    """By the dialog, for grade 5."""
    running.click("settings.classes.add")
    put(running, "settings.class.name", name)
    press(running, "settings.class.grade.G5")
    press(running, "settings.class.do")
    settle(running)
