"""The other laptop of the school, a process: ``python -m benchmarks.screen_library HOME``.

For each line of its input, a deed and a count, it writes so many rows and syncs, so that they wait at the
server for the laptop whose window is measured.
"""

import sys
from collections.abc import Callable
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.jobs import joining
from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.laptop import Laptop, OpenLaptop
from emis_desktop.models import ClassPupil, Enrolment, Mark, Person, PersonContact
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor
from emis_desktop.services.admission import write_rows
from emis_desktop.settings import Home
from sync.once import OneSync

USER: Final = "User 02"
_ROWS_EACH: Final = 4
_TWICE: Final = ("transport", "birth_place")
"""Fields that both laptops type."""


def pupils(db: Database, actor: Actor, count: int) -> None:
    """New pupils, each with a telephone number, an enrolment and a class, spread over the school."""
    people = [new_id() for _ in range(count // _ROWS_EACH)]
    with db.write(actor, "import_records") as session:
        on_roll = (
            select(Enrolment, ClassPupil.class_id)
            .join(ClassPupil, ClassPupil.enrolment_id == Enrolment.id)
            .where(Enrolment.ends_on.is_(None), Enrolment.deleted_at.is_(None))
        )
        seats = {class_id: beside for beside, class_id in session.execute(on_roll).all()}
        places = list(zip(people, cycle(seats.items()), strict=False))
        write_rows(session, Person, [_person(person, number) for number, person in enumerate(people)])
        write_rows(session, PersonContact, [_contact(person, number) for number, person in enumerate(people)])
        stays = [_stay(person, beside) for person, (_, beside) in places]
        write_rows(session, Enrolment, stays)
        seated = zip(stays, places, strict=True)
        write_rows(
            session,
            ClassPupil,
            [{"class_id": class_id, "enrolment_id": stay["id"]} for stay, (_, (class_id, _)) in seated],
        )


def _stay(person: UUID, beside: Enrolment) -> dict[str, object]:
    return {
        "id": new_id(),
        "person_id": person,
        "institution_id": beside.institution_id,
        "period_id": beside.period_id,
        "grade_id": beside.grade_id,
        "starts_on": beside.starts_on,
    }


def _person(person: UUID, number: int) -> dict[str, object]:
    return {"id": person, "given_names": f"New {number:05}", "family_name": "Arrival", "synthetic": True}


def _contact(person: UUID, number: int) -> dict[str, object]:
    return {"person_id": person, "kind": "phone", "value": f"000 {number:07}"}


def marks(db: Database, actor: Actor, count: int) -> None:
    """Marks that are there, a point more or less."""
    with db.write(actor, "record_marks") as session:
        found = session.execute(select(Mark.id, Mark.value).where(Mark.value.is_not(None)).limit(count)).all()
        one = Decimal(1)
        points = [(key, value or Decimal(0)) for key, value in found]
        rows = [{"key": key, "value": one if value < one else value - one} for key, value in points]
        _change(session, Mark, rows)


def contacts(db: Database, actor: Actor, count: int) -> None:
    """More telephone numbers of the people who are there."""
    with db.write(actor, "change_student") as session:
        people = session.scalars(select(Person.id).limit(count)).all()
        turns = zip(range(count), cycle(people), strict=False)
        write_rows(session, PersonContact, [_contact(person, turn) for turn, person in turns])


def conflicts(db: Database, actor: Actor, count: int, said: str = "library") -> None:
    """Two fields of pupils whom the other laptop changes as well."""
    with db.write(actor, "change_student") as session:
        found = session.scalars(
            select(Enrolment.person_id).distinct().order_by(Enrolment.person_id).limit(count // len(_TWICE))
        ).all()
        _change(session, Person, [{"key": key, **dict.fromkeys(_TWICE, f"By {said}")} for key in found])


def _change(session: Session, model: type[Mark] | type[Person], rows: list[dict[str, object]]) -> None:
    table = model.metadata.tables[model.__tablename__]
    values: dict[str, object] = {name: bindparam(name) for name in rows[0] if name != "key"}
    session.connection().execute(update(table).where(table.c.id == bindparam("key")).values(values), rows)


DEEDS: Final[dict[str, Callable[[Database, Actor, int], None]]] = {
    "pupils": pupils,
    "marks": marks,
    "contacts": contacts,
    "conflicts": conflicts,
}


def synced(laptop: OpenLaptop) -> None:
    """Send, and take what is there."""
    OneSync(joining.site_of(laptop)).run()


def main(home: str) -> int:
    """Do and send what is asked for, line by line, until nothing is asked for any more."""
    with Laptop(Home(Path(home))).sign_in_as(USER, PASSWORD) as laptop:
        for line in sys.stdin:
            deed, count = line.split()
            synced(laptop)
            DEEDS[deed](laptop.db, laptop.actor, int(count))
            synced(laptop)
            sys.stdout.write("sent\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
