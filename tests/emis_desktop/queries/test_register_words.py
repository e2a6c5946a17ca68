"""Registers in words: what an act did, what history tells, what a conflict is called."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from emis_desktop.models import Act
from emis_desktop.queries.acts import act_row, sentence_of
from emis_desktop.queries.conflict_words import title_of
from emis_desktop.queries.field_values import edit_hint, spoken
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.register_cells import row_id
from emis_desktop.rules.deciding import right_for, verb_for
from emis_desktop.rules.rights import Right
from emis_desktop.sentence import Sentence
from resources.words import Words
from tests.factories.registers import AM, MONDAY, PM, Registers, opened_registers

WORDS = Words.load("en")


@pytest.fixture(scope="module")
def coral(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registers]:
    with opened_registers(Path(tmp_path_factory.mktemp("words"))) as made:
        yield made


def last_act(coral: Registers) -> str:
    with coral.school.db.read() as session:
        act = session.query(Act).order_by(Act.seq.desc()).first()
        assert act is not None
        return sentence_of(session, act_row(act)).text(WORDS)


def text(value: object) -> str:
    if isinstance(value, Sentence):
        return value.text(WORDS)
    return "" if value is None else WORDS.tr(str(value))


def test_an_act_names_the_day_and_the_session(coral: Registers) -> None:
    coral.mark(1, "A")
    assert last_act(coral) == "Register of 14 Sep 2026, AM: Pupil 0001 absent without excuse"
    coral.mark(1, "L")
    assert (
        last_act(coral)
        == "Register of 14 Sep 2026, AM: Pupil 0001 changed from absent without excuse to late"
    )
    coral.service().mark_rest(coral.at())
    assert last_act(coral) == "Register of 14 Sep 2026, AM: 3 pupils marked"
    coral.mark(1, "")
    assert last_act(coral).endswith("changed from late to not marked")


def test_several_days_at_once_are_counted(coral: Registers) -> None:
    after = MONDAY + timedelta(days=7)
    coral.week(2, {(after, AM): "P", (after, PM): "A", (after + timedelta(days=1), AM): "P"})
    assert last_act(coral) == "Register marked for 2 pupils"


def test_history_names_the_day_and_tells_corrections_with_the_record(coral: Registers) -> None:
    day = MONDAY + timedelta(days=2)
    coral.mark(3, "A", day)
    coral.mark(3, "ILL", day)
    history = HistoryQueries(coral.school.db, coral.school.actor)
    lines = [
        (line.user, line.field.text(WORDS), text(line.before), text(line.after))
        for line in history.registers(coral.pupil(3))
        if "16 Sep" in line.field.text(WORDS)
    ]
    assert lines == [
        ("User 01", "Register of 16 Sep 2026, AM", "absent without excuse", "absent, excused (ILL)"),
        ("User 01", "Register of 16 Sep 2026, AM", "", "absent without excuse"),
    ]
    whole = [line for line in history.person(coral.pupil(3)) if line.key.startswith("attendance_month")]
    assert [text(line.before) for line in whole] == ["absent without excuse"]


def test_a_month_that_came_whole_is_told_day_by_day(coral: Registers) -> None:
    first = MONDAY + timedelta(days=21)
    coral.week(4, {(first + timedelta(days=n), AM): letter for n, letter in enumerate("PLA")})
    history = HistoryQueries(coral.school.db, coral.school.actor)
    told = {
        line.field.text(WORDS): text(line.after)
        for line in history.registers(coral.pupil(4))
        if "Oct" in line.field.text(WORDS)
    }
    assert told == {
        "Register of 5 Oct 2026, AM": "present",
        "Register of 6 Oct 2026, AM": "late",
        "Register of 7 Oct 2026, AM": "absent without excuse",
    }


def test_a_conflict_is_called_by_its_day_and_can_be_decided_with_a_letter(coral: Registers) -> None:
    coral.mark(2, "P")
    row = row_id(coral.pupil(2), coral.school.id, "2026-09", AM, None)
    with coral.school.db.read() as session:
        title = title_of(session, "attendance_month", row, "d14")
        assert title.text(WORDS) == "Register of 14 Sep 2026, AM: Pupil 0002"
        assert text(spoken(session, "attendance_month", "d14", "E/ILL")) == "absent, excused (ILL)"
    assert [code for code, _name in edit_hint("attendance_month", "d14").choices] == ["P", "L", "A", "E"]
    assert right_for("attendance_month") is Right.EDIT_ATTENDANCE
    assert verb_for("attendance_month") == "decide_register"


def test_french_says_the_same(coral: Registers) -> None:
    coral.mark(3, "A")
    with coral.school.db.read() as session:
        act = session.query(Act).order_by(Act.seq.desc()).first()
        assert act is not None
        told = sentence_of(session, act_row(act)).text(Words.load("fr"))
    assert "14 sept. 2026" in told
    assert "absent without" not in told
