"""What a member of staff teaches, and handing it over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from emis_desktop.queries.staff_records import StaffRecord
from emis_desktop.services.handing_over import HandedOver
from emis_desktop.services.undo import Made
from ui.settings_page.section import Section
from ui.staff.dialogs import HandOverDialog
from ui.staff.lines import Line, LinesCard

MOST_TAUGHT = 12
"""So many lines of what is taught; older ones are counted."""


class TeachingCard(LinesCard):
    """Classes and subjects of all years, the newest first."""

    def __init__(self, section: Section, today: Callable[[], date]) -> None:
        self._section, self.context, self.words, self._today = section, section.context, section.words, today
        tr = self.words.tr
        super().__init__(tr("What is taught"), tr("No classes and subjects"), "staff.teaching")
        self._record: StaffRecord | None = None
        self._hand_over = self.add_verb(
            tr("Hand over the classes"), "arrow-right", self._ask_hand_over, "hand_over"
        )

    def show_record(self, record: StaffRecord) -> None:
        """Show what somebody teaches."""
        self._record, teaching = record, record.teaching
        tr = self.words.tr
        classes: dict[tuple[str, str, str], list[str]] = {}
        for one in teaching:
            taught = classes.setdefault((one.year, one.school, one.class_name), [])
            taught.append(one.subject or tr("class teacher"))
        lines = [
            Line(str(place), class_name, ", ".join((year, school, *subjects)))
            for place, ((year, school, class_name), subjects) in enumerate(classes.items())
        ][:MOST_TAUGHT]
        more = len(classes) - MOST_TAUGHT
        if more > 0:
            lines.append(Line("more", self.words.ntr("And {n} more", "And {n} more", more), quiet=True))
        self.show_lines(lines)
        self._hand_over.setVisible(bool(teaching))

    def _ask_hand_over(self) -> None:
        record, staff = self._record, self.context.queries.staff
        school = self.context.place.institution_id
        if record is not None and school is not None:
            self._section.ask(
                lambda: staff.staff(school, self._today()),
                lambda found: self._show_hand_over(
                    HandOverDialog(self.context, record, school, found, self._today(), self.window())
                ),
            )

    def _show_hand_over(self, dialog: HandOverDialog) -> None:
        dialog.done_well.connect(self._handed_over)
        dialog.ask()

    def _handed_over(self, made: Made[HandedOver]) -> None:
        words, done = self.words, made.result
        if done.nothing:
            self.context.notify(words.tr("There was nothing to hand over at this school"))
            return
        text = words.tr(
            "Handed over: {classes}, {subjects}",
            classes=words.ntr("{n} class", "{n} classes", done.classes),
            subjects=words.ntr("{n} subject", "{n} subjects", done.subjects),
        )
        act, undo = made.act, self.context.services.undo
        take_back = None if act is None else (lambda: self._section.save(lambda: undo.undo_act(act)))
        self.context.notify(text, take_back)
