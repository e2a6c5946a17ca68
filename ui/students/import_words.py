"""What the columns of a file are called on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from emis_desktop.exchange.columns import Kind
from resources.words import N_, Words

COLUMN_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "number": N_("Number"),
        "given_names": N_("Given names"),
        "family_name": N_("Family name"),
        "preferred_name": N_("Name usually used"),
        "sex": N_("Sex"),
        "birth_date": N_("Date of birth"),
        "birth_place": N_("Place of birth"),
        "nationality": N_("Nationality"),
        "address": N_("Address"),
        "phone": N_("Phone at home"),
        "institution": N_("School"),
        "grade": N_("Grade"),
        "class": N_("Class"),
        "starts_on": N_("First day"),
        "repeater": N_("Repeats the grade"),
        "guardian_given_names": N_("Guardian’s given names"),
        "guardian_family_name": N_("Guardian’s family name"),
        "guardian_name": N_("Guardian’s whole name"),
        "guardian_relation": N_("Guardian’s relation"),
        "guardian_phone": N_("Guardian’s phone"),
        "mother_name": N_("Mother’s whole name"),
        "mother_phone": N_("Mother’s phone"),
        "father_name": N_("Father’s whole name"),
        "father_phone": N_("Father’s phone"),
        "synthetic": N_("Invented pupil"),
        "ends_on": N_("Last day"),
        "outcome": N_("What came of the year"),
        "exit": N_("Kind of leaving"),
        "exit_reason": N_("Reason for leaving"),
        "guardian_number": N_("Guardian’s number"),
        "guardian_email": N_("Guardian’s e-mail"),
        "priority": N_("Order of calling"),
        "may_collect": N_("May collect"),
        "court_order": N_("Court order"),
        "same_person": N_("Same person"),
        "staff_number": N_("Staff number"),
        "email": N_("E-mail"),
        "post": N_("Post"),
        "employment": N_("Employment"),
        "end_reason": N_("Reason for ending"),
        "date": N_("Day"),
        "session": N_("Session"),
        "code": N_("What stands in the register"),
        "subject": N_("Subject"),
        "term": N_("Term"),
        "item": N_("Test or paper"),
        "mark": N_("Mark"),
        "maximum": N_("Maximum"),
        "weight": N_("Weight"),
        "part": N_("Part of the mark"),
        "year": N_("School year"),
        "possible": N_("School days"),
        "absent": N_("Days absent"),
        "excused": N_("Days excused"),
        "late": N_("Times late"),
    }
)


def column_words(words: Words, name: str) -> str:
    """A column in words; a name nobody knows as it is."""
    found = COLUMN_WORDS.get(name)
    return words.tr(found) if found is not None else name


def kind_words(words: Words) -> list[tuple[str, str]]:
    """The kinds of files, in words."""
    return [
        (Kind.STUDENTS.value, words.tr("Pupils")),
        (Kind.GUARDIANS.value, words.tr("Guardians")),
        (Kind.STAFF.value, words.tr("Staff")),
        (Kind.MARKS.value, words.tr("Marks")),
        (Kind.ATTENDANCE.value, words.tr("Attendance")),
    ]
