"""The children of a catchment as rows: who they are, guardians, where they were, how they came to school."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from random import Random
from typing import Final
from uuid import UUID

from emis_desktop.demo_country import PlannedGroup
from emis_desktop.demo_days import Month, Registers
from emis_desktop.demo_families import Adult, Child
from emis_desktop.demo_paths import Stay
from emis_desktop.jobs.demo.country_rows import Rows, Stored
from emis_desktop.jobs.demo.country_schools import Ground
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.services.person_fields import checked_birth_date, checked_text

_MARKED_TWICE: Final = 0.5
"""How many of those who were typed twice are also marked in two registers."""


class PupilRows:
    """Makes the rows of the children of one catchment."""

    def __init__(self, ground: Ground, catchment: int) -> None:
        self._ground = ground
        self._rng = Random(f"rows/{ground.seed}/{catchment}")  # noqa: S311 - what is invented is no secret
        self._registers = Registers(ground.seed, catchment)
        self._blank: dict[tuple[UUID, str], tuple[list[str | None], ...]] = {}
        self._towns = [unit.name for unit in ground.profile.areas.units] or [ground.profile.identity.name.en]
        self._guardians: dict[int, list[UUID]] = {}

    def add(self, rows: Rows, child: Child, number: tuple[str, str], stays: Sequence[Stay]) -> UUID:
        """The rows of a child; returns its id. A name or date that nobody could type is refused with
        :class:`~emis_desktop.errors.Refused`.
        """
        person_id = new_id()
        born = checked_birth_date(child.birth_date, self._ground.times.today)
        rows.add(
            "person",
            person_id.bytes,
            checked_text("given_names", child.given_names),
            checked_text("family_name", child.family_name),
            child.sex,
            None if born is None else born.isoformat(),
            self._rng.choice(self._towns),
            child.address,
            1,
        )
        rows.add("person_identity", new_id().bytes, person_id.bytes, *number)
        self._add_guardians(rows, child, person_id)
        self._add_stays(rows, person_id, stays)
        if child.of is None or self._rng.random() < _MARKED_TWICE:
            self._add_registers(rows, person_id, stays)
        return person_id

    def _add_guardians(self, rows: Rows, child: Child, person_id: UUID) -> None:
        """Those of the house, written with its first child."""
        known = self._guardians.get(child.house)
        if known is None:
            known = self._guardians[child.house] = [self._guardian(rows, adult) for adult in child.adults]
        for place, (adult, guardian_id) in enumerate(zip(child.adults, known, strict=True), 1):
            link = natural_id("guardianship", person_id, guardian_id)
            rows.add(
                "guardianship",
                *(link.bytes, person_id.bytes, guardian_id.bytes, adult.relation, place),
                *(int(adult.may_collect), 0),
            )

    def _guardian(self, rows: Rows, adult: Adult) -> UUID:
        guardian_id = new_id()
        rows.add(
            "person",
            *(guardian_id.bytes, adult.given_names, adult.family_name, adult.sex, None, None, None, 1),
        )
        if adult.phone is not None:
            rows.add("person_contact", new_id().bytes, guardian_id.bytes, "phone", adult.phone, 1)
        return guardian_id

    def _add_stays(self, rows: Rows, person_id: UUID, stays: Sequence[Stay]) -> None:
        ground = self._ground
        ids = [new_id() for _ in stays]
        for enrolment_id, stay in zip(ids, stays, strict=True):
            rows.add(
                "enrolment",
                *(enrolment_id.bytes, person_id.bytes, ground.schools[stay.school].bytes),
                *(ground.periods[stay.year].bytes, natural_id("education_grade", stay.grade).bytes),
                *(stay.starts_on.isoformat(), _day(stay.ends_on), "enrolled"),
                *(stay.outcome, stay.exit, stay.exit_reason, int(stay.repeater)),
                None if stay.previous is None else ids[stay.previous].bytes,
                None if stay.destination is None else ground.schools[stay.destination].bytes,
                stay.entry,
            )
            for sitting in stay.sittings:
                class_id = ground.class_id(sitting.group, stay.year)
                rows.add(
                    "class_pupil",
                    *(new_id().bytes, class_id.bytes, enrolment_id.bytes),
                    *(sitting.starts_on.isoformat(), _day(sitting.ends_on)),
                )

    def _add_registers(self, rows: Rows, person_id: UUID, stays: Sequence[Stay]) -> None:
        habit = self._registers.habit()
        for stay in stays:
            if not stay.sittings:
                continue
            school_id = self._ground.schools[stay.school]
            for month in self._ground.months[stay.year]:
                if not _touches(stay, month):
                    continue
                blank = self._register(stay.sittings[-1].group, stay.year, month)
                cells = self._registers.month(blank, month, habit, (stay.starts_on, stay.ends_on))
                rows.extend("attendance_month", list(_register_rows(person_id, school_id, month, cells)))

    def _register(self, group: PlannedGroup, year: int, month: Month) -> tuple[list[str | None], ...]:
        key = self._ground.class_id(group, year), month.code
        if key not in self._blank:
            self._blank[key] = self._registers.blank(month)
        return self._blank[key]


def _touches(stay: Stay, month: Month) -> bool:
    """Whether the child was at school on one of those days."""
    return stay.starts_on <= month.days[-1].on and (stay.ends_on is None or stay.ends_on >= month.days[0].on)


def _register_rows(
    person_id: UUID, school_id: UUID, month: Month, cells: Iterable[Sequence[str | None]]
) -> Iterable[tuple[Stored, ...]]:
    for session, marks in enumerate(cells, 1):
        row_id = natural_id("attendance_month", person_id, school_id, month.code, session, None)
        yield (row_id.bytes, person_id.bytes, school_id.bytes, month.code, session, None, *marks)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
