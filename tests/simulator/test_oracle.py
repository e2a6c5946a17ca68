"""The oracle itself, on a country small enough to work out by hand."""

from typing import Any

from tests.simulator.looking import TABLES
from tests.simulator.oracle import CATALOGUE, expected, seen_by_school, stands

A, B, P, Q, YEAR, TERM = b"school a", b"school b", b"pupil p", b"parent q", b"year", b"term"


def row(table: str, **values: object) -> dict[str, Any]:
    names = [column.name for column in CATALOGUE.main(table).table.columns]
    return dict.fromkeys(names) | values


def country(**tables: list[dict[str, Any]]) -> dict[str, dict[bytes, dict[str, Any]]]:
    found: dict[str, dict[bytes, dict[str, Any]]] = {name: {} for name in TABLES}
    base = {
        "institution": [row("institution", id=A), row("institution", id=B)],
        "academic_period": [row("academic_period", id=YEAR)],
        "term": [row("term", id=TERM, period_id=YEAR)],
        "person": [row("person", id=P, given_names="P", address="Street"), row("person", id=Q)],
        "person_contact": [row("person_contact", id=b"c", person_id=P, value="555")],
        "person_identity": [row("person_identity", id=b"i", person_id=P)],
        "guardianship": [row("guardianship", id=b"g", student_id=P, guardian_id=Q)],
        "subject_remark": [row("subject_remark", id=b"r", student_id=P, term_id=TERM)],
    }
    for name, rows in (base | tables).items():
        found[name] = {each["id"]: each for each in rows}
    return found


def stay(row_id: bytes, school: bytes, starts: str, **values: object) -> dict[str, Any]:
    given = {"person_id": P, "institution_id": school, "period_id": YEAR, "starts_on": starts}
    return row("enrolment", id=row_id, **given, **values)


def test_a_school_sees_its_own_pupils_whole_and_no_others() -> None:
    records = country(enrolment=[stay(b"1", A, "2026-09-01")])
    at_a, at_b = seen_by_school(records, A), seen_by_school(records, B)
    for table, row_id in (("person", P), ("person", Q), ("person_contact", b"c"), ("guardianship", b"g")):
        assert at_a[table, row_id] is True
        assert (table, row_id) not in at_b
    assert at_b["institution", A] is True


def test_after_a_transfer_the_new_school_sees_all_and_the_old_one_the_name() -> None:
    gone = stay(b"1", A, "2026-09-01", ends_on="2026-11-01", exit="transferred", destination_id=B)
    there = stay(b"2", B, "2026-11-02")
    records = country(enrolment=[gone, there])
    at_a, at_b = seen_by_school(records, A), seen_by_school(records, B)
    assert at_a["person", P] is False
    assert at_a["person_identity", b"i"] is False
    assert ("person_contact", b"c") not in at_a
    assert ("person", Q) not in at_a, "a guardian leaves with the child"
    assert at_a["enrolment", b"1"] is True
    assert at_a["subject_remark", b"r"] is True
    assert at_b["person_contact", b"c"] is True
    assert at_b["enrolment", b"1"] is False


def test_while_nobody_has_enrolled_a_sent_pupil_both_schools_see_all() -> None:
    gone = stay(b"1", A, "2026-09-01", ends_on="2026-11-01", exit="transferred", destination_id=B)
    assert stands(country(enrolment=[gone]))[P].present == {A, B}


def test_a_guest_is_present_at_both() -> None:
    records = country(enrolment=[stay(b"1", A, "2026-09-01"), stay(b"2", B, "2026-10-01", standing="hosted")])
    assert stands(records)[P].present == {A, B}
    assert stands(records)[Q].present == {A, B}


def test_classes_that_a_laptop_may_not_hold_are_no_fields_of_it() -> None:
    records = country(enrolment=[stay(b"1", A, "2026-09-01")])
    basic = expected(records, A, {"basic"})
    both = expected(records, A, {"basic", "contact"})
    assert "address" not in basic["person", P]
    assert both["person", P]["address"] == "Street"
    assert ("person_contact", b"c") not in basic
    assert ("person_contact", b"c") in both


def test_a_conflict_is_seen_where_its_row_is_at_its_own_class() -> None:
    conflict = row("conflict", id=b"x", table_name="person", row_id=P, sensitivity="contact")
    records = country(enrolment=[stay(b"1", A, "2026-09-01")], conflict=[conflict])
    assert ("conflict", b"x") in expected(records, A, {"basic", "contact"})
    assert ("conflict", b"x") not in expected(records, A, {"basic"})
    assert ("conflict", b"x") not in expected(records, B, {"basic", "contact"})


def test_a_conflict_about_a_row_of_the_nation_is_the_ministrys_business() -> None:
    setting = row("setting", id=b"s", institution_id=None, name="words", value="1")
    own = row("setting", id=b"t", institution_id=A, name="words", value="2")
    about = [
        row("conflict", id=b"x" + of, table_name="setting", row_id=of, sensitivity="basic")
        for of in (b"s", b"t")
    ]
    records = country(setting=[setting, own], conflict=about)
    assert [("conflict", b"x" + of) in expected(records, A, {"basic"}) for of in (b"s", b"t")] == [
        False,
        True,
    ]
    assert ("conflict", b"xs") in expected(records, None, {"basic"})


def test_the_ministry_sees_every_row_at_its_classes() -> None:
    records = country(enrolment=[stay(b"1", A, "2026-09-01")])
    seen = expected(records, None, {"basic"})
    assert ("person", P) in seen
    assert ("person_contact", b"c") not in seen
