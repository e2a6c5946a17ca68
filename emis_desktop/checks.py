"""What must hold in every store: first what makes it whole, then what its rows must agree on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from emis_desktop import search_index
from emis_desktop.capture import triggers_complete
from emis_desktop.errors import N_
from emis_desktop.journal import broken_link
from emis_desktop.migrations import CURRENT


def _pages(connection: Connection) -> int:
    bad = connection.exec_driver_sql("PRAGMA cipher_integrity_check").all()
    if bad:  # reading one of these pages would end the connection
        return len(bad)
    said = connection.exec_driver_sql("PRAGMA integrity_check").all()
    return sum(line != ("ok",) for line in said)


def _references(connection: Connection) -> int:
    return len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())


def _version(connection: Connection) -> int:
    kept = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    number = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    return int(kept != [f"{CURRENT.version:04}"] or number != CURRENT.version)


def _site(connection: Connection) -> int:
    sites = connection.exec_driver_sql("SELECT count(*) FROM site").scalar_one()
    idle = connection.exec_driver_sql("SELECT count(*) FROM capture_context WHERE act IS NULL AND muted = 0")
    return int((sites, idle.scalar_one()) != (1, 1))


def _triggers(connection: Connection) -> int:
    noting = search_index.installed_triggers(connection) == search_index.trigger_statements()
    return int(not (noting and triggers_complete(connection, CURRENT.metadata)))


WHOLE: Final[dict[str, tuple[str, Callable[[Connection], int]]]] = {
    "pages": (N_("Parts of the records file cannot be read."), _pages),
    "references": (N_("Some records point to others that are not there."), _references),
    "version": (N_("The records do not say clearly which version they are."), _version),
    "site": (N_("The records do not say clearly which laptop they belong to."), _site),
    "triggers": (N_("Changes are not being written to history."), _triggers),
    "journal": (
        N_("History was changed by hand, or is damaged."),
        lambda connection: int(broken_link(connection) is not None),
    ),
    "search": (
        N_("The search would not find everybody."),
        lambda connection: int(search_index.differs(connection)),
    ),
}
"""Name, what is wrong in words, and how many places are. Any of these is damage."""

AGREE: Final[dict[str, tuple[str, str]]] = {
    "one_current_enrolment": (
        N_("Pupils who are on two rolls at once."),
        "SELECT count(*) FROM (SELECT 1 FROM enrolment WHERE deleted_at IS NULL AND ends_on IS NULL "
        "AND exit IS NULL AND standing <> 'hosted' GROUP BY person_id HAVING count(*) > 1)",
    ),
    "one_seat": (
        N_("Pupils who sit in two classes at once."),
        "SELECT count(*) FROM (SELECT 1 FROM class_pupil WHERE deleted_at IS NULL AND ends_on IS NULL "
        "GROUP BY enrolment_id HAVING count(*) > 1)",
    ),
    "seat_of_roll": (
        N_("Pupils in a class of another school or year than they are enrolled in."),
        "SELECT count(*) FROM class_pupil JOIN enrolment ON enrolment.id = class_pupil.enrolment_id "
        "JOIN school_class ON school_class.id = class_pupil.class_id WHERE class_pupil.deleted_at IS NULL "
        "AND (enrolment.institution_id, enrolment.period_id) "
        "IS NOT (school_class.institution_id, school_class.period_id)",
    ),
    "mark_within_maximum": (
        N_("Marks above the maximum, below nothing, or of no known state."),
        "SELECT count(*) FROM mark JOIN assessment_item ON assessment_item.id = mark.item_id "
        "WHERE mark.deleted_at IS NULL AND CASE mark.state WHEN 'scored' "
        "THEN mark.value IS NULL OR mark.value NOT BETWEEN 0 AND assessment_item.maximum "
        "ELSE mark.state NOT IN ('absent', 'exempt') END",
    ),
    "number_of_one_person": (
        N_("Numbers that two people have."),
        "SELECT count(*) FROM (SELECT 1 FROM person_identity WHERE deleted_at IS NULL "
        "AND kind IN ('national', 'provisional') GROUP BY kind, number HAVING count(DISTINCT person_id) > 1)",
    ),
    "card_number_once": (
        N_("Report card numbers that were given twice."),
        "SELECT count(*) FROM (SELECT 1 FROM report_card GROUP BY number HAVING count(*) > 1)",
    ),
    "dates_in_order": (
        N_("Records that end before they begin."),
        "SELECT (SELECT count(*) FROM enrolment WHERE deleted_at IS NULL AND ends_on < starts_on) "
        "+ (SELECT count(*) FROM term WHERE deleted_at IS NULL AND ends_on < starts_on) "
        "+ (SELECT count(*) FROM academic_period WHERE deleted_at IS NULL AND ends_on < starts_on)",
    ),
}
"""Name, what is to be looked at in words, and SQL that counts. None of these is damage: two laptops' work,
brought together, can make them.
"""
