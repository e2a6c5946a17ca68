"""Papers about pupils from real records: what they say, who has them, what is left when it fails."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import select

from emis_desktop import files
from emis_desktop.errors import Cancelled, CannotSave, Refused
from emis_desktop.jobs.print_students import PaperJobs, PaperOrder
from emis_desktop.jobs.verify_card import Verdict, verify_file, verify_number, worst
from emis_desktop.models import Act, IssuedPaper, Site
from emis_desktop.queries.papers.pupils import PupilPapers, PupilQuestion
from emis_desktop.queries.report_cards import ReportCardQueries
from emis_desktop.queries.search import StudentFilter
from emis_desktop.rules.papers import Certificate, PaperKind, Transcript
from emis_desktop.rules.results import ResultState
from emis_desktop.services.merging import MergeService
from tests.factories.desks import DemoDesk, demo_desk
from tests.helpers.pdfs import Paper

LATER = date(2027, 8, 1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoDesk]:
    """One school for the tests that only look."""
    with demo_desk(tmp_path_factory.mktemp("papers"), 62) as desk:
        yield desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DemoDesk]:
    """A school of its own for a test that changes it."""
    with demo_desk(tmp_path, 12) as made:
        yield made


def jobs_of(desk: DemoDesk) -> PaperJobs:
    laptop = desk.laptop
    return PaperJobs(laptop.db, laptop.actor, laptop.box, laptop.profile)


def first(desk: DemoDesk) -> UUID:
    return desk.desk.queries.search.ids("", StudentFilter())[0]


def of_pupil(
    desk: DemoDesk, kind: PaperKind, student: UUID | None = None, language: str = "en"
) -> PaperOrder:
    return PaperOrder(kind, desk.today, language, (student or first(desk),))


def of_school(
    desk: DemoDesk, kind: PaperKind, class_id: UUID | None = None, language: str = "en"
) -> PaperOrder:
    return PaperOrder(
        kind,
        desk.today,
        language,
        institution_id=desk.school_id,
        year_id=desk.year.id,
        class_ids=None if class_id is None else frozenset({class_id}),
    )


def text_of(content: bytes) -> str:
    with Paper(content) as paper:
        return " ".join(paper.text(page) for page in range(paper.pages))


def transcript_of(desk: DemoDesk, student: UUID, today: date | None = None) -> Transcript:
    laptop = desk.laptop
    with laptop.db.read() as session:
        build = PupilPapers(laptop.db, laptop.actor, session, lambda _list, code: code)
        return build.transcript(PupilQuestion(student, today or desk.today, "en"))


def verbs(desk: DemoDesk) -> list[str]:
    with desk.laptop.db.read() as session:
        return list(session.scalars(select(Act.verb).order_by(Act.seq)))


def leave(desk: DemoDesk, student: UUID) -> None:
    """End the pupil's time at the school."""
    services = desk.desk.services.students
    reason = next(iter(desk.laptop.profile.code_lists["exit_reason"])).code
    services.withdraw(student, desk.today, "transferred", reason)


# -- Transcript ------------------------------------------------------------------------------------------


def test_a_transcript_says_what_the_report_card_says(shared: DemoDesk) -> None:
    student = first(shared)
    record = shared.desk.queries.students.record(student)
    assert record.current is not None
    assert record.current.class_id is not None
    cards = ReportCardQueries(shared.laptop.db, shared.laptop.actor)
    (card,) = cards.card_values(record.current.class_id, shared.term.id, "en", {student})
    year = transcript_of(shared, student).years[-1]
    assert year.label == shared.year.label
    assert {row.name: row.terms[0].value for row in year.rows if row.terms[0] is not None} == {
        subject.name: subject.mark for subject in card.subjects
    }
    averages = year.averages[0]
    assert averages is not None
    assert averages.value == card.summary.average


def test_the_years_before_are_there_oldest_first_and_closed_years_are_final(shared: DemoDesk) -> None:
    years = transcript_of(shared, first(shared)).years
    assert [year.label for year in years] == sorted(year.label for year in years)
    assert len(years) == 2
    past, now = years
    assert past.ending == "promoted"
    assert past.average is not None
    assert past.average.state is ResultState.FINAL
    assert past.average.letter
    assert now.average is not None
    assert now.average.state is ResultState.PROVISIONAL
    assert now.average.letter is None


def test_a_year_figure_is_the_weighted_terms_of_the_one_engine(shared: DemoDesk) -> None:
    past = transcript_of(shared, first(shared)).years[0]
    for row in past.rows:
        marks = [figure.value for figure in row.terms if figure is not None and figure.value is not None]
        assert row.year is not None
        assert row.year.value is not None
        assert abs(row.year.value - sum(marks, Decimal(0)) / len(marks)) <= Decimal("1.5")


def test_the_key_to_the_letters_is_there_once_for_each_set_of_grades(shared: DemoDesk) -> None:
    (key,) = transcript_of(shared, first(shared)).keys
    assert next(band.letter for band in key.grades) == "A"


def test_a_merged_pupil_counts_once_under_either_record(desk: DemoDesk) -> None:
    one, two = desk.desk.queries.search.ids("", StudentFilter())[:2]
    before = transcript_of(desk, one), transcript_of(desk, two)
    MergeService(desk.laptop.db, desk.laptop.actor).merge(one, two)
    merged = transcript_of(desk, two)
    assert merged.pupil == transcript_of(desk, one).pupil
    labels = [(year.label, year.grade) for year in merged.years]
    assert len(labels) == len(set(labels))
    assert {year.label for year in merged.years} == {year.label for part in before for year in part.years}
    listed = text_of(jobs_of(desk).draw(of_school(desk, PaperKind.CLASS_LIST)).content)
    assert listed.count(merged.pupil.number or "") == 1


# -- Issuing ---------------------------------------------------------------------------------------------


def test_a_saved_transcript_is_numbered_kept_and_believed(desk: DemoDesk, tmp_path: Path) -> None:
    target = tmp_path / "transcript.pdf"
    jobs_of(desk).save(of_pupil(desk, PaperKind.TRANSCRIPT), target)
    db, actor = desk.laptop.db, desk.laptop.actor
    with db.read() as session:
        (row,) = session.scalars(select(IssuedPaper)).all()
        site = session.scalars(select(Site.code)).one()
    assert row.number.startswith(f"{site}-26TR-")
    assert row.number in text_of(target.read_bytes())
    (checked,) = verify_file(db, actor, target)
    assert checked.verdict is Verdict.GENUINE
    assert checked.issued is not None
    assert checked.issued.number == row.number
    assert (
        verify_number(db, actor, row.number.replace("-", " ").lower(), row.check_code).verdict
        is Verdict.GENUINE
    )
    assert verify_number(db, actor, row.number, "0000-0000").verdict is Verdict.ALTERED
    assert "issue_papers" in verbs(desk)


def test_nothing_changed_gives_the_same_paper_again_to_the_byte(desk: DemoDesk, tmp_path: Path) -> None:
    jobs = jobs_of(desk)
    one, two = tmp_path / "one.pdf", tmp_path / "two.pdf"
    jobs.save(of_pupil(desk, PaperKind.TRANSCRIPT), one)
    jobs.save(replace(of_pupil(desk, PaperKind.TRANSCRIPT), today=date(2026, 12, 1)), two)
    assert one.read_bytes() == two.read_bytes()
    with desk.laptop.db.read() as session:
        assert len(session.scalars(select(IssuedPaper)).all()) == 1


def test_a_preview_shows_the_issue_in_force_and_says_what_printing_means(
    desk: DemoDesk, tmp_path: Path
) -> None:
    jobs, order = jobs_of(desk), of_pupil(desk, PaperKind.TRANSCRIPT)
    before = jobs.draw(order)
    assert before.standing is not None
    assert "gets a number" in before.standing.template
    jobs.save(order, tmp_path / "one.pdf")
    same = jobs.draw(order)
    assert same.content == (tmp_path / "one.pdf").read_bytes()
    assert same.standing is not None
    assert "Nothing has changed since" in same.standing.template
    desk.desk.services.students.change(first(desk), "birth_place", "Elsewhere Bay")
    other = jobs.draw(order)
    assert other.standing is not None
    assert other.standing.values["issue"] == "1"
    assert "This is not an issued paper" in text_of(other.content)


def test_a_changed_record_supersedes_and_the_first_paper_is_told_so(desk: DemoDesk, tmp_path: Path) -> None:
    jobs, student = jobs_of(desk), first(desk)
    one, two = tmp_path / "one.pdf", tmp_path / "two.pdf"
    jobs.save(of_pupil(desk, PaperKind.TESTIMONIAL), one)
    jobs.save(replace(of_pupil(desk, PaperKind.TESTIMONIAL), text="She sings."), two)
    desk.desk.services.students.change(student, "given_names", "Otherwise")
    db, actor = desk.laptop.db, desk.laptop.actor
    assert worst(verify_file(db, actor, one)) is Verdict.SUPERSEDED
    assert worst(verify_file(db, actor, two)) is Verdict.GENUINE
    assert "Issue 2 replaces issue 1" in text_of(two.read_bytes())


def test_a_photo_taken_later_does_not_make_a_paper_false(desk: DemoDesk, tmp_path: Path) -> None:
    student, target = first(desk), tmp_path / "one.pdf"
    photos = desk.desk.services.photos
    photos.set_photo(student, picture("red"))
    jobs_of(desk).save(of_pupil(desk, PaperKind.TRANSCRIPT), target)
    photos.set_photo(student, picture("blue"))
    assert worst(verify_file(desk.laptop.db, desk.laptop.actor, target)) is Verdict.GENUINE


def picture(colour: str) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (90, 120), colour).save(stream, "JPEG")
    return stream.getvalue()


def test_a_preview_issues_nothing_and_leaves_no_act(shared: DemoDesk) -> None:
    before = verbs(shared)
    text = text_of(jobs_of(shared).draw(of_pupil(shared, PaperKind.TRANSCRIPT)).content)
    assert "Preview. This is not an issued paper." in text
    assert verbs(shared) == before


def test_a_class_teacher_has_a_copy_that_is_none(desk: DemoDesk, tmp_path: Path) -> None:
    with demo_desk(tmp_path / "two", 12, "Teacher 01") as teacher:
        mine = teacher.class_infos()[0]
        student = teacher.desk.queries.search.ids("", StudentFilter(class_id=mine.id))[0]
        target = tmp_path / "copy.pdf"
        jobs_of(teacher).save(of_pupil(teacher, PaperKind.TRANSCRIPT, student), target)
        assert "This is not an issued paper" in text_of(target.read_bytes())
        with teacher.laptop.db.read() as session:
            assert session.scalars(select(IssuedPaper)).all() == []
        with pytest.raises(Refused):
            jobs_of(teacher).draw(of_pupil(teacher, PaperKind.HELD, student))


def test_a_certificate_is_given_once_the_pupil_has_left(desk: DemoDesk) -> None:
    student, laptop = first(desk), desk.laptop
    with pytest.raises(Refused, match="still on the roll"):
        jobs_of(desk).draw(of_pupil(desk, PaperKind.CERTIFICATE))
    leave(desk, student)
    with laptop.db.read() as session:
        build = PupilPapers(laptop.db, laptop.actor, session, lambda _list, code: code.lower())
        paper = build.certificate(PupilQuestion(student, desk.today, "en"))
    assert isinstance(paper, Certificate)
    assert paper.time.last_day == desk.today
    assert paper.time.ending == "transferred"
    text = text_of(jobs_of(desk).draw(of_pupil(desk, PaperKind.CERTIFICATE, language="es")).content)
    assert "Certificado de salida" in text


# -- Files -----------------------------------------------------------------------------------------------


def test_a_full_disk_leaves_no_file_and_issues_nothing(
    desk: DemoDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _content: bytes) -> None:
        raise CannotSave("The disk is full.")

    before = verbs(desk)
    monkeypatch.setattr(files, "write", full)
    with pytest.raises(CannotSave):
        jobs_of(desk).save(of_pupil(desk, PaperKind.TRANSCRIPT), tmp_path / "out" / "a.pdf")
    assert verbs(desk) == before
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


def test_stopping_leaves_the_old_file_and_no_act(desk: DemoDesk, tmp_path: Path) -> None:
    target = tmp_path / "list.pdf"
    target.write_bytes(b"before")
    before = verbs(desk)

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        jobs_of(desk).save(of_school(desk, PaperKind.CLASS_LIST), target, stop)
    assert target.read_bytes() == b"before"
    assert verbs(desk) == before
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_progress_counts_to_the_end(shared: DemoDesk) -> None:
    told: list[tuple[int, int]] = []
    jobs_of(shared).draw(
        of_school(shared, PaperKind.ID_CARDS), lambda done, total: told.append((done, total))
    )
    assert told[0] == (0, 7)
    assert told[-1] == (7, 7)


@pytest.mark.parametrize(
    ("kind", "verb"),
    [
        (PaperKind.CLASS_LIST, "print_class_list"),
        (PaperKind.EMERGENCY, "print_emergency"),
        (PaperKind.ID_CARDS, "print_id_cards"),
        (PaperKind.REGISTER, "print_register"),
    ],
)
def test_what_is_printed_stands_in_the_journal(
    desk: DemoDesk, tmp_path: Path, kind: PaperKind, verb: str
) -> None:
    jobs = jobs_of(desk)
    jobs.save(of_school(desk, kind), tmp_path / "a.pdf")
    assert verbs(desk)[-1] == verb
    jobs.save(of_school(desk, kind, desk.class_infos()[0].id), tmp_path / "b.pdf")
    assert verbs(desk)[-1] == f"{verb}_class"
    assert desk.desk.queries.history.latest(1)[0].sentence.values["name"] == desk.class_infos()[0].name


# -- Lists -----------------------------------------------------------------------------------------------


def test_every_pupil_on_roll_is_on_the_lists_once(shared: DemoDesk) -> None:
    jobs = jobs_of(shared)
    search = shared.desk.queries.search
    numbers = [row.number or "" for row in search.page("", StudentFilter(), 0, 100).rows]
    listed = (
        text_of(jobs.draw(of_school(shared, PaperKind.CLASS_LIST)).content).replace(" ", "").replace("-", "")
    )
    cards = (
        text_of(jobs.draw(of_school(shared, PaperKind.ID_CARDS)).content).replace(" ", "").replace("-", "")
    )
    for number in numbers:
        assert listed.count(number) == 1
        assert cards.count(number) == 1


def test_alerts_are_on_the_roll_for_who_reads_health_and_each_reading_is_an_act(desk: DemoDesk) -> None:
    student = first(desk)
    desk.desk.services.health.write(student, "Asthma: blue inhaler")
    text = text_of(jobs_of(desk).draw(of_school(desk, PaperKind.EMERGENCY)).content)
    assert text.count("Asthma: blue inhaler") == 2
    assert verbs(desk)[-1] == "read_health"
    laptop = desk.laptop
    blind = replace(laptop.actor, sensitive=frozenset())
    jobs = PaperJobs(laptop.db, blind, laptop.box, laptop.profile)
    hidden = text_of(jobs.draw(of_school(desk, PaperKind.EMERGENCY)).content)
    assert "Asthma" not in hidden
    assert "not open to whoever printed this" in hidden
    record = desk.desk.queries.students.record(student)
    assert record.guardians[0].phone is not None
    assert record.guardians[0].phone not in hidden
    assert "Telephone" not in hidden.replace("Telephone 000", "")


def test_a_teacher_gets_the_own_classes_and_no_page_that_says_whole_school(tmp_path: Path) -> None:
    with demo_desk(tmp_path, 12, "Teacher 01") as teacher:
        text = text_of(jobs_of(teacher).draw(of_school(teacher, PaperKind.EMERGENCY)).content)
        assert "Whole school" not in text
        assert teacher.class_infos()[0].name in text
        assert "Grade 6" not in text


def test_who_left_gets_no_id_card(desk: DemoDesk) -> None:
    student = first(desk)
    order = replace(of_school(desk, PaperKind.ID_CARDS), students=(student,))
    assert jobs_of(desk).draw(order).pages == 1
    leave(desk, student)
    with pytest.raises(Refused, match="no class now"):
        jobs_of(desk).draw(replace(order, today=date(2026, 12, 1)))


def test_a_folder_that_is_not_there_is_made_or_refused(shared: DemoDesk, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(CannotSave):
        jobs_of(shared).save(of_school(shared, PaperKind.CLASS_LIST), blocked / "a.pdf")


def test_a_register_has_the_days_on_which_school_is_held(shared: DemoDesk) -> None:
    order = replace(of_school(shared, PaperKind.REGISTER), month=date(2026, 11, 1), sessions=3)
    with Paper(jobs_of(shared).draw(order).content) as paper:
        text = paper.text()
    assert "November 2026" in text
    assert "Mon" in text
    assert "Sat" not in text
    with pytest.raises(Refused, match="No school is held"):
        jobs_of(shared).draw(replace(order, month=date(2026, 8, 1)))


def test_another_school_or_class_is_refused(shared: DemoDesk) -> None:
    order = of_school(shared, PaperKind.CLASS_LIST)
    with pytest.raises(Refused):
        jobs_of(shared).draw(replace(order, institution_id=shared.year.id))
    with pytest.raises(Refused):
        jobs_of(shared).draw(replace(order, class_ids=frozenset({shared.year.id})))
    with pytest.raises(Refused):
        jobs_of(shared).draw(PaperOrder(PaperKind.TRANSCRIPT, shared.today, "en"))
