"""What people do, as verbs of the journal: the sentence of each, the right it needs, and whether it can be
undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from emis_desktop.errors import N_
from emis_desktop.queries.verb import Verb
from emis_desktop.queries.verbs_people import PEOPLE_VERBS
from emis_desktop.rules.rights import Right
from emis_desktop.sentence import NN_

UNDO: Final = "undo"
REDO: Final = "redo"


_MANY_MARKS = NN_("{n} mark of {subject} entered", "{n} marks of {subject} entered")
_OFFICE = Right.EDIT_STUDENTS
_PLAN = Right.MANAGE_STRUCTURE

VERBS: Final[Mapping[str, Verb]] = MappingProxyType(
    {
        **PEOPLE_VERBS,
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
        "mark_register": Verb(
            "attendance_month",
            N_("Register of {pupil} marked"),
            NN_("Register marked for {n} pupil", "Register marked for {n} pupils"),
            Right.EDIT_ATTENDANCE,
        ),
        "mark_rest": Verb(
            "attendance_month",
            N_("Register of {pupil} marked"),
            NN_("Register marked for {n} pupil", "Register marked for {n} pupils"),
            Right.EDIT_ATTENDANCE,
        ),
        "change_calendar": Verb(
            "calendar_day",
            N_("{name} put into the calendar"),
            NN_("{n} entry put into the calendar", "{n} entries put into the calendar"),
            _PLAN,
        ),
        "remove_calendar_day": Verb("calendar_day", N_("{name} taken out of the calendar"), None, _PLAN),
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
        "transfer_out": Verb(
            "enrolment",
            N_("{pupil} transferred to {destination}"),
            NN_("{n} pupil transferred to {destination}", "{n} pupils transferred to {destination}"),
            _OFFICE,
        ),
        "transfer_in": Verb(
            "enrolment",
            N_("{pupil} enrolled at {school}"),
            NN_("{n} pupil enrolled at {school}", "{n} pupils enrolled at {school}"),
            _OFFICE,
            made=True,
        ),
        "take_in_file": Verb("person", N_("{pupil} taken in from a transfer file"), None, _OFFICE),
        "host_pupils": Verb(
            "enrolment",
            N_("{pupil} taken in as a guest at {school}"),
            NN_("{n} pupil taken in as a guest at {school}", "{n} pupils taken in as guests at {school}"),
            _OFFICE,
            made=True,
        ),
        "end_hosting": Verb(
            "enrolment",
            N_("{pupil} is no guest at {school} any more"),
            NN_(
                "{n} pupil is no guest at {school} any more", "{n} pupils are no guests at {school} any more"
            ),
            _OFFICE,
        ),
        "readmit_student": Verb("enrolment", N_("{pupil} admitted again"), None, _OFFICE),
        "decide_outcome": Verb("enrolment", N_("Outcome of {pupil} decided"), None, _OFFICE),
        "end_year": Verb(
            "enrolment",
            N_("{pupil} sent on at the end of the year"),
            NN_("{n} pupil sent on at the end of the year", "{n} pupils sent on at the end of the year"),
            never=N_("Take the end of the year back under Students, End of year: it names who has gone on."),
            pupils=True,
        ),
        "take_back_year": Verb(
            "enrolment",
            N_("End of the year taken back for {pupil}"),
            NN_("End of the year taken back for {n} pupil", "End of the year taken back for {n} pupils"),
            never=N_("End the year once more under Students, End of year."),
            pupils=True,
        ),
        "suspend": Verb("suspension", N_("{pupil} suspended"), None, _OFFICE),
        "change_suspension": Verb("suspension", N_("Suspension of {pupil} changed"), None, _OFFICE),
        "remove_suspension": Verb("suspension", N_("Suspension of {pupil} removed"), None, _OFFICE),
        "approve_admissions": Verb(
            "enrolment",
            N_("Admission of {pupil} approved"),
            NN_("{n} admission approved", "{n} admissions approved"),
            Right.APPROVE_ADMISSIONS,
        ),
        "refuse_admission": Verb(
            "enrolment", N_("Admission of {pupil} refused"), None, Right.APPROVE_ADMISSIONS
        ),
        "choose_subjects": Verb("subject_choice", N_("Subjects of {pupil} changed"), None, _OFFICE),
        "add_guardian": Verb("guardianship", N_("Guardian of {pupil} added"), None, _OFFICE),
        "change_guardian": Verb("guardianship", N_("Guardian of {pupil} changed"), None, _OFFICE),
        "remove_guardian": Verb("guardianship", N_("Guardian of {pupil} removed"), None, _OFFICE),
        "add_note": Verb("person_note", N_("Note on {pupil} written"), None, _OFFICE),
        "remove_note": Verb("person_note", N_("Note on {pupil} removed"), None, _OFFICE),
        "write_health": Verb("health_note", N_("Health note of {pupil} changed"), None, _OFFICE),
        "read_health": Verb("health_note", N_("Health note of {pupil} read")),
        "merge_students": Verb("person", N_("Two records of {pupil} merged"), None, _OFFICE),
        "settle_doubles": Verb("mark", N_("What two records of {pupil} both held decided"), None, _OFFICE),
        "unmerge_students": Verb("person", N_("Two records parted again: {pupil}"), None, _OFFICE),
        "say_two_people": Verb("conflict", N_("Said to be two people: {what}"), None, _OFFICE),
        "issue_papers": Verb(
            "issued_paper",
            N_("Paper of {pupil} issued"),
            NN_("{n} paper issued", "{n} papers issued"),
            never=N_("Issued papers are kept. Correct the record, then issue the paper again."),
        ),
        "print_transcript": Verb("person", N_("Transcript of {pupil} printed")),
        "print_testimonial": Verb("person", N_("Testimonial of {pupil} printed")),
        "print_certificate": Verb("person", N_("Leaving certificate of {pupil} printed")),
        "print_held": Verb("person", N_("All that is held about {pupil} printed")),
        "print_class_list_class": Verb("school_class", N_("Class list of {name} printed")),
        "print_class_list": Verb("institution", N_("Class lists of {name} printed")),
        "print_emergency_class": Verb("school_class", N_("Emergency roll of {name} printed")),
        "print_emergency": Verb("institution", N_("Emergency roll of {name} printed")),
        "print_id_cards_class": Verb("school_class", N_("ID cards of {name} printed")),
        "print_id_cards": Verb("institution", N_("ID cards of {name} printed")),
        "print_register_class": Verb("school_class", N_("Blank register of {name} printed")),
        "print_register": Verb("institution", N_("Blank registers of {name} printed")),
        "decide_conflict": Verb("conflict", N_("Decided: {what}"), None, _OFFICE),
        "decide_mark": Verb("conflict", N_("Decided: {what}"), None, Right.EDIT_MARKS),
        "decide_register": Verb("conflict", N_("Decided: {what}"), None, Right.EDIT_ATTENDANCE),
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
        "import_guardians": Verb(
            "guardianship",
            N_("Guardian of {pupil} brought in from a file"),
            NN_("{n} guardian brought in from a file", "{n} guardians brought in from a file"),
            Right.IMPORT_RECORDS,
        ),
        "import_staff": Verb(
            "staff_position",
            N_("Staff brought in from a file"),
            NN_("{n} post of staff brought in from a file", "{n} posts of staff brought in from a file"),
            Right.IMPORT_RECORDS,
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
        "add_year": Verb("academic_period", N_("School year {name} added"), None, _PLAN),
        "open_year": Verb(
            "school_class",
            N_("Class {name} made for the new school year"),
            NN_("{n} class made for the new school year", "{n} classes made for the new school year"),
            _PLAN,
            made=True,
        ),
        "close_year": Verb("academic_period", N_("School year {name} closed"), None, _PLAN),
        "reopen_year": Verb("academic_period", N_("School year {name} opened again"), None, _PLAN),
        "close_term": Verb("term", N_("{name} closed"), None, _PLAN),
        "reopen_term": Verb("term", N_("{name} opened again"), None, _PLAN),
        "close_school": Verb("institution", N_("School {name} closed"), None, _PLAN),
        "reopen_school": Verb("institution", N_("School {name} opened again"), None, _PLAN),
        "merge_schools": Verb(
            "enrolment",
            N_("{pupil} moved with the school to {school}"),
            NN_(
                "{n} pupil moved to {school} with the school", "{n} pupils moved to {school} with the school"
            ),
            _PLAN,
            made=True,
        ),
        "add_post": Verb("staff_position", N_("Post of {pupil} added"), None, _PLAN),
        "change_post": Verb("staff_position", N_("Post of {pupil} changed"), None, _PLAN),
        "change_staff": Verb("person", N_("Staff record of {pupil} changed"), None, _PLAN),
        "change_qualification": Verb("qualification", N_("Qualification of {pupil} changed"), None, _PLAN),
        "change_training": Verb("training", N_("Training of {pupil} changed"), None, _PLAN),
        "hand_over": Verb("school_class", N_("Classes handed over"), None, _PLAN),
        "change_options": Verb("option_block", N_("Options {name} changed"), None, _PLAN),
        "choose_options": Verb(
            "subject_choice",
            N_("Option of {pupil} chosen"),
            NN_("{n} option chosen", "{n} options chosen"),
            _PLAN,
        ),
        "change_group": Verb("pupil_group", N_("Group {name} changed"), None, _PLAN),
        "set_members": Verb(
            "pupil_group_member",
            N_("Members of a group changed"),
            NN_("{n} member of a group changed", "{n} members of a group changed"),
            _PLAN,
        ),
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
