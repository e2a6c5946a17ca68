"""The first run, by keyboard, on an empty data folder and with a real backup."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from emis_desktop import backup
from emis_desktop.errors import CannotSave, Refused
from emis_desktop.front import load_front
from emis_desktop.jobs.demo import walk
from emis_desktop.keyring import new_recovery_code, public_text
from emis_desktop.laptop import Laptop
from emis_desktop.rules.spoken_code import written
from emis_desktop.settings import Home
from resources.words import Words
from tests.factories.laptops import PASSWORD, PRINCIPAL, SCHOOL, new_laptop
from tests.helpers.pdfs import Paper
from tests.ui.audit import audit
from tests.ui.program.driving import Running
from ui.backup.copies import Copy
from ui.first_run import setting_up
from ui.first_run.answers import Answers, Source
from ui.first_run.screen import MACHINE, READY, WHO, YOU, FirstRunScreen
from ui.laptop_settings import LaptopSettings
from ui.recovery_code import RecoveryCodeBox
from ui.report_cards import printing
from ui.shell.window import MainWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme, ThemeMode
from ui.unlock.screen import UnlockScreen

CODE = "8Q2JV-4TNXE-0C9PM-77KZD-3HWRA-5YB1G-ZZZZX-M4N8K"
JOIN_CODE = written(bytes(range(7, 17))).replace("-", "")
FULL = Answers(
    source=Source.NEW,
    country="LC",
    school="École primaire de démonstration de la Grande Anse et du Morne Bleu",
    school_code="D-0107",
    start_year=2026,
    name="Marie-Thérèse de la Fontaine-Beauséjour",
    password=PASSWORD,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, home: Home) -> Iterator[Running]:
    made = Running(qtbot, theme, home)
    made.start()
    yield made
    theme.set_mode(ThemeMode.LIGHT)
    made.stop()


def first(running: Running) -> FirstRunScreen:
    assert isinstance(running.screen, FirstRunScreen)
    return running.screen


def step(running: Running) -> int:
    return first(running).answers.step


def start_new(running: Running) -> None:
    running.focus("first.source.new")
    running.press(Qt.Key.Key_Space)


def answer_who(running: Running) -> None:
    running.settle()
    start_new(running)
    running.focus("first.country")
    running.enter("Sai")  # the first of the saints
    running.settle()
    running.fill("first.school", SCHOOL)
    running.fill("first.code", "D-0107")


def answer_you(running: Running, password: str = PASSWORD) -> None:
    running.fill("first.name", PRINCIPAL)
    running.fill("first.password", password)
    running.fill("first.again", password)


def test_a_new_school_from_the_first_key_to_its_empty_records(running: Running) -> None:
    assert step(running) == WHO
    answer_who(running)
    running.press(Qt.Key.Key_Return)
    assert step(running) == YOU
    assert running.focused is running.find("first.name")
    answer_you(running)
    running.press(Qt.Key.Key_Return)
    assert step(running) == MACHINE
    assert running.focused is running.find("first.language_choice.en")
    running.focus("first.lock")
    running.enter("5 m")
    running.press(Qt.Key.Key_Return)
    running.settle()
    assert step(running) == READY
    on = running.find("first.continue")
    assert not on.isEnabled(), "the code is not kept yet"
    assert not running.find("first.back").isVisible()
    running.focus("recovery.kept")
    running.press(Qt.Key.Key_Space)
    assert on.isEnabled()
    code = first(running).answers.recovery_code
    running.press(Qt.Key.Key_Return)
    running.wait_for(MainWindow)
    assert running.program.sitting is not None
    assert running.program.sitting.desk.laptop.actor.name == PRINCIPAL
    assert running.settings.auto_lock_minutes == 5
    assert load_front(running.home.front).name == SCHOOL
    assert running.program.sitting.desk.laptop.profile.code in {"KN", "LC", "VC"}
    assert code is not None
    running.stop()
    Laptop(running.home).recover(code, Laptop(running.home).people()[0].id, "walk the yellow dog tonight")


def test_what_is_missing_is_told_at_its_field_and_nothing_is_lost(running: Running) -> None:
    running.settle()
    start_new(running)
    running.press(Qt.Key.Key_Return)
    assert step(running) == WHO
    assert running.focused is running.find("first.country")
    said = {label.text() for label in first(running).findChildren(QLabel) if label.isVisible()}
    assert {"Choose the country.", "Type the name of the school.", "Type a code for the school."} <= said
    answer_who(running)
    running.press(Qt.Key.Key_Return)
    running.press(Qt.Key.Key_Return)
    assert step(running) == YOU
    assert running.focused is running.find("first.name")
    answer_you(running, "short")
    running.press(Qt.Key.Key_Return)
    assert step(running) == YOU
    assert running.focused is running.find("first.password")
    running.fill("first.password", PASSWORD)
    running.press(Qt.Key.Key_Return)
    assert running.focused is running.find("first.again"), "the two are not the same"
    running.press(Qt.Key.Key_Escape)
    assert step(running) == WHO
    running.press(Qt.Key.Key_Return)
    assert step(running) == YOU
    assert first(running).answers.name == PRINCIPAL
    assert first(running).answers.password == PASSWORD


def test_the_password_is_typed_twice_whichever_way_one_goes(running: Running) -> None:
    answer_who(running)
    running.press(Qt.Key.Key_Return)
    running.fill("first.name", PRINCIPAL)
    running.fill("first.password", PASSWORD)
    running.press(Qt.Key.Key_Return)
    assert (step(running), running.focused) == (YOU, running.find("first.again"))
    running.click("first.back")
    running.press(Qt.Key.Key_Return)
    assert step(running) == YOU
    again = first(running)._you._password.second
    assert (again.line.text(), again.fault) == ("", "")
    running.click("first.language.fr")
    running.settle()
    assert first(running)._you._password.second.line.text() == ""
    running.press(Qt.Key.Key_Return)
    assert (step(running), running.focused) == (YOU, running.find("first.again"))
    running.fill("first.again", PASSWORD)
    running.press(Qt.Key.Key_Return)
    assert step(running) == MACHINE


def test_enter_on_back_goes_back(running: Running) -> None:
    answer_who(running)
    running.press(Qt.Key.Key_Return)
    running.focus("first.back")
    running.press(Qt.Key.Key_Return)
    assert step(running) == WHO


def test_another_language_keeps_every_answer(running: Running, theme: Theme) -> None:
    answer_who(running)
    running.press(Qt.Key.Key_Return)
    answer_you(running)
    before = first(running).answers
    running.click("first.language.fr")
    running.settle()
    assert running.settings.language == "fr"
    assert first(running).words.language == "fr"
    assert first(running).answers == before
    running.press(Qt.Key.Key_Return)
    assert step(running) == MACHINE
    running.click("first.look.dark")
    assert theme.mode is ThemeMode.DARK
    running.click("first.language_choice.es")
    running.settle()
    assert step(running) == MACHINE
    assert first(running).words.language == "es"
    assert first(running).answers.password == PASSWORD


def test_nothing_leads_away_while_the_laptop_is_set_up(running: Running) -> None:
    """A screen that goes meanwhile would take the recovery code along: it is shown this once."""
    answer_who(running)
    running.press(Qt.Key.Key_Return)
    answer_you(running)
    running.press(Qt.Key.Key_Return)
    first(running).go_on()
    assert first(running)._work.is_busy()
    assert not running.find("first.language").isEnabled()
    running.qtbot.waitUntil(lambda: step(running) == READY, timeout=30_000)
    assert running.find("first.language").isEnabled()


def test_the_ready_laptop_opens_in_another_language_too(running: Running) -> None:
    answer_who(running)
    running.press(Qt.Key.Key_Return)
    answer_you(running)
    running.press(Qt.Key.Key_Return)
    first(running).go_on()
    running.qtbot.waitUntil(lambda: step(running) == READY, timeout=30_000)
    code = first(running).answers.recovery_code
    running.click("first.language.fr")
    running.settle()
    assert (step(running), first(running).answers.recovery_code) == (READY, code)
    running.focus("recovery.kept")
    running.press(Qt.Key.Key_Space)
    running.click("first.continue")
    running.wait_for(MainWindow)


def test_what_did_not_work_is_not_said_of_another_step(running: Running) -> None:
    screen = first(running)
    screen._go(MACHINE)
    screen._work.refused.emit(CannotSave("The disk is full."))
    assert running.find("first.progress").isVisible()
    screen.go_back()
    assert not running.find("first.progress").isVisible()


def test_a_password_that_the_laptop_refuses_leads_back_to_its_field(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Laptop, _first: object) -> None:
        raise Refused("That password is easy to guess.", field="password")

    monkeypatch.setattr(Laptop, "set_up", refuse)
    answer_who(running)
    running.press(Qt.Key.Key_Return)
    answer_you(running)
    running.press(Qt.Key.Key_Return)
    running.press(Qt.Key.Key_Return)
    running.settle()
    assert step(running) == YOU
    assert running.focused is running.find("first.password")
    assert running.find("first.password").accessibleDescription() == "That password is easy to guess."


def test_a_refusal_that_belongs_to_no_field_is_said_and_one_may_try_again(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Laptop, _first: object) -> None:
        raise CannotSave("Cannot save on this laptop: the disk is full.")

    monkeypatch.setattr(Laptop, "set_up", full)
    answer_who(running)
    running.press(Qt.Key.Key_Return)
    answer_you(running)
    running.press(Qt.Key.Key_Return)
    running.press(Qt.Key.Key_Return)
    running.settle()
    assert step(running) == MACHINE
    assert "disk is full" in first(running)._work.strip.note()
    assert running.find("first.continue").isEnabled()


def test_the_ministrys_key_is_read_and_no_code_is_shown(running: Running) -> None:
    ministry = new_recovery_code()
    answer_who(running)
    running.press(Qt.Key.Key_Return)
    answer_you(running)
    running.press(Qt.Key.Key_Return)
    running.click("first.recovery.paste")
    running.fill("first.key", public_text(ministry.public)[:-1] + "?")
    running.press(Qt.Key.Key_Return)
    assert step(running) == MACHINE
    assert "slip" in running.find("first.key").accessibleDescription()
    running.fill("first.key", public_text(ministry.public))
    running.press(Qt.Key.Key_Return)
    running.settle()
    assert step(running) == READY
    assert running.screen.findChild(RecoveryCodeBox) is None
    assert running.find("first.continue").isEnabled()
    people = Laptop(running.home).people()
    Laptop(running.home).recover(ministry.text, people[0].id, "walk the yellow dog tonight")


def test_a_ministry_needs_no_school(running: Running) -> None:
    running.settle()
    running.focus("first.kind.school")
    running.press(Qt.Key.Key_Right)
    start_new(running)
    assert not running.find("first.school").isVisible()
    running.focus("first.country")
    running.enter("Gren")
    running.settle()
    running.press(Qt.Key.Key_Return)
    assert step(running) == YOU
    answer_you(running)
    running.press(Qt.Key.Key_Return)
    running.press(Qt.Key.Key_Return)
    running.settle()
    assert step(running) == READY
    running.focus("recovery.kept")
    running.press(Qt.Key.Key_Space)
    running.focus("first.continue")
    running.press(Qt.Key.Key_Return)
    running.wait_for(MainWindow)
    assert running.program.sitting is not None
    assert running.program.sitting.desk.laptop.site.kind == "ministry"


def test_a_backup_brings_a_lost_laptop_back(running: Running, tmp_path: Path) -> None:
    lost = new_laptop(tmp_path / "lost")
    with lost.sign_in() as mine:
        (tmp_path / "stick").mkdir()
        made = backup.back_up(mine, tmp_path / "stick" / "copy.emis")
    running.focus("first.source.restore")
    running.press(Qt.Key.Key_Space)
    running.press(Qt.Key.Key_Return)
    assert step(running) == WHO, "no copy is chosen yet"
    copies = first(running)._who.sources.copies
    assert [one.text() for one in copies.findChildren(QLabel) if one.isVisible()][-1] == (
        "Choose the copy to restore."
    )
    assert running.focused is running.find("first.copies.file")
    copies.take_file(tmp_path / "absent.emis")
    running.settle()
    copies.take_file(made.path)
    running.qtbot.waitUntil(lambda: copies.current() is not None)
    first(running).go_on()
    running.wait_for(UnlockScreen)
    assert running.find("unlock.password").accessibleName() == f"Password of {PRINCIPAL}"
    running.enter(PASSWORD)
    running.press(Qt.Key.Key_Return)
    running.wait_for(MainWindow)


def test_a_file_that_is_no_backup_is_told_and_changes_nothing(running: Running, tmp_path: Path) -> None:
    odd = tmp_path / "holiday.emis"
    odd.write_bytes(b"a picture")
    running.focus("first.source.restore")
    running.press(Qt.Key.Key_Space)
    first(running)._who.sources.copies.take_file(odd)
    running.settle()
    said = [label.text() for label in first(running).findChildren(QLabel) if "holiday" in label.text()]
    assert said == ["holiday.emis is not a backup of EMIS Desktop. Choose another file."]


def test_the_demonstration_gets_a_folder_and_a_program_of_its_own(
    running: Running, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(setting_up, "DEMO_PUPILS", 20)
    monkeypatch.setattr(walk, "two_laptops", lambda _home, **_how: nullcontext())  # jobs/test_two_laptops.py
    running.focus("first.source.demo")
    running.press(Qt.Key.Key_Space)
    with qtbot.waitSignal(running.program.demo_made, timeout=60_000) as told:
        running.press(Qt.Key.Key_Return)
    assert told.args is not None
    made: Home = told.args[0]
    assert made.root == running.home.root.with_name("home-demo")
    assert Laptop(made).people()
    assert not running.home.keyring.exists()


def test_the_recovery_sheet_is_saved_and_a_full_disk_is_told(
    qtbot: QtBot, theme: Theme, qapp: QApplication, tmp_path: Path
) -> None:
    tasks = Tasks(qapp)
    box = RecoveryCodeBox(Words.load("en"), SCHOOL, CODE, tasks)
    qtbot.addWidget(box)
    box.save_to(tmp_path / "sheet.pdf")
    qtbot.waitUntil(lambda: "Saved" in box._said.text(), timeout=10_000)
    with Paper((tmp_path / "sheet.pdf").read_bytes()) as paper:
        assert all(group in paper.text() for group in CODE.split("-"))
    box.save_to(tmp_path / "none" / "sheet.pdf")
    qtbot.waitUntil(lambda: "there is no such place" in box._said.text(), timeout=10_000)


def test_the_recovery_sheet_is_printed(
    qtbot: QtBot, theme: Theme, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = RecoveryCodeBox(Words.load("en"), SCHOOL, CODE, Tasks(qapp))
    qtbot.addWidget(box)
    monkeypatch.setattr(printing, "has_printer", lambda: False)
    button = box.findChild(QPushButton, "recovery.print")
    button.click()
    qtbot.waitUntil(lambda: "No printer is set up" in box._said.text(), timeout=10_000)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    monkeypatch.setattr(printing, "has_printer", lambda: True)
    monkeypatch.setattr(printing, "ask_printer", lambda _box, _words, _name, chosen: chosen(printer))
    button.click()
    qtbot.waitUntil(lambda: box._said.text() == "Sent to the printer", timeout=10_000)
    with Paper((tmp_path / "printed.pdf").read_bytes()) as paper:
        assert paper.pages == 1


def test_where_the_ministry_gave_a_key_no_code_is_promised(running: Running) -> None:
    running.settle()
    start_new(running)
    screen = first(running)
    screen._machine.fill(screen.answers)
    screen._go(MACHINE)

    def said() -> str:
        return " ".join(label.text() for label in screen.findChildren(QLabel) if label.isVisible())

    assert "The next page shows it" in said()
    running.click("first.recovery.paste")
    assert "The next page shows it" not in said()
    assert "No code is shown here." in said()


def test_a_copy_that_comes_leaves_the_button_for_a_file_alone(running: Running) -> None:
    running.frame.resize(1093, 614)
    running.focus("first.source.restore")
    running.press(Qt.Key.Key_Space)
    running.settle()
    copies = first(running)._who.sources.copies
    made = datetime(2026, 10, 1, 8, 52, tzinfo=UTC)
    for number in range(3):
        copies._take_one(Copy(Path(f"/away/{number}.emis"), made, SCHOOL, 12_000_000))
        rows = [one.geometry() for one in copies._buttons.values()]
        assert len(rows) == number + 1
        assert not any(running.find("first.copies.file").geometry().intersects(one) for one in rows)


@pytest.mark.parametrize("language", ["en", "fr", "es", "xr"])
@pytest.mark.parametrize("size", [QSize(1366, 768), QSize(1093, 614)], ids=["wide", "compact"])
def test_every_step_shows_whole(
    qtbot: QtBot, theme: Theme, qapp: QApplication, home: Home, language: str, size: QSize
) -> None:
    tasks = Tasks(qapp)
    kept_alive = []
    for place in range(4):
        for source in Source if place == WHO else (Source.NEW,):
            code = CODE if place == READY else None
            kept = replace(FULL, step=place, source=source, recovery_code=code)
            screen = FirstRunScreen(Words.load(language), home, LaptopSettings(home), theme, tasks, kept)
            kept_alive.append(screen)
            qtbot.addWidget(screen)
            screen.resize(size)
            screen.show()
            qtbot.waitUntil(lambda: tasks.running() == 0, timeout=10_000)
            qapp.processEvents()
            assert audit(screen, size) == []
            screen.close()


def test_a_fault_of_the_program_is_said_under_the_step(running: Running) -> None:
    running.program.fault()
    said = [label.text() for label in running.screen.findChildren(QLabel) if label.isVisible()]
    assert any("your saved work is safe" in text for text in said)


def test_a_slip_in_the_code_is_told_at_once_and_without_a_line(running: Running) -> None:
    running.settle()
    running.focus("first.join.code")
    running.enter(f"{JOIN_CODE[:9]}{'0' if JOIN_CODE[9] != '0' else '1'}")
    code = first(running)._who.sources.join.code
    assert "Group 2" in code.fault
    running.press(Qt.Key.Key_Backspace)
    running.enter(JOIN_CODE[9:].lower())
    assert not code.fault
    assert code.text() == JOIN_CODE


def test_joining_asks_for_code_and_address_before_it_goes_on(running: Running) -> None:
    running.settle()
    running.press(Qt.Key.Key_Return)
    assert step(running) == WHO
    assert running.focused is running.find("first.join.code")
    join = first(running)._who.sources.join
    assert join.code.fault == "Type the code that the Ministry gave."
    assert join.address.fault == "Type the address that came with the code."
    running.fill("first.join.code", JOIN_CODE)
    running.fill("first.join.address", "sync.example.test/")
    running.fill("first.join.laptop", "Office  laptop")
    running.press(Qt.Key.Key_Return)
    assert step(running) == YOU
    answers = first(running).answers
    assert (answers.source, answers.code, answers.address, answers.laptop) == (
        Source.JOIN,
        JOIN_CODE,
        "https://sync.example.test",
        "Office laptop",
    )


def test_a_code_that_the_server_refuses_leads_back_to_its_field(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Answers] = []

    def refuse(_home: Home, answers: Answers, _control: object) -> None:
        asked.append(answers)
        raise Refused("That code was used before. Ask the ministry for a new one.", field="code")

    monkeypatch.setattr(setting_up, "join", refuse)
    running.settle()
    running.fill("first.join.code", JOIN_CODE)
    running.fill("first.join.address", "sync.example.test")
    running.press(Qt.Key.Key_Return)
    answer_you(running)
    running.press(Qt.Key.Key_Return)
    running.press(Qt.Key.Key_Return)
    running.settle()
    assert step(running) == WHO
    assert "used before" in first(running)._who.sources.join.code.fault
    assert running.focused is running.find("first.join.code")
    assert [one.name for one in asked] == [PRINCIPAL]
