"""What a pupil who moves says in a list: who, from or to where, and the verb."""

from __future__ import annotations

from emis_desktop.queries.transfers import Asked, Gone, Newcomer
from emis_desktop.rules.student_number import number_text
from resources.words import Words
from ui.students.transfers.enrolling import came_words
from ui.widgets.tasks import Task


def awaited_line(words: Words, pupil: Newcomer) -> Task:
    """Sent here by another school."""
    where = came_words(words, pupil)
    return Task(pupil.person_id.hex, "user-plus", "accent", pupil.name, where, words.tr("Enrol…"))


def asked_line(words: Words, asked: Asked) -> Task:
    """On the roll here, and admitted as new by another school."""
    tr = words.tr
    where = tr("Admitted by {school}", school=asked.school) if asked.school else tr("Another school")
    if asked.at is not None:
        where = f"{where}, {words.date(asked.at.astimezone().date(), 'medium')}"
    return Task(asked.conflict_id.hex, "circle-help", "warn", asked.name, where, tr("Answer…"))


def waiting_line(words: Words, asked: Asked, *, come: bool) -> Task:
    """Admitted here as new; ``come``: the record of the other school has come, and somebody can decide."""
    tr = words.tr
    if come:
        where = tr("The record of {other} has come. Say first that they are one", other=asked.other_name)
        return Task(asked.person_id.hex, "merge", "warn", asked.name, where, tr("Decide"))
    where = tr("May be {other}; the Ministry’s server has asked", other=asked.other_name)
    return Task(asked.person_id.hex, "clock", "neutral", asked.name, where, tr("Open"))


def gone_line(words: Words, gone: Gone) -> Task:
    """Transferred to another school."""
    tr = words.tr
    day = words.date(gone.left_on, "medium")
    number = f", {number_text(gone.number)}" if gone.number else ""
    if gone.destination:
        where = tr("To {school}, {day}", school=gone.destination, day=day)
        return Task(gone.person_id.hex, "school", "neutral", gone.name, where + number, tr("Open"))
    where = tr("Where to is not known, {day}", day=day)
    return Task(gone.person_id.hex, "school", "warn", gone.name, where + number, tr("Say where to…"))
