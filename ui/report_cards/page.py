"""The page of the report cards: the list, the real paper beside it, the issue, and the remarks."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.report_cards import CardRow
from emis_desktop.queries.school import ClassInfo
from emis_desktop.rules.rights import Right, offers
from resources.words import LANGUAGES
from ui.context import UiContext
from ui.report_cards.copies import Copies
from ui.report_cards.deeds import CardDeeds
from ui.report_cards.head import CARDS, REMARKS, CardsHead
from ui.report_cards.issuing import Issuing
from ui.report_cards.list_card import CardListCard
from ui.report_cards.preview_card import PreviewCard
from ui.report_cards.reading import CardReader, Question, Reading
from ui.report_cards.remarks.view import RemarksView
from ui.report_cards.rows import INCOMPLETE, TO_ISSUE
from ui.report_cards.showing import Showing
from ui.report_cards.vacant import Vacant
from ui.shell.page import Page
from ui.theme.tokens import Space
from ui.widgets.base import add_key, row

KEY = "report_cards"
_TABLES = (
    "report_card mark assessment_item subject_remark term_remark conduct_rating attendance_total person "
    "person_identity person_photo enrolment class_pupil class_subject class_grade school_class subject term "
    "scheme_use assessment_scheme grade_band institution setting"
)


class ReportCardsPage(Page):
    """Cards and remarks of one class. ``open_with(class_id=, student_id=, view="remarks")``."""

    tables = frozenset(_TABLES.split())

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, KEY, context.words.tr("Report cards"))
        language = context.words.language
        self.language = language if language in LANGUAGES else "en"
        self.class_id: UUID | None = None
        self._reading: Reading | None = None
        self._anyway: set[UUID] = set()
        jobs = context.jobs.cards
        self.bar = CardsHead(self.head, context.words, self)
        self.list = CardListCard(context.words)
        self.preview = PreviewCard(context.words)
        self.vacant = Vacant(context)
        self.remarks = RemarksView(context)
        self.reader = CardReader(context, self)
        self.issuing = Issuing(context, jobs, self.list.strip, self)
        self.copies = Copies(context, jobs, self.list.strip, self)
        self.showing = Showing(context, jobs, self.preview, self)
        self.deeds = CardDeeds(self)
        self._cards = QWidget()
        self.stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self._connect_head()
        self._add_keys()
        self.bar.set_language(self.language)
        self.preview.offer_copies(self.may_issue())
        self.list.offer_copies(self.may_issue())

    def _lay_out(self) -> None:
        line = row(self._cards, Space.gap)
        line.addWidget(self.list)
        line.addWidget(self.preview, 1)
        for part in (self._cards, self.remarks, self.vacant):
            self.stack.addWidget(part)
        self.body.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.reader.read.connect(self._read)
        self.reader.failed.connect(self._failed)
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda: self.preview.paper.setFocus(Qt.FocusReason.TabFocusReason))
        self.list.again_asked.connect(self.deeds.save_issued_again)
        self.preview.paper.step.connect(self.list.step)
        self.preview.save_asked.connect(self.deeds.save)
        self.preview.print_asked.connect(self.deeds.print_shown)
        self.preview.notice.verb.connect(self.deeds.follow)
        self.vacant.leads.connect(self.leads)
        self.vacant.anyway.connect(self._show_anyway)
        self.remarks.failed.connect(self._failed)
        self.issuing.busy_changed.connect(lambda _busy: self._show_head())
        self.issuing.list_asked.connect(lambda: self.list.show_tab(INCOMPLETE))
        self.issuing.print_asked.connect(self.deeds.print_file)
        self.issuing.save_again_asked.connect(self.deeds.save_again)
        self.context.place.changed.connect(self._place_changed)

    def _connect_head(self) -> None:
        bar = self.bar
        bar.class_chosen.connect(lambda key: self.open_with(class_id=UUID(key)))
        bar.language_chosen.connect(self.set_language)
        bar.view_chosen.connect(self.show_view)
        bar.issue_asked.connect(self.deeds.ask_to_issue)

    def _add_keys(self) -> None:
        tr = self.words.tr
        for keys, name, run in (
            ("Ctrl+S", tr("Save PDF"), self.deeds.save),
            ("Ctrl+P", tr("Print"), self.deeds.print_shown),
        ):
            add_key(self, keys, name).triggered.connect(lambda _=False, run=run: run())

    def may_issue(self) -> bool:
        """Whether this person issues cards and takes them along."""
        return offers(self.context.actor, Right.ISSUE_CARDS)

    # -- What is shown ------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again what may have changed; several changes at once are one question."""
        self._ask(soon=self._reading is not None)

    def _ask(self, *, soon: bool = False) -> None:
        place = self.context.place
        if place.institution_id is None or place.term is None:
            self._reading = None
            self.vacant.no_year()
            self._show_vacant()
            return
        self.list.reading()
        question = Question(place.institution_id, place.term, self.class_id, self.language)
        self.reader.ask(question, soon=soon)

    def _read(self, reading: Reading) -> None:
        self._reading = reading
        chosen = reading.chosen
        self.class_id = chosen.id if chosen is not None else None
        self.list.set_cards(reading.cards)
        if self._explain(reading):
            self._show_vacant()
            return
        self.showing.records_changed()
        if self.view() == REMARKS:
            self._open_remarks()
        else:
            self.stack.setCurrentWidget(self._cards)
        self._show_head()

    def _explain(self, reading: Reading) -> bool:
        """Say why there are no cards; False when there are."""
        chosen, cards = reading.chosen, reading.cards
        if chosen is None:
            self.vacant.no_class(self.context.place.year)
        elif reading.refusal is not None:
            self.vacant.refused(reading.refusal.text(self.words))
        elif cards is None or not cards.rows:
            self.vacant.no_pupils(chosen)
        elif not cards.begun and self.view() == CARDS and chosen.id not in self._anyway:
            self.vacant.no_marks(chosen, reading.question.term)
        else:
            return False
        return True

    def _failed(self, refusal: EmisError) -> None:
        self.list.set_cards(None)
        self.vacant.refused(refusal.text(self.words))
        self._show_vacant()

    def _show_vacant(self) -> None:
        self.stack.setCurrentWidget(self.vacant)
        self._show_head()

    def _show_anyway(self) -> None:
        if self.class_id is not None:
            self._anyway.add(self.class_id)
        self._ask()

    def _show_head(self) -> None:
        reading, tr = self._reading, self.words.tr
        classes = reading.classes if reading is not None else ()
        chosen = reading.chosen if reading is not None else None
        self.bar.set_classes(classes, str(chosen.id) if chosen is not None else "")
        self.head.set_facts(self._facts(chosen) if chosen is not None else "")
        cards = self.list.cards()
        count = cards.count(*TO_ISSUE) if cards is not None else 0
        offered = self.may_issue() and self.stack.currentWidget() is not self.vacant
        self.bar.set_to_issue(count, offered=offered, busy=self.issuing.busy())
        self.setAccessibleName(tr("Report cards, {name}", name=chosen.name) if chosen else tr("Report cards"))

    def _facts(self, chosen: ClassInfo) -> str:
        place, words = self.context.place, self.words
        if place.term is None or place.year is None:
            return ""
        when = words.tr("{term}, {year}", term=place.term.name, year=place.year.label)
        cards = self.list.cards()
        on_roll = len(cards.rows) if cards is not None else chosen.on_roll
        pupils = words.ntr("{n} pupil", "{n} pupils", on_roll)
        return ". ".join(filter(None, (when, ", ".join(filter(None, (chosen.teacher, pupils))))))

    def _picked(self, card: CardRow | None) -> None:
        reading = self._reading
        if card is None or reading is None or reading.chosen is None:
            self.showing.nobody()
            return
        place, count = self.list.place_of(card)
        self.preview.show_pupil(card.name, place, count)
        self.showing.show(card, reading.chosen.id, reading.question.term.id, self.language)

    # -- Choices ------------------------------------------------------------------------------------

    def view(self) -> str:
        """Cards or remarks."""
        return self.bar.view.value()

    def show_view(self, key: str) -> None:
        """Show the cards or the remarks."""
        self.bar.view.set_value(key)
        if key == CARDS:
            self.remarks.grid.commit()
        if self._reading is not None:
            self._read(self._reading)

    def _open_remarks(self) -> None:
        term = self.context.place.term
        if self.class_id is not None and term is not None:
            self.remarks.open(self.class_id, term.id, self.words.language)
            self.stack.setCurrentWidget(self.remarks)

    def set_language(self, language: str) -> None:
        """Show the cards in another language."""
        self.language = language
        self.bar.set_language(language)
        self._ask()

    def _place_changed(self) -> None:
        self._reading = None
        self.showing.forget()
        if self.isVisible():
            self._ask()
        else:
            self._stale = True

    def open_with(self, **arguments: object) -> None:
        """Show the class ``class_id``, the pupil ``student_id``; ``view`` "remarks" for the remarks."""
        class_id, student_id = arguments.get("class_id"), arguments.get("student_id")
        view = str(arguments.get("view") or "")
        if view in (CARDS, REMARKS):
            self.bar.view.set_value(view)
        if isinstance(student_id, UUID):
            self.list.choose(student_id)
        if isinstance(class_id, UUID):
            self.class_id = class_id
        self._ask()

    # -- What the window asks -----------------------------------------------------------------------

    def opened(self) -> None:
        """Come into sight with the keyboard in the list."""
        super().opened()
        shown = self.remarks.grid if self.view() == REMARKS else self.list.table
        if shown.isVisible():
            shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def apply_compact(self, compact: bool) -> None:
        """A narrower list and less ground around the paper."""
        self.list.set_compact(compact)
        self.preview.set_compact(compact)
        self.remarks.set_compact(compact)

    def escape(self) -> bool:
        """From the remarks back to the cards; else close the line of a finished work."""
        if self.view() == REMARKS:
            self.show_view(CARDS)
            return True
        strip = self.list.strip
        if strip.isVisible() and not self.issuing.busy() and not self.copies.busy():
            strip.close_strip()
            return True
        return False

    def bookmark(self) -> dict[str, object]:
        """The class, the pupil and whether the remarks were open."""
        here = self.list.current()
        found = {"class_id": self.class_id, "student_id": here.student_id if here is not None else None}
        return {**found, "view": self.view()}

    def side_panel(self) -> QWidget | None:
        """The paper beside the list."""
        return self.preview.paper if self.stack.currentWidget() is self._cards else None

    def leave(self) -> bool:
        """Store what is being typed."""
        self.remarks.leave()
        return True

    def event(self, event: QEvent) -> bool:
        """When the page goes (another person signs in, the laptop is locked) the pictures go with it."""
        if event.type() == QEvent.Type.DeferredDelete:
            self.showing.forget()
        return super().event(event)
