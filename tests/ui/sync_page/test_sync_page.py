"""The Sync page on an engine without a line: every state, every verb, by mouse and keyboard."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.errors import BadFile, EmisError, Refused
from emis_desktop.queries.sync_state import (
    Barred,
    CardKind,
    ConflictCard,
    Part,
    Phase,
    SyncState,
    Verb,
    WaitingGroup,
    WaitingList,
)
from emis_desktop.rules.rights import Actor, Role
from emis_desktop.sentence import say
from emis_desktop.services.undo import Made
from resources.words import Words
from tests.factories import sync_fakes as made
from tests.factories.sync_fakes import Fakes
from tests.ui.audit import audit
from tests.ui.conftest import Told
from ui.context import ChangeHub, UiContext
from ui.sync_page.page import SyncPage
from ui.sync_page.watch import SyncWatch
from ui.tasks import Tasks
from ui.theme.fonts import metrics
from ui.theme.theme import Theme, ThemeMode
from ui.widgets.table.cells import PADDING

WIDE, COMPACT = QSize(1182, 688), QSize(1013, 540)
IDLE = SyncState(contact_at=made.NOW, next_at=made.NOW + timedelta(minutes=12))
FIRST, SECOND, THIRD = UUID(int=1), UUID(int=2), UUID(int=3)


@dataclass
class FakeUndo:
    """Gives each deed the number of an act and remembers what was taken back."""

    act: int = 7
    taken: list[int] | None = None

    def made_by(self, deed: Callable[[], None]) -> Made[None]:
        return Made(deed(), self.act)

    def undo_act(self, act: int) -> None:
        self.taken = [*(self.taken or []), act]


class Opened:
    """The page with everything around it."""

    def __init__(
        self, qtbot: QtBot, theme: Theme, fakes: Fakes, size: QSize, language: str, role: Role
    ) -> None:
        application = QApplication.instance()
        self.qtbot, self.fakes, self.told, self.undo = qtbot, fakes, Told(), FakeUndo()
        self.tasks = Tasks(application)
        self.watch = SyncWatch(fakes.doors, self.tasks, application)
        self.hub = ChangeHub(application)
        nothing: Any = SimpleNamespace()
        services: Any = SimpleNamespace(undo=self.undo)
        jobs: Any = SimpleNamespace(records=self)
        self.exports: list[Path] = []
        actor = Actor(UUID(int=1), "User 01", role, UUID(int=2), None, frozenset())
        words = Words.load(language)
        context = UiContext(
            words, theme, actor, services, nothing, jobs, nothing, self.told, self.tasks, self.hub
        )
        self.page = SyncPage(replace(context, sync=self.watch))
        qtbot.addWidget(self.page)
        direction = Qt.LayoutDirection
        self.page.setLayoutDirection(direction.RightToLeft if words.right_to_left else direction.LeftToRight)
        self.page.set_compact(size == COMPACT)
        self.page.resize(size)
        self.page.show()
        self.page.activateWindow()
        self.qtbot.waitUntil(self.page.isActiveWindow)
        self.page.opened()
        self.settle()

    def save_not_taken(self, path: Path, _words: Words) -> int:
        """In the place of the job that writes what was not taken."""
        if path.suffix != ".csv":
            raise BadFile("A table is written as .csv or .xlsx.")
        self.exports.append(path)
        return 3

    def settle(self) -> None:
        """Wait until everything that was asked is shown."""
        queue = self.page.reading._queue
        self.qtbot.waitUntil(
            lambda: (
                not queue.busy()
                and not self.page.reading._quiet.isActive()
                and not self.tasks.running()
                and not self.page.main.conflicts.list.is_growing()
            ),
            timeout=10_000,
        )
        QApplication.processEvents()

    def find(self, name: str) -> QWidget:
        found = self.page.findChild(QWidget, name)
        assert isinstance(found, QWidget), name
        return found

    def button(self, name: str) -> QPushButton:
        found = self.find(name)
        assert isinstance(found, QPushButton)
        return found

    def click(self, name: str) -> None:
        button = self.button(name)
        assert button.isVisible(), name
        assert button.isEnabled(), name
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def become(self, state: SyncState) -> None:
        """The engine goes on, and the page has heard of it."""
        self.fakes.engine.become(state)
        self.qtbot.waitUntil(lambda: self.watch.state == state)
        QApplication.processEvents()

    def said(self) -> list[str]:
        """All words that show."""
        return [label.text() for label in self.page.findChildren(QLabel) if label.isVisible()]

    def text(self, name: str) -> str:
        found = self.find(name)
        assert isinstance(found, QLabel)
        return found.text()


Open = Callable[..., Opened]


@pytest.fixture
def open_page(qtbot: QtBot, theme: Theme) -> Iterator[Open]:
    pages: list[Opened] = []

    def opened(fakes: Fakes, size: QSize = WIDE, language: str = "en", role: Role = Role.PRINCIPAL) -> Opened:
        pages.append(Opened(qtbot, theme, fakes, size, language, role))
        return pages[-1]

    yield opened
    for page in pages:
        page.watch.stop()
        page.tasks.stop_all()
    theme.set_mode(ThemeMode.LIGHT)


def at(state: SyncState, cards: list[ConflictCard] | None = None) -> Fakes:
    made_of = made.busy()
    made_of.engine.now_is = state
    made_of.conflicts.cards = made.cards() if cards is None else cards
    return made_of


# -- What is under way --------------------------------------------------------------------------------


def test_one_bar_for_the_whole_job_with_its_parts_and_the_time_left(open_page: Open) -> None:
    page = open_page(made.busy())
    assert page.text("sync.title") == "Receiving from the Ministry"
    assert page.text("sync.amount") == "102 of 205\u00a0kB"
    assert page.text("sync.left") == "about 13 s left"
    assert page.find("sync.sending").accessibleName() == "Sent 312 changes, 26 of 26\u00a0kB"
    assert (
        page.find("sync.receiving").accessibleName() == "Receiving 640 changes, 412 done, 76 of 118\u00a0kB"
    )
    assert page.find("sync.photos").accessibleName() == "2 photos to send, 0 of 61\u00a0kB"
    assert "A pause or a lost line keeps what has come. Go on working." in page.said()


def test_the_bar_never_goes_back_within_a_job_and_begins_anew_with_the_next(open_page: Open) -> None:
    page = open_page(made.busy())
    page.become(replace(made.RECEIVING, bytes_done=90_000, bytes_total=210_000))
    assert page.text("sync.amount") == "102 of 210\u00a0kB"
    page.become(IDLE)
    page.become(replace(made.RECEIVING, bytes_done=3_000))
    assert page.text("sync.amount") == "3 of 205\u00a0kB"


def test_pause_go_on_and_cancel_keep_the_focus_where_the_hand_is(open_page: Open) -> None:
    page = open_page(made.busy())
    page.button("sync.pause").setFocus()
    QTest.keyClick(page.button("sync.pause"), Qt.Key.Key_Space)
    page.qtbot.waitUntil(page.button("sync.go_on").isVisible)
    assert page.text("sync.title") == "Paused"
    assert page.button("sync.go_on").hasFocus()
    QTest.keyClick(page.button("sync.go_on"), Qt.Key.Key_Space)
    page.qtbot.waitUntil(page.button("sync.pause").isVisible)
    assert page.button("sync.pause").hasFocus()
    page.click("sync.cancel")
    page.qtbot.waitUntil(page.button("sync.now").isVisible)
    assert page.fakes.engine.told == ["pause", "go_on", "cancel"]


def test_sync_now_by_button_and_by_key_but_never_twice(open_page: Open) -> None:
    page = open_page(at(IDLE))
    QTest.keyClick(page.page, Qt.Key.Key_F5)
    page.qtbot.waitUntil(page.button("sync.pause").isVisible)
    QTest.keyClick(page.page, Qt.Key.Key_F5)
    assert page.fakes.engine.told == ["now"]


def test_a_pause_between_two_syncs_can_be_ended(open_page: Open) -> None:
    page = open_page(at(replace(IDLE, paused=True, next_at=None)))
    assert "Nothing is sent or received until you press Go on." in page.said()
    page.click("sync.go_on")
    assert page.fakes.engine.told == ["go_on"]


def test_a_missing_line_is_a_clock_and_when_it_tries_again(open_page: Open) -> None:
    page = open_page(at(replace(IDLE, error=EmisError("no line"), no_line=True)))
    assert page.text("sync.title") == "No connection now"
    assert page.text("sync.note") == f"It tries again by itself at {IDLE.next_at:%H:%M}."


def test_a_fault_that_is_no_missing_line_is_told_in_its_words(open_page: Open) -> None:
    page = open_page(at(replace(IDLE, error=EmisError("The ministry’s server is busy."))))
    assert page.text("sync.title") == "The last sync did not end"
    assert page.text("sync.contact") == "The ministry’s server is busy."


@pytest.mark.parametrize("barred", [one for one in Barred if one])
def test_a_refusal_says_what_to_do(open_page: Open, barred: Barred) -> None:
    page = open_page(at(replace(IDLE, barred=barred)))
    assert page.button("sync.now").isEnabled() == (barred not in (Barred.REVOKED, Barred.LOST))
    assert page.text("sync.note").endswith(".")


def test_a_sync_that_ends_has_everything_read_again(open_page: Open) -> None:
    page = open_page(made.busy())
    page.fakes.facts.waits = WaitingList()
    page.fakes.conflicts.cards = page.fakes.conflicts.cards[:1]
    page.become(IDLE)
    page.settle()
    page.settle()
    assert page.text("sync.conflicts.title") == "1 change to look at"
    assert "Nothing waiting. What you type goes with the next sync." in page.said()
    assert page.watch.to_decide == 1


def test_a_sync_that_is_over_before_the_screen_looks_has_everything_read_again_too(
    open_page: Open,
) -> None:
    page = open_page(at(IDLE))
    assert page.text("sync.waiting.amount") != ""
    page.fakes.facts.waits = WaitingList()
    with page.qtbot.waitSignal(page.watch.ended):
        for phase in (Phase.CONNECTING, Phase.SENDING, Phase.IDLE):
            page.fakes.engine.become(replace(IDLE, phase=phase))
    page.settle()
    assert page.text("sync.waiting.amount") == ""


def test_the_first_records_say_that_one_can_work_meanwhile(open_page: Open) -> None:
    state = replace(made.RECEIVING, phase=Phase.FIRST, sending=Part())
    page = open_page(at(state))
    assert not page.find("sync.sending").isVisible()
    assert page.text("sync.note").startswith("The current term comes first.")


# -- What waits, what was -----------------------------------------------------------------------------


def test_what_waits_is_told_by_kind_and_since_when(open_page: Open) -> None:
    page = open_page(at(IDLE))
    assert page.text("sync.waiting.amount") == "14 changes, 2\u00a0kB"
    spoken = {label.parentWidget().accessibleName() for label in page.page.findChildren(QLabel)}
    assert "9 Marks, Grade 5 Coral, since 15:31" in spoken


def test_kinds_without_room_are_counted(open_page: Open) -> None:
    fakes = at(IDLE)
    groups = tuple(WaitingGroup(n, say("Kind"), made.NOW) for n in range(1, 10))
    fakes.facts.waits = WaitingList(groups, 45, 9_000)
    page = open_page(fakes, COMPACT)
    assert page.text("sync.waiting.note").startswith("And 42 more.")


def test_all_past_syncs_are_one_press_away_and_esc_leads_back(open_page: Open) -> None:
    fakes = at(IDLE)
    fakes.facts.syncs, fakes.facts.total = made.past() * 100, None
    page = open_page(fakes)
    page.click("sync.past.all")
    assert page.page.history.table.model().rowCount() == 200
    assert page.page.bookmark() == {"view": "history"}
    page.click("sync.history.more")
    assert page.page.history.table.model().rowCount() == 400
    assert page.page.escape()
    assert page.page.bookmark() == {}
    assert page.button("sync.past.all").hasFocus()


@pytest.mark.parametrize("size", [WIDE, COMPACT])
def test_the_figures_of_a_first_sync_of_a_whole_school_are_not_cut(open_page: Open, size: QSize) -> None:
    fakes = at(IDLE)
    fakes.facts.syncs = tuple(
        replace(one, sent=99_842, received=99_842, bytes=9_999_000) for one in made.past()
    )
    page = open_page(fakes, size)
    table = page.page.main.past.table
    for place in (1, 2, 3):
        text = table.model().index(0, place).data()
        assert metrics(13, 400).horizontalAdvance(text) <= table.columnWidth(place) - 2 * PADDING, text


# -- Changes to look at -------------------------------------------------------------------------------


def test_verbs_name_the_values(open_page: Open) -> None:
    page = open_page(at(IDLE))
    words = {verb: page.button(f"sync.{verb}.{THIRD}").text() for verb in ("keep", "use", "edit")}
    assert words == {"keep": "Keep 58", "use": "Use 85", "edit": "Edit"}
    assert page.button(f"sync.remind.{SECOND}").text() == "Remind Officer 02"
    assert page.button(f"sync.keep.{SECOND}").text() == "Keep 12 Mar"
    assert page.button(f"sync.edit.{SECOND}").text() == "Edit proposal"
    held = page.find(f"sync.value.held.{FIRST}")
    assert held.accessibleName() == "In force, 000 0142, User 01, Office laptop, today 09:14"


@pytest.mark.parametrize("verb", [Verb.KEEP, Verb.USE])
def test_a_decision_is_stored_told_and_can_be_taken_back(open_page: Open, verb: Verb) -> None:
    page = open_page(at(IDLE))
    page.click(f"sync.{verb.value}.{FIRST}")
    assert page.fakes.conflicts.told == [(FIRST, verb, "")]
    value = "000 0142 stays" if verb is Verb.KEEP else "now 000 0199"
    assert page.told.messages == [f"Phone of Guardian 0007, mother of Pupil 0004: {value}"]
    assert page.text("sync.conflicts.title") == "2 changes to look at"
    assert page.button("sync.decided").text() == "Decided, 28"
    assert page.button(f"sync.keep.{SECOND}").hasFocus(), "one goes on with the next"
    assert page.told.undo is not None
    page.told.undo()
    page.settle()
    assert page.undo.taken == [7]


def test_a_third_value_is_typed_in_place(open_page: Open) -> None:
    page = open_page(at(IDLE))
    page.click(f"sync.edit.{FIRST}")
    line = page.find(f"sync.typed.{FIRST}")
    assert line.hasFocus()
    QTest.keyClicks(line, "000 0166")  # what stood there is selected
    QTest.keyClick(line, Qt.Key.Key_Return)
    page.settle()
    assert page.fakes.conflicts.told == [(FIRST, Verb.EDIT, "000 0166")]
    assert "now 000 0166" in page.told.messages[0]


def test_a_value_that_cannot_be_stays_with_the_reason(open_page: Open) -> None:
    page = open_page(at(IDLE))
    page.fakes.conflicts.refusal = Refused("More than 100. Type 0-100, A or E", field="value")
    page.click(f"sync.edit.{THIRD}")
    line = page.find(f"sync.typed.{THIRD}")
    QTest.keyClicks(line, "120")
    QTest.keyClick(line, Qt.Key.Key_Return)
    page.settle()
    assert "More than 100. Type 0-100, A or E" in page.said()
    assert line.property("text") == "120"
    assert line.hasFocus()
    assert page.page.escape()
    assert page.button(f"sync.edit.{THIRD}").hasFocus()


def test_news_from_elsewhere_leave_what_is_being_typed(open_page: Open) -> None:
    page = open_page(at(IDLE))
    page.click(f"sync.edit.{FIRST}")
    QTest.keyClicks(page.find(f"sync.typed.{FIRST}"), "000 0")
    page.fakes.conflicts.cards[0] = replace(page.fakes.conflicts.cards[0], before="000 0001")
    page.hub.post(frozenset({"conflict"}))
    page.qtbot.wait(30)
    page.settle()
    assert page.find(f"sync.typed.{FIRST}").property("text") == "000 0"


def test_a_refused_decision_is_told_at_its_card(open_page: Open) -> None:
    page = open_page(at(IDLE))
    page.fakes.conflicts.refusal = Refused("That is not there to decide any more. Look at the list again.")
    page.click(f"sync.keep.{FIRST}")
    assert "That is not there to decide any more. Look at the list again." in page.said()
    assert page.button(f"sync.keep.{FIRST}").isEnabled()
    assert page.told.messages == []


def test_a_reminder_keeps_the_card_and_says_when(open_page: Open) -> None:
    page = open_page(at(IDLE))
    page.click(f"sync.remind.{SECOND}")
    assert page.told.messages == ["Officer 02 is reminded with the next sync"]
    assert page.told.undo is None
    assert "Reminded just now." in page.said()
    assert page.text("sync.conflicts.title") == "3 changes to look at"


def test_a_value_of_words_stands_in_quotes_on_its_button(open_page: Open) -> None:
    page = open_page(at(IDLE, made.other_cards()))
    assert page.button(f"sync.use.{UUID(int=14)}").text() == "Use “Grade 5 Pelican”"


def test_a_pupil_at_two_schools_is_asked_and_never_joined_unasked(open_page: Open) -> None:
    page = open_page(at(IDLE, made.other_cards()))
    same = page.button(f"sync.same.{UUID(int=11)}")
    other = page.button(f"sync.not_same.{UUID(int=11)}")
    assert (same.text(), other.text()) == ("Same pupil", "Not the same")
    assert "Born 4 May 2015, girl" in page.said()
    page.click(f"sync.not_same.{UUID(int=11)}")
    assert page.fakes.conflicts.told == [(UUID(int=11), Verb.NOT_SAME, "")]


def test_refused_parked_rules_and_deletions_have_words_of_their_own(open_page: Open) -> None:
    page = open_page(at(IDLE, made.other_cards()))
    words = {card.kind: [verb.value for verb in card.verbs] for card in made.other_cards()}
    assert words[CardKind.PARKED] == []
    assert page.button(f"sync.again.{UUID(int=12)}").text() == "Send it again"
    assert page.button(f"sync.drop.{UUID(int=12)}").text() == "Give it up"
    assert page.button(f"sync.keep.{UUID(int=14)}").text() == "Seen"
    assert page.button(f"sync.keep.{UUID(int=15)}").text() == "Keep it"
    assert page.button(f"sync.use.{UUID(int=15)}").text() == "Delete it"
    assert "Deleted" in page.said()


def test_what_was_not_taken_is_written_to_a_table(open_page: Open, tmp_path: Path) -> None:
    page = open_page(at(IDLE, made.other_cards()))
    assert page.button("sync.not_taken").isVisible()
    page.page.not_taken.write(tmp_path / "all.csv")
    page.settle()
    assert page.exports == [tmp_path / "all.csv"]
    assert page.told.messages == ["3 values written to all.csv"]
    page.page.not_taken.write(tmp_path / "all.docx")
    page.settle()
    assert "A table is written as .csv or .xlsx." in page.said()


def test_without_anything_not_taken_no_table_is_offered(open_page: Open) -> None:
    page = open_page(at(IDLE, made.cards()))
    assert not page.find("sync.not_taken").isVisible()


def test_two_proposals_of_one_person_for_one_field_both_stand_there(open_page: Open) -> None:
    first = next(card for card in made.cards() if card.kind is CardKind.PROPOSAL)
    other = replace(first, id=UUID(int=77), sides=(first.sides[0], replace(first.sides[1], value="Third")))
    page = open_page(at(IDLE, [first, other]))
    assert page.text("sync.conflicts.title") == "2 changes to look at"
    for card in (first, other):
        block = page.page.main.conflicts.block(card.id)
        assert block is not None
        assert block.isVisible()
    assert "Third" in page.said()


def test_what_was_decided_is_listed(open_page: Open) -> None:
    page = open_page(at(IDLE))
    page.click(f"sync.use.{THIRD}")
    page.click("sync.decided")
    model = page.page.decided.table.model()
    row = [model.index(0, column).data() for column in range(model.columnCount())]
    assert row[:4] == ["Mathematics, Test 1, of Pupil 0019", "85", "The other used", "User 01"]
    page.click("sync.decided.back")
    assert page.button("sync.decided").hasFocus()


def test_of_three_hundred_ten_show_and_the_rest_a_step_at_a_time(open_page: Open) -> None:
    page = open_page(at(IDLE, made.many(300)))
    assert page.text("sync.conflicts.title") == "300 changes to look at"
    assert len(page.page.main.conflicts.list.blocks) == 10
    page.click("sync.conflicts.more")
    assert len(page.page.main.conflicts.list.blocks) == 20
    assert page.text("sync.conflicts.place") == "20 of 300 shown, the oldest first"


def test_a_small_window_shows_one_at_a_time_up_to_the_last(open_page: Open) -> None:
    page = open_page(at(IDLE, made.many(12)), COMPACT)
    card = page.page.main.conflicts
    for place in range(12):
        shown = [block for block in card.list.blocks.values() if block.isVisible()]
        assert [block.card.id for block in shown] == [UUID(int=1000 + place)]
        assert page.text("sync.conflicts.place") == f"{place + 1} of 12"
        if place < 11:
            page.click("sync.conflicts.next")
    assert not page.button("sync.conflicts.next").isEnabled()
    page.click("sync.conflicts.previous")
    assert page.text("sync.conflicts.place") == "11 of 12"


def test_the_status_bar_leads_to_the_first_change(open_page: Open) -> None:
    page = open_page(at(IDLE))
    page.page.open_with(conflicts=True)
    page.settle()
    assert page.button(f"sync.keep.{FIRST}").hasFocus()


# -- Joining, USB -------------------------------------------------------------------------------------


def test_a_laptop_on_its_own_is_told_what_joining_is_and_joins(open_page: Open) -> None:
    page = open_page(Fakes())
    assert "This laptop works on its own" in page.said()
    code = page.find("sync.join.code")
    code.setFocus()
    QTest.keyClicks(code, made.GOOD_CODE)
    address = page.find("sync.join.address")
    address.setFocus()
    QTest.keyClicks(address, "sync.example.test")
    page.click("sync.join")
    page.settle()
    assert page.fakes.joining.wish is not None
    assert page.fakes.joining.wish.address == "https://sync.example.test"
    assert page.fakes.engine.told == ["now"]
    assert page.told.messages == ["This laptop has joined. The first sync begins."]
    assert not page.page.unjoined.isVisible()


def test_a_code_that_is_refused_stays_with_the_reason(open_page: Open) -> None:
    page = open_page(Fakes())
    page.fakes.joining.refusal = Refused("That code was used before.", field="code")
    form = page.page.unjoined.form
    form.code.set_text(made.GOOD_CODE)
    form.address.set_text("sync.example.test")
    page.click("sync.join")
    assert form.code.fault == "That code was used before."
    assert form.code.text() == made.GOOD_CODE.replace("-", "")


def test_who_may_not_join_it_is_told_who_may(open_page: Open) -> None:
    page = open_page(Fakes(), role=Role.TEACHER)
    assert "The principal joins it with a code from the Ministry." in page.said()
    assert page.page.findChild(QPushButton, "sync.join") is None or not page.button("sync.join").isVisible()


def test_usb_saves_and_reads_and_tells_how_it_ended(open_page: Open, tmp_path: Path) -> None:
    page = open_page(at(IDLE))
    target = tmp_path / "out.emissync"
    page.page.usb.save_to(target)
    page.settle()
    assert target.exists()
    assert page.page.usb.strip.text() == "14 changes saved to out.emissync, 2\u00a0kB"
    page.page.usb.read_from(target)
    page.settle()
    assert page.page.usb.strip.text() == "31 changes taken in"
    assert page.page.usb.strip.note() == "4 were here already."
    page.click("sync.usb.close")
    assert not page.page.usb.strip.isVisible()


def test_a_file_of_something_else_is_told(open_page: Open, tmp_path: Path) -> None:
    page = open_page(at(IDLE))
    page.fakes.bundles.refusal = BadFile("That file is not one of the Ministry.")
    page.page.usb.read_from(tmp_path / "holiday.jpg")
    page.settle()
    assert page.page.usb.strip.text() == "Nothing was taken in or written"
    assert page.page.usb.strip.note() == "That file is not one of the Ministry."
    assert page.button("sync.usb.read").isEnabled()


def test_a_teacher_sees_the_page_without_usb(open_page: Open) -> None:
    page = open_page(at(IDLE), role=Role.TEACHER)
    assert not page.button("sync.usb.save").isVisible()


# -- Looks --------------------------------------------------------------------------------------------


def _long() -> Fakes:
    return at(made.RECEIVING, made.cards(made.LONG) + made.other_cards(made.LONG))


@pytest.mark.parametrize("language", ["en", "fr", "es", "xr"])
@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=["wide", "compact"])
@pytest.mark.parametrize("fakes", [made.busy, _long, Fakes], ids=["busy", "long", "unjoined"])
def test_everything_shows_whole(
    open_page: Open, language: str, size: QSize, fakes: Callable[[], Fakes]
) -> None:
    page = open_page(fakes(), size, language)
    assert audit(page.page) == []


@pytest.mark.parametrize("size", [WIDE, COMPACT], ids=["wide", "compact"])
def test_it_shows_whole_in_the_dark_and_while_a_value_is_typed(
    open_page: Open, theme: Theme, size: QSize
) -> None:
    theme.set_mode(ThemeMode.DARK)
    page = open_page(at(IDLE), size)
    page.click(f"sync.edit.{FIRST}")
    assert audit(page.page) == []


def test_tab_reaches_everything_in_reading_order(open_page: Open) -> None:
    page = open_page(made.busy())
    page.button("sync.usb.save").setFocus()
    reached: list[str] = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        if focused is None or (reached and focused.objectName() == reached[0]):
            break
        reached.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    wanted = ["sync.usb.save", "sync.usb.read", "sync.cancel", "sync.pause", "sync.past.all"]
    wanted += ["sync.decided", f"sync.keep.{FIRST}", f"sync.use.{FIRST}", f"sync.edit.{FIRST}"]
    assert [name for name in reached if name in wanted] == wanted
