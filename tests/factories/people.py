"""The services around a pupil, on an office of :mod:`tests.factories.offices`."""

from dataclasses import dataclass
from uuid import UUID

from emis_desktop.models import StaffPosition
from emis_desktop.queries.incidents import IncidentQueries
from emis_desktop.queries.textbooks import TextbookQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.services.contacts import ContactService
from emis_desktop.services.custom_fields import CustomFieldService
from emis_desktop.services.health_records import HealthRecordService
from emis_desktop.services.identities import IdentityService
from emis_desktop.services.incidents import IncidentService
from emis_desktop.services.staff import StaffService
from emis_desktop.services.textbooks import TextbookService
from tests.factories.offices import FIRST_DAY, Office
from tests.factories.schools import IN_TERM


@dataclass
class Around:
    """What an office does around its pupils, on a day in term 1."""

    office: Office

    @property
    def contacts(self) -> ContactService:
        """Addresses, phones, e-mails."""
        return ContactService(self.office.school.db, self.office.actor)

    @property
    def identities(self) -> IdentityService:
        """Numbers."""
        return IdentityService(self.office.school.db, self.office.actor)

    @property
    def custom(self) -> CustomFieldService:
        """The country's own fields."""
        return CustomFieldService(self.office.school.db, self.office.actor)

    @property
    def health(self) -> HealthRecordService:
        """Sealed entries."""
        return HealthRecordService(self.office.school.db, self.office.actor, self.office.box, lambda: IN_TERM)

    @property
    def textbooks(self) -> TextbookService:
        """Lending."""
        return TextbookService(self.office.school.db, self.office.actor, lambda: IN_TERM)

    @property
    def books(self) -> TextbookQueries:
        """Who has what."""
        return TextbookQueries(self.office.school.db, self.office.actor)

    @property
    def incidents(self) -> IncidentService:
        """Behaviour."""
        return IncidentService(self.office.school.db, self.office.actor, lambda: IN_TERM)

    @property
    def seen(self) -> IncidentQueries:
        """What is known of incidents."""
        return IncidentQueries(self.office.school.db, self.office.actor)

    def teacher(self) -> UUID:
        """A member of staff of the school."""
        school = self.office.school
        StaffService(school.db, self.office.actor).add(school.id, "Ann", "Teacher 01", FIRST_DAY)
        with school.db.read() as session:
            return session.query(StaffPosition).one().person_id


def nobody() -> UUID:
    """An id that nothing has."""
    return new_id()
