"""Pupils who move between the demonstration school and two others, as this laptop knows them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

from emis_desktop.rules.rights import Actor, Role, actor_of
from emis_desktop.services.admission import NewStudent
from emis_desktop.services.structure import NewSchool, create_school
from emis_desktop.services.students import StudentService
from emis_desktop.services.transfers import Departure, TransferService
from tests.factories.conflicts import write_conflict
from tests.factories.desks import DemoDesk

LONG_SCHOOL = "Saint-Vincent-de-Paul Combined Primary and Lower Secondary School of the Windward Islands"
FIRST_DAY = date(2026, 9, 7)


@dataclass
class Movers:
    """The demonstration school, two others in the same store, and whoever may move pupils anywhere."""

    desk: DemoDesk
    palm: UUID = field(init=False)
    windward: UUID = field(init=False)
    ministry: Actor = field(init=False)

    def __post_init__(self) -> None:
        db = self.desk.laptop.db
        self.ministry = actor_of(uuid4(), "Officer 02", Role.MINISTRY_OFFICER, None)
        with db.write(self.ministry, "create_school") as session:
            self.palm = create_school(session, NewSchool("D-0108", "Palm Demo Primary School"))
            self.windward = create_school(session, NewSchool("D-0212", LONG_SCHOOL))

    def students(self) -> StudentService:
        """Commands on pupils of every school, on a day of term 1."""
        return StudentService(self.desk.laptop.db, self.ministry, lambda: self.desk.today)

    def transfers(self) -> TransferService:
        """Commands on where every pupil is."""
        return TransferService(self.desk.laptop.db, self.ministry, lambda: self.desk.today)

    def admit(self, given: str, family: str, school_id: UUID, **changes: object) -> UUID:
        """A pupil of Grade 5 at a school."""
        grade = next(
            one for one in self.desk.desk.queries.school.grades(self.desk.year.id) if one.code == "G5"
        )
        values: dict[str, object] = {
            "given_names": given,
            "family_name": family,
            "sex": "F",
            "birth_date": date(2016, 3, 12),
            "institution_id": school_id,
            "period_id": self.desk.year.id,
            "grade_id": grade.id,
            "starts_on": FIRST_DAY,
            **changes,
        }
        return self.students().admit(NewStudent(**values))  # type: ignore[arg-type]

    def sent_here(self, given: str, family: str) -> UUID:
        """A pupil of Palm who was sent to the demonstration school."""
        pupil = self.admit(given, family, self.palm)
        self.transfers().transfer_out(pupil, Departure(self.desk.today, self.desk.school_id, "TRN_DOM"))
        return pupil

    def gone(self, pupil: UUID, school_id: UUID | None, days: int = 0) -> None:
        """Let a pupil of this school go."""
        day = self.desk.today - timedelta(days=days)
        self.transfers().transfer_out(pupil, Departure(day, school_id, "TRN_DOM"))

    def doubled(self, new: UUID, old: UUID, school_id: UUID, reason: str = "likeness") -> UUID:
        """The question of the ministry's server whether two are one pupil."""
        return write_conflict(
            self.desk.laptop.db,
            "person",
            new,
            reason,
            kind="duplicate",
            held=school_id.bytes,
            other=old.bytes,
            sensitivity="basic",
        )
