"""Photos: small JPEGs, one a pupil, given and taken."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from emis_desktop.errors import BadFile, Refused
from emis_desktop.rules.rights import Role
from tests.factories.offices import Office, opened_office


def jpeg(width: int = 300, height: int = 400, size: int = 0) -> bytes:
    """The head of a JPEG of that size, and some more bytes."""
    frame = b"\xff\xc0\x00\x11\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x03" * 10
    image = b"\xff\xd8\xff\xe0\x00\x04ab" + frame
    return image + b"x" * (size - len(image))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


@pytest.fixture
def pupil(office: Office) -> UUID:
    return office.admit()


def test_given_changed_taken_and_given_again(office: Office, pupil: UUID) -> None:
    office.photos.remove_photo(pupil)
    office.photos.set_photo(pupil, jpeg())
    assert office.latest() == "Photo of Élodie-Ann Pupil 0004 changed"
    assert office.record(pupil).photo == jpeg()
    sitting = office.sitting()
    office.photos.set_photo(pupil, jpeg(200, 200))
    sitting.undo()
    assert office.record(pupil).photo == jpeg()
    office.photos.remove_photo(pupil)
    office.photos.remove_photo(pupil)
    assert office.record(pupil).photo is None
    office.photos.set_photo(pupil, jpeg(1, 1, 40_000))
    assert office.record(pupil).photo == jpeg(1, 1, 40_000)


@pytest.mark.parametrize(
    "image", [b"", b"\x89PNG", jpeg(301, 400), jpeg(300, 401), jpeg(0, 400), jpeg(300, 400, 40_001)]
)
def test_what_is_no_photo(office: Office, pupil: UUID, image: bytes) -> None:
    with pytest.raises(BadFile, match="no photo that can be kept") as refused:
        office.photos.set_photo(pupil, image)
    assert refused.value.field == "photo"
    assert office.record(pupil).photo is None


def test_wrong_hands(office: Office, pupil: UUID) -> None:
    office.photos.set_photo(pupil, jpeg())
    for who, said in (
        (office.acting(Role.TEACHER), "Add and change pupils"),
        (office.acting(Role.PRINCIPAL, other=True), "not open to you"),
    ):
        with pytest.raises(Refused, match=said):
            who.photos.set_photo(pupil, jpeg())
        with pytest.raises(Refused, match=said):
            who.photos.remove_photo(pupil)
