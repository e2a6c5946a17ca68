"""Qualifications and training of a member of staff."""

from __future__ import annotations

from functools import partial

from emis_desktop.queries.staff_records import AwardLine, CourseLine, StaffRecord
from emis_desktop.rules.numbers import plain
from ui.settings_page.section import Section
from ui.staff.learning_dialogs import EditAward, EditCourse
from ui.staff.lines import Line, LinesCard, Verb
from ui.staff.saying import KINDS, code_name, span


class LearningCards:
    """Two cards: ``awards`` and ``courses``; both store through ``section``."""

    def __init__(self, section: Section) -> None:
        self._section, self.context, self.words = section, section.context, section.words
        tr = self.words.tr
        self._record: StaffRecord | None = None
        self.awards = LinesCard(tr("Qualifications"), tr("None recorded"), "staff.awards")
        self.awards.add_verb(tr("Add a qualification"), "plus", lambda: self._edit_award(None))
        self.courses = LinesCard(tr("Training in service"), tr("None recorded"), "staff.courses")
        self.courses.add_verb(tr("Add training"), "plus", lambda: self._edit_course(None))

    def show_record(self, record: StaffRecord) -> None:
        """Show what somebody has learnt."""
        self._record = record
        self.awards.show_lines([self._award_line(one) for one in record.qualifications])
        self.courses.show_lines([self._course_line(one) for one in record.trainings])

    def _open(self, dialog: EditAward | EditCourse) -> None:
        dialog.done_well.connect(lambda _made: self._section.refresh())
        dialog.ask()

    def _award_line(self, one: AwardLine) -> Line:
        tr = self.words.tr
        kind = code_name(self.context.profile, self.words.language, one.kind, *KINDS)
        facts = ", ".join(filter(None, (kind, one.body, str(one.year or ""))))
        spoken = tr("Change {name}", name=one.title)
        away = tr("Take {name} away", name=one.title)
        verbs = (
            Verb("change", tr("Change"), spoken, partial(self._edit_award, one)),
            Verb("remove", tr("Remove"), away, partial(self._drop_award, one)),
        )
        return Line(one.id.hex, one.title, facts, verbs)

    def _course_line(self, one: CourseLine) -> Line:
        tr, words = self.words.tr, self.words
        hours = "" if one.hours is None else tr("{n} hours", n=words.number(plain(one.hours)))
        facts = ", ".join(filter(None, (one.provider, span(words, one.starts_on, one.ends_on), hours)))
        spoken = tr("Change {name}", name=one.title)
        away = tr("Take {name} away", name=one.title)
        verbs = (
            Verb("change", tr("Change"), spoken, partial(self._edit_course, one)),
            Verb("remove", tr("Remove"), away, partial(self._drop_course, one)),
        )
        return Line(one.id.hex, one.title, facts, verbs)

    def _edit_award(self, one: AwardLine | None) -> None:
        if self._record is not None:
            self._open(EditAward(self.context, self._record.person_id, one, self._section.window()))

    def _edit_course(self, one: CourseLine | None) -> None:
        if self._record is not None:
            self._open(EditCourse(self.context, self._record.person_id, one, self._section.window()))

    def _drop_award(self, one: AwardLine) -> None:
        record, learning = self._record, self.context.services.staff_learning
        if record is not None:
            gone = self.words.tr("{name} is taken away", name=one.title)
            self._section.do(lambda: learning.remove_qualification(record.person_id, one.id), gone)

    def _drop_course(self, one: CourseLine) -> None:
        record, learning = self._record, self.context.services.staff_learning
        if record is not None:
            gone = self.words.tr("{name} is taken away", name=one.title)
            self._section.do(lambda: learning.remove_training(record.person_id, one.id), gone)
