"""Papers of a whole school from the encrypted store to PDF: seconds, and the bytes of the file.

    python -m benchmarks.papers [--quick]

The demonstration school with 1,000 pupils, each with a photo of 300 x 400 pixels: class lists, the emergency
roll, blank registers, ID cards with photo and code, and the transcripts of a class.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from PIL import Image

from benchmarks.figures import Figure, Limit, Promise
from emis_desktop.jobs.print_students import PaperJobs, PaperOrder
from emis_desktop.models import PersonPhoto
from emis_desktop.queries.search import StudentFilter
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.papers import PaperKind
from tests.factories.desks import DemoDesk, demo_desk

PUPILS = 1_000
_FACES = 40
LONGEST = 10.0
"""Seconds, for any of them."""


def run(*, quick: bool = False) -> Iterator[Figure]:
    """Every paper of the school once, the first one after a warm start."""
    count = 24 if quick else PUPILS
    with TemporaryDirectory() as name, demo_desk(Path(name), count) as desk:
        _give_photos(desk)
        laptop = desk.laptop
        jobs = PaperJobs(laptop.db, laptop.actor, laptop.box, laptop.profile)
        jobs.draw(_order(desk, PaperKind.CLASS_LIST))
        for kind in (PaperKind.CLASS_LIST, PaperKind.EMERGENCY, PaperKind.REGISTER, PaperKind.ID_CARDS):
            yield _measured(jobs, _order(desk, kind), f"{kind.value} of {count:,} pupils")
        found = desk.class_infos()[-1]
        pupils = desk.desk.queries.search.ids("", StudentFilter(class_id=found.id))
        order = PaperOrder(PaperKind.TRANSCRIPT, desk.today, "en", tuple(pupils))
        yield _measured(jobs, order, f"transcripts of a class of {len(pupils)}")


def _order(desk: DemoDesk, kind: PaperKind) -> PaperOrder:
    return PaperOrder(kind, desk.today, "en", institution_id=desk.school_id, year_id=desk.year.id)


def _measured(jobs: PaperJobs, order: PaperOrder, name: str) -> Figure:
    begun = perf_counter()
    pdf = jobs.draw(order)
    seconds = perf_counter() - begun
    note = f"{pdf.pages} pages, {len(pdf.content) / 1e6:.2f} MB"
    return Figure(name, seconds, "s", promise=Promise(Limit.AT_MOST, LONGEST), note=note)


def _give_photos(desk: DemoDesk) -> None:
    """A photo for everybody, no two the same, each about as heavy as a real one."""
    random = Random(5)
    faces = [_face(random) for _ in range(_FACES)]
    with desk.laptop.db.write(desk.laptop.actor, "change_photo") as session:
        for number, student in enumerate(desk.desk.queries.search.ids("", StudentFilter())):
            image = _photo(faces[number % _FACES], number)
            session.add(PersonPhoto(id=natural_id("person_photo", student), person_id=student, image=image))


def _face(random: Random) -> Image.Image:
    rough = Image.frombytes("RGB", (30, 40), random.randbytes(3600))
    return rough.resize((300, 400), Image.Resampling.BICUBIC)


def _photo(face: Image.Image, number: int) -> bytes:
    own = face.copy()
    own.paste((number % 256, number // 256, 90), (100, 100, 200, 220))
    stream = BytesIO()
    own.save(stream, "JPEG", quality=75)
    return stream.getvalue()


if __name__ == "__main__":
    for figure in run(quick="--quick" in sys.argv):
        print(f"{figure.name:40} {figure.ours:6.2f} s   {figure.note}")
