"""Where this laptop belongs, what waits to be sent, and how past syncs ended: for the screen of syncing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, func, select

from emis_desktop.database import Database
from emis_desktop.errors import N_, Word
from emis_desktop.models import JoinedServer, PastSyncRow
from emis_desktop.queries.acts import moment
from emis_desktop.queries.outbox import waiting_ranges
from emis_desktop.queries.sync_state import End, Joined, PastSync, PastSyncs, WaitingGroup, WaitingList
from emis_desktop.rules.rights import Actor
from emis_desktop.sentence import Sentence, say

_DAY_MS: Final = 86_400_000
_HEAD_BYTES: Final = 250
_CHANGE_BYTES: Final = 12
"""What a change takes on the line, about, before it is frozen; packed with others of its kind."""
_PUPILS, _CLASSES, _SCHOOL = N_("Pupils"), N_("Classes"), N_("School")
_MARKS, _REMARKS, _ATTENDANCE = N_("Marks"), N_("Remarks"), N_("Attendance")
_STAFF = N_("Staff and users")
_BEHAVIOUR, _BOOKS = N_("Behaviour"), N_("Textbooks")
_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "person": _PUPILS,
        "person_identity": _PUPILS,
        "person_contact": _PUPILS,
        "person_photo": _PUPILS,
        "person_note": _PUPILS,
        "guardianship": _PUPILS,
        "enrolment": _PUPILS,
        "person_address": _PUPILS,
        "custom_value": _PUPILS,
        "suspension": _PUPILS,
        "subject_choice": _PUPILS,
        "health_note": N_("Health notes"),
        "health_record": N_("Health records"),
        "proposal": N_("Proposals"),
        "incident": _BEHAVIOUR,
        "incident_person": _BEHAVIOUR,
        "incident_file": _BEHAVIOUR,
        "incident_step": _BEHAVIOUR,
        "textbook": _BOOKS,
        "textbook_loan": _BOOKS,
        "school_class": _CLASSES,
        "class_grade": _CLASSES,
        "class_pupil": _CLASSES,
        "class_subject": _CLASSES,
        "pupil_group": _CLASSES,
        "pupil_group_member": _CLASSES,
        "assessment_item": N_("Tests"),
        "mark": _MARKS,
        "subject_remark": _REMARKS,
        "term_remark": _REMARKS,
        "conduct_rating": _REMARKS,
        "attendance_total": _ATTENDANCE,
        "attendance_month": _ATTENDANCE,
        "calendar_day": _ATTENDANCE,
        "report_card": N_("Report cards"),
        "issued_paper": N_("Issued papers"),
        "staff_position": _STAFF,
        "qualification": _STAFF,
        "training": _STAFF,
        "user": _STAFF,
        "setting": N_("Settings"),
    }
)
"""What a table's changes are called; the structure of the country and the school is the rest."""
_OF_PUPILS: Final = (
    "mark",
    "subject_remark",
    "term_remark",
    "conduct_rating",
    "attendance_total",
    "attendance_month",
)
_COUNT: Final = (
    "SELECT table_name, NULL, count(*), min(act) FROM change "  # noqa: S608 - only marks are put in
    f"WHERE seq BETWEEN ? AND ? AND table_name NOT IN ({', '.join('?' * len(_OF_PUPILS))}) "
    "GROUP BY table_name"
)
_CLASS_OF: Final = (
    "(SELECT k.name FROM enrolment e JOIN class_pupil p ON p.enrolment_id = e.id "
    "JOIN school_class k ON k.id = p.class_id WHERE e.person_id = t.student_id AND e.deleted_at IS NULL "
    "AND p.deleted_at IS NULL ORDER BY p.ends_on IS NOT NULL, p.starts_on DESC LIMIT 1)"
)


@dataclass(slots=True)
class _Group:
    """Changes of one kind, and the oldest act among them."""

    count: int
    act: int


class SyncQueries:
    """Questions about sending. They name kinds and classes, never a pupil."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Whoever works here may know what waits; ``actor`` is there for what later may be told to some."""
        self._db = db
        self._actor = actor

    def joined(self) -> Joined | None:
        """Where this laptop belongs, None while it works on its own."""
        with self._db.read() as session:
            row = session.scalars(select(JoinedServer)).one_or_none()
        if row is None:
            return None
        until = None if row.contact_at is None else row.contact_at + row.limit_days * _DAY_MS
        if row.extended_to is not None:
            until = max(until or 0, row.extended_to)
        return Joined(
            laptop=row.laptop,
            server=row.server_name,
            address=row.url,
            joined_at=_at(row.joined_at),
            contact_at=None if row.contact_at is None else _at(row.contact_at),
            every_minutes=row.every_minutes,
            until=None if until is None else _at(until),
        )

    def waiting(self) -> WaitingList:
        """What waits to be sent: typed and not frozen, or frozen and not acknowledged."""
        with self._db.read() as session:
            connection = session.connection()
            groups: dict[tuple[str, str | None], _Group] = {}
            for first, last in waiting_ranges(connection):
                for table, class_name, count, act in _counted(connection, first, last):
                    place = _KINDS.get(table, _SCHOOL), class_name
                    group = groups.setdefault(place, _Group(0, act))
                    group.count, group.act = group.count + count, min(group.act, act)
            found = sorted(groups.items(), key=lambda item: item[1].act)
            shown = tuple(
                WaitingGroup(group.count, _what(*place), _since(connection, group.act))
                for place, group in found
            )
            changes = sum(group.count for _place, group in found)
            return WaitingList(shown, changes, _bytes(connection) if changes else 0)

    def past(self, most: int) -> PastSyncs:
        """The newest ``most`` syncs."""
        with self._db.read() as session:
            rows = session.scalars(select(PastSyncRow).order_by(PastSyncRow.seq.desc()).limit(most)).all()
            total = session.scalar(select(func.count()).select_from(PastSyncRow))
        return PastSyncs(tuple(_past(row) for row in rows), total or 0)


def _counted(connection: Connection, first: int, last: int) -> Iterator[tuple[str, str | None, int, int]]:
    """Table, class, number of changes and oldest act, of a part of the journal."""
    yield from connection.exec_driver_sql(_COUNT, (first, last, *_OF_PUPILS))
    for table in _OF_PUPILS:
        yield from connection.exec_driver_sql(
            f"SELECT '{table}', {_CLASS_OF}, count(*), min(c.act) "  # noqa: S608 - names from here
            f'FROM change c JOIN "{table}" t ON t.id = c.row_id '
            "WHERE c.seq BETWEEN ? AND ? AND c.table_name = ? GROUP BY 2",
            (first, last, table),
        )


def _what(kind: str, class_name: str | None) -> Sentence:
    if class_name is None:
        return say(kind)
    return say(N_("{what}, {class_name}"), what=Word(kind), class_name=class_name)


def _since(connection: Connection, act: int) -> datetime:
    clock = connection.exec_driver_sql("SELECT clock FROM act WHERE seq = ?", (act,)).scalar_one()
    return moment(clock).astimezone()


def _bytes(connection: Connection) -> int:
    frozen = connection.exec_driver_sql(
        "SELECT coalesce(sum(size), 0) FROM batch WHERE state != 'acknowledged'"
    ).scalar_one()
    typed = connection.exec_driver_sql(
        "SELECT count(*) FROM change WHERE seq > (SELECT sent_change FROM site)"
    ).scalar_one()
    return int(frozen) + (_HEAD_BYTES + _CHANGE_BYTES * int(typed) if typed else 0)


def _past(row: PastSyncRow) -> PastSync:
    return PastSync(
        at=_at(row.at),
        sent=row.sent,
        received=row.received,
        bytes=row.size,
        end=End(row.ending),
        seconds=row.seconds,
        at_percent=row.at_percent,
        by_file=row.by_file,
    )


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone()
