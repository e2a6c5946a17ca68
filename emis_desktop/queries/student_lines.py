"""What a pupil's record is made of: frozen lines that screens, files and papers share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from emis_desktop.queries.custom_fields import CustomLine


@dataclass(frozen=True, slots=True)
class IdentityLine:
    """One of a person's numbers; ``kind`` is a code of the profile's list, ``country`` who gave it."""

    id: UUID
    kind: str
    number: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A phone number or e-mail address."""

    id: UUID
    kind: str
    value: str
    label: str | None


@dataclass(frozen=True, slots=True)
class AddressLine:
    """An address beside that of the record; ``kind``: home, postal, term, other."""

    id: UUID
    kind: str
    lines: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class GuardianLine:
    """A guardian of the pupil; ``phone`` is the first to try, None when the reader may not see it.

    ``siblings``: other pupils, by name, whom the reader may see and who have the same guardian.
    """

    id: UUID
    person_id: UUID
    given_names: str
    family_name: str
    relation: str
    priority: int
    may_collect: bool
    court_order: bool
    phone: str | None
    siblings: tuple[str, ...]
    contacts: tuple[ContactLine, ...] = ()
    """Every phone and e-mail in the order in which they are tried; none for who may not see them."""


@dataclass(frozen=True, slots=True)
class StayLine:
    """A time in a class; ``starts_on`` None: from the first day of the enrolment."""

    class_id: UUID
    class_name: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class EnrolmentLine:
    """One enrolment, newest first in a record; class and ``stays`` oldest first, the class being the last.

    ``destination`` names the school that a transferred pupil went to, None where that is not known.
    ``approval``, ``override_reason`` and ``outcome_reason`` as the enrolment has them.
    """

    id: UUID
    institution_id: UUID
    institution: str
    period_id: UUID
    period: str
    grade_id: UUID
    grade: str
    class_id: UUID | None
    class_name: str | None
    starts_on: date
    ends_on: date | None
    standing: str
    outcome: str | None
    exit: str | None
    exit_reason: str | None
    repeater: bool
    stays: tuple[StayLine, ...]
    destination: str | None = None
    destination_id: UUID | None = None
    approval: str | None = None
    override_reason: str | None = None
    outcome_reason: str | None = None


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A dated note."""

    id: UUID
    written_on: date
    text: str


@dataclass(frozen=True, slots=True)
class StudentRecord:
    """Everything the form shows, in one consistent look; ``has_health``: there is a health note to read.

    ``alerts``: how many alerts and allergies there are, 0 for who may not read them; ``health_state`` is
    another one whenever a sealed entry is.
    """

    id: UUID
    given_names: str
    family_name: str
    preferred_name: str | None
    sex: str | None
    birth_date: date | None
    birth_place: str | None
    nationality: str | None
    address: str | None
    transport: str | None
    synthetic: bool
    identities: tuple[IdentityLine, ...]
    contacts: tuple[ContactLine, ...]
    guardians: tuple[GuardianLine, ...]
    enrolments: tuple[EnrolmentLine, ...]
    notes: tuple[NoteLine, ...]
    photo: bytes | None
    has_health: bool
    meals: str | None = None
    distance_km: Decimal | None = None
    addresses: tuple[AddressLine, ...] = ()
    custom: tuple[CustomLine, ...] = ()
    alerts: int = 0
    health_state: str = ""
    doubles: tuple[UUID, ...] = ()
    """Records that were merged into this one: what they hold is shown here."""

    @property
    def current(self) -> EnrolmentLine | None:
        """The newest enrolment that has not ended."""
        return next((line for line in self.enrolments if line.ends_on is None), None)

    @property
    def number(self) -> str | None:
        """The number that stands on lists and cards."""
        return self.identities[0].number if self.identities else None
