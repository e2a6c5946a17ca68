"""A pupil's photo: one small JPEG, on screen and on the report card."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.errors import BadFile
from emis_desktop.models import PersonPhoto
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.jpeg import jpeg_size
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.enrolments import student
from emis_desktop.services.rows import delete, revive

TABLE: Final = PersonPhoto.__tablename__
WIDTH: Final = 300
HEIGHT: Final = 400
LARGEST: Final = 40_000
"""Bytes: a photo goes with every record over a thin line."""


class PhotoService:
    """Gives and takes photos, as one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor

    def set_photo(self, student_id: UUID, image: bytes) -> None:
        """Keep a JPEG of at most 300 x 400 pixels and 40 kB; raises :class:`BadFile` for anything else."""
        require(self._actor, Right.EDIT_STUDENTS)
        width, height = jpeg_size(image) or (0, 0)
        if not (0 < width <= WIDTH and 0 < height <= HEIGHT and len(image) <= LARGEST):
            raise BadFile("This is no photo that can be kept. Choose a JPEG or PNG picture.", field="photo")
        with self._db.write(self._actor, "change_photo") as session:
            student(session, self._actor, student_id)
            row = revive(session, PersonPhoto, natural_id(TABLE, student_id))
            row.person_id, row.image = student_id, image

    def remove_photo(self, student_id: UUID) -> None:
        """Take the photo away; nothing happens when there is none."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "change_photo") as session:
            student(session, self._actor, student_id)
            row = session.get(PersonPhoto, natural_id(TABLE, student_id))
            if row is not None and row.deleted_at is None:
                delete(session, row)
