"""A school's details and crest, and the days of a school year: checked, one act each, undone."""

import struct
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from emis_desktop.errors import BadFile, Refused
from emis_desktop.models import Institution
from emis_desktop.queries.school import SchoolQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.school import CREST_BYTES, Detail, SchoolService
from emis_desktop.services.undo import UndoService
from tests.factories.schools import School, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def service(school: School) -> SchoolService:
    return SchoolService(school.db, school.actor)


def png(width: int, height: int, padding: int = 0) -> bytes:
    """A grey PNG, made longer by a comment."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    rows = b"".join(b"\0" + bytes(width) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"tEXt", b"x" * padding) + chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def crest(school: School) -> bytes | None:
    with school.db.read() as session:
        return session.get_one(Institution, school.id).crest


def test_each_detail_is_stored_and_seen(school: School, service: SchoolService) -> None:
    typed = {
        Detail.NAME: "  École   Sainte-Anne ",
        Detail.MOTTO: "Onward",
        Detail.ADDRESS: "Bay Street",
        Detail.PHONE: "000 0102",
        Detail.EMAIL: "office@school.invalid",
        Detail.PRINCIPAL: "Principal 01",
    }
    for detail, text in typed.items():
        assert service.set_detail(school.id, detail, text) == " ".join(text.split())
    (seen,) = SchoolQueries(school.db, school.actor).schools()
    assert (seen.name, seen.motto, seen.address) == ("École Sainte-Anne", "Onward", "Bay Street")
    assert (seen.phone, seen.email, seen.principal) == ("000 0102", "office@school.invalid", "Principal 01")
    assert service.set_detail(school.id, Detail.MOTTO, " ") == ""
    (seen,) = SchoolQueries(school.db, school.actor).schools()
    assert seen.motto == ""


def test_a_change_is_undone(school: School, service: SchoolService) -> None:
    undo = UndoService(school.db, school.actor)
    service.set_detail(school.id, Detail.NAME, "Another name")
    service.set_crest(school.id, png(10, 12))
    undo.undo()
    assert crest(school) is None
    undo.undo()
    (seen,) = SchoolQueries(school.db, school.actor).schools()
    assert seen.name == "Windward Demo Primary School"


@pytest.mark.parametrize(
    ("detail", "text", "said"),
    [
        (Detail.NAME, "  ", "Type the name of the school"),
        (Detail.NAME, "x" * 161, "longer than 160"),
        (Detail.PHONE, "1" * 41, "longer than 40"),
        (Detail.MOTTO, "a\x07b", "cannot be printed"),
    ],
)
def test_what_cannot_be_names_its_field(
    school: School, service: SchoolService, detail: Detail, text: str, said: str
) -> None:
    with pytest.raises(Refused, match=said) as refused:
        service.set_detail(school.id, detail, text)
    assert refused.value.field == detail.value


def test_a_crest_is_a_small_picture(school: School, service: SchoolService) -> None:
    picture = png(600, 400)
    service.set_crest(school.id, picture)
    assert crest(school) == picture
    for odd in (b"", b"GIF89a", png(601, 10), png(10, 601), png(20, 20, CREST_BYTES), png(0, 0)):
        with pytest.raises(BadFile, match="no picture that can be a crest"):
            service.set_crest(school.id, odd)
    assert crest(school) == picture
    service.set_crest(school.id, None)
    assert crest(school) is None


def test_a_year_has_room_for_its_terms(school: School, service: SchoolService) -> None:
    queries = SchoolQueries(school.db, school.actor)
    (year,) = [one for one in queries.years() if one.id == school.year]
    terms = queries.terms(year.id)
    service.set_year(year.id, year.starts_on - timedelta(7), year.ends_on + timedelta(7))
    (wider,) = [one for one in queries.years() if one.id == school.year]
    assert wider.starts_on == year.starts_on - timedelta(7)
    for starts, ends, field in (
        (terms[0].starts_on + timedelta(1), year.ends_on, "starts"),
        (year.starts_on, terms[-1].ends_on - timedelta(1), "ends"),
        (year.ends_on, year.starts_on, "ends"),
    ):
        with pytest.raises(Refused) as refused:
            service.set_year(year.id, starts, ends)
        assert refused.value.field == field
    with pytest.raises(Refused, match="no longer there"):
        service.set_year(new_id(), date(2026, 9, 1), date(2027, 7, 1))


def test_only_who_plans_changes_and_only_the_own_school(school: School, service: SchoolService) -> None:
    teacher = SchoolService(school.db, school.sign_in(Role.TEACHER))
    elsewhere = SchoolService(school.db, school.sign_in(Role.PRINCIPAL))
    for change in (
        lambda: teacher.set_detail(school.id, Detail.MOTTO, "x"),
        lambda: teacher.set_crest(school.id, None),
        lambda: teacher.set_year(school.year, date(2026, 9, 1), date(2027, 7, 1)),
        lambda: elsewhere.set_detail(new_id(), Detail.MOTTO, "x"),
    ):
        with pytest.raises(Refused):
            change()
    office = SchoolService(school.db, school.sign_in(Role.MINISTRY_OFFICER, everywhere=True))
    with pytest.raises(Refused, match="no longer there"):
        office.set_detail(new_id(), Detail.MOTTO, "x")
