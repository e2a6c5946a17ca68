"""Text, buttons, chips, search, figures, tasks, empty places, avatars, warnings."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QStyle, QStyleOptionFrame

from resources.words import Words
from tests.ui.conftest import Show
from ui.theme.fonts import metrics
from ui.theme.tokens import LIGHT
from ui.widgets.avatar import Avatar, KeyCap, TickStatus, initials
from ui.widgets.base import with_keys
from ui.widgets.button import Button, IconButton, MenuButton
from ui.widgets.card import Card, FactRow
from ui.widgets.chips import FilterChip, Pill, Segmented, TabChips
from ui.widgets.empty import EmptyState
from ui.widgets.figures import HeadlineFigure, Meter
from ui.widgets.head import PageHead
from ui.widgets.search import SearchBox
from ui.widgets.tasks import Task, TaskList
from ui.widgets.text import Text
from ui.widgets.warning import Banner, WarningCard

LEFT = Qt.MouseButton.LeftButton


def test_a_text_shows_markup_as_it_is(words: Words, show: Show) -> None:
    label = Text("<b>Zoé</b> & Co")
    show(label)
    assert label.text() == "<b>Zoé</b> & Co"
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_shortened_text_tells_all_in_its_tooltip(words: Words, show: Show) -> None:
    label = Text("Windward Demo Primary School of the Northern Parishes", elide=True)
    page = show(label, width=120)
    assert label.is_shortened()
    assert label.toolTip() == label.text()
    label.set_tone("bad")
    picture = label.grab().toImage()
    inks = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert LIGHT.bad.lower() in inks
    page.resize(600, 300)
    assert not label.is_shortened()
    assert label.toolTip() == ""
    assert label.minimumSizeHint().width() < 40


def test_a_text_stands_at_the_start_whatever_its_own_script(words: Words, show: Show) -> None:
    label = Text("Pupil 0004")
    page = show(label)
    assert label.alignment() & Qt.AlignmentFlag.AlignLeft
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert label.alignment() & Qt.AlignmentFlag.AlignRight
    label.setAlignment(Qt.AlignmentFlag.AlignRight)
    assert label.alignment() & Qt.AlignmentFlag.AlignLeft


def test_a_button_without_a_word_has_a_name_and_a_tooltip(words: Words, show: Show) -> None:
    button = IconButton("undo-2", "Undo", keys="Ctrl+Z", name="form.undo")
    show(button)
    assert button.accessibleName() == "Undo"
    assert button.toolTip() == "Undo (Ctrl+Z)"
    assert not button.icon().isNull()
    assert with_keys("Undo", "") == "Undo"


@pytest.mark.parametrize("kind", ["secondary", "primary", "quiet", "link", "danger", "chip"])
def test_every_kind_of_button_is_high_enough(words: Words, show: Show, kind: str) -> None:
    button = Button("Issue 24 cards", kind, "check")
    show(button)
    assert button.height() == (26 if kind == "chip" else 32)


def test_a_selector_offers_and_tells(words: Words, show: Show) -> None:
    button = MenuButton("", "Term", name="shell.top.term")
    show(button)
    button.set_choices([("1", "Term 1"), ("2", "Term 2")], "2")
    assert button.text() == "Term 2"
    assert button.accessibleName() == "Term: Term 2"
    seen: list[object] = []
    button.choices.triggered.connect(lambda action: seen.append(action.data()))
    button.choices.actions()[0].trigger()
    assert seen == ["1"]


def test_only_one_action_is_primary(words: Words, show: Show) -> None:
    head = PageHead("Students", "417 on roll", name="students.head")
    show(head)
    first, second = head.set_primary(Button("Add")), head.set_primary(Button("Import"))
    third = head.add(Button("Export"))
    assert [first.property("kind"), second.property("kind")] == ["secondary", "primary"]
    assert third.property("kind") == "secondary"
    head.set_title("Class", "31 pupils")
    assert head.title() == "Class"


def test_tabs_and_segments_have_one_choice(words: Words, show: Show) -> None:
    tabs = TabChips([("all", "All 31"), ("ready", "Ready 24")], "States", name="cards.tabs")
    show(tabs)
    seen: list[str] = []
    tabs.chosen.connect(seen.append)
    assert tabs.value() == "all"
    QTest.mouseClick(tabs.button("ready"), LEFT)
    assert (tabs.value(), seen) == ("ready", ["ready"])
    tabs.set_text("ready", "Ready 23")
    assert tabs.button("ready").text() == "Ready 23"
    segments = Segmented([("a", "A"), ("b", "B"), ("c", "C")], "Letters")
    page = show(segments)
    assert segments.value() == ""
    shapes = [segments.button(key).property("segment") for key in "abc"]
    assert shapes == ["first", "middle", "last"]
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert [segments.button(key).property("segment") for key in "abc"] == ["last", "middle", "first"]


def test_a_filter_chip_goes_by_one_press(words: Words, show: Show) -> None:
    chip = FilterChip("grade", "Grade 5", "Grade 5, remove filter")
    show(chip)
    with show.qtbot.waitSignal(chip.removed) as gone:
        QTest.mouseClick(chip, LEFT)
    assert gone.args == ["grade"]
    assert chip.isChecked()
    assert chip.accessibleName() == "Grade 5, remove filter"


def test_a_pill_says_its_state(words: Words, show: Show) -> None:
    pill = Pill("Ready", "accent")
    show(pill)
    before = pill.sizeHint().width()
    pill.set_state("Incomplete", "warn")
    assert pill.accessibleName() == pill.text() == "Incomplete"
    assert pill.sizeHint().width() > before


def test_searching_clearing_and_going_down(words: Words, show: Show) -> None:
    box = SearchBox("Name or number", "Clear the search", keys="Ctrl+K", name="students.search")
    show(box)
    seen: list[str] = []
    box.searched.connect(seen.append)
    QTest.keyClicks(box, "zo")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert seen == ["z", "zo", ""]
    with show.qtbot.waitSignal(box.down):
        QTest.keyClick(box, Qt.Key.Key_Down)


def test_a_search_has_room_for_its_own_words(words: Words, show: Show) -> None:
    short, long = (SearchBox(text, "Clear the search") for text in ("Name", "Classe, matière ou enseignant"))
    for box in (short, long):
        show(box)
    option = QStyleOptionFrame()
    long.resize(long.sizeHint())
    long.initStyleOption(option)
    room = long.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, long)
    margins = long.textMargins()
    inside = room.width() - margins.left() - margins.right() - 4  # two pixels a side are Qt's own
    assert inside >= metrics(13).horizontalAdvance(long.placeholderText())
    assert short.sizeHint().width() == 236


def test_a_search_that_waits_asks_once(words: Words, show: Show) -> None:
    box = SearchBox("Name or number", "Clear the search", wait=30)
    show(box)
    seen: list[str] = []
    box.searched.connect(seen.append)
    QTest.keyClicks(box, "zoe")
    show.qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["zoe"]


def test_a_headline_reads_as_one_sentence(words: Words, show: Show) -> None:
    card = HeadlineFigure("Present today")
    show(card)
    card.set_figure("93.4", "%", "3 of 14 registers still open", 0.934)
    assert card.accessibleName() == "Present today, 93.4 %, 3 of 14 registers still open"
    meter = card.findChild(Meter)
    assert meter is not None
    assert meter.isVisible()
    assert meter.share() == pytest.approx(0.934)
    card.set_figure("417")
    assert not meter.isVisible()
    tall = card.height()
    card.set_compact(True)
    assert card.height() < tall


def test_tasks_tell_which_verb_was_pressed(words: Words, show: Show) -> None:
    tasks = TaskList(name="home.tasks")
    show(tasks)
    tasks.set_tasks([Task("old", "check", "ok", "Old", "here", "Do")])
    tasks.set_tasks(
        [
            Task("marks", "table", "warn", "Enter 21 marks", "Grade 5", "Continue"),
            Task("cards", "file-text", "accent", "Issue cards", "Grade 6", "Review"),
        ]
    )
    button = tasks.findChild(Button, "home.tasks.cards")
    assert button is not None
    assert button.accessibleName() == "Review: Issue cards"
    with show.qtbot.waitSignal(tasks.chosen) as chosen:
        QTest.mouseClick(button, LEFT)
    assert chosen.args == ["cards"]


def test_an_empty_place_offers_ways_on(words: Words, show: Show) -> None:
    empty = EmptyState("users", "No pupils yet", name="students.empty")
    show(empty)
    button = empty.add(Button("Import class list", "primary"))
    empty.add_link(Button("Use last year’s class", "link"))
    empty.set_words("No pupil matches", "Take a filter away.")
    assert {"No pupil matches", "Take a filter away."} <= {
        label.text() for label in empty.findChildren(QLabel)
    }
    show.qtbot.waitUntil(button.isVisible)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("User 01", "U1"),
        ("Pupil 0004", "P4"),
        ("Zoé", "Z"),
        ("", ""),
        ("élodie-ann pupil", "ÉP"),
        ("0 0", "00"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_people_and_keys_have_names(words: Words, show: Show) -> None:
    avatar = Avatar("User 01")
    show(avatar)
    avatar.set_name("Teacher 02")
    avatar.set_strong(True)
    assert avatar.accessibleName() == "Teacher 02"
    assert KeyCap("Ctrl+D").accessibleName() == "Ctrl+D"


def test_the_tick_goes_after_a_while_and_the_words_stay(words: Words, show: Show) -> None:
    status = TickStatus(name="form.status")
    show(status)
    status._timer.setInterval(20)
    status.saved("Saved 09:41")
    assert status._ticked
    show.qtbot.waitUntil(lambda: not status._ticked)
    assert status.text() == "Saved 09:41"
    status.refused("1 field not saved")
    assert status.text() == "1 field not saved"
    status.clear()
    assert status.text() == ""


def test_a_warning_has_two_verbs(words: Words, show: Show) -> None:
    card = WarningCard("May be the same pupil", "Names sound alike", "Compare", "Not the same", name="dup")
    show(card)
    one, two = card.findChild(Button, "dup.first"), card.findChild(Button, "dup.second")
    assert one is not None
    assert two is not None
    with show.qtbot.waitSignals([card.first, card.second]):
        QTest.mouseClick(one, LEFT)
        QTest.mouseClick(two, LEFT)
    card.set_words("May be another pupil", "Same phone")
    banner = Banner("A backup is due", "Back up now", name="banner.backup")
    show(banner)
    with show.qtbot.waitSignal(banner.pressed):
        QTest.mouseClick(banner._verb, LEFT)


def test_cards_hold_heads_and_facts(words: Words, show: Show) -> None:
    card = Card(tint="sunken", name="x.card")
    head = card.add_head("Guardians")
    head.set_facts("Two")
    fact = FactRow("Class", "Grade 5 Coral")
    card.body.addWidget(fact)
    show(card)
    assert head.facts.isVisible()
    head.set_facts("")
    assert not head.facts.isVisible()
    assert fact.value.text() == "Grade 5 Coral"
