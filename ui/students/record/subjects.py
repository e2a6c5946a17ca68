"""Which subjects of the class a pupil takes: each yes or no, saved one by one."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.pupil_subjects import PupilSubject
from ui.context import UiContext
from ui.tasks import TaskControl, told
from ui.widgets.dialog import Dialog
from ui.widgets.fields import SegmentField
from ui.widgets.focus import FocusRing
from ui.widgets.scroll import ScrollColumn

YES, NO = "yes", "no"
HEIGHT, WIDTH = 420, 460


class SubjectsDialog(Dialog):
    """A line a subject. One of a block of options is chosen in Settings, so it can only be read here."""

    def __init__(
        self,
        context: UiContext,
        name: str,
        enrolment_id: UUID,
        subjects: tuple[PupilSubject, ...],
        parent: QWidget,
    ) -> None:
        words, tr = context.words, context.words.tr
        super().__init__(
            tr("Which subjects does {name} take?", name=name),
            tr("A subject that is not taken is on no mark sheet and no report card. Earlier marks stay."),
            name="student.subjects",
            parent=parent,
        )
        self._context, self._enrolment_id = context, enrolment_id
        scroll = ScrollColumn(8)
        scroll.setMinimumSize(WIDTH, HEIGHT)
        self.fields: dict[UUID, SegmentField] = {}
        for one in subjects:
            name_of = f"student.subjects.{len(self.fields)}"
            field = SegmentField(one.name, [(YES, tr("Yes")), (NO, tr("No"))], words, name=name_of)
            field.set_value(YES if one.taken else NO)
            field.setEnabled(not one.block)
            if one.block:
                field.set_help(tr("Chosen among the options of the grade"))
            field.chosen.connect(partial(self._keep, one.subject_id))
            self.fields[one.subject_id] = field
            scroll.body.addWidget(field)
        scroll.body.addStretch(1)
        self.body.addWidget(scroll)
        self.add_verb("close", tr("Close"), "primary", safe=True)
        FocusRing(self)

    def _keep(self, subject_id: UUID, value: str) -> None:
        service, enrolment_id = self._context.services.subjects, self._enrolment_id
        taken = None if value == YES else False
        field = self.fields[subject_id]
        field.set_fault("")

        def job(_control: TaskControl) -> None:
            service.set_taken(enrolment_id, subject_id, taken)

        def refused(refusal: EmisError) -> None:
            field.set_refusal(refusal)

        task = self._context.tasks.run(job)
        task.refused.connect(told(self, task, refused))
