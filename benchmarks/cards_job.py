"""Report cards per second from the store to one merged PDF: read, computed, frozen, drawn, issued, in one
process.

    python -m benchmarks.cards_job [COUNT]

makes an encrypted store with COUNT different pupils (1,000 unless told) in classes of 30, twelve subjects
of eight items each, comments, remarks, conduct and attendance, issues the cards of the first term, and
times those of the second.
"""

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from uuid import UUID

from sqlalchemy import insert

from benchmarks.library import KEY, Clerk, people
from emis_desktop import store
from emis_desktop.database import Database
from emis_desktop.demo_content import (
    abilities,
    attendance_for,
    conduct_for,
    percent_of,
    remarks_for,
    subject_teachers,
    term_marks,
    words_for,
)
from emis_desktop.jobs.issue_cards import CardOrder, issue_cards
from emis_desktop.models import (
    AttendanceTotal,
    ClassPupil,
    ConductRating,
    Enrolment,
    Mark,
    Person,
    PersonIdentity,
    SubjectRemark,
    TermRemark,
)
from emis_desktop.profiles import DEMO, CountryProfile, load_profile
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.marks import MarkState
from emis_desktop.rules.rights import Actor, Role, actor_of
from emis_desktop.services.items import add_from_templates
from emis_desktop.services.report_cards import IssueOrder
from emis_desktop.services.set_up import SetUp, set_up
from emis_desktop.services.structure import NewClass, NewSchool, create_class, create_school

GRADE = "G5"
CLASS_SIZE = 30
YEAR = "2026-27"


@dataclass(frozen=True, slots=True)
class CardStore:
    """A store ready for issuing: the classes and terms of its one school."""

    db: Database
    actor: Actor
    class_ids: tuple[UUID, ...]
    terms: tuple[UUID, UUID]
    pupils: int


@dataclass(frozen=True, slots=True)
class JobFigures:
    """One timed run of the job."""

    cards: int
    seconds: float
    size: int

    @property
    def per_second(self) -> float:
        """Cards a second, everything included."""
        return self.cards / self.seconds


def make_store(folder: Path, count: int) -> CardStore:
    """A school of ``count`` pupils with everything that stands on a card, for two terms."""
    profile = load_profile(DEMO)
    path = folder / "cards.db"
    store.create(path, KEY, store.NewSite(UUID(int=7), "BENCH", "school", DEMO))
    db = store.open_store(path, KEY)
    with db.write(Clerk(), "set_up") as session:
        made = set_up(session, profile, [2026])
        school_id = create_school(
            session, NewSchool("D-0107", "Windward Demo Primary School", motto="Steady in every wind")
        )
        teacher = Person(id=new_id(), given_names="Teacher", family_name="01", synthetic=True)
        session.add(teacher)
        subjects = tuple(made.subjects[one.code] for one in profile.subjects_of(GRADE))
        class_ids = tuple(
            create_class(
                session,
                NewClass(
                    school_id,
                    made.years[YEAR],
                    f"Grade 5 / {number:02}",
                    (made.grades[GRADE],),
                    teacher.id,
                    subject_ids=subjects,
                ),
            )
            for number in range(1, -(-count // CLASS_SIZE) + 1)
        )
        terms = (made.terms[YEAR, 1], made.terms[YEAR, 2])
        for term_id in terms:
            add_from_templates(session, school_id, term_id, profile)
    _fill(db, profile, made, school_id, class_ids, count)
    db.analyze()
    actor = actor_of(Clerk().user_id, "Principal 01", Role.PRINCIPAL, school_id)
    return CardStore(db, actor, class_ids, terms, count)


def _fill(
    db: Database,
    profile: CountryProfile,
    made: SetUp,
    school_id: UUID,
    class_ids: tuple[UUID, ...],
    count: int,
) -> None:
    """Pupils and, for both terms, what stands on their cards."""
    names = people(count)
    with db.write(Clerk(), "import_students") as session:
        students = [new_id() for _ in names]
        enrolments = [new_id() for _ in names]
        session.execute(
            insert(Person),
            [
                {
                    "id": student,
                    "given_names": given,
                    "family_name": family,
                    "sex": "FM"[number % 2],
                    "birth_date": date(2016, 1 + number % 12, 1 + number % 28),
                    "synthetic": True,
                }
                for number, (student, (given, family)) in enumerate(zip(students, names, strict=True))
            ],
        )
        session.execute(
            insert(PersonIdentity),
            [
                {"id": new_id(), "person_id": student, "kind": "national", "number": f"{number:08}-7"}
                for number, student in enumerate(students)
            ],
        )
        session.execute(
            insert(Enrolment),
            [
                {
                    "id": enrolment,
                    "person_id": student,
                    "institution_id": school_id,
                    "period_id": made.years[YEAR],
                    "grade_id": made.grades[GRADE],
                    "starts_on": date(2026, 9, 7),
                }
                for enrolment, student in zip(enrolments, students, strict=True)
            ],
        )
        session.execute(
            insert(ClassPupil),
            [
                {"id": new_id(), "class_id": class_ids[number // CLASS_SIZE], "enrolment_id": enrolment}
                for number, enrolment in enumerate(enrolments)
            ],
        )
        for number in (1, 2):
            for table, rows in _term(profile, made, school_id, students, number).items():
                session.execute(insert(table), rows)


def _term(
    profile: CountryProfile, made: SetUp, school_id: UUID, students: list[UUID], number: int
) -> dict[type, list[dict[str, object]]]:
    """The rows of a term, by table."""
    term_id = made.terms[YEAR, number]
    rows: dict[type, list[dict[str, object]]] = {
        table: [] for table in (Mark, SubjectRemark, TermRemark, ConductRating, AttendanceTotal)
    }
    able = abilities(len(students), 1)
    templates = profile.scheme_of(GRADE).items
    traits = [trait.code for trait in profile.report_card.conduct_traits]
    for code in subject_teachers(profile, GRADE, "Teacher 01"):
        subject_id = made.subjects[code]
        place = (school_id, made.grades[GRADE], subject_id, term_id)
        items = [natural_id("assessment_item", *place, item.code) for item in templates]
        for student, entries in zip(students, term_marks(able, templates, f"{code}/{number}"), strict=True):
            rows[Mark].extend(
                {
                    "id": natural_id("mark", student, item),
                    "student_id": student,
                    "item_id": item,
                    "state": entry.state.value,
                    "value": entry.value,
                }
                for item, entry in zip(items, entries, strict=True)
                if entry.state is not MarkState.MISSING
            )
            said = words_for(code, percent_of(entries, templates) or 0.0, f"{student}/{number}")
            rows[SubjectRemark].append(
                {
                    "id": natural_id("subject_remark", student, subject_id, term_id),
                    "student_id": student,
                    "subject_id": subject_id,
                    "term_id": term_id,
                    "comment": said.comment.en,
                    "effort": said.effort,
                }
            )
    for student, ability in zip(students, able, strict=True):
        _remarks(rows, made, school_id, student, term_id, 100 * ability, traits)
    return rows


def _remarks(
    rows: dict[type, list[dict[str, object]]],
    made: SetUp,
    school_id: UUID,
    student: UUID,
    term_id: UUID,
    average: float,
    traits: list[str],
) -> None:
    teacher, principal = remarks_for(average, f"{student}/{term_id}")
    days = attendance_for(61, f"{student}/{term_id}")
    rows[TermRemark].append(
        {
            "id": natural_id("term_remark", student, school_id, term_id),
            "student_id": student,
            "institution_id": school_id,
            "term_id": term_id,
            "class_teacher": teacher.en.format(name="This pupil"),
            "principal": principal.en,
        }
    )
    rows[ConductRating].extend(
        {
            "id": natural_id("conduct_rating", student, term_id, trait),
            "student_id": student,
            "term_id": term_id,
            "trait": trait,
            "level": level,
        }
        for trait, level in conduct_for(average, traits, f"{student}/{term_id}").items()
    )
    rows[AttendanceTotal].append(
        {
            "id": natural_id("attendance_total", student, school_id, made.years[YEAR], term_id),
            "student_id": student,
            "institution_id": school_id,
            "period_id": made.years[YEAR],
            "term_id": term_id,
            "possible": days.possible,
            "absent": days.absent,
            "excused": days.excused,
            "late": days.late,
        }
    )


def issue(cards: CardStore, term: int, target: Path) -> JobFigures:
    """Issue the cards of all classes for a term (0 or 1) as one PDF; one timed run."""
    order = IssueOrder(cards.class_ids, cards.terms[term], date(2027, 3, 19))
    start = perf_counter()
    report = issue_cards(cards.db, cards.actor, CardOrder(order, target), lambda _done, _total: None)
    seconds = perf_counter() - start
    return JobFigures(len(report.issued), seconds, target.stat().st_size)


def measure(count: int) -> JobFigures:
    """Issue the first term's cards, then time the second's, whose charts show the first."""
    with TemporaryDirectory() as folder:
        cards = make_store(Path(folder), count)
        try:
            issue(cards, 0, Path(folder) / "first.pdf")
            return issue(cards, 1, Path(folder) / "second.pdf")
        finally:
            cards.db.close()


def main() -> int:
    """Print the figures of one timed run."""
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
    print(
        f"{found.cards} cards from store to PDF in {found.seconds:.2f} s: {found.per_second:.0f} cards/s, "
        f"{found.size / found.cards / 1000:.1f} kB a card"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
