"""Policies at admission, at coming back, at a transfer and at a change of class; and approvals."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import Enrolment, Institution, SchoolClass
from emis_desktop.queries.admissions import AdmissionQueries
from emis_desktop.rules.admission import AgainstPolicy
from emis_desktop.rules.policies import APPROVAL, CAPACITY, OLDER, YOUNGER, Policy
from emis_desktop.rules.rights import Role
from emis_desktop.services.approvals import ApprovalService
from emis_desktop.services.policies import PolicyService
from emis_desktop.services.schools import SchoolLifeService
from emis_desktop.services.students import Readmission
from emis_desktop.services.transfers import Arrival, Departure, TransferService
from tests.factories.offices import FIRST_DAY, Office, opened_office
from tests.factories.schools import IN_TERM

CORAL, REEF = "Grade 5 Coral", "Grade 5 Reef"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


def ministry(office: Office) -> Office:
    return office.acting(Role.MINISTRY_OFFICER, everywhere=True)


def policy(office: Office, which: Policy, text: str, grade: str = "") -> None:
    PolicyService(office.school.db, ministry(office).actor).set_policy(which, text, None, grade)


def last(office: Office, student: object) -> Enrolment:
    with office.school.db.read() as session:
        found = session.scalars(
            select(Enrolment)
            .where(Enrolment.person_id == student, Enrolment.deleted_at.is_(None))
            .order_by(Enrolment.id.desc())
        ).first()
        assert found is not None
        session.expunge_all()
        return found


class TestPolicies:
    """Refused without a reason, kept with one."""

    def test_the_age_window_follows_the_day_on_which_ages_are_counted(self, office: Office) -> None:
        with pytest.raises(AgainstPolicy, match="takes pupils from 9 years on"):
            office.admit(birth_date=date(2018, 3, 12))
        office.admit("Just", "Enough", birth_date=date(2017, 8, 31))
        policy(office, YOUNGER, "3", "G5")
        office.admit(birth_date=date(2018, 3, 12))
        policy(office, OLDER, "0")
        with pytest.raises(AgainstPolicy, match="up to 10 years"):
            office.admit("Older", "Pupil 0005", birth_date=date(2014, 1, 1))

    def test_a_reason_is_kept_and_told_in_history(self, office: Office) -> None:
        pupil = office.admit(birth_date=date(2018, 3, 12), override="Far ahead of the grade")
        assert last(office, pupil).override_reason == "Far ahead of the grade"
        assert last(office, pupil).entry == "admitted"
        usual = office.admit("Usual", "Pupil 0006", override="not needed")
        assert last(office, usual).override_reason is None

    def test_a_full_class_is_refused_everywhere(self, office: Office) -> None:
        policy(office, CAPACITY, "1")
        room = office.school.classes[CORAL]
        first = office.admit(class_id=room)
        with pytest.raises(AgainstPolicy, match="Grade 5 Coral has 1 of 1 pupils"):
            office.admit("Second", "Pupil 0005", class_id=room)
        second = office.admit("Second", "Pupil 0005", class_id=office.school.classes[REEF])
        with pytest.raises(AgainstPolicy):
            office.students.move_to_class(second, room, IN_TERM)
        with pytest.raises(AgainstPolicy):
            office.students.move_all([first, second], room, IN_TERM)
        office.students.move_to_class(second, room, IN_TERM, override="Twins stay together")
        assert last(office, second).override_reason == "Twins stay together"
        office.students.move_all([first], room, IN_TERM)

    def test_the_class_s_own_limit_comes_first(self, office: Office) -> None:
        room = office.school.classes[CORAL]
        with office.school.db.write(office.actor, "change_class") as session:
            session.get_one(SchoolClass, room).capacity = 0
        with pytest.raises(AgainstPolicy, match="0 of 0"):
            office.admit(class_id=room)

    def test_girls_and_boys(self, office: Office) -> None:
        schools = SchoolLifeService(office.school.db, ministry(office).actor)
        schools.set_sex_policy(office.school.id, "boys")
        with pytest.raises(AgainstPolicy, match="admits boys"):
            office.admit()
        with pytest.raises(Refused):
            SchoolLifeService(office.school.db, office.actor).set_sex_policy(office.school.id, "girls")
        with pytest.raises(Refused, match="Choose"):
            schools.set_sex_policy(office.school.id, "neither")
        schools.set_sex_policy(office.school.id, None)
        with office.school.db.read() as session:
            assert session.get_one(Institution, office.school.id).sex_policy is None
        office.admit()

    def test_coming_back_and_transfers_are_looked_at_too(self, office: Office) -> None:
        policy(office, CAPACITY, "1")
        room = office.school.classes[CORAL]
        pupil = office.admit(class_id=room)
        office.students.withdraw(pupil, date(2026, 10, 1), "emigrated", None)
        office.admit("Second", "Pupil 0005", class_id=room, starts_on=date(2026, 10, 1))
        grade = office.school.made.grades["G5"]
        back = Readmission(office.school.year, grade, IN_TERM, room)
        with pytest.raises(AgainstPolicy):
            office.students.readmit(pupil, back)
        office.students.readmit(pupil, Readmission(office.school.year, grade, IN_TERM, None))
        assert last(office, pupil).entry == "returned"
        TransferService(office.school.db, office.actor, lambda: IN_TERM).transfer_out(
            pupil, Departure(IN_TERM, office.other_id)
        )
        there = office.acting(Role.PRINCIPAL, other=True)
        schools = SchoolLifeService(office.school.db, ministry(office).actor)
        schools.set_sex_policy(office.other_id, "boys")
        arrival = Arrival(office.other_id, office.school.year, grade, IN_TERM)
        transfers = TransferService(office.school.db, there.actor, lambda: IN_TERM)
        with pytest.raises(AgainstPolicy):
            transfers.transfer_in(pupil, arrival)
        transfers.transfer_in(
            pupil, Arrival(office.other_id, office.school.year, grade, IN_TERM, override="Sister there")
        )
        assert (last(office, pupil).entry, last(office, pupil).override_reason) == (
            "transferred",
            "Sister there",
        )


class TestApprovals:
    """Asked, given, refused."""

    def clerk(self, office: Office) -> Office:
        return office.acting(Role.SCHOOL_ADMINISTRATOR)

    def service(self, office: Office) -> ApprovalService:
        return ApprovalService(office.school.db, office.actor, lambda: IN_TERM)

    def waiting(self, office: Office) -> list[tuple[str, bool]]:
        found = AdmissionQueries(office.school.db, office.actor).waiting()
        return [(one.name, one.mine) for one in found]

    def test_without_the_policy_nothing_waits(self, office: Office) -> None:
        pupil = self.clerk(office).admit()
        assert last(office, pupil).approval is None
        assert self.waiting(office) == []

    def test_the_office_asks_and_the_principal_approves(self, office: Office) -> None:
        policy(office, APPROVAL, "principal")
        pupil = self.clerk(office).admit()
        assert last(office, pupil).approval == "asked"
        assert self.waiting(self.clerk(office)) == [("Pupil 0004, Élodie-Ann", False)]
        assert self.waiting(office) == [("Pupil 0004, Élodie-Ann", True)]
        enrolment = last(office, pupil)
        with pytest.raises(Refused):
            self.service(self.clerk(office)).approve([enrolment.id])
        self.service(office).approve([enrolment.id])
        decided = last(office, pupil)
        assert (decided.approval, decided.approved_on, decided.ends_on) == ("given", IN_TERM, None)
        assert decided.approved_by_id == office.actor.user_id
        assert self.waiting(office) == []
        with pytest.raises(Refused, match="does not wait"):
            self.service(office).approve([enrolment.id])

    def test_who_approves_admits_at_once(self, office: Office) -> None:
        policy(office, APPROVAL, "principal")
        pupil = office.admit()
        assert (last(office, pupil).approval, last(office, pupil).approved_on) == ("given", IN_TERM)

    def test_the_ministry_alone_approves_where_it_says_so(self, office: Office) -> None:
        policy(office, APPROVAL, "ministry")
        pupil = office.admit()
        assert self.waiting(office) == [("Pupil 0004, Élodie-Ann", False)]
        with pytest.raises(Refused, match="approved by the ministry"):
            self.service(office).approve([last(office, pupil).id])
        self.service(ministry(office)).approve([last(office, pupil).id])
        assert last(office, pupil).approval == "given"

    def test_refused_ends_the_stay_and_nothing_is_lost(self, office: Office) -> None:
        policy(office, APPROVAL, "principal")
        pupil = self.clerk(office).admit(class_id=office.school.classes[CORAL])
        enrolment = last(office, pupil)
        with pytest.raises(Refused, match="Say why"):
            self.service(office).refuse(enrolment.id, "")
        sitting = office.sitting()
        self.service(office).refuse(enrolment.id, "Lives in another district")
        gone = last(office, pupil)
        assert (gone.approval, gone.exit, gone.ends_on) == ("refused", "administrative", IN_TERM)
        assert gone.outcome_reason == "Lives in another district"
        assert gone.starts_on == FIRST_DAY
        sitting.undo()
        assert (last(office, pupil).approval, last(office, pupil).ends_on) == ("asked", None)
