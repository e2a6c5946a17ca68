"""A changed card is found, however it was changed; the issued one is believed."""

import ctypes
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from emis_desktop.errors import BadFile, Refused
from emis_desktop.jobs.issue_cards import CardOrder, issue_cards
from emis_desktop.jobs.verify_card import Checked, Verdict, verify_file, verify_number, worst
from emis_desktop.models import ReportCard
from emis_desktop.queries.report_cards import IssuedCard, ReportCardQueries
from emis_desktop.rules.rights import Role
from emis_desktop.services.report_cards import IssueOrder
from reports.report_card import write_cards
from tests.factories.schools import IN_TERM, Classroom, School, classroom, opened_school


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    with opened_school(tmp_path) as school:
        made = classroom(school, 3)
        for number in (1, 2, 3):
            school.enter({(made.pupil(number), item): str(30 + number) for item in made.items})
        yield made


def issue(room: Classroom, target: Path) -> tuple[IssuedCard, ...]:
    """Issue the class into one file."""
    order = IssueOrder((room.class_id,), room.term_id, IN_TERM, again=True)
    school = room.school
    return issue_cards(school.db, school.actor, CardOrder(order, target), lambda _done, _total: None).issued


def checked(school: School, path: Path) -> tuple[Checked, ...]:
    return verify_file(school.db, school.actor, path)


def verdicts(school: School, path: Path) -> list[str]:
    return [each.verdict.value for each in checked(school, path)]


def test_every_card_of_an_issued_file_is_genuine(room: Classroom, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    issued = issue(room, tmp_path / "a.pdf")
    school = room.school
    found = verify_file(school.db, school.actor, tmp_path / "a.pdf", lambda *step: seen.append(step))
    assert [(each.sheet, each.verdict) for each in found] == [(n, Verdict.GENUINE) for n in (1, 2, 3)]
    assert [each.issued.number for each in found if each.issued] == [card.number for card in issued]
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert worst(found) is Verdict.GENUINE


def test_one_card_of_several_may_be_printed_alone(room: Classroom, tmp_path: Path) -> None:
    card = issue(room, tmp_path / "a.pdf")[1]
    values = ReportCardQueries(room.school.db, room.school.actor).issued_values([card.id])
    with (tmp_path / "one.pdf").open("wb") as stream:
        write_cards(values, stream)
    assert verdicts(room.school, tmp_path / "one.pdf") == ["genuine"]


def test_a_changed_value_is_found(room: Classroom, tmp_path: Path) -> None:
    """Drawn by the very same program, with one letter of the remark changed."""
    card = issue(room, tmp_path / "a.pdf")[0]
    (values,) = ReportCardQueries(room.school.db, room.school.actor).issued_values([card.id])
    forged = replace(values, pupil=replace(values.pupil, name=values.pupil.name + "a"))
    with (tmp_path / "forged.pdf").open("wb") as stream:
        write_cards([forged], stream)
    found = checked(room.school, tmp_path / "forged.pdf")
    assert [each.verdict for each in found] == [Verdict.ALTERED]
    assert found[0].issued is not None
    assert found[0].issued.pupil == values.pupil.name


def test_a_patch_laid_over_a_figure_is_found(room: Classroom, tmp_path: Path) -> None:
    """The text stays as it was; only the picture differs."""
    issue(room, tmp_path / "a.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    page = document[1]
    patch = pdfium.FPDFPageObj_CreateNewRect(300, 600, 12, 8)
    pdfium.FPDFPageObj_SetFillColor(patch, 255, 255, 255, 255)
    pdfium.FPDFPath_SetDrawMode(patch, pdfium.FPDF_FILLMODE_ALTERNATE, 0)
    dot = pdfium.FPDFPageObj_CreateNewRect(303, 602, 3, 3)
    pdfium.FPDFPageObj_SetFillColor(dot, 0, 0, 0, 255)
    pdfium.FPDFPath_SetDrawMode(dot, pdfium.FPDF_FILLMODE_ALTERNATE, 0)
    for each in (patch, dot):
        pdfium.FPDFPage_InsertObject(page.raw, each)
    assert pdfium.FPDFPage_GenerateContent(page.raw)
    document.save(tmp_path / "patched.pdf")
    document.close()
    assert verdicts(room.school, tmp_path / "patched.pdf") == ["genuine", "altered", "genuine"]


def test_a_note_stuck_on_a_sheet_is_found(room: Classroom, tmp_path: Path) -> None:
    issue(room, tmp_path / "a.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    page = document[0]
    note = pdfium.FPDFPage_CreateAnnot(page.raw, pdfium.FPDF_ANNOT_SQUARE)
    pdfium.FPDFAnnot_SetRect(note, ctypes.byref(pdfium.FS_RECTF(100, 700, 300, 600)))
    pdfium.FPDFAnnot_SetColor(note, pdfium.FPDFANNOT_COLORTYPE_Color, 0, 0, 0, 255)
    pdfium.FPDFAnnot_SetColor(note, pdfium.FPDFANNOT_COLORTYPE_InteriorColor, 0, 0, 0, 255)
    pdfium.FPDFPage_CloseAnnot(note)
    document.save(tmp_path / "noted.pdf")
    document.close()
    assert verdicts(room.school, tmp_path / "noted.pdf")[0] == "altered"


def test_a_replaced_a_revoked_and_an_unknown_card_are_told_apart(room: Classroom, tmp_path: Path) -> None:
    school = room.school
    issue(room, tmp_path / "old.pdf")
    second = issue(room, tmp_path / "new.pdf")
    assert verdicts(school, tmp_path / "old.pdf") == ["superseded"] * 3
    with school.db.write(school.actor, "revoke") as session:
        session.get_one(ReportCard, second[0].id).deleted_at = session.info["act"].moment
    assert verdicts(school, tmp_path / "new.pdf") == ["revoked", "genuine", "genuine"]
    with opened_school(_folder(tmp_path / "elsewhere")) as elsewhere:
        assert verdicts(elsewhere, tmp_path / "new.pdf") == ["unknown"] * 3


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def test_a_picture_of_a_card_is_named_and_not_believed(room: Classroom, tmp_path: Path) -> None:
    """A scan may have been changed anywhere; the code tells which card to compare it with."""
    card = issue(room, tmp_path / "a.pdf")[0]
    _scan(tmp_path / "a.pdf", tmp_path / "scan.pdf")
    (found,) = checked(room.school, tmp_path / "scan.pdf")
    assert found.verdict is Verdict.UNKNOWN
    assert found.issued is not None
    assert found.issued.number == card.number
    assert "picture" in found.reason.template


def test_sheets_that_say_nothing_are_unknown(room: Classroom, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "empty.pdf"))
    canvas.showPage()
    canvas.drawString(100, 700, "A letter about card ABCD-26T1-000001")
    canvas.showPage()
    canvas.save()
    assert verdicts(room.school, tmp_path / "empty.pdf") == ["unknown", "unknown"]


def test_a_number_off_paper_needs_its_check_code(room: Classroom, tmp_path: Path) -> None:
    card = issue(room, tmp_path / "a.pdf")[0]
    school = room.school
    good = verify_number(school.db, school.actor, f" {card.number.lower()} ", card.check_code.lower())
    assert good.verdict is Verdict.GENUINE
    assert verify_number(school.db, school.actor, card.number, "").verdict is Verdict.ALTERED
    issue(room, tmp_path / "b.pdf")
    old = verify_number(school.db, school.actor, card.number, card.check_code)
    assert old.verdict is Verdict.SUPERSEDED


def test_letters_that_look_alike_in_a_check_code_are_one(room: Classroom, tmp_path: Path) -> None:
    card = issue(room, tmp_path / "a.pdf")[0]
    typed = card.check_code.replace("0", "O").replace("1", "l")
    assert verify_number(room.school.db, room.school.actor, card.number, typed).verdict is Verdict.GENUINE


def test_the_worst_of_several_counts() -> None:
    def one(verdict: Verdict) -> Checked:
        return Checked(1, verdict, None, None)  # type: ignore[arg-type]

    assert worst(()) is Verdict.UNKNOWN
    assert worst((one(Verdict.GENUINE), one(Verdict.SUPERSEDED))) is Verdict.SUPERSEDED
    assert worst(tuple(map(one, Verdict))) is Verdict.ALTERED


def test_cards_are_not_open_to_everybody(room: Classroom, tmp_path: Path) -> None:
    issue(room, tmp_path / "a.pdf")
    statistician = room.school.sign_in(Role.REGIONAL_STATISTICIAN)
    with pytest.raises(Refused):
        verify_file(room.school.db, statistician, tmp_path / "a.pdf")
    with pytest.raises(Refused):
        verify_number(room.school.db, statistician, "A", "B")


@pytest.mark.parametrize("content", [b"", b"no pdf", b"%PDF-1.7\nbroken"])
def test_a_file_that_is_no_pdf_is_refused(room: Classroom, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(content)
    with pytest.raises(BadFile, match=r"a\.pdf"):
        checked(room.school, file)
    with pytest.raises(BadFile):
        checked(room.school, tmp_path)
    with pytest.raises(BadFile, match="no file"):
        checked(room.school, tmp_path / "none.pdf")


def _scan(source: Path, target: Path) -> None:
    """The first sheet as a picture in a PDF, as a scanner makes it."""
    document = pypdfium2.PdfDocument(source)
    picture = document[0].render(scale=200 / 72).to_pil()
    width, height = document[0].get_size()
    document.close()
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(width, height))
    canvas.drawImage(ImageReader(picture), 0, 0, width, height)
    canvas.showPage()
    canvas.save()
    target.write_bytes(stream.getvalue())
