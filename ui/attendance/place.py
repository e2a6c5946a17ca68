"""Where somebody is on the page: which class, subject, day, month and session."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from emis_desktop.services.registers import Register

DAY, MONTH, OVERVIEW, CALENDAR = "day", "month", "overview", "calendar"
"""The parts of the page."""


@dataclass(frozen=True, slots=True)
class Here:
    """What is shown. ``subject_id`` None: the register of the class."""

    class_id: UUID
    on: date
    session: int = 1
    subject_id: UUID | None = None

    @property
    def register(self) -> Register:
        """The register of that session."""
        return Register(self.class_id, self.on, self.session, self.subject_id)

    def on_day(self, on: date) -> "Here":
        """The same on another day."""
        return replace(self, on=on)

    def in_session(self, session: int) -> "Here":
        """The same in another session."""
        return replace(self, session=session)

    def of_subject(self, subject_id: UUID | None) -> "Here":
        """The same of a subject, or of the class."""
        return replace(self, subject_id=subject_id)


def first_session(now_hour: int, names: int) -> int:
    """The session that is probably meant: the last one after noon."""
    return names if now_hour >= 12 and names > 1 else 1
