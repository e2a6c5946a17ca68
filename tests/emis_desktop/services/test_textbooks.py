"""Textbooks: lent to one or a class, back good, damaged or lost, never more than there are."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from emis_desktop.errors import Refused
from emis_desktop.queries.textbooks import TextbookLine
from emis_desktop.rules.rights import Role
from emis_desktop.services.textbooks import NewLoan, NewTextbook
from tests.factories.offices import Office, opened_office
from tests.factories.people import Around
from tests.factories.schools import IN_TERM

LENT, DUE = date(2026, 9, 10), date(2026, 11, 1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


@pytest.fixture
def book(office: Office) -> UUID:
    school = office.school
    new = NewTextbook(" Sums  5 ", 2, school.made.subjects["P-MA"], school.made.grades["G5"])
    return Around(office).textbooks.add(school.id, new)


def line(office: Office) -> TextbookLine:
    return Around(office).books.books(office.school.id, IN_TERM)[0]


def test_lent_overdue_and_back(office: Office, book: UUID) -> None:
    around, pupil, sitting = Around(office), office.admit(), office.sitting()
    (loan,) = around.textbooks.lend(book, [NewLoan(pupil, " 7 ")], LENT, DUE)
    assert office.latest() == "Textbook lent to Élodie-Ann Pupil 0004"
    shown = line(office)
    assert (shown.title, shown.grade, shown.copies, shown.lent, shown.left, shown.overdue) == (
        "Sums 5",
        "Grade 5",
        2,
        1,
        1,
        1,
    )
    out = around.books.out(office.school.id, overdue_on=IN_TERM)[0]
    assert (out.id, out.title, out.copy, out.overdue(IN_TERM), out.overdue(DUE)) == (
        loan,
        "Sums 5",
        "7",
        True,
        False,
    )
    around.textbooks.take_back([loan], IN_TERM, "damaged")
    (had,) = around.books.of_student(pupil)
    assert (had.returned_on, had.state) == (IN_TERM, "damaged")
    assert (line(office).left, around.books.out(office.school.id)) == (2, ())
    with pytest.raises(Refused, match="back already"):
        around.textbooks.take_back([loan], IN_TERM, "good")
    sitting.undo()
    assert line(office).left == 1


def test_a_lost_copy_is_one_fewer(office: Office, book: UUID) -> None:
    around, sitting = Around(office), office.sitting()
    loans = around.textbooks.lend(book, [NewLoan(office.admit()), NewLoan(office.admit("Zoë"))], LENT)
    assert office.latest() == "2 textbooks lent"
    around.textbooks.take_back(loans, IN_TERM, "lost")
    assert (line(office).copies, line(office).left) == (0, 0)
    sitting.undo()
    assert (line(office).copies, line(office).lent) == (2, 2)


def test_no_more_than_there_are(office: Office, book: UUID) -> None:
    around = Around(office)
    pupils = [office.admit(name) for name in ("Abe", "Bo", "Cy")]
    with pytest.raises(Refused, match="2 copies of Sums 5 are left"):
        around.textbooks.lend(book, [NewLoan(one) for one in pupils], LENT)
    assert line(office).lent == 0
    around.textbooks.lend(book, [NewLoan(pupils[0], "1")], LENT)
    with pytest.raises(Refused, match="has this book already"):
        around.textbooks.lend(book, [NewLoan(pupils[0])], LENT)
    with pytest.raises(Refused, match="Copy 1 is lent already"):
        around.textbooks.lend(book, [NewLoan(pupils[1], "1")], LENT)
    with pytest.raises(Refused, match="Type that many or more"):
        around.textbooks.change(book, NewTextbook("Sums 5", 0))
    with pytest.raises(Refused, match="still lent"):
        around.textbooks.remove(book)


def test_changed_and_removed(office: Office, book: UUID) -> None:
    around = Around(office)
    around.textbooks.change(book, NewTextbook("Sums for Five", 30))
    assert (line(office).title, line(office).subject, line(office).copies) == ("Sums for Five", None, 30)
    around.textbooks.remove(book)
    assert around.books.books(office.school.id, IN_TERM) == ()
    with pytest.raises(Refused, match="no longer there"):
        around.textbooks.lend(book, [NewLoan(office.admit())], LENT)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewTextbook("  "), "title"),
        (NewTextbook("x" * 161), "title"),
        (NewTextbook("A", -1), "copies"),
        (NewTextbook("A", 100_001), "copies"),
        (NewTextbook("A", 1, uuid4()), "subject"),
        (NewTextbook("A", 1, None, uuid4()), "grade"),
    ],
)
def test_what_is_no_book(office: Office, new: NewTextbook, field: str) -> None:
    with pytest.raises(Refused) as refused:
        Around(office).textbooks.add(office.school.id, new)
    assert refused.value.field == field


def test_days_that_cannot_be(office: Office, book: UUID) -> None:
    around, pupil = Around(office), office.admit()
    for lent, due, field in (
        (date(2026, 11, 6), None, "lent_on"),
        (LENT, date(2026, 9, 9), "due_on"),
    ):
        with pytest.raises(Refused) as refused:
            around.textbooks.lend(book, [NewLoan(pupil)], lent, due)
        assert refused.value.field == field
    with pytest.raises(Refused, match="who gets"):
        around.textbooks.lend(book, [], LENT)
    (loan,) = around.textbooks.lend(book, [NewLoan(pupil)], LENT)
    for on, state, field in (
        (date(2026, 9, 9), "good", "returned_on"),
        (date(2026, 11, 6), "good", "returned_on"),
        (IN_TERM, "eaten", "state"),
    ):
        with pytest.raises(Refused) as refused:
            around.textbooks.take_back([loan], on, state)
        assert refused.value.field == field
    with pytest.raises(Refused, match="no longer there"):
        around.textbooks.take_back([uuid4()], IN_TERM, "good")


def test_in_the_right_hands(office: Office, book: UUID) -> None:
    pupil = office.admit()
    (loan,) = Around(office).textbooks.lend(book, [NewLoan(pupil)], LENT)
    for wrong in (office.acting(Role.TEACHER), office.acting(Role.PRINCIPAL, other=True)):
        around = Around(wrong)
        for act in (
            lambda a=around: a.textbooks.add(office.school.id, NewTextbook("A")),
            lambda a=around: a.textbooks.change(book, NewTextbook("A", 9)),
            lambda a=around: a.textbooks.remove(book),
            lambda a=around: a.textbooks.lend(book, [NewLoan(pupil)], LENT),
            lambda a=around: a.textbooks.take_back([loan], IN_TERM, "good"),
        ):
            with pytest.raises(Refused):
                act()
    elsewhere = Around(office.acting(Role.PRINCIPAL, other=True))
    assert elsewhere.books.of_student(pupil) == ()
    with pytest.raises(Refused):
        elsewhere.books.books(office.school.id, IN_TERM)
