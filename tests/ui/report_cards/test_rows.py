"""Rows of the list: words, tones, columns, and what a tooltip says."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from emis_desktop.queries.report_cards import CardList, CardRow, IssuedCard
from emis_desktop.rules.readiness import CardState
from emis_desktop.sentence import say
from resources.words import Words
from ui.report_cards.list_card import WIDTH_COMPACT, CardListCard
from ui.report_cards.plan import IssuePlan
from ui.report_cards.rows import (
    FILTERS,
    CardModel,
    cells_of,
    columns_for,
    shown_rows,
    state_note,
    widest_pill,
)
from ui.theme.fonts import metrics
from ui.theme.theme import Theme
from ui.widgets.table.cells import PADDING

LONG = "Example-of-the-Longest-Bay, Marie-Thérèse Évangéline Ñúñez"


def issued(number: int = 1) -> IssuedCard:
    return IssuedCard(
        uuid4(), uuid4(), "Pupil", "T1-26T1-000001", number, date(2026, 11, 4), "User 01", "en", "ABCD", False
    )


def card(state: CardState, name: str = "Pupil 0001", **changes: object) -> CardRow:
    row = CardRow(uuid4(), 1, name, state, (), (), Decimal("71.6"), None)
    return replace(row, **changes)  # type: ignore[arg-type]


ROWS = [
    card(CardState.READY),
    card(
        CardState.INCOMPLETE,
        LONG,
        reasons=(say("No mark: {subjects}", subjects=("French", "Music")),),
        notes=(say("Principal’s remark is empty"),),
        average=None,
        provisional=True,
        missing=(uuid4(),),
    ),
    card(CardState.ISSUED, issued=issued()),
    card(CardState.CHANGED, issued=issued(2)),
    card(CardState.INCOMPLETE, reasons=(say("No marks are entered yet"),), average=None),
]


def test_what_is_said_after_the_pill(words: Words) -> None:
    assert [state_note(row, words) for row in ROWS] == [
        "",
        "No mark: French and Music; Principal’s remark is empty",
        "issue 1, 4 Nov",
        "since issue 2, 4 Nov",
        "No marks are entered yet",
    ]


def test_an_issue_that_lacks_something_says_so(words: Words) -> None:
    lacks = (say("No tests: {subjects}", subjects=("Music",)),)
    again = card(CardState.INCOMPLETE, issued=issued(), reasons=lacks, average=None)
    assert state_note(again, words) == "No tests: Music; since issue 1, 4 Nov"
    provisional = replace(again, state=CardState.ISSUED)
    assert state_note(provisional, words) == "issue 1, 4 Nov; No tests: Music"


def test_cells(words: Words) -> None:
    cells = [cells_of(row, words) for row in ROWS]
    assert [(state.text, state.pill) for _name, state, _average in cells] == [
        ("Ready", "accent"),
        ("Incomplete", "warn"),
        ("Issued", "ok"),
        ("Changed", "warn"),
        ("Incomplete", "warn"),
    ]
    assert [average.text for *_rest, average in cells] == ["71.6", "–", "71.6", "71.6", "–"]
    assert cells_of(ROWS[0], Words.load("fr"))[2].text == "71,6"


def test_a_model_as_qt_wants_it(words: Words) -> None:
    model = CardModel(words)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(ROWS)
    assert (model.rowCount(), model.columnCount()) == (5, 3)
    spoken = model.data(model.index(1, 1), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == f"{LONG}, State, Incomplete, No mark: French and Music; Principal’s remark is empty"
    tips = [model.data(model.index(1, column), Qt.ItemDataRole.ToolTipRole) for column in range(3)]
    assert tips == [LONG, "No mark: French and Music; Principal’s remark is empty", "–"]


def test_tabs_show_their_states() -> None:
    cards = CardList(UUID(int=1), UUID(int=2), "Grade 5 Coral", tuple(ROWS))
    counts = {key: len(shown_rows(cards, key)) for key in FILTERS}
    assert counts == {"all": 5, "ready": 1, "incomplete": 2, "issued": 1, "changed": 1}
    assert sum(counts.values()) == 2 * counts["all"], "each card stands in one tab, and in the one of all"


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_state_that_a_row_shows_has_its_tab(qtbot: QtBot, language: str, compact: bool) -> None:
    words = Words.load(language)
    shown = CardListCard(words)
    qtbot.addWidget(shown)
    rows = [row for row in ROWS for _ in range(8)]
    shown.set_compact(compact)
    shown.set_cards(CardList(UUID(int=1), UUID(int=2), "Grade 5 Coral", tuple(rows)))
    shown.show()
    tabs = [shown.tabs.button(key) for key in FILTERS]
    assert all(tab.isVisible() and tab.width() >= tab.sizeHint().width() for tab in tabs)
    assert all(shown.rect().contains(tab.mapTo(shown, tab.rect().bottomRight())) for tab in tabs)
    assert [int(tab.text().split()[-1]) for tab in tabs] == [40, 8, 16, 8, 8]
    shown.set_cards(CardList(UUID(int=1), UUID(int=2), "Grade 5 Coral", (ROWS[3], ROWS[3])))
    assert [key for key in FILTERS if shown.tabs.button(key).isVisible()] == ["all", "changed"]
    shown.show_tab("issued")
    assert shown._nothing.text() == words.tr("Every issued card has changed since.")
    shown.show_tab("changed")
    assert shown.table.isVisible()


@pytest.mark.parametrize("room", [397, 452])
def test_columns_fill_the_room_and_no_more(words: Words, room: int) -> None:
    widths = [column.width for column in columns_for(ROWS, words, room)]
    assert sum(widths) <= room
    assert widths[0] >= 150
    short = [card(CardState.READY, name) for name in ("Pupil 0001", "Pupil 0002")]
    name, state, average = columns_for(short, words, room)
    assert name.width < 150 or name.width == 150
    assert state.stretch == 1
    assert average.align == "end"


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_day_of_an_issue_shows_in_full_in_a_small_window(theme: Theme, language: str) -> None:
    words = Words.load(language)
    issued = [row for row in ROWS if row.state is CardState.ISSUED]
    name, state, average = columns_for(issued, words, WIDTH_COMPACT - 15)
    note = metrics(12).horizontalAdvance(state_note(issued[0], words))
    assert state.width >= widest_pill(issued, words) + note + 3 * PADDING
    assert name.width >= 150
    assert name.width + state.width + average.width <= WIDTH_COMPACT - 15


def test_a_plan_sorts_the_cards(words: Words) -> None:
    plan = IssuePlan.of("Grade 5 Coral", ROWS, begun=True)
    assert (len(plan.ready), len(plan.changed), len(plan.provisional), plan.stuck, plan.issued) == (
        1,
        1,
        1,
        1,
        1,
    )
    assert (plan.count(provisional=False), plan.count(provisional=True)) == (2, 3)
    assert plan.sentences(words, provisional=False) == [
        "1 card is ready.",
        "1 has changed since it was issued: a new issue replaces it.",
        "2 incomplete cards are left out.",
        "1 is issued and unchanged: it stays as it is.",
    ]
    assert plan.sentences(words, provisional=True)[2:4] == [
        "1 is issued with marks missing and says so.",
        "1 incomplete card is left out.",
    ]
    assert IssuePlan.of("x", ROWS, begun=False).provisional == ()
    assert IssuePlan.of("x", [], begun=True).sentences(words, provisional=True) == []
