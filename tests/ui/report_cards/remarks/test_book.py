"""The table as cells: what is taken, what is refused and stays, what is stored together."""

from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.queries.remark_table import RemarkRow, RemarkTable, TermDays
from emis_desktop.services.remarks import AttendanceFigures, RemarkService
from resources.words import Words
from ui.report_cards.remarks.book import RemarkBook, Write
from ui.report_cards.remarks.columns import Kind, two_lines
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.draft import Draft

ONE, TWO, TERM = UUID(int=1), UUID(int=2), UUID(int=9)
TRAITS = MappingProxyType({"PUNCT": "Punctual", "CARE": "Cares for property"})
LEVELS = MappingProxyType({4: "always", 3: "mostly", 2: "sometimes", 1: "rarely"})
TEACHER, PRINCIPAL, PUNCT, CARE, POSSIBLE, ABSENT, EXCUSED, LATE = range(8)


class Notes(RemarkService):
    """Remembers what would be stored."""

    def __init__(self) -> None:
        self.done: list[tuple[object, ...]] = []

    def set_class_teacher_remark(self, student_id: UUID, term_id: UUID, text: str) -> None:
        self.done.append(("teacher", student_id, term_id, text))

    def set_principal_remark(self, student_id: UUID, term_id: UUID, text: str) -> None:
        self.done.append(("principal", student_id, term_id, text))

    def rate_conduct(self, student_id: UUID, term_id: UUID, trait: str, level: int | None) -> None:
        self.done.append(("rate", student_id, trait, level))

    def set_attendance(self, student_id: UUID, term_id: UUID, figures: AttendanceFigures) -> None:
        self.done.append(("days", student_id, figures))


def table(*, may_edit: bool = True, may_sign: bool = True, days: TermDays | None = None) -> RemarkTable:
    rows = (
        RemarkRow(ONE, 1, "0001, Pupil", "Steady.", "", {"PUNCT": 3}, days or TermDays(61, 5, 3, 4)),
        RemarkRow(TWO, 2, "0002, Pupil", "", "", {}, TermDays()),
    )
    return RemarkTable(UUID(int=8), TERM, "Grade 5 Coral", TRAITS, LEVELS, rows, may_edit, may_sign)


@pytest.fixture
def book(words: Words) -> RemarkBook:
    return RemarkBook(words, table(), {})


def stored(write: Write | None) -> list[tuple[object, ...]]:
    assert write is not None
    notes = Notes()
    write.run(notes)
    return notes.done


def test_what_cells_show(book: RemarkBook) -> None:
    assert [book.text(Cell(0, column)) for column in range(8)] == [
        "Steady.",
        "",
        "3",
        "",
        "61",
        "5",
        "3",
        "4",
    ]
    assert [book.text(Cell(1, column)) for column in range(8)] == [""] * 8
    assert [column.kind for column in book.columns[:3]] == [Kind.WORDS, Kind.WORDS, Kind.LEVEL]
    assert book.saying.level(Cell(0, PUNCT)) == "mostly"
    assert book.saying.spoken(Cell(0, PUNCT)) == "0001, Pupil, Punctual, 3, mostly"
    assert book.saying.spoken(Cell(1, TEACHER)) == "0002, Pupil, Class teacher’s remark, empty"
    assert (book.empty_remarks("class_teacher"), book.empty_remarks("principal")) == (1, 2)


def test_remarks_are_kept_with_single_spaces(book: RemarkBook) -> None:
    assert stored(book.enter(Cell(1, TEACHER), "  Works \n well. ")) == [
        ("teacher", TWO, TERM, "Works well.")
    ]
    assert stored(book.enter(Cell(1, PRINCIPAL), "Well done.")) == [("principal", TWO, TERM, "Well done.")]
    assert book.text(Cell(1, TEACHER)) == "Works well."
    assert book.enter(Cell(0, TEACHER), "Steady.") is None, "nothing new"
    assert stored(book.enter(Cell(0, TEACHER), "")) == [("teacher", ONE, TERM, "")]


def test_a_level_is_one_digit(book: RemarkBook) -> None:
    assert stored(book.enter(Cell(0, CARE), "4")) == [("rate", ONE, "CARE", 4)]
    assert stored(book.enter(Cell(0, PUNCT), "")) == [("rate", ONE, "PUNCT", None)]
    assert book.enter(Cell(1, PUNCT), "5") is None
    assert book.draft(Cell(1, PUNCT)) == Draft("5", "Type 1, 2, 3, 4")
    assert book.text(Cell(1, PUNCT)) == "5"
    assert stored(book.enter(Cell(1, PUNCT), "1")) == [("rate", TWO, "PUNCT", 1)]
    assert book.draft(Cell(1, PUNCT)) is None


def test_a_remark_that_is_too_long_stays_as_typed(book: RemarkBook) -> None:
    assert book.enter(Cell(0, TEACHER), "x" * 601) is None
    draft = book.draft(Cell(0, TEACHER))
    assert draft is not None
    assert draft.reason == "This is longer than 600 characters. Shorten it."
    assert book.text(Cell(0, TEACHER)) == "x" * 601
    assert book.give_up(Cell(0, TEACHER))
    assert book.text(Cell(0, TEACHER)) == "Steady."
    assert not book.give_up(Cell(0, TEACHER))


def test_the_days_of_a_pupil_are_stored_together(book: RemarkBook) -> None:
    assert stored(book.enter(Cell(0, LATE), "2")) == [("days", ONE, AttendanceFigures(61, 5, 3, 2))]
    assert stored(book.enter(Cell(1, ABSENT), "5")) == [("days", TWO, AttendanceFigures(None, 5, None, None))]
    assert book.enter(Cell(0, LATE), "2") is None


@pytest.mark.parametrize("typed", ["-1", "3.5", "x", "1000", "²"])
def test_days_are_whole_numbers(book: RemarkBook, typed: str) -> None:
    assert book.enter(Cell(0, ABSENT), typed) is None
    draft = book.draft(Cell(0, ABSENT))
    assert draft is not None
    assert draft.reason == "Days are whole numbers from 0 to 366."


def test_what_contradicted_is_stored_when_the_other_is_corrected(book: RemarkBook) -> None:
    assert book.enter(Cell(0, ABSENT), "70") is None
    draft = book.draft(Cell(0, ABSENT))
    assert draft is not None
    assert draft.reason == "More days absent than school days. Correct one of the two."
    late = book.enter(Cell(0, LATE), "9")
    assert stored(late) == [("days", ONE, AttendanceFigures(61, 5, 3, 9))], "the others are not held up"
    assert book.text(Cell(0, ABSENT)) == "70"
    both = book.enter(Cell(0, POSSIBLE), "75")
    assert stored(both) == [("days", ONE, AttendanceFigures(75, 70, 3, 9))]
    assert book.draft(Cell(0, ABSENT)) is None
    assert book.text(Cell(0, ABSENT)) == "70"


def test_a_refusal_of_the_store_puts_the_text_back_as_typed(book: RemarkBook) -> None:
    write = book.enter(Cell(0, TEACHER), "New.")
    assert write is not None
    assert book.busy()
    book.settled(write, Refused("Not now."))
    assert not book.busy()
    assert book.draft(Cell(0, TEACHER)) == Draft("New.", "Not now.")
    book.give_up(Cell(0, TEACHER))
    assert book.text(Cell(0, TEACHER)) == "Steady."


def test_only_the_last_of_two_writes_counts(book: RemarkBook) -> None:
    first, second = book.enter(Cell(0, TEACHER), "A."), book.enter(Cell(0, TEACHER), "B.")
    assert first is not None
    assert second is not None
    book.settled(first, Refused("Not now."))
    assert book.text(Cell(0, TEACHER)) == "B."
    assert book.draft(Cell(0, TEACHER)) is None
    assert book.settled(second, None) == [Cell(0, TEACHER)]


def test_a_newer_table_comes_under_what_is_being_written(book: RemarkBook, words: Words) -> None:
    book.enter(Cell(0, TEACHER), "New.")
    book.enter(Cell(0, ABSENT), "x")
    book.enter(Cell(1, ABSENT), "x")
    newer = table(days=TermDays(60, 1, 0, 0))
    book.reload(newer)
    assert book.text(Cell(0, TEACHER)) == "New."
    assert book.text(Cell(0, POSSIBLE)) == "60"
    assert book.text(Cell(0, ABSENT)) == "x"
    alone = RemarkTable(
        newer.class_id, TERM, "Grade 5 Coral", TRAITS, LEVELS, newer.rows[:1], may_edit=True, may_sign=True
    )
    book.reload(alone)
    assert set(book.drafts) == {(ONE, "absent")}, "who has left takes the refused texts along"
    assert book.place_of((TWO, "absent")) is None


def test_who_may_not_write(words: Words) -> None:
    teacher = RemarkBook(words, table(may_sign=False), {})
    assert teacher.takes(Cell(0, TEACHER))
    assert not teacher.takes(Cell(0, PRINCIPAL))
    assert teacher.enter(Cell(0, PRINCIPAL), "Well done.") is None
    assert teacher.saying.barrier(Cell(0, PRINCIPAL)).startswith("The principal’s remark is written by")
    assert teacher.saying.barrier(Cell(0, TEACHER)) == ""
    looking = RemarkBook(words, table(may_edit=False, may_sign=False), {})
    assert not any(looking.takes(Cell(0, column)) for column in range(8))
    assert looking.saying.barrier(Cell(0, TEACHER)) == "You may look at this, not change it."


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Punctual", ("Punctual", "")),
        ("Works with others", ("Works with", "others")),
        ("Jours d'absence justifiée", ("Jours d'absence", "justifiée")),
    ],
)
def test_heads_in_two_lines(name: str, lines: tuple[str, str]) -> None:
    assert two_lines(name) == lines


@given(
    st.lists(st.tuples(st.sampled_from([POSSIBLE, ABSENT, EXCUSED, LATE]), st.text(max_size=4)), max_size=12)
)
def test_whatever_is_typed_days_never_contradict_each_other(typed: list[tuple[int, str]]) -> None:
    book = RemarkBook(Words.load("en"), table(), {})
    for column, text in typed:
        write = book.enter(Cell(0, column), text)
        if write is not None:
            ((_kind, _student, figures),) = stored(write)
            assert isinstance(figures, AttendanceFigures)
            assert figures.possible is None or (figures.absent or 0) <= figures.possible
            assert figures.absent is None or (figures.excused or 0) <= figures.absent
        else:
            assert book.text(Cell(0, column)) == " ".join(text.split())
