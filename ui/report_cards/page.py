"""The page of the report cards: the list, the real paper beside it, the issue, and the remarks."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QWidget

from ui.context import UiContext
from ui.report_cards.copies import Copies
from ui.report_cards.deeds import CardDeeds
from ui.report_cards.head import CARDS, REMARKS, CardsHead
from ui.report_cards.issuing import Issuing
from ui.report_cards.journey import CardParts, CardsJourney
from ui.report_cards.rows import INCOMPLETE
from ui.report_cards.showing import Showing
from ui.shell.page import Page
from ui.theme.tokens import Space
from ui.widgets.base import add_key, row

KEY = "report_cards"
_TABLES = (
    "report_card mark assessment_item subject_remark term_remark conduct_rating attendance_total "
    "attendance_month calendar_day person "
    "person_identity person_photo enrolment class_pupil class_subject class_grade school_class subject term "
    "scheme_use assessment_scheme grade_band institution setting"
)


class ReportCardsPage(Page):
    """Cards and remarks of one class. ``open_with(class_id=, student_id=, view="remarks")``."""

    tables = frozenset(_TABLES.split())

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, KEY, context.words.tr("Report cards"))
        jobs = context.jobs.cards
        self.bar = CardsHead(self.head, context.words, self)
        self.stack = CardParts(self, self.bar)
        self.list, self.preview = self.stack.list, self.stack.preview
        self.vacant, self.remarks = self.stack.vacant, self.stack.remarks
        self.issuing = Issuing(context, jobs, self.list.strip, self)
        self.copies = Copies(context, jobs, self.list.strip, self)
        self.showing = Showing(context, jobs, self.preview, self)
        self.journey = CardsJourney(self, self.stack, self.showing, self.issuing)
        self.deeds = CardDeeds(self)
        self._lay_out()
        self._connect()
        self._add_keys()
        self.preview.offer_copies(self.journey.may_issue())
        self.list.offer_copies(self.journey.may_issue())

    def _lay_out(self) -> None:
        line = row(self.stack.cards, Space.gap)
        line.addWidget(self.list)
        line.addWidget(self.preview, 1)
        self.body.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.bar.issue_asked.connect(self.deeds.ask_to_issue)
        self.list.opened.connect(lambda: self.preview.paper.setFocus(Qt.FocusReason.TabFocusReason))
        self.list.again_asked.connect(self.deeds.save_issued_again)
        self.preview.paper.step.connect(self.list.step)
        self.preview.save_asked.connect(self.deeds.save)
        self.preview.print_asked.connect(self.deeds.print_shown)
        self.preview.notice.verb.connect(self.deeds.follow)
        self.vacant.leads.connect(self.leads)
        self.issuing.list_asked.connect(lambda: self.list.show_tab(INCOMPLETE))
        self.issuing.print_asked.connect(self.deeds.print_file)
        self.issuing.save_again_asked.connect(self.deeds.save_again)
        self.context.place.changed.connect(self._place_changed)

    def _add_keys(self) -> None:
        tr = self.words.tr
        for keys, name, run in (
            ("Ctrl+S", tr("Save PDF"), self.deeds.save),
            ("Ctrl+P", tr("Print"), self.deeds.print_shown),
        ):
            add_key(self, keys, name).triggered.connect(lambda _=False, run=run: run())

    def _place_changed(self) -> None:
        self.journey.forget()
        if self.isVisible():
            self.journey.ask()
        else:
            self._stale = True

    # -- What the window asks -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again what may have changed."""
        self.journey.ask_again()

    def open_with(self, **arguments: object) -> None:
        """Show the class ``class_id``, the pupil ``student_id``; ``view`` "remarks" for the remarks."""
        class_id, student_id = arguments.get("class_id"), arguments.get("student_id")
        self.journey.open(
            class_id if isinstance(class_id, UUID) else None,
            student_id if isinstance(student_id, UUID) else None,
            str(arguments.get("view") or ""),
        )

    def opened(self) -> None:
        """Come into sight with the keyboard in the list, on the class last worked in."""
        self.journey.follow()
        super().opened()
        shown = self.remarks.grid if self.journey.view() == REMARKS else self.list.table
        if shown.isVisible():
            shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_first(self) -> None:
        """Back from the remarks to the cards."""
        if self.journey.view() == REMARKS:
            self.journey.show_view(CARDS)

    def apply_compact(self, compact: bool) -> None:
        """A narrower list and less ground around the paper."""
        self.list.set_compact(compact)
        self.preview.set_compact(compact)
        self.remarks.set_compact(compact)

    def escape(self) -> bool:
        """From the remarks back to the cards; else close the line of a finished work."""
        if self.journey.view() == REMARKS:
            self.journey.show_view(CARDS)
            return True
        strip = self.list.strip
        if strip.isVisible() and not self.issuing.busy() and not self.copies.busy():
            strip.close_strip()
            return True
        return False

    def bookmark(self) -> dict[str, object]:
        """The class, the pupil and whether the remarks were open."""
        here, journey = self.list.current(), self.journey
        found = {"class_id": journey.class_id, "student_id": here.student_id if here is not None else None}
        return {**found, "view": journey.view()}

    def side_panel(self) -> QWidget | None:
        """The paper beside the list."""
        return self.preview.paper if self.stack.currentWidget() is self.stack.cards else None

    def leave(self) -> bool:
        """Store what is being typed."""
        self.remarks.leave()
        return True

    def event(self, event: QEvent) -> bool:
        """When the page goes (another person signs in, the laptop is locked) the pictures go with it."""
        if event.type() == QEvent.Type.DeferredDelete:
            self.showing.forget()
        return super().event(event)
