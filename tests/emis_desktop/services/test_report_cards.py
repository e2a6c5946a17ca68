"""Issuing: numbers, what is skipped, one act, and nothing issued that is no longer true."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import Act, ReportCard, Site
from emis_desktop.queries.card_content import check_code, fingerprint
from emis_desktop.rules.rights import Role
from emis_desktop.services.marks import MarkService
from emis_desktop.services.report_cards import IssueOrder, Prepared, ReportCardService, Skipped
from emis_desktop.services.structure import StructureService
from emis_desktop.services.undo import UndoService
from resources.words import Words
from tests.factories.schools import IN_TERM, Classroom, School, classroom, opened_school

ENGLISH = Words.load("en")


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def room(school: School) -> Classroom:
    """Three pupils: two complete, the third half way."""
    found = classroom(school, pupils=3)
    test, exam = found.items
    school.enter({(found.pupil(number), item): "40" for number in (1, 2) for item in (test, exam)})
    school.enter({(found.pupil(3), test): "40"})
    return found


@pytest.fixture
def service(school: School) -> ReportCardService:
    return ReportCardService(school.db, school.actor)


def order(room: Classroom) -> IssueOrder:
    return IssueOrder((room.class_id,), room.term_id, IN_TERM)


def prepared(service: ReportCardService, what: IssueOrder) -> tuple[list[Prepared], list[Skipped]]:
    found = list(service.preparing(what))
    return (
        [one for one in found if isinstance(one, Prepared)],
        [one for one in found if isinstance(one, Skipped)],
    )


def test_complete_cards_are_numbered_and_kept_in_one_act(room: Classroom, service: ReportCardService) -> None:
    cards, skipped = prepared(service, order(room))
    assert [(one.name, one.reasons[0].text(ENGLISH)) for one in skipped] == [
        ("Pupil 0003", "No mark: Mathematics")
    ]
    issued = service.commit([card.frozen for card in cards])
    assert [card.number for card in issued] == ["T1-26T1-000001", "T1-26T1-000002"]
    with room.school.db.read() as session:
        rows = session.scalars(select(ReportCard).order_by(ReportCard.number)).all()
        assert [row.student_id for row in rows] == [room.pupil(1), room.pupil(2)]
        assert all(row.fingerprint == fingerprint(row.content) for row in rows)
        assert all(row.check_code == check_code(row.fingerprint) for row in rows)
        assert session.scalars(select(Site.card_number)).one() == 2
        assert session.scalars(select(Act.verb).order_by(Act.seq.desc())).first() == "issue_cards"


def test_a_second_class_goes_on_counting(room: Classroom, service: ReportCardService) -> None:
    school = room.school
    reef = school.add_class("Grade 5 Reef")
    school.add_pupil("Pupil 0011", "Grade 5 Reef")
    school.enter({(room.pupil(11), item): "40" for item in room.items})
    both = replace(order(room), class_ids=(room.class_id, reef))
    cards, _ = prepared(service, both)
    assert [card.values.issue.number for card in cards if card.values.issue] == [
        "T1-26T1-000001",
        "T1-26T1-000002",
        "T1-26T1-000003",
    ]


def test_provisional_cards_on_request(room: Classroom, service: ReportCardService) -> None:
    cards, skipped = prepared(service, replace(order(room), provisional=True))
    assert (len(cards), skipped) == (3, [])
    assert [card.values.provisional for card in cards] == [False, False, True]


def test_only_the_pupils_that_were_chosen(room: Classroom, service: ReportCardService) -> None:
    cards, skipped = prepared(service, replace(order(room), students=frozenset({room.pupil(2)})))
    assert [card.frozen.name for card in cards] == ["Pupil 0002"]
    assert skipped == []


def test_an_unchanged_card_is_not_issued_again_unless_asked(
    room: Classroom, service: ReportCardService
) -> None:
    service.commit([card.frozen for card in prepared(service, order(room))[0]])
    room.school.enter({(room.pupil(2), room.items[0]): "41"})
    cards, skipped = prepared(service, order(room))
    assert [(card.frozen.name, card.frozen.issue) for card in cards] == [("Pupil 0002", 2)]
    assert skipped[0].reasons[0].text(ENGLISH) == "Issued on 5 Nov 2026, nothing has changed since"
    assert len(prepared(service, replace(order(room), again=True))[0]) == 2
    assert len(prepared(service, replace(order(room), language="fr"))[0]) == 2


def test_nothing_is_issued_over_a_change(room: Classroom, service: ReportCardService) -> None:
    cards, _ = prepared(service, order(room))
    MarkService(room.school.db, room.school.actor).record(room.pupil(1), room.items[0], "50")
    with pytest.raises(Refused, match="Nothing was issued"):
        service.commit([card.frozen for card in cards])
    cards, _ = prepared(service, order(room))
    with room.school.db.replicate():
        pass
    with pytest.raises(Refused, match="Nothing was issued"):
        service.commit([card.frozen for card in cards])
    with room.school.db.read() as session:
        assert session.scalars(select(ReportCard)).all() == []


def test_issued_cards_are_not_undone(room: Classroom, service: ReportCardService) -> None:
    undo = UndoService(room.school.db, room.school.actor)
    service.commit([card.frozen for card in prepared(service, order(room))[0]])
    with pytest.raises(Refused, match="Issued report cards are kept"):
        undo.undo()


def test_only_who_may_issue_issues(room: Classroom) -> None:
    teacher = room.school.add_teacher()
    StructureService(room.school.db, room.school.actor).set_class_teacher(room.class_id, teacher)
    lead = ReportCardService(room.school.db, room.school.sign_in(Role.TEACHER, teacher))
    with pytest.raises(Refused, match="Issue report cards"):
        list(lead.preparing(order(room)))


def test_cards_made_by_another_are_not_issued_by_who_may_not(
    room: Classroom, service: ReportCardService
) -> None:
    cards = [card.frozen for card in prepared(service, order(room))[0]]
    lead = ReportCardService(room.school.db, room.school.sign_in(Role.TEACHER))
    with pytest.raises(Refused):
        list(lead.preparing(order(room)))
    with pytest.raises(Refused, match="Issue report cards"):
        lead.commit(cards)
    with room.school.db.read() as session:
        assert session.scalars(select(ReportCard)).all() == []
