"""Which subject a file means by a name: one of the pupil's class, its grade's list or its grade's level."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import ClassSubject, EducationGrade, Subject
from emis_desktop.profiles import CountryProfile
from emis_desktop.rules.names import fold
from emis_desktop.services.importing.places import Places
from emis_desktop.services.mark_checks import Seat
from emis_desktop.services.structure import add_subject
from emis_desktop.services.usual_subjects import usual_subjects


class SubjectNames:
    """The subjects of a store by every name they have. The same name can be that of several: Mathematics of
    a primary school, of a secondary school and of an examination.
    """

    def __init__(self, session: Session, places: Places, profile: CountryProfile | None) -> None:
        """Reads what is taught where, once; without ``profile`` no grade has a list of its own."""
        self._session = session
        self._places = places
        self._profile = profile
        self._taught: dict[UUID, dict[UUID, None]] = {}
        rows = session.execute(
            select(ClassSubject.class_id, ClassSubject.subject_id)
            .where(ClassSubject.deleted_at.is_(None))
            .order_by(ClassSubject.position)
        )
        for class_id, subject_id in rows:
            self._taught.setdefault(class_id, {})[subject_id] = None
        self._by_id = {one.id: one for named in places.subjects.values() for one in named}
        self._usual: dict[UUID, tuple[UUID, ...]] = {}

    def subject(self, text: str, seat: Seat) -> Subject:
        """The subject that a pupil on ``seat`` has by that name; raises :class:`Refused` with what could be
        meant.
        """
        named = self._named(text, seat)
        taught = self._taught.get(seat.class_id, {})
        found = self._only(text, [one for one in named if one.id in taught])
        if found is not None:
            return found
        usual = self._usual_of(seat.grade_id)
        found = self._only(text, [one for one in named if one.id in usual])
        if found is None:
            levels = self._levels(seat.grade_id)
            found = self._only(text, [one for one in named if one.level is None or one.level in levels])
        if found is None:
            raise self._none(text, seat)
        return found

    def is_taught(self, class_id: UUID, subject_id: UUID) -> bool:
        """Whether a class is taught the subject."""
        return subject_id in self._taught.get(class_id, {})

    def add(self, class_id: UUID, subject_id: UUID) -> None:
        """Teach a class the subject from now on."""
        add_subject(self._session, class_id, subject_id)
        self._taught.setdefault(class_id, {})[subject_id] = None

    def _named(self, text: str, seat: Seat) -> list[Subject]:
        """The subjects with that code, else with that name."""
        named = self._places.subjects.get(fold(text), [])
        if not named:
            raise self._none(text, seat)
        coded = [one for one in named if fold(one.code) == fold(text)]
        return coded or named

    def _only(self, text: str, found: Collection[Subject]) -> Subject | None:
        if len(found) > 1:
            raise Refused(
                "{name} can be {names}. Write the code.",
                field="subject",
                name=text,
                names=", ".join(f"{one.code} ({one.name})" for one in found),
            )
        return next(iter(found), None)

    def _none(self, text: str, seat: Seat) -> Refused:
        """Nothing here has that name: say what the class, or else the grade, is taught."""
        meant = list(self._taught.get(seat.class_id, {})) or self._usual_of(seat.grade_id)
        names = self._names(meant)
        if not names:
            return Refused(
                "There is no subject called {name}. Check its code or name.",
                field="subject",
                name=text or "–",
            )
        return Refused(
            "There is no subject called {name} in this class. Its subjects are: {names}.",
            field="subject",
            name=text or "–",
            names=names,
        )

    def _names(self, subject_ids: Iterable[UUID]) -> str:
        return ", ".join(self._by_id[one].name for one in subject_ids if one in self._by_id)

    def _usual_of(self, grade_id: UUID) -> tuple[UUID, ...]:
        if grade_id not in self._usual:
            self._usual[grade_id] = usual_subjects(self._session, self._profile, [grade_id])
        return self._usual[grade_id]

    def _levels(self, grade_id: UUID) -> set[str]:
        """The levels of subjects that a grade can have: its own, and those of its list (a form that works for
        an examination has the examination's subjects).
        """
        grade = self._session.get_one(EducationGrade, grade_id)
        listed = (self._by_id[one].level for one in self._usual_of(grade_id))
        return {grade.level, *(level for level in listed if level)}
