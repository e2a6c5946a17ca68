"""What people do, as verbs of the journal: the sentence of each, the right it needs, and whether it can be
undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from emis_desktop.errors import N_
from emis_desktop.rules.rights import Right
from emis_desktop.sentence import NN_

UNDO: Final = "undo"
REDO: Final = "redo"


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. ``table`` is what the act is about: its changed rows are counted and named.

    ``one`` may use the fields that describe a row of ``table`` ({pupil}, {subject}, {item}, {mark},
    {name}); ``many`` is used from two rows on, with {n}. ``right`` None: it can never be undone, and
    ``never`` says so.
    """

    table: str
    one: str
    many: tuple[str, str] | None = None
    right: Right | None = None
    never: str = N_("That cannot be undone. Change it by hand.")
    made: bool = False
    """Only rows that the act made are counted, not those that it changed."""
    pupils: bool = False
    """Pupils are counted, whichever rows of their records the act made or changed."""

    @property
    def undoable(self) -> bool:
        """Whether the act can be taken back."""
        return self.right is not None


_MANY_MARKS = NN_("{n} mark of {subject} entered", "{n} marks of {subject} entered")
_OFFICE = Right.EDIT_STUDENTS
_PLAN = Right.MANAGE_STRUCTURE

VERBS: Final[Mapping[str, Verb]] = MappingProxyType(
    {
        "record_mark": Verb(
            "mark", N_("Mark of {pupil}, {subject} {item} entered: {mark}"), _MANY_MARKS, Right.EDIT_MARKS
        ),
        "record_marks": Verb(
            "mark", N_("Mark of {pupil}, {subject} {item} entered: {mark}"), _MANY_MARKS, Right.EDIT_MARKS
        ),
        "clear_marks": Verb(
            "mark",
            N_("Mark of {pupil}, {subject} {item} cleared"),
            NN_("{n} mark of {subject} cleared", "{n} marks of {subject} cleared"),
            Right.EDIT_MARKS,
        ),
        "set_comment": Verb(
            "subject_remark",
            N_("Comment on {pupil}, {subject} written"),
            NN_("{n} comment written", "{n} comments written"),
            Right.EDIT_MARKS,
        ),
        "set_effort": Verb(
            "subject_remark",
            N_("Effort of {pupil}, {subject} entered"),
            NN_("{n} effort letter entered", "{n} effort letters entered"),
            Right.EDIT_MARKS,
        ),
        "set_remark": Verb("term_remark", N_("Remark on {pupil} written"), None, Right.EDIT_MARKS),
        "rate_conduct": Verb("conduct_rating", N_("Conduct of {pupil} rated"), None, Right.EDIT_MARKS),
        "set_attendance": Verb(
            "attendance_total", N_("Attendance of {pupil} entered"), None, Right.EDIT_MARKS
        ),
        "issue_cards": Verb(
            "report_card",
            N_("Report card of {pupil} issued"),
            NN_("{n} report card issued", "{n} report cards issued"),
            never=N_("Issued report cards are kept. Correct the mark, then issue the card again."),
        ),
        "admit_student": Verb("person", N_("{pupil} admitted"), None, _OFFICE),
        "change_student": Verb("person", N_("Record of {pupil} changed"), None, _OFFICE),
        "change_number": Verb("person_identity", N_("Number of {pupil} changed"), None, _OFFICE),
        "change_phone": Verb("person_contact", N_("Phone of {pupil} changed"), None, _OFFICE),
        "change_photo": Verb("person_photo", N_("Photo of {pupil} changed"), None, _OFFICE),
        "move_class": Verb("class_pupil", N_("{pupil} moved to {class_name}"), None, _OFFICE),
        "move_pupils": Verb(
            "class_pupil",
            N_("{pupil} moved to {class_name}"),
            NN_("{n} pupil moved to {class_name}", "{n} pupils moved to {class_name}"),
            _OFFICE,
            made=True,
        ),
        "withdraw_student": Verb("enrolment", N_("{pupil} withdrawn"), None, _OFFICE),
        "transfer_out": Verb("enrolment", N_("{pupil} transferred to {destination}"), None, _OFFICE),
        "transfer_in": Verb("enrolment", N_("{pupil} enrolled at {school}"), None, _OFFICE, made=True),
        "host_pupils": Verb(
            "enrolment",
            N_("{pupil} taken in as a guest at {school}"),
            NN_("{n} pupil taken in as a guest at {school}", "{n} pupils taken in as guests at {school}"),
            _OFFICE,
            made=True,
        ),
        "end_hosting": Verb("enrolment", N_("{pupil} is no guest at {school} any more"), None, _OFFICE),
        "readmit_student": Verb("enrolment", N_("{pupil} admitted again"), None, _OFFICE),
        "add_guardian": Verb("guardianship", N_("Guardian of {pupil} added"), None, _OFFICE),
        "change_guardian": Verb("guardianship", N_("Guardian of {pupil} changed"), None, _OFFICE),
        "remove_guardian": Verb("guardianship", N_("Guardian of {pupil} removed"), None, _OFFICE),
        "add_note": Verb("person_note", N_("Note on {pupil} written"), None, _OFFICE),
        "remove_note": Verb("person_note", N_("Note on {pupil} removed"), None, _OFFICE),
        "write_health": Verb("health_note", N_("Health note of {pupil} changed"), None, _OFFICE),
        "read_health": Verb("health_note", N_("Health note of {pupil} read")),
        "decide_conflict": Verb("conflict", N_("Decided: {what}"), None, _OFFICE),
        "decide_mark": Verb("conflict", N_("Decided: {what}"), None, Right.EDIT_MARKS),
        "decide_structure": Verb("conflict", N_("Decided: {what}"), None, _PLAN),
        "change_proposal": Verb("conflict", N_("Another value proposed: {what}"), None, _OFFICE),
        "remind_decider": Verb("conflict", N_("Asked again for a decision: {what}")),
        "let_go_refused": Verb("conflict", N_("Let go of what the server did not take")),
        "import_students": Verb(
            "person",
            N_("{pupil} brought in from a file"),
            NN_("{n} pupil brought in from a file", "{n} pupils brought in from a file"),
            Right.IMPORT_RECORDS,
            pupils=True,
        ),
        "import_marks": Verb(
            "mark",
            N_("Mark of {pupil}, {subject} {item} brought in from a file: {mark}"),
            NN_("{n} mark brought in from a file", "{n} marks brought in from a file"),
            Right.IMPORT_RECORDS,
        ),
        "import_attendance": Verb(
            "attendance_total",
            N_("Attendance of {pupil} brought in from a file"),
            NN_(
                "{n} attendance total brought in from a file", "{n} attendance totals brought in from a file"
            ),
            Right.IMPORT_RECORDS,
        ),
        "create_school": Verb("institution", N_("School {name} added"), None, _PLAN),
        "change_school": Verb("institution", N_("School {name} changed"), None, _PLAN),
        "create_class": Verb("school_class", N_("Class {name} added"), None, _PLAN),
        "change_class": Verb("school_class", N_("Class {name} changed"), None, _PLAN),
        "change_class_subject": Verb("class_subject", N_("{subject} of {name} changed"), None, _PLAN),
        "remove_class": Verb("school_class", N_("Class {name} removed"), None, _PLAN),
        "change_year": Verb("academic_period", N_("Dates of {name} changed"), None, _PLAN),
        "add_staff": Verb("person", N_("{pupil} added to the staff"), None, _PLAN),
        "change_term": Verb("term", N_("Dates of {name} changed"), None, _PLAN),
        "set_policy": Verb("setting", N_("A policy set"), None, _PLAN),
        "use_scheme": Verb("scheme_use", N_("Grading scheme chosen"), None, _PLAN),
        "add_items": Verb(
            "assessment_item",
            N_("{subject} {name} added"),
            NN_("{n} item of assessment added", "{n} items of assessment added"),
            _PLAN,
        ),
        "change_item": Verb("assessment_item", N_("{subject} {name} changed"), None, _PLAN),
        "lock_item": Verb("assessment_item", N_("{subject} {name} locked"), None, _PLAN),
        "open_item": Verb("assessment_item", N_("{subject} {name} opened"), None, _PLAN),
        "set_assessed": Verb("setting", N_("A subject set as assessed this term"), None, _PLAN),
        "set_not_assessed": Verb("setting", N_("A subject set as not assessed this term"), None, _PLAN),
        "remove_item": Verb("assessment_item", N_("{subject} {name} removed"), None, _PLAN),
        "set_up": Verb("education_grade", N_("Structure of the country set up")),
        "begin": Verb("education_grade", N_("This laptop set up")),
        "fill_demo": Verb("school_class", N_("Demonstration school filled")),
        "fill_country": Verb("institution", N_("Part of a demonstration country filled")),
        "add_user": Verb("user", N_("User {name} added")),
        "change_role": Verb("user", N_("Role of {name} changed")),
        "end_access": Verb("user", N_("Access of {name} ended")),
        "reset_password": Verb("user", N_("Password of {name} reset")),
        "recover_password": Verb("user", N_("Password of {name} set with the recovery code")),
        "change_password": Verb("user", N_("Own password changed by {name}")),
        "change_user": Verb("user", N_("User {name} changed")),
        "repair": Verb("user", N_("Search index and triggers of history made anew by {name}")),
        "renew_recovery": Verb("user", N_("New recovery code made by {name}")),
        "restore_copy": Verb("user", N_("Records restored from a copy; {name} signed in first")),
    }
)

OTHER: Final = Verb("", N_("Records changed"))
"""Stands for a verb that this version does not know."""


def verb_of(name: str) -> Verb:
    """The verb called ``name``."""
    return VERBS.get(name, OTHER)
