"""Opening the next school year for many schools: the country first, then school after school, each one act.

Stopped in between, whole schools are done, and doing it again goes on with the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.errors import EmisError, Refused
from emis_desktop.profiles import CountryProfile
from emis_desktop.rules.rights import Actor
from emis_desktop.services.new_year.plan import NewYear, Order, SchoolPlan
from emis_desktop.services.new_year.service import NewYearService
from emis_desktop.services.undo import UndoService

Progress = Callable[[int, int], None]
"""Called with (schools done, schools in all); raise :class:`emis_desktop.errors.Cancelled` in it to stop."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A school for which the year was not opened, and why."""

    institution_id: UUID
    reason: EmisError


@dataclass(frozen=True, slots=True)
class OpenedYear:
    """What was made. ``acts``, the first one first, are what :func:`take_back` takes back."""

    year: NewYear
    schools: tuple[SchoolPlan, ...]
    left_out: tuple[LeftOut, ...]
    acts: tuple[int, ...]

    @property
    def classes(self) -> int:
        """How many classes were made."""
        return sum(one.new_classes for one in self.schools)

    @property
    def empty(self) -> bool:
        """Whether everything was there already."""
        return not self.acts


def open_year(
    db: Database,
    actor: Actor,
    profile: CountryProfile | None,
    order: Order,
    institution_ids: Collection[UUID] | None = None,
    progress: Progress = lambda _done, _all: None,
) -> OpenedYear:
    """Open the year after ``order.from_year_id`` for these schools, or for all that the actor has."""
    service, undo = NewYearService(db, actor, profile), UndoService(db, actor)
    acts: list[int] = []
    country = undo.made_by(lambda: service.open_country(order))
    acts += [country.act] if country.act is not None else []
    wanted = [one for one in service.schools(order) if institution_ids is None or one in institution_ids]
    made, left_out = list[SchoolPlan](), list[LeftOut]()
    for done, institution_id in enumerate(wanted):
        progress(done, len(wanted))
        try:
            school = undo.made_by(lambda one=institution_id: service.open_school(order, one))  # type: ignore[misc]
        except Refused as reason:
            left_out.append(LeftOut(institution_id, reason))
            continue
        made.append(school.result)
        acts += [school.act] if school.act is not None else []
    progress(len(wanted), len(wanted))
    return OpenedYear(country.result, tuple(made), tuple(left_out), tuple(acts))


def take_back(db: Database, actor: Actor, opened: OpenedYear) -> tuple[EmisError, ...]:
    """Undo what was opened, the last first; returns why parts stay: somebody has gone on with them."""
    undo = UndoService(db, actor)
    kept = []
    for act in reversed(opened.acts):
        try:
            undo.undo_act(act)
        except Refused as reason:
            kept.append(reason)
    return tuple(kept)


class YearJobs:
    """Opening years for many schools as the screens ask for it. Any thread may call any method."""

    def __init__(self, db: Database, actor: Actor, profile: CountryProfile | None = None) -> None:
        """``actor`` decides what is open; ``profile`` gives the dates of a year nobody has made."""
        self._db = db
        self._actor = actor
        self._profile = profile

    def open(self, order: Order, progress: Progress) -> OpenedYear:
        """Open the next year for every school of the actor's; see :func:`open_year`."""
        return open_year(self._db, self._actor, self._profile, order, progress=progress)

    def take_back(self, opened: OpenedYear) -> tuple[EmisError, ...]:
        """Undo it; see :func:`take_back`."""
        return take_back(self._db, self._actor, opened)
