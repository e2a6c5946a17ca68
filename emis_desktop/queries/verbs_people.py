"""Verbs of what stands around a pupil: numbers, addresses, health, own fields, textbooks, behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from emis_desktop.errors import N_
from emis_desktop.queries.verb import Verb
from emis_desktop.rules.rights import Right
from emis_desktop.sentence import NN_

_OFFICE = Right.EDIT_STUDENTS
_PLAN = Right.MANAGE_STRUCTURE
_BEHAVIOUR = Right.EDIT_BEHAVIOUR

PEOPLE_VERBS: Final[Mapping[str, Verb]] = MappingProxyType(
    {
        "add_number": Verb("person_identity", N_("Number of {pupil} added"), None, _OFFICE),
        "remove_number": Verb("person_identity", N_("Number of {pupil} removed"), None, _OFFICE),
        "propose_values": Verb(
            "proposal",
            N_("Change proposed for {pupil}"),
            NN_("{n} change proposed", "{n} changes proposed"),
            Right.VIEW_STUDENTS,
        ),
        "accept_proposals": Verb(
            "proposal",
            N_("Proposed change of {pupil} accepted"),
            NN_("{n} proposed change accepted", "{n} proposed changes accepted"),
            _OFFICE,
        ),
        "decline_proposals": Verb(
            "proposal",
            N_("Proposed change of {pupil} declined"),
            NN_("{n} proposed change declined", "{n} proposed changes declined"),
            _OFFICE,
        ),
        "add_contact": Verb("person_contact", N_("Phone or e-mail of {pupil} added"), None, _OFFICE),
        "change_contact": Verb("person_contact", N_("Phone or e-mail of {pupil} changed"), None, _OFFICE),
        "remove_contact": Verb("person_contact", N_("Phone or e-mail of {pupil} removed"), None, _OFFICE),
        "add_address": Verb("person_address", N_("Address of {pupil} added"), None, _OFFICE),
        "change_address": Verb("person_address", N_("Address of {pupil} changed"), None, _OFFICE),
        "remove_address": Verb("person_address", N_("Address of {pupil} removed"), None, _OFFICE),
        "add_health_record": Verb("health_record", N_("Health record of {pupil} added"), None, _OFFICE),
        "change_health_record": Verb("health_record", N_("Health record of {pupil} changed"), None, _OFFICE),
        "remove_health_record": Verb("health_record", N_("Health record of {pupil} removed"), None, _OFFICE),
        "read_health_records": Verb("health_record", N_("Health records of {pupil} read")),
        "read_alerts": Verb("health_record", N_("Health alerts read, {pupil} first")),
        "define_field": Verb("custom_field", N_("Field {name} defined"), None, _PLAN),
        "change_field": Verb(
            "custom_field",
            N_("Field {name} changed"),
            NN_("{n} field changed", "{n} fields changed"),
            _PLAN,
        ),
        "remove_field": Verb("custom_field", N_("Field {name} removed"), None, _PLAN),
        "set_field": Verb("custom_value", N_("A field of the ministry filled in for {pupil}"), None, _OFFICE),
        "add_textbook": Verb("textbook", N_("Textbook {name} added"), None, _OFFICE),
        "change_textbook": Verb("textbook", N_("Textbook {name} changed"), None, _OFFICE),
        "remove_textbook": Verb("textbook", N_("Textbook {name} removed"), None, _OFFICE),
        "lend_textbook": Verb(
            "textbook_loan",
            N_("Textbook lent to {pupil}"),
            NN_("{n} textbook lent", "{n} textbooks lent"),
            _OFFICE,
            made=True,
        ),
        "return_textbook": Verb(
            "textbook_loan",
            N_("Textbook of {pupil} taken back"),
            NN_("{n} textbook taken back", "{n} textbooks taken back"),
            _OFFICE,
        ),
        "report_incident": Verb("incident", N_("Incident reported: {name}"), None, _BEHAVIOUR),
        "change_incident": Verb("incident", N_("Incident changed: {name}"), None, _BEHAVIOUR),
        "change_account": Verb("incident", N_("Account of an incident changed: {name}"), None, _BEHAVIOUR),
        "change_involved": Verb(
            "incident_person", N_("Part of {pupil} in an incident changed"), None, _BEHAVIOUR
        ),
        "remove_involved": Verb("incident_person", N_("{pupil} taken off an incident"), None, _BEHAVIOUR),
        "add_incident_file": Verb(
            "incident_file", N_("File attached to an incident: {name}"), None, _BEHAVIOUR
        ),
        "remove_incident_file": Verb(
            "incident_file", N_("File of an incident removed: {name}"), None, _BEHAVIOUR
        ),
        "add_incident_step": Verb(
            "incident_step", N_("Step after an incident added: {name}"), None, _BEHAVIOUR
        ),
        "change_incident_step": Verb(
            "incident_step", N_("Step after an incident changed: {name}"), None, _BEHAVIOUR
        ),
        "remove_incident_step": Verb(
            "incident_step", N_("Step after an incident removed: {name}"), None, _BEHAVIOUR
        ),
        "close_incident": Verb("incident", N_("Incident closed: {name}"), None, _BEHAVIOUR),
        "open_incident": Verb("incident", N_("Incident opened again: {name}"), None, _BEHAVIOUR),
        "remove_incident": Verb("incident", N_("Incident removed: {name}"), None, _BEHAVIOUR),
    }
)
