"""What stands around a pupil on the record: numbers, phones, addresses, health, own fields, books, behaviour.

``EMIS_PICTURES=folder`` writes each view as a picture there.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from emis_desktop.rules.health_entries import HealthEntry
from emis_desktop.rules.rights import Role
from emis_desktop.services.contacts import NewAddress
from emis_desktop.services.custom_fields import CustomFieldService, NewField
from emis_desktop.services.incidents import Involved, NewIncident
from emis_desktop.services.relations import NewGuardian
from emis_desktop.services.textbooks import NewLoan, NewTextbook
from tests.factories.desks import PRINCIPAL, DemoDesk, demo_desk
from tests.factories.schools import IN_TERM
from tests.ui.audit import audit
from tests.ui.students.conftest import COMPACT, WIDE, Screen, context_of
from tests.ui.students.forms import type_into
from ui.students.asking import AskDialog, FieldsDialog
from ui.students.page import StudentsPage
from ui.students.record.books import Books
from ui.students.record.conduct import Conduct
from ui.students.record.health import Health
from ui.students.record.view import RecordView
from ui.students.textbooks.dialogs import BookDialog, LendDialog
from ui.students.textbooks.view import TextbooksView
from ui.theme.theme import Theme, ThemeMode
from ui.widgets.fields import ChoiceField, TextField

LOOKS = [("en", ThemeMode.LIGHT), ("fr", ThemeMode.DARK), ("es", ThemeMode.LIGHT)]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoDesk]:
    """One store with the principal signed in and two fields of the ministry."""
    with demo_desk(tmp_path_factory.mktemp("more"), 62, PRINCIPAL) as made:
        actor = replace(made.laptop.actor, role=Role.MINISTRY_OFFICER, institution_id=None)
        ministry = CustomFieldService(made.laptop.db, actor)
        ministry.define(NewField("School bus", "choice", label_fr="Car scolaire", choices=("North", "South")))
        ministry.define(NewField("Shoe size", "number"))
        ministry.define(NewField("Vaccination card seen", "yes_no"))
        ministry.define(NewField("Birth paper seen on", "date"))
        yield made


@pytest.fixture
def pupil(shared: DemoDesk) -> UUID:
    """Another pupil for every test."""
    _taken.append(shared.desk.queries.search.ids()[len(_taken)])
    return _taken[-1]


_taken: list[UUID] = []


@pytest.fixture
def page(shared: DemoDesk, theme: Theme, screen: Screen) -> StudentsPage:
    return screen(context_of(shared, theme, screen.told))


def opened(page: StudentsPage, screen: Screen, pupil: UUID, part: str = "details") -> RecordView:
    page.views.open_record(pupil, part)
    screen.settle(page)
    return page.views.record()


def dialog_of(page: StudentsPage, kind: type[AskDialog] = FieldsDialog) -> AskDialog:
    found = [one for one in page.window().findChildren(kind) if one.isVisible()]
    assert found
    return found[-1]


def press_deed(page: StudentsPage, screen: Screen, dialog: AskDialog) -> None:
    """Tab goes to the verb and Enter presses it."""
    assert dialog.deed is not None
    dialog.deed.setFocus()
    QTest.keyClick(dialog.deed, Qt.Key.Key_Return)
    screen.settle(page)


def text(dialog: AskDialog, name: str) -> TextField:
    field = dialog.fields()[name]
    assert isinstance(field, TextField)
    return field


def check(page: QWidget, name: str, size: QSize) -> None:
    QApplication.processEvents()
    folder = os.environ.get("EMIS_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.grab().save(str(Path(folder) / f"more-{name}.png"))
    assert audit(page, size) == [], name


def test_phones_are_added_ordered_and_taken_back(
    page: StudentsPage, screen: Screen, shared: DemoDesk, pupil: UUID
) -> None:
    record = opened(page, screen, pupil)
    card = record.details.contacts
    for number in ("473 440 0101", "473 440 0102"):
        card.add_button.setFocus()
        QTest.keyClick(card.add_button, Qt.Key.Key_Space)
        dialog = dialog_of(page)
        type_into(text(dialog, "value"), number)
        press_deed(page, screen, dialog)
    assert [line.value for line in shared.desk.queries.students.record(pupil).contacts][-2:] == [
        "473 440 0101",
        "473 440 0102",
    ]
    last = card.list.entries()[-1].key
    first = card.list.button(last, "first")
    assert first is not None
    first.click()
    screen.settle(page)
    assert shared.desk.queries.students.record(pupil).contacts[0].value == "473 440 0102"
    remove = card.list.button(last, "remove")
    assert remove is not None
    remove.click()
    screen.settle(page)
    assert "473 440 0102 removed" in screen.told.messages
    assert screen.told.undo is not None
    screen.told.undo()
    screen.settle(page)
    assert shared.desk.queries.students.record(pupil).contacts[0].value == "473 440 0102"


def test_a_wrong_mail_is_refused_beside_its_field(page: StudentsPage, screen: Screen, pupil: UUID) -> None:
    record = opened(page, screen, pupil)
    record.details.contacts.ask_add()
    dialog = dialog_of(page)
    kind = dialog.fields()["kind"]
    kind.set_value("email")  # type: ignore[attr-defined]
    type_into(text(dialog, "value"), "nobody")
    press_deed(page, screen, dialog)
    assert "in full" in text(dialog, "value").fault
    dialog.reject()


def test_an_address_and_a_second_passport(
    page: StudentsPage, screen: Screen, shared: DemoDesk, pupil: UUID
) -> None:
    record = opened(page, screen, pupil)
    record.details.addresses.add_button.click()
    dialog = dialog_of(page)
    type_into(text(dialog, "lines"), "PO Box 7")
    press_deed(page, screen, dialog)
    assert shared.desk.queries.students.record(pupil).addresses[0].lines == "PO Box 7"
    for number, country in (("AB123", "GD"), ("XY987", "LC")):
        record.details.numbers.papers.ask()
        dialog = dialog_of(page)
        kind = dialog.fields()["kind"]
        assert isinstance(kind, ChoiceField)
        kind.set_value("PASSPORT")
        type_into(text(dialog, "number"), number)
        type_into(text(dialog, "country"), country)
        press_deed(page, screen, dialog)
    assert [entry.title for entry in record.details.numbers.papers.entries()] == ["AB123", "XY987"]
    assert "PASSPORT" not in record.details.numbers.kinds


def test_meals_way_to_school_and_own_fields(
    page: StudentsPage, screen: Screen, shared: DemoDesk, pupil: UUID
) -> None:
    record = opened(page, screen, pupil)
    meals = record.details.meals
    assert isinstance(meals, ChoiceField)
    meals.set_value("free")
    meals.chosen.emit("free")
    type_into(record.details.texts["distance_km"], "2.5")
    own = record.details.own.inputs
    bus, shoe = own["school_bus"], own["shoe_size"]
    assert isinstance(bus, ChoiceField)
    assert isinstance(shoe, TextField)
    bus.set_value("South")
    bus.chosen.emit("South")
    type_into(shoe, "large")
    screen.settle(page)
    assert shoe.fault
    type_into(shoe, "34")
    screen.settle(page)
    stored = shared.desk.queries.students.record(pupil)
    assert (stored.meals, str(stored.distance_km)) == ("free", "2.500")
    assert [line.value for line in stored.custom] == ["South", "34", None, None]
    page.views.open_record(_taken[0])
    record = opened(page, screen, pupil)
    assert record.details.texts["distance_km"].text() == "2.5"
    page.views.add_pupil()
    screen.settle(page)
    assert not record.details.own.isVisible()
    assert not record.details.contacts.isVisible()


def test_alerts_are_told_at_the_top_and_entries_read_once(
    page: StudentsPage, screen: Screen, shared: DemoDesk, pupil: UUID
) -> None:
    health = shared.desk.services.health_records
    health.add(
        pupil, HealthEntry("allergy", what="Bee stings", degree="severe", detail="EpiPen in the office")
    )
    record = opened(page, screen, pupil)
    assert record.alerts.isVisible()
    assert record.alerts._text.text() == "Allergy: Bee stings, severe. EpiPen in the office"
    record.open_part("health")
    screen.settle(page)
    part = record.parts["health"]
    assert isinstance(part, Health)
    before = len(shared.desk.queries.history.latest(1000))
    record.reload()
    screen.settle(page)
    assert len(shared.desk.queries.history.latest(1000)) == before  # read again only when something changed
    part.needs._ask("plan", None)
    dialog = dialog_of(page)
    type_into(text(dialog, "what"), "Reads a page alone")
    press_deed(page, screen, dialog)
    assert [entry.title for entry in part.needs.list.entries()] == ["Reads a page alone"]
    entry = part.health.list.entries()[0]
    remove = part.health.list.button(entry.key, "remove")
    assert remove is not None
    remove.click()
    screen.settle(page)
    assert part.health.list.entries() == ()
    assert not record.alerts.isVisible()
    record.open_part("details")
    assert part.needs.list.entries() == ()  # nothing of it stays in the window


def test_a_textbook_is_lent_and_comes_back(
    page: StudentsPage, screen: Screen, shared: DemoDesk, pupil: UUID
) -> None:
    book = shared.desk.services.textbooks.add(shared.school_id, NewTextbook("Sums 5", 3))
    record = opened(page, screen, pupil, "books")
    part = record.parts["books"]
    assert isinstance(part, Books)
    part.ask_lend()
    dialog = dialog_of(page)
    choice = dialog.fields()["book"]
    assert isinstance(choice, ChoiceField)
    choice.set_value(str(book))
    press_deed(page, screen, dialog)
    (line,) = shared.desk.queries.textbooks.of_student(pupil)
    assert line.title == "Sums 5"
    back = part.out.list.button(str(line.id), "back")
    assert back is not None
    back.click()
    press_deed(page, screen, dialog_of(page))
    (line,) = shared.desk.queries.textbooks.of_student(pupil)
    assert line.state == "good"
    assert part.had.isVisible()


def test_the_shelf_of_the_school(page: StudentsPage, screen: Screen, shared: DemoDesk, pupil: UUID) -> None:
    view = TextbooksView(page.context, page.rolls)
    view.resize(WIDE)
    screen.qtbot.addWidget(view)
    view.show()

    def settle() -> None:
        screen.qtbot.waitUntil(
            lambda: not view.queue.busy() and page.context.tasks.running() == 0, timeout=20_000
        )

    view.refresh()
    settle()
    view.ask_add()
    dialog = next(one for one in view.findChildren(BookDialog) if one.isVisible())
    type_into(text(dialog, "title"), "Reader 1")
    type_into(text(dialog, "copies"), "40")
    press_deed(page, screen, dialog)
    settle()
    place = [view.books.model.row(number).title for number in range(view.books.model.count())].index(
        "Reader 1"
    )
    view.books.table.pick(place)
    view.ask_lend()
    lend = next(one for one in view.findChildren(LendDialog) if one.isVisible())
    lend.school_class.set_value(str(view.shelf.classes[0].id))
    lend.due.set_value(date(2026, 10, 1))
    lend.lent.set_value(date(2026, 9, 10))
    press_deed(page, screen, lend)
    settle()
    assert view.books.model.row(place).lent == view.shelf.classes[0].on_roll
    view.show_tab("overdue")
    assert view.loans.model.count() == view.shelf.classes[0].on_roll
    check(view, "textbooks-en-wide", WIDE)
    view.loans.table.pick(0)
    view.ask_back()
    press_deed(page, screen, next(one for one in view.findChildren(AskDialog) if one.isVisible()))
    settle()
    assert view.loans.model.count() == view.shelf.classes[0].on_roll - 1


def test_behaviour_leads_to_its_screen(
    page: StudentsPage, screen: Screen, shared: DemoDesk, pupil: UUID
) -> None:
    incident = shared.desk.services.incidents.report(
        shared.school_id, NewIncident(IN_TERM, "LANG", "MODERATE", "Swore", people=(Involved(pupil),))
    )
    asked: list[tuple[str, object]] = []
    page.leads.connect(lambda key, arguments: asked.append((key, arguments)))
    record = opened(page, screen, pupil, "behaviour")
    part = record.parts["behaviour"]
    assert isinstance(part, Conduct)
    button = part.card.list.button(str(incident), "open")
    assert button is not None
    button.click()
    part.card.add_button.click()
    assert asked == [("behaviour", {"incident_id": incident}), ("behaviour", {"student_id": pupil})]


@pytest.mark.parametrize(("language", "mode"), LOOKS, ids=[look[0] for look in LOOKS])
@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=["wide", "compact"])
def test_how_it_looks(
    shared: DemoDesk, theme: Theme, screen: Screen, pupil: UUID, language: str, mode: ThemeMode, size: QSize
) -> None:
    services = shared.desk.services
    services.contacts.add_contact(pupil, "email", "home@mail.example", "Evenings")
    services.contacts.add_address(pupil, NewAddress("term", "12 Long Street, Leeward Bay", IN_TERM))
    services.identities.add(pupil, "PASSPORT", f"R{len(_taken):05}", "LC")
    services.health_records.add(
        pupil, HealthEntry("allergy", what="Bee stings", degree="severe", detail="EpiPen")
    )
    services.health_records.add(
        pupil, HealthEntry("medication", what="Salbutamol", dose="2 puffs", by="Nurse")
    )
    services.health_records.add(pupil, HealthEntry("assessment", code="SEE", starts_on=IN_TERM))
    book = services.textbooks.add(shared.school_id, NewTextbook("Sums for the fifth grade", 30))
    services.textbooks.lend(book, [NewLoan(pupil, "17")], date(2026, 9, 10), date(2026, 10, 1))
    guardian = services.relations.add_guardian(pupil, NewGuardian("MOTHER", "Ann", "Guardian", "000 0142"))
    services.contacts.add_contact(guardian, "phone", "000 0143", "Work")
    services.incidents.report(
        shared.school_id, NewIncident(IN_TERM, "LANG", "MODERATE", "Swore", people=(Involved(pupil),))
    )
    theme.set_mode(mode)
    try:
        page = screen(context_of(shared, theme, language=language), size)
        record = opened(page, screen, pupil)
        name = f"{language}-{'compact' if size == COMPACT else 'wide'}"
        for part in ("details", "guardians", "health", "behaviour", "books", "history"):
            record.open_part(part)
            screen.settle(page)
            check(page, f"{part}-{name}", size)
        record.open_part("details")
        bar = record.details.verticalScrollBar()
        bar.setValue(bar.maximum())
        check(page, f"details-end-{name}", size)
        record.parts["health"].health._ask("medication", None)  # type: ignore[attr-defined]
        dialog = dialog_of(page)
        check(dialog, f"medication-{name}", QSize(1013, 700))
        dialog.reject()
    finally:
        theme.set_mode(ThemeMode.LIGHT)
