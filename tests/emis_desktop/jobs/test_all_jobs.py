"""The jobs as screens ask for them: the same as the ones underneath."""

from io import BytesIO
from pathlib import Path

import pypdfium2

from emis_desktop.jobs.all_jobs import jobs_of
from emis_desktop.jobs.card_jobs import CardPlace, free_path, plain_name
from emis_desktop.services.remarks import RemarkService
from emis_desktop.services.report_cards import IssueOrder
from resources.words import Words
from tests.factories.desks import demo_desk


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(BytesIO(content))
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_cards_from_preview_to_copy(tmp_path: Path) -> None:
    with demo_desk(tmp_path, pupils=62) as office:
        cards = jobs_of(office.laptop).cards
        class_id = office.class_id("Grade 5 Coral")
        rows = office.desk.queries.report_cards.card_list(class_id, office.term.id).rows
        ready = next(row for row in rows if not row.reasons)
        shown = text_of(cards.preview(CardPlace(class_id, office.term.id, ready.student_id, "en")).content)
        assert "Preview" in shown
        place = CardPlace(class_id, office.term.id, ready.student_id, "en")
        RemarkService(office.laptop.db, office.laptop.actor).set_class_teacher_remark(
            ready.student_id, office.term.id, "A very long remark, word by word. " * 17
        )
        (warning,) = cards.preview(place).warnings
        assert "too long for its place" in warning.text(Words.load("en"))
        cards.save_preview(place, tmp_path / "preview.pdf")
        assert "Preview" in text_of((tmp_path / "preview.pdf").read_bytes())
        order = IssueOrder((class_id,), office.term.id, office.today, students=frozenset({ready.student_id}))
        steps: list[tuple[int, int]] = []
        target = tmp_path / "one.pdf"
        report = cards.issue(order, target, merged=True, progress=lambda *step: steps.append(step))
        assert steps == [(1, 1)]
        ids = [card.id for card in report.issued]
        assert cards.issued(ids).content == target.read_bytes()
        cards.save_issued(ids, tmp_path / "again.pdf", lambda *step: steps.append(step))
        assert (tmp_path / "again.pdf").read_bytes() == target.read_bytes()
        assert "Preview" not in text_of(target.read_bytes())


def test_names_for_files(tmp_path: Path) -> None:
    assert (
        free_path(tmp_path / "none", ("Grade 5: Coral",), ".pdf") == tmp_path / "none" / "Grade 5 Coral.pdf"
    )
    (tmp_path / "grade 5 coral.pdf").touch()
    assert free_path(tmp_path, ("Grade 5 Coral",), ".pdf").name == "Grade 5 Coral (2).pdf"
    assert plain_name(("2026-27", "Term 1")) == "2026-27 - Term 1"
