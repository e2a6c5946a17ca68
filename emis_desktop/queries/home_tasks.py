"""What needs somebody: the lines of Home's list, most pressing first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from emis_desktop.errors import N_
from emis_desktop.queries.home_marks import ClassMarks, SubjectMarks
from emis_desktop.queries.register_school import UnmarkedRegister
from emis_desktop.queries.school import TermInfo
from emis_desktop.rules.reminders import copy_is_due, days_between
from emis_desktop.rules.rights import Actor, Right, offers
from emis_desktop.sentence import Sentence, say, say_many

CARDS_DAYS = 14
"""So many days before the end of a term incomplete cards begin to matter."""
MOST_CLASSES = 3
"""So many classes whose register is not marked are named."""
MARKS_LINES = 8
"""At most so many lines about missing marks: the list is for today."""


class TaskKind(StrEnum):
    """What a task is about; the screen chooses icon, verb and where it leads."""

    REGISTERS_UNMARKED = "registers_unmarked"
    MARKS_MISSING = "marks_missing"
    TESTS_MISSING = "tests_missing"
    CARDS_READY = "cards_ready"
    CARDS_INCOMPLETE = "cards_incomplete"
    CARDS_CHANGED = "cards_changed"
    BACKUP_OLD = "backup_old"
    PUPILS_WITHOUT_CLASS = "pupils_without_class"
    PUPILS_SENT = "pupils_sent"
    NO_PUPILS = "no_pupils"
    NO_CLASSES = "no_classes"


@dataclass(frozen=True, slots=True)
class Task:
    """One line: ``title`` is the thing, ``detail`` where and until when.

    ``class_id`` and ``subject_id`` say where its verb leads; ``overdue``: the day it was due has passed.
    """

    kind: TaskKind
    title: Sentence
    detail: Sentence
    count: int
    class_id: UUID | None = None
    subject_id: UUID | None = None
    due_on: date | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What the tasks follow from; a copy of ``backup_days`` or more is old."""

    actor: Actor
    term: TermInfo
    today: date
    last_backup: datetime | None
    on_roll: int
    without_class: int
    classes: tuple[ClassMarks, ...]
    backup_days: int
    sent_here: int = 0
    """Pupils whom another school has sent to this one."""
    unmarked: Sequence[UnmarkedRegister] = ()
    """The registers of today that are not marked, of the classes that the actor sees."""
    elsewhere: bool = False
    """The school keeps its own records: who looks at it from the ministry begins nothing there."""


def tasks_of(facts: TaskFacts) -> tuple[Task, ...]:
    """The tasks, those that stop everything else first, then by due date."""
    return (
        *_beginnings(facts),
        *_cards_changed(facts),
        *_registers(facts),
        *_marks(facts),
        *_tests(facts),
        *_cards(facts),
        *_backup(facts),
    )


def _beginnings(facts: TaskFacts) -> Iterator[Task]:
    if offers(facts.actor, Right.MANAGE_STRUCTURE) and not facts.classes and not facts.elsewhere:
        yield Task(
            TaskKind.NO_CLASSES,
            say(N_("Add the classes of this year")),
            say(N_("Pupils, marks and report cards belong to classes")),
            1,
        )
    if not offers(facts.actor, Right.EDIT_STUDENTS):
        return
    if not facts.on_roll and not facts.elsewhere:
        yield Task(
            TaskKind.NO_PUPILS,
            say(N_("Bring in the class list")),
            say(N_("From a CSV or Excel file, or type the pupils one by one")),
            1,
        )
    if facts.sent_here:
        yield Task(
            TaskKind.PUPILS_SENT,
            say_many(
                "Enrol {n} pupil sent by another school",
                "Enrol {n} pupils sent by another school",
                facts.sent_here,
            ),
            say(N_("The record has come; choose the class and the first day")),
            facts.sent_here,
        )
    if facts.without_class:
        yield Task(
            TaskKind.PUPILS_WITHOUT_CLASS,
            say_many("Place {n} pupil in a class", "Place {n} pupils in a class", facts.without_class),
            say(N_("On the roll of the school, in no class yet")),
            facts.without_class,
        )


def _registers(facts: TaskFacts) -> Iterator[Task]:
    """One line for the registers of today: which, where there is one."""
    if not offers(facts.actor, Right.EDIT_ATTENDANCE) or not facts.unmarked or facts.elsewhere:
        return
    first, count = facts.unmarked[0], len(facts.unmarked)
    title = say_many("{n} register not marked today", "{n} registers not marked today", count)
    names = tuple(dict.fromkeys(one.class_name for one in facts.unmarked))
    if count == 1:
        detail = say(N_("{class_name}, {session}"), class_name=first.class_name, session=first.session_name)
    else:
        detail = say(N_("Of {classes}"), classes=names[:MOST_CLASSES])
    alone = first.class_id if len(names) == 1 else None
    yield Task(TaskKind.REGISTERS_UNMARKED, title, detail, count, class_id=alone)


def _marks(facts: TaskFacts) -> list[Task]:
    if facts.today < facts.term.starts_on or not offers(facts.actor, Right.EDIT_MARKS):
        return []
    tasks = [
        _missing(facts, one, subject) for one in facts.classes for subject in one.subjects if subject.missing
    ]
    tasks.sort(key=lambda task: (task.due_on or date.max, -task.count))
    return tasks[:MARKS_LINES]


def _missing(facts: TaskFacts, one: ClassMarks, subject: SubjectMarks) -> Task:
    due_on = subject.due_on
    overdue = due_on is not None and due_on < facts.today
    if due_on is None:
        detail = say(N_("{item} is open"), item=subject.next_item)
    elif overdue:
        detail = say(N_("{item}, was due {day}"), item=subject.next_item, day=due_on)
    else:
        detail = say(N_("{item}, due {day}"), item=subject.next_item, day=due_on)
    return Task(
        kind=TaskKind.MARKS_MISSING,
        title=say_many(
            "Enter {n} mark in {class_name}, {subject}",
            "Enter {n} marks in {class_name}, {subject}",
            subject.missing,
            class_name=one.name,
            subject=subject.name,
        ),
        detail=detail,
        count=subject.missing,
        class_id=one.class_id,
        subject_id=subject.subject_id,
        due_on=due_on,
        overdue=overdue,
    )


def _tests(facts: TaskFacts) -> Iterator[Task]:
    """One line for all mark sheets without tests: cards wait for them."""
    if facts.today < facts.term.starts_on or not offers(facts.actor, Right.MANAGE_STRUCTURE):
        return
    bare = [(one, subject) for one in facts.classes for subject in one.subjects if subject.awaits_tests]
    if not bare:
        return
    one, subject = bare[0]
    alone = len(bare) == 1
    title = say_many("{n} mark sheet has no tests yet", "{n} mark sheets have no tests yet", len(bare))
    if alone:
        title = say(N_("Add tests in {class_name}, {subject}"), class_name=one.name, subject=subject.name)
    yield Task(
        TaskKind.TESTS_MISSING,
        title,
        say(N_("Report cards wait for them, but for subjects that are not assessed")),
        len(bare),
        class_id=one.class_id if alone else None,
        subject_id=subject.subject_id if alone else None,
    )


def _cards_changed(facts: TaskFacts) -> Iterator[Task]:
    if not offers(facts.actor, Right.ISSUE_CARDS):
        return
    for one in facts.classes:
        if one.changed:
            yield Task(
                TaskKind.CARDS_CHANGED,
                say_many(
                    "Issue {n} report card of {class_name} again",
                    "Issue {n} report cards of {class_name} again",
                    one.changed,
                    class_name=one.name,
                ),
                say(N_("Something on them has changed since they were issued")),
                one.changed,
                class_id=one.class_id,
            )


def _cards(facts: TaskFacts) -> Iterator[Task]:
    if not offers(facts.actor, Right.ISSUE_CARDS):
        return
    ready = sum(one.ready for one in facts.classes)
    incomplete = sum(one.incomplete for one in facts.classes)
    first = next((one.class_id for one in facts.classes if one.ready), None)
    if ready:
        others = say(N_("Complete and checked"))
        if incomplete:
            others = say_many(
                "Complete and checked; {n} other says what is missing",
                "Complete and checked; {n} others say what is missing",
                incomplete,
            )
        title = say_many("Issue {n} report card", "Issue {n} report cards", ready)
        yield Task(TaskKind.CARDS_READY, title, others, ready, class_id=first)
    elif incomplete and facts.today >= facts.term.ends_on - timedelta(days=CARDS_DAYS):
        yield Task(
            TaskKind.CARDS_INCOMPLETE,
            say_many("{n} report card is incomplete", "{n} report cards are incomplete", incomplete),
            say(N_("The term ends {day}"), day=facts.term.ends_on),
            incomplete,
            class_id=next((one.class_id for one in facts.classes if one.incomplete), None),
            due_on=facts.term.ends_on,
            overdue=facts.today > facts.term.ends_on,
        )


def _backup(facts: TaskFacts) -> Iterator[Task]:
    if not offers(facts.actor, Right.BACKUP):
        return
    title = say(N_("Copy the records to a USB stick"))
    if facts.last_backup is None:
        if facts.on_roll:
            yield Task(TaskKind.BACKUP_OLD, title, say(N_("There is no USB copy yet")), 1, overdue=True)
        return
    last = facts.last_backup.astimezone().date()
    if copy_is_due(last, facts.today, facts.backup_days):
        detail = say(N_("The last copy is of {day}"), day=last)
        yield Task(TaskKind.BACKUP_OLD, title, detail, days_between(last, facts.today), overdue=True)
