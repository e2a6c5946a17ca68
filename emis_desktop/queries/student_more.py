"""What stands in a record beside the person: further addresses, the country's own fields, alerts to read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import HealthRecord, PersonAddress, PersonContact
from emis_desktop.queries.custom_fields import CustomLine, custom_fields, custom_values
from emis_desktop.queries.student_lines import AddressLine, ContactLine
from emis_desktop.rules.health_entries import ALERTS
from emis_desktop.rules.rights import Actor, SensitivityClass, may_read


def addresses_of(session: Session, people: Sequence[UUID]) -> tuple[AddressLine, ...]:
    """Further addresses: those that are in force still first, then the newest."""
    rows = session.scalars(
        select(PersonAddress)
        .where(PersonAddress.person_id.in_(people), PersonAddress.deleted_at.is_(None))
        .order_by(PersonAddress.ends_on.is_not(None), PersonAddress.starts_on.desc(), PersonAddress.id)
    )
    return tuple(AddressLine(row.id, row.kind, row.lines, row.starts_on, row.ends_on) for row in rows)


def contacts_of(session: Session, people: Collection[UUID]) -> dict[UUID, tuple[ContactLine, ...]]:
    """Phones and e-mails of each of these people in the order in which they are tried."""
    rows = session.scalars(
        select(PersonContact)
        .where(PersonContact.person_id.in_(people), PersonContact.deleted_at.is_(None))
        .order_by(PersonContact.priority, PersonContact.id)
    )
    found: dict[UUID, tuple[ContactLine, ...]] = {}
    for row in rows:
        line = ContactLine(row.id, row.kind, row.value, row.label)
        found[row.person_id] = (*found.get(row.person_id, ()), line)
    return found


def custom_of(session: Session, person_id: UUID) -> tuple[CustomLine, ...]:
    """Every field that the ministry has defined for pupils, with what stands in it for one."""
    fields = custom_fields(session, "student")
    values = custom_values(session, [person_id]).get(person_id, {}) if fields else {}
    return tuple(CustomLine(one, values.get(one.id)) for one in fields)


def sealed_of(session: Session, people: Collection[UUID], actor: Actor) -> tuple[int, str]:
    """How many alerts and allergies there are to read, and what changes with any sealed entry; nothing is
    opened. 0 and "" for who may not read them.
    """
    if not may_read(actor, SensitivityClass.HEALTH):
        return 0, ""
    rows = session.execute(
        select(HealthRecord.id, HealthRecord.kind, HealthRecord.sealed)
        .where(
            HealthRecord.person_id.in_(people),
            HealthRecord.sealed.is_not(None),
            HealthRecord.deleted_at.is_(None),
        )
        .order_by(HealthRecord.id)
    ).all()
    state = sha256(b"".join(row_id.bytes + (sealed or b"") for row_id, _kind, sealed in rows))
    return sum(kind in ALERTS for _id, kind, _sealed in rows), state.hexdigest() if rows else ""
