"""Pictures of cards: the newest request wins, few are kept, nothing is kept that should be gone."""

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from emis_desktop.errors import Refused
from emis_desktop.jobs.all_jobs import jobs_of
from emis_desktop.jobs.card_jobs import CardJobs, CardPdf, CardPlace
from tests.factories.desks import DemoDesk
from tests.ui.report_cards.conftest import CLASS
from ui.report_cards import previews as module
from ui.report_cards.previews import Paper, Preview, Previews
from ui.report_cards.render import page_count, page_picture, page_pictures
from ui.tasks import Tasks


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.stop_all()


@pytest.fixture
def papers(desk: DemoDesk) -> list[Paper]:
    """The cards of a class as they would be issued."""
    class_id = desk.class_id(CLASS)
    rows = desk.desk.queries.report_cards.card_list(class_id, desk.term.id).rows
    return [Paper(CardPlace(class_id, desk.term.id, row.student_id, "en")) for row in rows]


@pytest.fixture
def previews(desk: DemoDesk, tasks: Tasks) -> Previews:
    return Previews(jobs_of(desk.laptop).cards, tasks)


def shown_by(previews: Previews) -> list[Preview]:
    found: list[Preview] = []
    previews.ready.connect(found.append)
    return found


def test_a_page_is_pictured_at_its_width(desk: DemoDesk, papers: list[Paper]) -> None:
    pdf = jobs_of(desk.laptop).cards.preview(papers[0].place).content
    (page,) = page_pictures(pdf, 600)
    assert (page.image.width(), page.image.height()) == (600, 849)
    assert (round(page.width), round(page.height)) == (595, 842)
    assert page.image.pixelColor(3, 3).name() == "#ffffff"
    dark = sum(
        page.image.pixelColor(x, y).lightness() < 100 for x in range(0, 600, 3) for y in range(0, 849, 3)
    )
    assert 200 < dark < 20_000
    assert page_count(pdf) == 1
    assert page_picture(pdf, 0, 300).image.width() == 300


def test_only_the_newest_of_many_requests_is_shown(
    previews: Previews, papers: list[Paper], qtbot: QtBot
) -> None:
    found = shown_by(previews)
    for paper in papers:
        previews.ask(paper, 400)
    qtbot.waitUntil(lambda: not previews.busy() and bool(found))
    assert [preview.wanted.paper for preview in found] == [papers[-1]]
    assert previews.kept() <= 2


def test_what_was_made_is_shown_again_at_once(previews: Previews, papers: list[Paper], qtbot: QtBot) -> None:
    found = shown_by(previews)
    previews.ask(papers[0], 400)
    qtbot.waitUntil(lambda: len(found) == 1)
    qtbot.waitUntil(lambda: not previews.busy())
    previews.ask(papers[0], 400)
    assert len(found) == 2
    assert not previews.busy()
    pdf = previews.pdf(papers[0])
    assert pdf is not None
    assert pdf.content[:5] == b"%PDF-"
    previews.ask(papers[0], 500)
    qtbot.waitUntil(lambda: len(found) == 3)
    assert found[2].pdf is found[0].pdf, "another size is pictured from the same file"


def test_records_that_changed_make_the_picture_anew(
    previews: Previews, papers: list[Paper], qtbot: QtBot
) -> None:
    found = shown_by(previews)
    previews.ask(papers[0], 400)
    previews.records_changed()
    qtbot.waitUntil(lambda: bool(found) and not previews.busy())
    assert [preview.generation for preview in found] == [1], "the one begun before is not shown"


def test_forgetting_leaves_nothing(previews: Previews, papers: list[Paper], qtbot: QtBot) -> None:
    found = shown_by(previews)
    previews.ask(papers[0], 400)
    qtbot.waitUntil(lambda: len(found) == 1)
    previews.ask(papers[1], 400)
    previews.forget()
    qtbot.waitUntil(lambda: not previews.busy())
    assert len(found) == 1
    assert previews.kept() == 0
    assert previews.pdf(papers[0]) is None


def enough(found: list[Preview], count: int) -> bool:
    return len(found) == count


def test_few_pictures_and_files_are_kept(
    previews: Previews, papers: list[Paper], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 3 * 400 * 566 * 4)
    monkeypatch.setattr(module, "MOST_PAPERS", 2)
    found = shown_by(previews)
    for count, paper in enumerate(papers[:5], start=1):
        previews.ask(paper, 400)
        qtbot.waitUntil(partial(enough, found, count))
        qtbot.waitUntil(lambda: not previews.busy())
    assert previews.kept() == 3
    assert [previews.pdf(paper) is not None for paper in papers[:5]] == [False, False, False, True, True]


def test_a_refusal_is_told_for_the_paper_it_belongs_to(
    desk: DemoDesk, tasks: Tasks, papers: list[Paper], qtbot: QtBot
) -> None:
    class Stubborn(CardJobs):
        def preview(self, place: CardPlace) -> CardPdf:
            if place == papers[0].place:
                raise Refused("Not this one.")
            return super().preview(place)

    previews = Previews(Stubborn(desk.laptop.db, desk.laptop.actor), tasks)
    found, refused = shown_by(previews), list[tuple[Paper, str]]()
    previews.failed.connect(lambda paper, why: refused.append((paper, str(why))))
    previews.ask(papers[0], 400)
    qtbot.waitUntil(lambda: not previews.busy())
    assert refused == [(papers[0], "Not this one.")]
    previews.ask(papers[0], 400)
    previews.ask(papers[1], 400)
    qtbot.waitUntil(lambda: bool(found))
    assert len(refused) == 1, "nobody waits for the first one any more"
