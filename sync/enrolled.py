"""A new laptop that the server took: its store is made for the place that the code named."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select

from emis_desktop.database import Author, Database
from emis_desktop.first_run import FirstUser
from emis_desktop.keyring.device_keys import DeviceFile, DeviceKeys
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.roles import Claim, sign_role
from emis_desktop.models import EducationGrade, Institution, User
from emis_desktop.profiles import CountryProfile
from emis_desktop.services.set_up import set_up
from emis_desktop.settings import Home
from emis_desktop.store import NewSite, create, open_store
from sync import joining
from sync.client.sql import one, run
from sync.protocol.messages import JoinAnswer

_MUTE: Final = "UPDATE capture_context SET muted = ?"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The server's answer, and what this laptop asked with."""

    answer: JoinAnswer
    device: DeviceKeys
    address: str
    laptop: str
    standing: bytes
    pin: bytes | None = None

    @property
    def institution_id(self) -> UUID | None:
        """The school, None for a laptop of the ministry."""
        return self.answer.institution

    def make_store(self, home: Home, store_id: str, keys: OpenKeys, kind: str, user: FirstUser) -> None:
        """Make the store with its first user, and keep the laptop's own key.

        The school's row is a stand-in, which no journal knows, until the first snapshot brings the real one.
        """
        answer = self.answer
        path = home.store(store_id)
        site = NewSite(answer.site, answer.site_code, kind, answer.profile, answer.institution)
        create(path, keys.key(store_id), site)
        with closing(open_store(path, keys.key(store_id))) as db:
            self.note(home, store_id, keys, db)
            if answer.institution is not None:
                _stand_in(db, answer)
            claim = Claim(store_id, user.user_id, user.role.value, user.institution_id)
            proof = sign_role(keys, claim, time.time_ns() // 1_000_000)
            with db.write(user, "begin") as session:
                session.add(
                    User(
                        id=user.user_id,
                        name=user.name,
                        role=user.role.value,
                        institution_id=user.institution_id,
                        role_proof=proof,
                    )
                )

    def note(self, home: Home, store_id: str, keys: OpenKeys, db: Database) -> None:
        """Write into the store where it belongs, and keep the laptop's own key beside it."""
        answer, address = self.answer, self.address
        contact = joining.contact_of(answer, address, self.pin, self.standing)
        DeviceFile(home.root, store_id).save(self.device, keys, contact)
        with db.local() as connection:
            joining.note(connection, answer, address, self.pin, self.laptop, self.standing)
            offset = answer.server_ms - time.time_ns() // 1_000_000
            run(
                connection,
                "UPDATE site SET clock_offset_ms = ?, nonce = NULL, cursor = 0, cursor_tag = NULL, "
                "history_id = NULL, subscription = NULL",
                (offset,),
            )


def complete(db: Database, author: Author, profile: CountryProfile, start_year: int) -> bool:
    """After the first whole snapshot: write what the server did not have either, as an act of ``author``.

    That is the country's structure at an empty server, and the school where only the stand-in is here.
    Returns whether anything was written; safe to call after every sync.
    """
    with db.read() as session:
        connection = session.connection()
        bare = session.scalar(select(EducationGrade.id).limit(1)) is None
        school = _stand_in_of(connection)
    if not bare and school is None:
        return False
    with db.write(author, "begin") as session:
        if bare:
            set_up(session, profile, (start_year - 1, start_year))
        if school is not None:
            row = session.get_one(Institution, school)
            values = {"id": row.id, "code": row.code, "name": row.name}
            session.expunge(row)
            connection = session.connection()
            run(connection, _MUTE, (1,))
            run(connection, "DELETE FROM institution WHERE id = ?", (school.bytes,))
            run(connection, _MUTE, (0,))
            session.add(Institution(**values))
    return True


def _stand_in(db: Database, answer: JoinAnswer) -> None:
    code = answer.institution_code or str(answer.institution)[:8]
    with db.replicate() as session:
        session.add(Institution(id=answer.institution, code=code, name=answer.institution_name))


def _stand_in_of(connection: Connection) -> UUID | None:
    """The school of this store while nobody ever wrote it: neither the server nor an act of this laptop."""
    found = one(
        connection,
        "SELECT institution.id FROM institution JOIN site ON site.institution_id = institution.id "
        "WHERE NOT EXISTS (SELECT 1 FROM clock WHERE facet = 'institution' AND row_id = institution.id) "
        "AND NOT EXISTS (SELECT 1 FROM change WHERE table_name = 'institution' AND row_id = institution.id)",
    )
    return None if found is None else UUID(bytes=found)
