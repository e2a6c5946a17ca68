"""What tables and codes are called on the paper with all that is held about a pupil."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from emis_desktop.errors import N_
from emis_desktop.rules.code_words import EXITS, OUTCOMES, SEXES, STANDINGS

TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "person": N_("The person"),
        "person_identity": N_("Numbers"),
        "person_contact": N_("Telephones and e-mail"),
        "person_address": N_("Addresses"),
        "person_photo": N_("Photo"),
        "guardianship": N_("Guardians"),
        "enrolment": N_("Enrolments"),
        "class_pupil": N_("Places in classes"),
        "subject_choice": N_("Subjects chosen"),
        "pupil_group_member": N_("Groups"),
        "suspension": N_("Suspensions"),
        "attendance_month": N_("Attendance registers"),
        "attendance_total": N_("Attendance totals"),
        "mark": N_("Marks"),
        "subject_remark": N_("Comments and effort"),
        "term_remark": N_("Remarks"),
        "conduct_rating": N_("Conduct"),
        "report_card": N_("Report cards issued"),
        "issued_paper": N_("Papers issued"),
        "health_note": N_("Health note"),
        "health_record": N_("Health and special needs"),
        "person_note": N_("Notes"),
        "incident": N_("Incidents"),
        "incident_person": N_("Part in incidents"),
        "incident_step": N_("Steps after incidents"),
        "incident_file": N_("Files of incidents"),
        "textbook_loan": N_("Textbooks lent"),
        "custom_value": N_("Fields of the country"),
        "proposal": N_("Values proposed"),
        "staff_position": N_("Posts"),
        "qualification": N_("Qualifications"),
        "training": N_("Training"),
        "conflict": N_("Edits that met"),
    }
)
"""The tables with rows about a person, in the order of the paper. A test holds them against the store."""

CODES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "person.sex": SEXES,
        "enrolment.exit": EXITS,
        "enrolment.outcome": OUTCOMES,
        "enrolment.standing": STANDINGS,
        "enrolment.entry": {
            "admitted": N_("Admitted"),
            "transferred": N_("Transferred"),
            "returned": N_("Returned"),
            "promoted": N_("Promoted"),
            "repeated": N_("Repeats"),
            "hosted": N_("Hosted"),
        },
        "mark.state": {"scored": N_("Marked"), "absent": N_("Absent"), "exempt": N_("Exempt")},
        "person_contact.kind": {"phone": N_("Telephone"), "email": N_("E-mail")},
    }
)
LISTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "person.nationality": "nationality",
        "guardianship.relation": "guardian_relation",
        "enrolment.exit_reason": "exit_reason",
        "suspension.reason": "suspension_reason",
    }
)
"""Columns that hold a code of a list of the country."""
