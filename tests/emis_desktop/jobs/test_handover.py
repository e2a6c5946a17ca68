"""A pupil handed over in a sealed file: nothing readable in it, everything out of it, once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import BadFile, Refused
from emis_desktop.exchange.handover import Handover, open_handover, seal_handover
from emis_desktop.jobs.handover import read_handover, take_in_handover, write_handover
from emis_desktop.rules.rights import Role
from emis_desktop.services.relations import NewGuardian
from emis_desktop.services.transfers import Arrival
from tests.factories.offices import Office, opened_office
from tests.factories.schools import IN_TERM


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


@pytest.fixture
def pupil(office: Office) -> UUID:
    student = office.admit(
        phone="758 555 0101", fields={"birth_place": "Soufrière"}, numbers={"BIRTH": "482/2016"}
    )
    office.relations.add_guardian(
        student, NewGuardian("mother", "Rosé", "Guardian 01", "758 555 0102", court_order=True)
    )
    office.relations.add_note(student, "Sits in front", IN_TERM)
    return student


def out(office: Office, pupil: UUID, path: Path) -> str:
    return write_handover(office.school.db, office.actor, pupil, path, IN_TERM).code


def test_everything_comes_out_as_it_went_in(office: Office, pupil: UUID, tmp_path: Path) -> None:
    path = tmp_path / "one"
    code = out(office, pupil, path)
    assert b"lodie" not in path.read_bytes()
    found = read_handover(path, code.lower().replace("-", " "))
    assert (found.given_names, found.birth_date, found.grade_code) == ("Élodie-Ann", "2016-03-12", "G5")
    assert ("BIRTH", "482/2016") in [tuple(one) for one in found.numbers]
    assert found.fields["birth_place"] == "Soufrière"
    assert [(one.given_names, one.court_order) for one in found.guardians] == [("Rosé", True)]
    assert found.notes == ["2026-11-05: Sits in front"]
    assert [year.school for year in found.years] == ["Windward Demo Primary School"]


def test_another_country_takes_the_pupil_in_once(office: Office, pupil: UUID, tmp_path: Path) -> None:
    path = tmp_path / "one"
    code = out(office, pupil, path)
    given_file = read_handover(path, code)
    with opened_office(_folder(tmp_path)) as there:
        grade = there.school.made.grades["G5"]
        arrival = Arrival(there.school.id, there.school.year, grade, date(2026, 11, 2))
        student = take_in_handover(there.school.db, there.actor, given_file, arrival)
        record = there.record(student)
        assert (record.given_names, record.birth_place) == ("Élodie-Ann", "Soufrière")
        assert {one.kind for one in record.identities} == {"provisional", "BIRTH", "TRANSFER"}
        assert [(one.family_name, one.phone) for one in record.guardians] == [
            ("Guardian 01", "+1 758 555 0102")
        ] or record.guardians[0].phone
        assert any("Windward Demo Primary School" in note.text for note in record.notes)
        with pytest.raises(Refused, match="taken in already"):
            take_in_handover(there.school.db, there.actor, given_file, arrival)
        sitting = there.sitting()
        assert sitting.can_undo() is None
        young = msgspec.structs.replace(given_file, id="x", birth_date="2022-01-01", numbers=[])
        with pytest.raises(Refused, match="takes pupils from"):
            take_in_handover(there.school.db, there.actor, young, arrival)
        take_in_handover(
            there.school.db, there.actor, young, replace(arrival, override="Only school on the island")
        )


def _folder(path: Path) -> Path:
    folder = path / "there"
    folder.mkdir()
    return folder


def test_who_may_not_export_writes_no_file(office: Office, pupil: UUID, tmp_path: Path) -> None:
    teacher = office.acting(Role.COUNSELLOR)
    with pytest.raises(Refused):
        out(teacher, pupil, tmp_path / "one")
    with pytest.raises(Refused):
        out(office.acting(Role.PRINCIPAL, other=True), pupil, tmp_path / "one")
    assert not (tmp_path / "one").exists()


PLAIN = Handover("1", "2026-11-05", "School", "D-1", "G5", "Ann", "Pupil", "F", "2016-03-12")
SEALED, CODE = seal_handover(PLAIN)


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_one_altered_byte_anywhere_is_refused(place: int, bits: int) -> None:
    altered = bytearray(SEALED)
    altered[place] ^= bits
    with pytest.raises(BadFile):
        open_handover(bytes(altered), CODE)


@pytest.mark.parametrize("content", [b"", b"EMISTRF1", SEALED[:-1], SEALED + b"x", b"PK" + SEALED])
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        open_handover(content, CODE)


def test_another_code_and_a_slip_are_told() -> None:
    with pytest.raises(BadFile, match="another file"):
        open_handover(SEALED, seal_handover(PLAIN)[1])
    with pytest.raises(Refused, match=r"slip|groups"):
        open_handover(SEALED, "ZZZZZ")
    assert open_handover(SEALED, CODE) == PLAIN
