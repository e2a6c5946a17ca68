"""Where a laptop belongs, as its store says."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from emis_desktop.database import Database
from emis_desktop.migrations import NEWEST
from emis_desktop.models import Act, JoinedServer, Site
from emis_desktop.rules.clock import unpack
from emis_desktop.rules.time_limit import Limit


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks to join. ``institution`` and what follows are those of a store that is in use already."""

    name: str
    profile: str
    schema: int
    site: UUID | None = None
    generation: int = 1
    institution: UUID | None = None
    acts: int = 0
    audit_seq: int = 0
    audit_digest: bytes = b""


@dataclass(frozen=True, slots=True)
class JoinedPlace:
    """The site of this store and its server; times in milliseconds since 1970 UTC, by the server's clock."""

    site: UUID
    generation: int
    server: UUID
    server_key: bytes
    server_name: str
    ministry_key: bytes
    url: str
    pin: bytes | None
    laptop: str
    joined_ms: int
    contact_ms: int
    every_minutes: int | None
    limit: Limit
    phone_anchor: bytes | None
    phone_used: int


def joined_place(db: Database) -> JoinedPlace | None:
    """Where the store belongs; None before it has joined."""
    with db.read() as session:
        found = session.scalars(select(JoinedServer)).one_or_none()
        if found is None:
            return None
        site = session.scalars(select(Site)).one()
        contact = found.contact_at or found.joined_at
        return JoinedPlace(
            site=site.id,
            generation=site.generation,
            server=found.server_id,
            server_key=found.server_key,
            server_name=found.server_name,
            ministry_key=found.ministry_key or b"",
            url=found.url,
            pin=found.pin,
            laptop=found.laptop,
            joined_ms=found.joined_at,
            contact_ms=contact,
            every_minutes=found.every_minutes,
            limit=Limit(
                contact_ms=contact,
                offset_ms=site.clock_offset_ms,
                stamp_ms=unpack(site.clock)[0],
                days=found.limit_days,
                extended_ms=found.extended_to,
            ),
            phone_anchor=found.phone_anchor,
            phone_used=found.phone_used,
        )


def applicant_of(db: Database, name: str) -> Applicant:
    """What a store that is in use says of itself when it asks to join."""
    with db.read() as session:
        site = session.scalars(select(Site)).one()
        acts, seq = session.execute(select(func.count(), func.max(Act.seq))).one()
        digest = session.scalar(select(Act.digest).where(Act.seq == seq)) if seq else None
        return Applicant(
            name=name,
            profile=site.profile,
            schema=NEWEST,
            site=site.id,
            generation=site.generation,
            institution=site.institution_id,
            acts=acts,
            audit_seq=seq or 0,
            audit_digest=digest or b"",
        )
