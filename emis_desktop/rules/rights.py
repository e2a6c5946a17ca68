"""Who may do what: roles, rights, classes of sensitive data, and the one check that services call.

A right of :data:`CLASS_RIGHTS` reaches no further than the actor's own classes, when the actor has such a
list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from emis_desktop.errors import N_, Refused, Word


class Role(StrEnum):
    """What a person is in the school system; it decides every right."""

    TEACHER = "teacher"
    COUNSELLOR = "counsellor"
    SCHOOL_ADMINISTRATOR = "school_administrator"
    PRINCIPAL = "principal"
    DISTRICT_OFFICER = "district_officer"
    MINISTRY_OFFICER = "ministry_officer"
    EXAMINATION_OFFICER = "examination_officer"
    REGIONAL_STATISTICIAN = "regional_statistician"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    AUDITOR = "auditor"


class Right(StrEnum):
    """One thing a person may be allowed to do."""

    VIEW_STUDENTS = "view_students"
    EDIT_STUDENTS = "edit_students"
    VIEW_MARKS = "view_marks"
    EDIT_MARKS = "edit_marks"
    EDIT_ATTENDANCE = "edit_attendance"
    EDIT_BEHAVIOUR = "edit_behaviour"
    APPROVE_ADMISSIONS = "approve_admissions"
    ISSUE_CARDS = "issue_cards"
    IMPORT_RECORDS = "import_records"
    EXPORT_RECORDS = "export_records"
    MANAGE_USERS = "manage_users"
    MANAGE_STRUCTURE = "manage_structure"
    BACKUP = "backup"
    RESTORE = "restore"
    VIEW_HISTORY = "view_history"
    UNDO_OTHERS = "undo_others"
    RUN_DOCTOR = "run_doctor"
    VIEW_AGGREGATES = "view_aggregates"


class SensitivityClass(StrEnum):
    """Who may see a field: feed, digest and encryption key are kept per class."""

    BASIC = "basic"
    CONTACT = "contact"
    HEALTH = "health"
    CASE = "case"
    FINANCE = "finance"
    STAFF = "staff"


ROLE_NAMES: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.TEACHER: N_("Teacher"),
        Role.COUNSELLOR: N_("Counsellor"),
        Role.SCHOOL_ADMINISTRATOR: N_("School administrator"),
        Role.PRINCIPAL: N_("Principal"),
        Role.DISTRICT_OFFICER: N_("District officer"),
        Role.MINISTRY_OFFICER: N_("Ministry officer"),
        Role.EXAMINATION_OFFICER: N_("Examination officer"),
        Role.REGIONAL_STATISTICIAN: N_("Regional statistician"),
        Role.SYSTEM_ADMINISTRATOR: N_("System administrator"),
        Role.AUDITOR: N_("Auditor"),
    }
)

RIGHT_NAMES: Final[Mapping[Right, str]] = MappingProxyType(
    {
        Right.VIEW_STUDENTS: N_("See pupils"),
        Right.EDIT_STUDENTS: N_("Add and change pupils"),
        Right.VIEW_MARKS: N_("See marks"),
        Right.EDIT_MARKS: N_("Enter and change marks"),
        Right.EDIT_ATTENDANCE: N_("Mark registers"),
        Right.EDIT_BEHAVIOUR: N_("Record behaviour"),
        Right.APPROVE_ADMISSIONS: N_("Approve admissions"),
        Right.ISSUE_CARDS: N_("Issue report cards"),
        Right.IMPORT_RECORDS: N_("Bring in records from a file"),
        Right.EXPORT_RECORDS: N_("Write records to a file"),
        Right.MANAGE_USERS: N_("Add, change and remove users"),
        Right.MANAGE_STRUCTURE: N_("Change years, classes and grading"),
        Right.BACKUP: N_("Make a backup"),
        Right.RESTORE: N_("Restore a backup"),
        Right.VIEW_HISTORY: N_("See who changed what"),
        Right.UNDO_OTHERS: N_("Undo what another person did"),
        Right.RUN_DOCTOR: N_("Check the store"),
        Right.VIEW_AGGREGATES: N_("See totals and indicators"),
    }
)

_LOOK = frozenset({Right.VIEW_STUDENTS, Right.VIEW_MARKS})
_SCHOOL_OFFICE = _LOOK | {
    Right.EDIT_STUDENTS,
    Right.EDIT_MARKS,
    Right.EDIT_ATTENDANCE,
    Right.EDIT_BEHAVIOUR,
    Right.ISSUE_CARDS,
    Right.IMPORT_RECORDS,
    Right.EXPORT_RECORDS,
    Right.MANAGE_STRUCTURE,
    Right.BACKUP,
    Right.VIEW_HISTORY,
    Right.RUN_DOCTOR,
    Right.VIEW_AGGREGATES,
}

ROLE_RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        Role.TEACHER: _LOOK | {Right.EDIT_MARKS, Right.EDIT_ATTENDANCE, Right.EDIT_BEHAVIOUR},
        Role.COUNSELLOR: _LOOK | {Right.EDIT_BEHAVIOUR},
        Role.SCHOOL_ADMINISTRATOR: _SCHOOL_OFFICE,
        Role.PRINCIPAL: _SCHOOL_OFFICE
        | {Right.MANAGE_USERS, Right.RESTORE, Right.UNDO_OTHERS, Right.APPROVE_ADMISSIONS},
        Role.DISTRICT_OFFICER: _LOOK | {Right.EXPORT_RECORDS, Right.VIEW_AGGREGATES},
        Role.MINISTRY_OFFICER: _SCHOOL_OFFICE | {Right.MANAGE_USERS, Right.RESTORE, Right.APPROVE_ADMISSIONS},
        Role.EXAMINATION_OFFICER: _LOOK
        | {Right.IMPORT_RECORDS, Right.EXPORT_RECORDS, Right.BACKUP, Right.VIEW_AGGREGATES},
        Role.REGIONAL_STATISTICIAN: frozenset(
            {Right.VIEW_AGGREGATES, Right.BACKUP, Right.RESTORE, Right.MANAGE_USERS, Right.RUN_DOCTOR}
        ),
        Role.SYSTEM_ADMINISTRATOR: frozenset(
            {Right.MANAGE_USERS, Right.MANAGE_STRUCTURE, Right.BACKUP, Right.RESTORE, Right.RUN_DOCTOR}
        ),
        Role.AUDITOR: _LOOK | {Right.VIEW_HISTORY, Right.RUN_DOCTOR, Right.VIEW_AGGREGATES},
    }
)

_S = SensitivityClass
ROLE_READS: Final[Mapping[Role, frozenset[SensitivityClass]]] = MappingProxyType(
    {
        Role.TEACHER: frozenset({_S.BASIC, _S.CONTACT}),
        Role.COUNSELLOR: frozenset({_S.BASIC, _S.CONTACT, _S.HEALTH, _S.CASE}),
        Role.SCHOOL_ADMINISTRATOR: frozenset({_S.BASIC, _S.CONTACT, _S.HEALTH, _S.STAFF}),
        Role.PRINCIPAL: frozenset(_S),
        Role.DISTRICT_OFFICER: frozenset({_S.BASIC, _S.STAFF}),
        Role.MINISTRY_OFFICER: frozenset({_S.BASIC, _S.CONTACT, _S.STAFF}),
        Role.EXAMINATION_OFFICER: frozenset({_S.BASIC}),
        Role.REGIONAL_STATISTICIAN: frozenset(),
        Role.SYSTEM_ADMINISTRATOR: frozenset({_S.BASIC}),
        Role.AUDITOR: frozenset({_S.BASIC, _S.FINANCE, _S.STAFF}),
    }
)

READ_NAMES: Final[Mapping[SensitivityClass, str]] = MappingProxyType(
    {
        _S.CONTACT: N_("Guardians and telephone numbers"),
        _S.HEALTH: N_("Health notes"),
    }
)
"""What there is to read in the sensitive classes that have a screen of their own."""

CLASS_RIGHTS: Final = frozenset(
    {Right.VIEW_MARKS, Right.EDIT_MARKS, Right.EDIT_ATTENDANCE, Right.ISSUE_CARDS}
)
"""Rights that a list of own classes narrows."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``institution_id`` None: every school; ``class_ids`` None: every class of it."""

    user_id: UUID
    name: str
    role: Role
    institution_id: UUID | None
    class_ids: frozenset[UUID] | None
    sensitive: frozenset[SensitivityClass]


def actor_of(
    user_id: UUID,
    name: str,
    role: Role,
    institution_id: UUID | None = None,
    class_ids: frozenset[UUID] | None = None,
) -> Actor:
    """An actor who reads what the role reads."""
    return Actor(user_id, name, role, institution_id, class_ids, ROLE_READS[role])


def offers(actor: Actor, right: Right) -> bool:
    """Whether the actor has the right at all, for some class: what a menu shows."""
    return right in ROLE_RIGHTS[actor.role]


def may(
    actor: Actor, right: Right, *, class_id: UUID | None = None, institution_id: UUID | None = None
) -> bool:
    """Whether :func:`require` would let the actor pass."""
    return _objection(actor, right, class_id, institution_id) is None


def require(
    actor: Actor, right: Right, *, class_id: UUID | None = None, institution_id: UUID | None = None
) -> None:
    """Raise :class:`Refused` unless the actor may do this, to that class of that school.

    An actor with a list of own classes must name the class for a right of :data:`CLASS_RIGHTS`; not naming
    one is refused, so that a forgotten argument never opens every class.
    """
    objection = _objection(actor, right, class_id, institution_id)
    if objection is not None:
        raise objection


def may_read(actor: Actor, sensitivity: SensitivityClass) -> bool:
    """Whether the actor reads fields of that class."""
    return sensitivity in actor.sensitive


def require_read(actor: Actor, sensitivity: SensitivityClass) -> None:
    """Raise :class:`Refused` unless the actor reads fields of that class."""
    if not may_read(actor, sensitivity):
        raise Refused(
            "These details are not open to the role {role}. The principal can open them.",
            role=Word(ROLE_NAMES[actor.role]),
        )


def _objection(
    actor: Actor, right: Right, class_id: UUID | None, institution_id: UUID | None
) -> Refused | None:
    if not offers(actor, right):
        return Refused(
            "“{right}” is not open to the role {role}. The principal can give another role.",
            right=Word(RIGHT_NAMES[right]),
            role=Word(ROLE_NAMES[actor.role]),
        )
    if institution_id is not None and actor.institution_id not in {None, institution_id}:
        return Refused("That record belongs to another school. Ask that school to change it.")
    if right in CLASS_RIGHTS and actor.class_ids is not None and class_id not in actor.class_ids:
        return Refused(
            "“{right}” is open to you for your own classes only. The office can add a class to your list.",
            right=Word(RIGHT_NAMES[right]),
        )
    return None
