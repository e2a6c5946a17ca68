"""The rows of the register: right in every order, read as they are needed, whatever the list's length."""

from datetime import date
from uuid import uuid4

import pytest
from pytestqt.modeltest import ModelTester

from emis_desktop.queries.search import Roll, StudentFilter, StudentSearch
from resources.words import Words
from tests.factories.desks import DemoDesk
from tests.factories.offices import opened_office
from tests.factories.schools import IN_TERM
from ui.students import model as models
from ui.students.model import PupilModel, sex_words

EVERYBODY = StudentFilter()


@pytest.fixture
def model(desk: DemoDesk, words: Words) -> PupilModel:
    made = PupilModel(desk.desk.queries.search, words, lambda: IN_TERM, checks=True)
    made.show("", EVERYBODY)
    return made


def names(model: PupilModel) -> list[str]:
    name = next(column for column in model.columns if column.key == "name")
    return [model.cell(row, name).text for row in range(model.count())]


def test_it_is_a_sound_model(model: PupilModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("block", [1, 7, 40, 1000])
def test_any_block_gives_the_same_rows_forwards_and_backwards(
    model: PupilModel, desk: DemoDesk, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(models, "BLOCK", block)
    monkeypatch.setattr(models, "_KEPT_BLOCKS", 2)
    ids = list(desk.desk.queries.search.ids())
    model.show("", EVERYBODY)
    assert [model.pupil(row).id for row in range(model.count())] == ids  # type: ignore[union-attr]
    assert [model.place_of(one) for one in ids[:5]] == [0, 1, 2, 3, 4]
    model.show("", EVERYBODY, descending=True)
    assert [model.pupil(row).id for row in range(model.count())] == ids[::-1]  # type: ignore[union-attr]
    assert model.place_of(ids[0]) == len(ids) - 1
    assert model.pupil(len(ids) + 5) is None


def test_a_search_narrows_and_nobody_is_no_row(model: PupilModel) -> None:
    model.show("zz-nobody", EVERYBODY)
    assert (model.count(), model.pupil(0), model.place_of(uuid4())) == (0, None, None)
    model.set_checked(set())
    model.show("a", StudentFilter(roll=Roll.LEFT))
    assert all(not model.pupil(row).on_roll for row in range(model.count()))  # type: ignore[union-attr]


def test_ticks_belong_to_pupils_not_to_rows(model: PupilModel) -> None:
    pupil = model.pupil(3)
    assert pupil is not None
    model.toggle(3)
    model.toggle(10_000)
    assert model.checked == {pupil.id}
    model.show("", EVERYBODY, descending=True)
    place = model.place_of(pupil.id)
    assert place is not None
    assert model.cell(place, model.columns[0]).checked is True
    assert model.cell(place, model.columns[0]).spoken == "chosen"
    assert model.cell(0, model.columns[0]).checked is (place == 0)
    model.toggle(place)
    assert model.checked == set()


def test_what_a_row_says(tmp_path_factory: pytest.TempPathFactory, words: Words) -> None:
    with opened_office(tmp_path_factory.mktemp("office")) as office:
        long = "Élodie-Ann " + "Ñandú" * 21
        office.admit(long[:120], "O’Neal", class_id=office.school.classes["Grade 5 Coral"])
        office.admit("Zoë", "Pupil", sex="M", birth_date=None, fields={"preferred_name": "Zizi"})
        left = office.admit("Ann", "Quarter", birth_date=date(2016, 2, 29), fields={"preferred_name": "Ann"})
        office.students.withdraw(left, IN_TERM, "emigrated", None)
        model = PupilModel(
            StudentSearch(office.school.db, office.actor), words, lambda: IN_TERM, checks=False
        )
        model.show("", EVERYBODY)
        cells = [[model.cell(row, column).text for column in model.columns] for row in range(3)]
        assert cells[0] == [f"O’Neal, {long[:120]}", "T1-0001", "Grade 5 Coral", "Girl", "10", "Enrolled"]
        assert cells[1] == ["Pupil, Zoë (Zizi)", "T1-0002", "Grade 5", "Boy", "–", "Enrolled"]
        assert cells[2][0] == "Quarter, Ann"
        assert cells[2][4:] == ["10", "Left"]
        assert model.cell(2, model.columns[-1]).pill == "neutral"
        assert model.row_words(1) == "Pupil, Zoë (Zizi)"
        assert model.row_words(9) == ""


def test_a_list_that_shrank_meanwhile_shows_empty_cells(model: PupilModel) -> None:
    model._total += 5
    last = model.count() - 1
    assert model.cell(last, model.columns[1]).text == ""


def test_words_for_sex(words: Words) -> None:
    assert [sex_words(words, sex) for sex in ("F", "M", None, "")] == ["Girl", "Boy", "–", "–"]
