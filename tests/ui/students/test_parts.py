"""The tabs of a record: guardians, enrolment, health, notes, history; the photo; the peek."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from emis_desktop.errors import BadFile
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.jpeg import jpeg_size
from emis_desktop.rules.rights import ROLE_NAMES, ROLE_READS, Role, SensitivityClass
from emis_desktop.services.relations import NewGuardian
from emis_desktop.services.structure import NewClass
from tests.factories.desks import DemoDesk
from tests.factories.schools import IN_TERM
from tests.ui.students.conftest import Screen
from tests.ui.students.forms import press, type_into
from ui.students.page import StudentsPage
from ui.students.photos import small_photo
from ui.students.record.enrolment import EnrolmentPart
from ui.students.record.guardian_card import GuardianCard
from ui.students.record.guardians import Guardians
from ui.students.record.health import READERS, Health
from ui.students.record.history import History
from ui.students.record.notes import Notes
from ui.students.record.view import RecordView
from ui.widgets.fields import ChoiceField, SegmentField

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
Find = Callable[[str], QWidget]
ROW = 30


@pytest.fixture
def pupil(page: StudentsPage) -> UUID:
    found = page.list.model.pupil(ROW)
    assert found is not None
    return found.id


@pytest.fixture
def open_part(page: StudentsPage, pupil: UUID, screen: Screen) -> Callable[[str], RecordView]:
    def opened(part: str) -> RecordView:
        assert page.views.open_record(pupil, part)
        screen.settle(page)
        return page.views.record()

    return opened


Open = Callable[[str], RecordView]


def stored(page: StudentsPage, pupil: UUID) -> StudentRecord:
    return page.context.queries.students.record(pupil)


def pick(field: ChoiceField, key: str) -> None:
    field.set_value(key)
    field.combo.activated.emit(field.combo.currentIndex())


def cards_of(record: RecordView) -> list[GuardianCard]:
    part = record.parts["guardians"]
    assert isinstance(part, Guardians)
    return part.cards()


class TestGuardians:
    """Who may be called."""

    def test_every_field_saves(
        self, page: StudentsPage, pupil: UUID, open_part: Open, screen: Screen
    ) -> None:
        record = open_part("guardians")
        card = cards_of(record)[0]
        type_into(card.texts["given_names"], "Renée")
        type_into(card.phone, "000 0555")
        assert isinstance(card.relation, ChoiceField)
        pick(card.relation, "AUNT")
        assert isinstance(card.court, SegmentField)
        press(card.court.segments.button("yes"), Key.Key_Space)
        assert isinstance(card.collect, SegmentField)
        press(card.collect.segments.button("no"), Key.Key_Space)
        screen.settle(page)
        line = stored(page, pupil).guardians[0]
        assert (line.given_names, line.phone, line.relation) == ("Renée", "000 0555", "AUNT")
        assert (line.court_order, line.may_collect) == (True, False)
        assert card.head.title.text().startswith("1. Renée")
        type_into(card.phone, "no phone")
        type_into(card.texts["family_name"], "")
        screen.settle(page)
        assert "in digits" in card.phone.fault
        assert card.texts["family_name"].fault == "Enter the family name."
        assert record.head.status.text() == "2 fields not saved"

    def test_a_new_one_is_typed(
        self, page: StudentsPage, pupil: UUID, open_part: Open, screen: Screen, find: Find
    ) -> None:
        record = open_part("guardians")
        before = len(stored(page, pupil).guardians)
        press(find("student.guardians.add"), Key.Key_Space)
        part = record.parts["guardians"]
        assert isinstance(part, Guardians)
        new = part.new
        assert new.isVisible()
        assert new.given.line.hasFocus()
        assert new.family.text() == stored(page, pupil).family_name
        press(find("student.new_guardian.add"), Key.Key_Space)
        screen.settle(page)
        assert new.relation.fault == "Choose what the guardian is to the pupil."
        pick(new.relation, "UNCLE")
        press(find("student.new_guardian.add"), Key.Key_Space)
        screen.settle(page)
        assert new.given.fault == "Enter the given names."
        type_into(new.given, "Bo")
        type_into(new.phone, "call him")
        press(find("student.new_guardian.add"), Key.Key_Space)
        screen.settle(page)
        assert "in digits" in new.phone.fault
        type_into(new.phone, "000 0999")
        press(find("student.new_guardian.add"), Key.Key_Space)
        screen.settle(page)
        line = stored(page, pupil).guardians[-1]
        assert (line.given_names, line.relation, line.phone, line.priority) == (
            "Bo",
            "UNCLE",
            "000 0999",
            before + 1,
        )
        assert not new.isVisible()
        assert record.tabs.button("guardians").text() == f"Guardians {before + 1}"
        assert screen.told.undo is not None
        screen.told.undo()
        screen.settle(page)
        assert len(stored(page, pupil).guardians) == before

    @pytest.mark.parametrize("by", ["name", "phone"])
    def test_one_of_a_sibling_is_found_and_shared(
        self, page: StudentsPage, pupil: UUID, open_part: Open, screen: Screen, find: Find, by: str
    ) -> None:
        other = page.list.model.pupil(0)
        assert other is not None
        known = stored(page, other.id).guardians[0]
        record = open_part("guardians")
        press(find("student.guardians.add"), Key.Key_Space)
        part = record.parts["guardians"]
        assert isinstance(part, Guardians)
        new = part.new
        if by == "name":
            type_into(new.given, known.given_names)
            type_into(new.family, known.family_name)
        else:
            type_into(new.phone, known.phone or "")
        QTest.qWait(300)
        screen.settle(page)
        button = find("student.new_guardian.known0")
        assert known.phone is not None
        assert known.phone in button.text()  # type: ignore[attr-defined]
        press(button, Key.Key_Space)
        screen.settle(page)
        assert new.relation.fault == "Choose what the guardian is to the pupil."
        pick(new.relation, "MOTHER")
        press(find("student.new_guardian.known0"), Key.Key_Space)
        screen.settle(page)
        line = stored(page, pupil).guardians[-1]
        assert line.person_id == known.person_id
        assert f"{other.given_names} {other.family_name}" in line.siblings
        assert "Also guardian of" in cards_of(record)[-1].head.facts.text()

    def test_the_order_and_taking_one_off(
        self, page: StudentsPage, pupil: UUID, open_part: Open, screen: Screen
    ) -> None:
        page.context.services.relations.add_guardian(pupil, NewGuardian("AUNT", "Zoë", "Demo"))
        record = open_part("guardians")
        first, *_, last = cards_of(record)
        assert not first.up.isEnabled()
        assert not last.down.isEnabled()
        names = [card.line.given_names for card in cards_of(record)]
        last.up.click()
        screen.settle(page)
        moved = [line.given_names for line in stored(page, pupil).guardians]
        assert moved == [*names[:-2], names[-1], names[-2]]
        assert [card.line.given_names for card in cards_of(record)] == moved
        cards_of(record)[0].removed.emit(cards_of(record)[0].line)
        screen.settle(page)
        assert [card.line.given_names for card in cards_of(record)] == moved[1:]
        assert screen.told.messages[-1].endswith("removed")
        assert screen.told.undo is not None
        screen.told.undo()
        screen.settle(page)
        assert [card.line.given_names for card in cards_of(record)] == moved

    def test_nobody_yet_and_a_change_of_mind(
        self, page: StudentsPage, pupil: UUID, open_part: Open, screen: Screen, find: Find
    ) -> None:
        for line in stored(page, pupil).guardians:
            page.context.services.relations.remove_guardian(line.id)
        record = open_part("guardians")
        part = record.parts["guardians"]
        assert isinstance(part, Guardians)
        assert part._none.isVisible()
        press(find("student.guardians.add"), Key.Key_Space)
        assert not part._none.isVisible()
        press(find("student.new_guardian.cancel"), Key.Key_Space)
        assert part._none.isVisible()
        assert part.add_button.isEnabled()
        press(find("student.guardians.add"), Key.Key_Space)
        record.open_part("details")
        record.open_part("guardians")
        assert not part.new.isVisible()


class TestEnrolment:
    """Moving, leaving, coming back."""

    @pytest.fixture
    def part(self, open_part: Open) -> EnrolmentPart:
        found = open_part("enrolment").parts["enrolment"]
        assert isinstance(found, EnrolmentPart)
        return found

    def test_moved_to_another_class_and_back(
        self, page: StudentsPage, pupil: UUID, part: EnrolmentPart, screen: Screen, desk: DemoDesk
    ) -> None:
        current = stored(page, pupil).current
        assert current is not None
        structure = desk.desk.services.structure
        same = structure.create_class(
            NewClass(desk.school_id, desk.year.id, "Same grade", (current.grade_id,))
        )
        screen.settle(page)
        dialog = part.ask_move()
        assert dialog is not None
        assert dialog.choice.combo.itemText(0).startswith("Same grade")
        assert "the grade becomes" in dialog.choice.combo.itemText(dialog.choice.combo.count() - 1)
        dialog.choice.set_value(str(same))
        assert dialog.deed is not None
        dialog.deed.click()
        screen.settle(page)
        record = stored(page, pupil)
        assert record.current is not None
        assert record.current.class_name == "Same grade"
        assert part.model.count() == len(record.enrolments) + 1
        assert "Changed class" in [part.model.index(row, 6).data() for row in range(part.model.count())]
        assert screen.told.messages[-1].endswith("moved to Same grade")
        assert screen.told.undo is not None
        screen.told.undo()
        screen.settle(page)
        now = stored(page, pupil).current
        assert now is not None
        assert now.class_id == current.class_id

    def test_what_is_typed_is_read_in_the_thread_of_the_screen(
        self,
        pupil: UUID,
        part: EnrolmentPart,
        screen: Screen,
        page: StudentsPage,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        threads: list[threading.Thread] = []
        read = ChoiceField.value

        def watched(field: ChoiceField) -> str:
            threads.append(threading.current_thread())
            return read(field)

        monkeypatch.setattr(ChoiceField, "value", watched)
        dialog = part.ask_withdraw()
        assert dialog is not None
        assert dialog.deed is not None
        dialog.deed.click()
        screen.settle(page)
        assert threads
        assert set(threads) == {threading.main_thread()}
        assert dialog.reason.fault == "Choose why the pupil leaves."
        dialog.reject()

    def test_moved_to_another_grade(
        self, page: StudentsPage, pupil: UUID, part: EnrolmentPart, screen: Screen
    ) -> None:
        current = stored(page, pupil).current
        assert current is not None
        other = next(one for one in page.rolls.classes() if one.grades[0].id != current.grade_id)
        dialog = part.ask_move()
        assert dialog is not None
        dialog.choice.set_value(str(other.id))
        assert dialog.deed is not None
        dialog.deed.click()
        screen.settle(page)
        now = stored(page, pupil).current
        assert now is not None
        assert (now.class_name, now.grade) == (other.name, other.grades[0].name)

    def test_a_day_before_the_first_is_refused_beside_the_day(
        self, page: StudentsPage, pupil: UUID, part: EnrolmentPart, screen: Screen
    ) -> None:
        dialog = part.ask_move()
        assert dialog is not None
        dialog.choice.combo.setCurrentIndex(0)
        type_into(dialog.day, "1/9/2026")
        assert dialog.deed is not None
        dialog.deed.click()
        screen.settle(page)
        assert "The pupil came on 7 September 2026" in dialog.day.fault
        assert dialog.isVisible()
        press(dialog, Key.Key_Escape)
        assert not dialog.isVisible()

    def test_withdrawn_with_a_coded_reason_and_admitted_again(
        self, page: StudentsPage, pupil: UUID, part: EnrolmentPart, screen: Screen
    ) -> None:
        dialog = part.ask_withdraw()
        assert dialog is not None
        assert dialog.deed is not None
        dialog.deed.click()
        screen.settle(page)
        assert dialog.reason.fault == "Choose why the pupil leaves."
        dialog.reason.set_value("EMI_UK")
        type_into(dialog.day, "2/11/2026")
        dialog.deed.click()
        screen.settle(page)
        line = stored(page, pupil).enrolments[0]
        assert (line.exit, line.exit_reason, line.ends_on) == ("emigrated", "EMI_UK", date(2026, 11, 2))
        assert screen.told.messages[-1].endswith("is off the roll")
        assert "left 2 November 2026" in page.views.record().head._facts.text()
        assert part.back.isVisible()
        assert not part.move_button.isVisible()
        assert part.ask_move() is None
        said = part.model.index(0, 6).data()
        assert said.startswith("Emigrated: Moved to the United Kingdom")
        again = part.ask_readmit()
        assert again is not None
        assert again.where.grade.value() == str(line.grade_id)
        type_into(again.where.day, "1/11/2026")
        assert again.deed is not None
        again.deed.click()
        screen.settle(page)
        assert "left on 2 November 2026" in again.where.day.fault
        type_into(again.where.day, "5/11/2026")
        again.where.school_class.set_value(str(line.class_id))
        again.deed.click()
        screen.settle(page)
        now = stored(page, pupil).current
        assert now is not None
        assert (now.starts_on, now.class_id) == (IN_TERM, line.class_id)
        assert screen.told.messages[-1].endswith("is on the roll again")

    def test_without_grade_or_day_nothing_is_asked_of_the_store(
        self, page: StudentsPage, pupil: UUID, part: EnrolmentPart, screen: Screen
    ) -> None:
        page.context.services.students.withdraw(pupil, IN_TERM, "emigrated", None)
        screen.settle(page)
        dialog = part.ask_readmit()
        assert dialog is not None
        dialog.where.grade.set_value("")
        assert dialog.deed is not None
        dialog.deed.click()
        screen.settle(page)
        assert dialog.where.grade.fault == "Choose the grade."
        dialog.where.grade.chosen.emit(dialog.where.grade.combo.itemData(0))
        assert dialog.where.school_class.combo.itemText(0) == "Choose later"
        dialog.reject()


def test_who_reads_health_notes_is_said_as_the_roles_have_it() -> None:
    readers = {role for role in Role if SensitivityClass.HEALTH in ROLE_READS[role]}
    assert {role for role in Role if ROLE_NAMES[role].lower() in READERS} == readers


class TestHealth:
    """Sealed, read when opened, logged, forgotten when left."""

    @pytest.fixture
    def part(self, open_part: Open) -> Health:
        found = open_part("details").parts["health"]
        assert isinstance(found, Health)
        return found

    def test_written_and_read_and_logged(
        self, page: StudentsPage, pupil: UUID, part: Health, screen: Screen
    ) -> None:
        record = page.views.record()
        history = page.context.queries.history
        record.open_part("health")
        screen.settle(page)
        assert "read" not in history.latest(1)[0].sentence.text(page.words)
        part.note.area.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClicks(part.note.area, "Allergy: peanuts")
        press(part.note.area, Key.Key_Tab)
        screen.settle(page)
        assert stored(page, pupil).has_health
        record.open_part("details")
        assert part.note.text() == ""
        record.open_part("health")
        screen.settle(page)
        assert part.note.text() == "Allergy: peanuts"
        assert history.latest(1)[0].sentence.text(page.words).startswith("Health note of")
        assert history.latest(1)[0].sentence.text(page.words).endswith("read")
        acts = history.latest(1)[0].act
        page.context.services.students.change(pupil, "transport", "Bus")
        screen.settle(page)
        assert part.note.text() == "Allergy: peanuts"
        assert history.latest(1)[0].act == acts + 1
        page.show_list()
        screen.settle(page)
        assert part.note.text() == ""
        page.list.show_pupil(pupil)
        screen.settle(page)
        assert page.peek._health.isVisible()

    def test_a_note_of_a_moment_ago_is_shown_although_the_record_is_read_later(
        self, page: StudentsPage, pupil: UUID, part: Health, screen: Screen
    ) -> None:
        """An empty field would be typed into, and take the place of the note."""
        page.context.services.health.write(pupil, "Asthma")
        page.views.record().open_part("health")
        assert part.note.text() == ""
        screen.settle(page)
        screen.qtbot.waitUntil(lambda: part.note.text() == "Asthma", timeout=20_000)

    def test_another_pupil_shows_nothing_of_the_last(
        self, page: StudentsPage, pupil: UUID, part: Health, screen: Screen
    ) -> None:
        page.context.services.health.write(pupil, "Asthma")
        page.views.record().open_part("health")
        screen.settle(page)
        other = page.list.model.pupil(0)
        assert other is not None
        page.views.open_record(other.id, "health")
        screen.settle(page)
        assert part.note.text() == ""

    def test_too_long_stays(self, page: StudentsPage, pupil: UUID, part: Health, screen: Screen) -> None:
        page.views.record().open_part("health")
        screen.settle(page)
        part.note.area.setPlainText("x" * 2001)
        part.note.area.left.emit()
        screen.settle(page)
        assert "longer than 2000" in part.note.fault
        page.views.record().open_part("details")
        assert len(part.note.text()) == 2001
        assert page.context.unsaved.count() == 1
        page.context.unsaved.first().lead()  # type: ignore[union-attr]
        assert page.views.record().tabs.value() == "health"


class TestNotesAndHistory:
    """What was written and what was changed."""

    def test_a_note_is_written_kept_and_taken_away(
        self, page: StudentsPage, pupil: UUID, open_part: Open, screen: Screen, find: Find
    ) -> None:
        record = open_part("notes")
        part = record.parts["notes"]
        assert isinstance(part, Notes)
        part.save.click()
        screen.settle(page)
        assert part.text.fault == "Write the note first."
        part.text.area.setFocus()
        QTest.keyClicks(part.text.area, "Met the mother.")
        press(part.text.area, Key.Key_Return, CTRL)
        screen.settle(page)
        assert [line.text for line in stored(page, pupil).notes] == ["Met the mother."]
        assert part.text.text() == ""
        assert record.tabs.button("notes").text() == "Notes 1"
        QTest.keyClicks(part.text.area, "Half written")
        record.open_part("details")
        screen.settle(page)
        assert {line.text for line in stored(page, pupil).notes} == {"Met the mother.", "Half written"}
        record.open_part("notes")
        QTest.mouseClick(find("student.note.remove"), Qt.MouseButton.LeftButton)
        screen.settle(page)
        assert len(stored(page, pupil).notes) == 1
        assert screen.told.messages[-1] == "Note removed"
        assert screen.told.undo is not None
        screen.told.undo()
        screen.settle(page)
        assert len(stored(page, pupil).notes) == 2
        gone = stored(page, pupil).notes[0]
        page.context.services.relations.remove_note(gone.id)
        part._remove(gone)
        screen.settle(page)
        assert record.head.status.text() == "That note is no longer there."

    def test_every_field_with_who_when_before_after(
        self, page: StudentsPage, pupil: UUID, open_part: Open, screen: Screen
    ) -> None:
        students = page.context.services.students
        students.change(pupil, "sex", "M")
        students.change(pupil, "sex", "F")
        students.change(pupil, "birth_date", date(2016, 2, 29))
        page.context.services.relations.set_phone(pupil, "000 0142")
        page.context.services.relations.set_phone(pupil, None)
        record = open_part("history")
        part = record.parts["history"]
        assert isinstance(part, History)
        rows = [
            [part.model.index(row, place).data() for place in range(5)] for row in range(part.model.count())
        ]
        assert ["User 01", "Sex", "Boy", "Girl"] in [row[1:] for row in rows]
        assert any(row[2] == "Date of birth" and row[4] == "29 Feb 2016" for row in rows)
        assert any(row[2:] == ["Contact added", "–", "000 0142"] for row in rows)
        assert any(row[2] == "Contact removed" for row in rows)
        assert rows[0][0].startswith("today ")
        before = part.model.count()
        students.change(pupil, "transport", "Bus")
        screen.settle(page)
        assert part.model.count() == before + 1
        assert "Transport: Bus" in record.today_card._lines[0].text()
        line = part.model.row(0)
        assert part._cells(replace(line, refused=True))[2].text == "Not taken by the ministry: Transport"
        assert part._cells(line)[2].text == "Transport"
        record.open_part("details")
        assert part.model.count() == 0


class TestPhoto:
    """A small JPEG of whatever is chosen."""

    def picture(self, folder: Path, name: str, width: int, height: int, *, noisy: bool = False) -> Path:
        image = QImage(width, height, QImage.Format.Format_ARGB32)
        image.fill(QColor(10, 120, 140, 128))
        if noisy:
            for x in range(0, width, 2):
                for y in range(0, height, 2):
                    image.setPixelColor(x, y, QColor((x * 7919) % 256, (y * 104729) % 256, (x * y) % 256))
        path = folder / name
        assert image.save(str(path))
        return path

    @pytest.mark.parametrize(
        ("width", "height", "size"),
        [(1200, 1600, (300, 400)), (1600, 1200, (300, 400)), (90, 120, (90, 120)), (30, 400, (30, 40))],
    )
    def test_any_picture_becomes_a_small_one(
        self, tmp_path: Path, width: int, height: int, size: tuple[int, int]
    ) -> None:
        photo = small_photo(self.picture(tmp_path, "a.png", width, height))
        assert jpeg_size(photo) == size
        assert len(photo) <= 40_000

    def test_a_busy_picture_is_made_small_enough(self, tmp_path: Path) -> None:
        photo = small_photo(self.picture(tmp_path, "a.png", 300, 400, noisy=True))
        assert len(photo) <= 40_000

    def test_a_file_that_is_no_picture(self, tmp_path: Path) -> None:
        for name, content in (("a.jpg", b"no"), ("b.png", b"\x89PNG\r\n\x1a\n"), ("c.txt", b"")):
            (tmp_path / name).write_bytes(content)
            with pytest.raises(BadFile, match=f"{name} is no picture"):
                small_photo(tmp_path / name)
        with pytest.raises(BadFile):
            small_photo(tmp_path / "none.png")

    def test_chosen_shown_removed_and_undone(
        self, page: StudentsPage, pupil: UUID, open_part: Open, screen: Screen, find: Find, tmp_path: Path
    ) -> None:
        record = open_part("details")
        card = record.photo
        assert not card.frame.has_photo()
        QTest.mouseClick(find("student.photo.choose"), Qt.MouseButton.LeftButton)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        dialog.fileSelected.emit(str(self.picture(tmp_path, "a.png", 600, 800)))  # type: ignore[attr-defined]
        dialog.close()
        screen.settle(page)
        assert card.frame.has_photo()
        assert stored(page, pupil).photo is not None
        assert screen.told.messages[-1] == "Photo kept"
        assert card.remove.isVisible()
        press(card.remove, Key.Key_Space)
        screen.settle(page)
        assert stored(page, pupil).photo is None
        assert screen.told.undo is not None
        screen.told.undo()
        screen.settle(page)
        assert card.frame.has_photo()
        page.show_list()
        page.list.show_pupil(pupil)
        screen.settle(page)
        assert not page.peek._picture._image.isNull()
        page.peek.grab()

    def test_chosen_for_another_record(
        self, page: StudentsPage, pupil: UUID, open_part: Open, screen: Screen, tmp_path: Path
    ) -> None:
        card = open_part("details").photo
        card.choose()
        window = card.window().findChild(QFileDialog)
        assert window is not None
        other = next(row.id for row in page.context.queries.search.page("").rows if row.id != pupil)
        page.open_with(student_id=other)
        screen.settle(page)
        window.fileSelected.emit(str(self.picture(tmp_path, "a.png", 600, 800)))
        screen.settle(page)
        assert stored(page, pupil).photo is None
        assert stored(page, other).photo is None
        window.reject()

    def test_dropped(
        self, page: StudentsPage, pupil: UUID, open_part: Open, screen: Screen, tmp_path: Path
    ) -> None:
        card = open_part("details").photo
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(self.picture(tmp_path, "a.png", 600, 800)))])
        copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPointF(5, 5).toPoint(), copy, mime, left, none)
        QApplication.sendEvent(card, enter)
        assert enter.isAccepted()
        states = [card.frame.dropping]
        card.grab()
        QApplication.sendEvent(card, QDragLeaveEvent())
        states.append(card.frame.dropping)
        assert states == [True, False]
        QApplication.sendEvent(card, QDragEnterEvent(QPointF(5, 5).toPoint(), copy, mime, left, none))
        QApplication.sendEvent(card, QDropEvent(QPointF(5, 5), copy, mime, left, none))
        screen.settle(page)
        assert stored(page, pupil).photo is not None
        bad = tmp_path / "bad.png"
        bad.write_bytes(b"no picture")
        card.take(bad)
        screen.settle(page)
        assert "bad.png is no picture" in card._says.text()
        several = QMimeData()
        several.setUrls([QUrl("https://example.org/a.png")])
        refused = QDragEnterEvent(QPointF(5, 5).toPoint(), copy, several, left, none)
        refused.ignore()
        QApplication.sendEvent(card, refused)
        assert not refused.isAccepted()


class TestPeek:
    """What stands beside the list."""

    def test_facts_guardians_marks_and_the_last_change(
        self, page: StudentsPage, screen: Screen, find: Find
    ) -> None:
        older = next(
            one
            for one in page.context.queries.search.window(limit=62)
            if one.class_name is not None and one.class_name.startswith("Grade 5")
        )
        page.context.services.relations.add_guardian(older.id, NewGuardian("AUNT", "One", "More"))
        page.context.services.relations.add_guardian(older.id, NewGuardian("UNCLE", "Two", "More"))
        page.list.show_pupil(older.id)
        QTest.qWait(220)
        screen.settle(page)
        peek = page.peek
        assert peek._name.text() == f"{older.given_names} {older.family_name}"
        assert peek._state.text() == "Enrolled"
        assert peek._guardians.isVisible()
        texts = [label.text() for label in peek.findChildren(QWidget) if hasattr(label, "text")]
        assert any("age 10" in text or "age 11" in text for text in texts if isinstance(text, str))
        assert any(isinstance(text, str) and text.startswith("and ") for text in texts)
        assert peek._marks.isVisible()
        assert "T1" in peek.chart.spoken()
        assert peek._last.isVisible()
        assert "Two More" in peek._change.text()
        assert "User 01, today" in peek._change.text()
        press(find("students.peek.open"), Key.Key_Space)
        screen.settle(page)
        assert page.views.record().scope.student_id == older.id

    def test_somebody_who_left(self, page: StudentsPage, pupil: UUID, screen: Screen) -> None:
        page.context.services.students.withdraw(pupil, IN_TERM, "transferred", "TRN_DOM")
        screen.settle(page)
        page.list.clear()
        page.list.show_pupil(pupil)
        screen.settle(page)
        assert page.peek._state.text() == "Left"
        page.list.search.setFocus()
        page.peek.closed.emit()
        assert page.peek.isHidden()
        assert page.list.current() is None
