"""What has been answered so far: kept when one goes back, and when the language changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from emis_desktop.laptop import FirstRun, StoreKind
from emis_desktop.services.structure import NewSchool


class Source(StrEnum):
    """Where the records come from."""

    JOIN = "join"
    NEW = "new"
    RESTORE = "restore"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Answers:
    """All of them, each with what is proposed first. ``step`` is the place in the steps, from 0."""

    step: int = 0
    kind: StoreKind = StoreKind.SCHOOL
    source: Source = Source.JOIN
    address: str = ""
    code: str = field(default="", repr=False)
    laptop: str = ""
    """Where the ministry's server is, its code as typed, and what this laptop is called there."""
    country: str = ""
    school: str = ""
    school_code: str = ""
    start_year: int | None = None
    copy: Path | None = None
    name: str = ""
    password: str = field(default="", repr=False)
    again: str = field(default="", repr=False)
    """What was typed in the second field: it is kept, and never taken from the first."""
    auto_lock_minutes: int = 10
    backup_days: int = 7
    ministry_key: str = ""
    public_key: bytes | None = None
    recovery_code: str | None = field(default=None, repr=False)
    user_id: UUID | None = None
    """Who was made when the laptop was set up."""

    def first_run(self) -> FirstRun:
        """The same as the laptop takes it."""
        school = NewSchool(self.school_code, self.school) if self.kind is StoreKind.SCHOOL else None
        return FirstRun(
            kind=self.kind,
            profile=self.country,
            name=self.name,
            password=self.password,
            school=school,
            start_year=self.start_year,
            recovery=self.public_key,
        )
