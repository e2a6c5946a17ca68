"""Who may do what at the server: the rights of a site, and what a role may change in which table.

This module and :mod:`sync.server.sights` are the only places that decide who receives or changes a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from emis_desktop.rules.rights import ROLE_READS, ROLE_RIGHTS, Right, Role, SensitivityClass

NATION: Final = UUID(int=0)
"""The scope of rows that no school owns: everybody receives them. As a node it is not used."""
ALL: Final = UUID(int=1)
"""The node of the whole country (ministry); as a scope, rows that only it receives."""
OFFICE: Final = UUID(int=2)
"""The scope of people whom rows name that are not about people: what a role gets of people that may not view
pupils.
"""


@dataclass(frozen=True, slots=True)
class SiteRights:
    """What one site may, as found at the request: never kept longer, so that a revocation counts at once.

    ``actor`` is :func:`emis_desktop.rules.clock.actor_number` of ``site`` and ``generation``. ``node``: the
    id of a school (an institution), of an area (a district), or :data:`ALL`. ``institution`` is the school
    when the node is one. ``classes`` are what the device may hold, ``role`` the most that any of its users
    may do. ``name`` is the laptop's name, as conflicts show it.
    """

    site: UUID
    generation: int
    actor: int
    node: UUID
    classes: frozenset[SensitivityClass]
    role: Role
    institution: UUID | None = None
    name: str = ""

    @property
    def whole_country(self) -> bool:
        """Whether it is a laptop of the ministry."""
        return self.node == ALL


class Reach(IntEnum):
    """How much of a row a scope sees; the higher includes the lower."""

    REFERENCE = 1
    """Basic fields, because a row that the scope sees names it, or as a pupil's history: never changed from
    there.
    """
    KEPT = 2
    """Basic fields of a person who has left the school; what it changes there is a proposal."""
    FULL = 3
    """Every class; the school decides."""


def shows(reach: int, sensitivity: SensitivityClass | str) -> bool:
    """Whether fields of that class are seen at that reach."""
    return reach == Reach.FULL or sensitivity == SensitivityClass.BASIC


KEPT_BY_FORMER: Final = frozenset({"person", "person_identity"})
"""What of a person a school keeps that the person has left: census and broadsheets need it."""

HISTORY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "enrolment": "person_id",
        "mark": "student_id",
        "report_card": "student_id",
        "issued_paper": "student_id",
        "term_remark": "student_id",
        "attendance_total": "student_id",
        "attendance_month": "student_id",
        "suspension": "student_id",
        "incident_person": "person_id",
        "subject_remark": "student_id",
        "conduct_rating": "student_id",
    }
)
"""What of a pupil's time elsewhere the present school reads, and the column that names the pupil."""

OF_A_TERM: Final = frozenset({"subject_remark", "conduct_rating"})
"""Rows of a person that stay for ever with the school of that term's enrolment."""

EVERYBODY: Final = frozenset({"institution"})
"""Rows of a school that everybody may name: a pupil is transferred to them."""

BEGINS_WITH: Final = frozenset(
    {
        "academic_period",
        "area",
        "assessment_scheme",
        "calendar_day",
        "custom_field",
        "education_grade",
        "grade_band",
        "grading_scale",
        "scheme_use",
        "setting",
        "subject",
        "term",
    }
)
"""What a country begins with: rows of these for the whole country a school may bring, until a laptop of the
ministry that keeps them has joined. From then on they are the ministry's alone.
"""

GUESSED: Final = frozenset({"health_note", "person_photo", "custom_value"})
"""Rows of a person whose id follows from the person's: that one is there says something of the person."""

_PUPILS: Final = frozenset(
    {
        *HISTORY,
        "person",
        "person_identity",
        "person_contact",
        "person_photo",
        "person_note",
        "guardianship",
        "health_note",
        "health_record",
        "person_address",
        "custom_value",
        "proposal",
        "qualification",
        "training",
        "class_pupil",
        "pupil_group_member",
        "subject_choice",
        "incident",
        "incident_file",
        "incident_step",
        "textbook_loan",
        "staff_position",
        "conflict",
    }
)
"""Tables that tell of single people: closed to a role that may not view pupils."""

_R = Right
_STUDENTS: Final = frozenset({_R.EDIT_STUDENTS})
_STRUCTURE: Final = frozenset({_R.MANAGE_STRUCTURE})
_BEHAVIOUR: Final = frozenset({_R.EDIT_BEHAVIOUR})
_MARKS: Final = frozenset({_R.EDIT_MARKS})

CHANGES: Final[Mapping[str, frozenset[Right]]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("person_identity", "person_contact", "person_photo", "person_note", "guardianship"), _STUDENTS
        ),
        **dict.fromkeys(("health_note", "health_record", "person_address", "custom_value"), _STUDENTS),
        **dict.fromkeys(("enrolment", "class_pupil", "suspension"), _STUDENTS),
        **dict.fromkeys(("subject_choice", "pupil_group", "pupil_group_member"), _STUDENTS | _STRUCTURE),
        **dict.fromkeys(("textbook", "textbook_loan"), _STUDENTS),
        **dict.fromkeys(("incident", "incident_person", "incident_file", "incident_step"), _BEHAVIOUR),
        "attendance_month": frozenset({_R.EDIT_ATTENDANCE}),
        "proposal": frozenset({_R.VIEW_STUDENTS}),
        "person": _STUDENTS | _STRUCTURE,  # staff are people, too
        "attendance_total": _STUDENTS | _MARKS,
        **dict.fromkeys(("mark", "subject_remark", "term_remark", "conduct_rating"), _MARKS),
        **dict.fromkeys(("report_card", "issued_paper"), frozenset({_R.ISSUE_CARDS})),
        "user": frozenset({_R.MANAGE_USERS}),
        "conflict": frozenset({_R.VIEW_STUDENTS, _R.MANAGE_STRUCTURE}),
        "erasure": frozenset(),  # the server alone, by its operators' command
    }
)
"""Which rights, any of them, let somebody change a table; every other table is structure."""

SCHOOL_ROLES: Final = frozenset(
    {Role.PRINCIPAL, Role.SCHOOL_ADMINISTRATOR, Role.COUNSELLOR, Role.TEACHER, Role.AUDITOR}
)
"""Roles that a laptop of a school may give."""

DECIDED: Final = frozenset({"decided_at", "decided_by", "decision", "reminded_at"})
"""What of a conflict a laptop may write; the rest is the server's."""


def may_change(role: Role, table: str) -> bool:
    """Whether somebody of that role changes rows of that table at all."""
    return bool(CHANGES.get(table, _STRUCTURE) & ROLE_RIGHTS[role])


def classes_read(site: SiteRights) -> frozenset[SensitivityClass]:
    """The classes of fields that a site receives: those it was given, as far as its role reads them."""
    return site.classes & ROLE_READS[site.role]


def may_receive(site: SiteRights, table: str) -> bool:
    """Whether a site receives rows of that table at all. The region has totals only: no row."""
    if Right.VIEW_STUDENTS in ROLE_RIGHTS[site.role]:
        return True
    return Right.MANAGE_STRUCTURE in ROLE_RIGHTS[site.role] and table not in _PUPILS


def about_people(table: str) -> bool:
    """Whether a table tells of single people."""
    return table in _PUPILS


def named_people_only(site: SiteRights, table: str) -> bool:
    """Whether of that table it receives only the people whom its other rows name."""
    rights = ROLE_RIGHTS[site.role]
    names = Right.MANAGE_STRUCTURE in rights and Right.VIEW_STUDENTS not in rights
    return table == "person" and site.whole_country and names


def reads_everything(site: SiteRights) -> bool:
    """Whether it receives every table, so that its sums can be compared with those of its node."""
    return Right.VIEW_STUDENTS in ROLE_RIGHTS[site.role]
