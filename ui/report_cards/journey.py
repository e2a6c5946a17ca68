"""Which class is shown, in which language and view: asked for, read, and put before the person."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.report_cards import CardRow
from emis_desktop.queries.school import ClassInfo
from emis_desktop.rules.rights import Right, offers
from resources.words import LANGUAGES
from ui.report_cards.head import CARDS, REMARKS, CardsHead
from ui.report_cards.issuing import Issuing
from ui.report_cards.list_card import CardListCard
from ui.report_cards.plan import IssuePlan
from ui.report_cards.preview_card import PreviewCard
from ui.report_cards.reading import CardReader, Question, Reading
from ui.report_cards.remarks.view import RemarksView
from ui.report_cards.showing import Showing
from ui.report_cards.vacant import Vacant
from ui.shell.page import Page


class CardParts(QStackedWidget):
    """The parts of the page, one of which shows: list with paper, remarks, or why there is neither."""

    def __init__(self, page: Page, bar: CardsHead) -> None:
        super().__init__()
        self.bar = bar
        self.list = CardListCard(page.words)
        self.preview = PreviewCard(page.words)
        self.vacant = Vacant(page.context)
        self.remarks = RemarksView(page.context)
        self.cards = QWidget()
        for part in (self.cards, self.remarks, self.vacant):
            self.addWidget(part)

    def show_part(self, part: QWidget) -> None:
        """Show one; when the keyboard was in another it goes on in the table of this one."""
        before, inside = self.currentWidget(), QApplication.focusWidget()
        table = {self.cards: self.list.table, self.remarks: self.remarks.grid}.get(part)
        elsewhere = before is None or before is part or inside is None or not before.isAncestorOf(inside)
        if table is not None and not elsewhere:
            self.setFocus()  # else Qt gives the keyboard to the first button that it finds
            self.setCurrentWidget(part)
            table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.setCurrentWidget(part)


class CardsJourney(QObject):
    """Asks for what is wanted and shows what comes; ``class_id`` is the class shown or wanted."""

    def __init__(self, page: Page, parts: CardParts, showing: Showing, issuing: Issuing) -> None:
        super().__init__(page)
        self._page, self._context, self._words = page, page.context, page.words
        self._parts, self._showing, self._issuing = parts, showing, issuing
        language = page.words.language
        self.language = language if language in LANGUAGES else "en"
        self.class_id: UUID | None = None
        self._reading: Reading | None = None
        self._anyway: set[UUID] = set()
        self.reader = CardReader(page.context, self)
        self._connect()
        parts.bar.set_language(self.language)

    def _connect(self) -> None:
        parts = self._parts
        self.reader.read.connect(self._read)
        self.reader.failed.connect(self._failed)
        self._issuing.busy_changed.connect(lambda _busy: self._show_head())
        parts.remarks.failed.connect(self._failed)
        parts.list.picked.connect(self._picked)
        parts.vacant.anyway.connect(self._show_anyway)
        parts.bar.class_chosen.connect(lambda key: self.open(class_id=UUID(key)))
        parts.bar.language_chosen.connect(self._set_language)
        parts.bar.view_chosen.connect(self.show_view)

    def may_issue(self) -> bool:
        """Whether this person issues cards and takes them along."""
        return offers(self._context.actor, Right.ISSUE_CARDS)

    def view(self) -> str:
        """Cards or remarks."""
        return self._parts.bar.view.value()

    # -- What is asked for --------------------------------------------------------------------------

    def open(self, class_id: UUID | None = None, student_id: UUID | None = None, view: str = "") -> None:
        """Show a class, a pupil, the cards or the remarks; what is None or "" stays as it is."""
        if view in (CARDS, REMARKS):
            self._parts.bar.view.set_value(view)
        if student_id is not None:
            self._parts.list.choose(student_id)
        if class_id is not None:
            self.class_id = self._context.place.class_id = class_id
        self.ask()

    def follow(self) -> None:
        """Go on with the class last worked in, also when that was on another page."""
        worked_in = self._context.place.class_id
        if worked_in is not None and worked_in != self.class_id:
            self.open(worked_in)

    def show_view(self, key: str) -> None:
        """Show the cards or the remarks."""
        self._parts.bar.view.set_value(key)
        if key == CARDS:
            self._parts.remarks.grid.commit()
        if self._reading is not None:
            self._read(self._reading)

    def _set_language(self, language: str) -> None:
        """Show the cards in another language."""
        self.language = language
        self._parts.bar.set_language(language)
        self.ask()

    def _show_anyway(self) -> None:
        if self.class_id is not None:
            self._anyway.add(self.class_id)
        self.ask()

    def forget(self) -> None:
        """Another school, year or term is chosen."""
        self._reading = None
        self._showing.forget()

    def ask_again(self) -> None:
        """Read again what may have changed; several changes at once are one question."""
        self.ask(soon=self._reading is not None)

    def ask(self, *, soon: bool = False) -> None:
        """Read the class; ``soon``: when things have calmed down."""
        place = self._context.place
        if place.institution_id is None or place.term is None:
            self._reading = None
            self._parts.vacant.no_year()
            self._show_vacant()
            return
        self._parts.list.reading()
        said_in = self._words.language
        question = Question(place.institution_id, place.term, self.class_id, self.language, said_in)
        self.reader.ask(question, soon=soon)

    # -- What is shown ------------------------------------------------------------------------------

    def _read(self, reading: Reading) -> None:
        self._reading, parts = reading, self._parts
        chosen = reading.chosen
        self.class_id = chosen.id if chosen is not None else None
        parts.list.set_cards(reading.cards)
        if self._explain(reading):
            self._show_vacant()
            return
        term = self._context.place.term
        if self.view() != REMARKS:
            parts.show_part(parts.cards)
        elif self.class_id is not None and term is not None:
            parts.remarks.open(self.class_id, term.id, self._words.language)
            parts.show_part(parts.remarks)
        self._showing.records_changed()  # last: no paper is made for a place that does not show
        self._show_head()

    def _explain(self, reading: Reading) -> bool:
        """Say why there are no cards; False when there are."""
        chosen, cards, vacant = reading.chosen, reading.cards, self._parts.vacant
        if chosen is None:
            vacant.no_class(self._context.place.year)
        elif reading.refusal is not None:
            vacant.refused(reading.refusal.text(self._words))
        elif cards is None or not cards.rows:
            vacant.no_pupils(chosen)
        elif not cards.begun and self.view() == CARDS and chosen.id not in self._anyway:
            vacant.no_marks(chosen, reading.question.term)
        else:
            return False
        return True

    def _failed(self, refusal: EmisError) -> None:
        self._parts.list.set_cards(None)
        self._parts.vacant.refused(refusal.text(self._words))
        self._show_vacant()

    def _show_vacant(self) -> None:
        self._parts.show_part(self._parts.vacant)
        self._show_head()

    def _show_head(self) -> None:
        reading, parts, tr = self._reading, self._parts, self._words.tr
        classes = reading.classes if reading is not None else ()
        chosen = reading.chosen if reading is not None else None
        parts.bar.set_classes(classes, str(chosen.id) if chosen is not None else "")
        self._page.head.set_facts(self._facts(chosen) if chosen is not None else "")
        cards = parts.list.cards()
        rows, begun = (cards.rows, cards.begun) if cards is not None else ((), False)
        plan = IssuePlan.of("", rows, begun=begun)
        offered = self.may_issue() and parts.currentWidget() is not parts.vacant
        parts.bar.set_to_issue(
            plan.count(provisional=False),
            offered=offered,
            provisional=bool(plan.provisional),
            busy=self._issuing.busy(),
        )
        spoken = tr("Report cards, {name}", name=chosen.name) if chosen else tr("Report cards")
        self._page.setAccessibleName(spoken)

    def _facts(self, chosen: ClassInfo) -> str:
        place, words = self._context.place, self._words
        if place.term is None or place.year is None:
            return ""
        when = words.tr("{term}, {year}", term=place.term.name, year=place.year.label)
        cards = self._parts.list.cards()
        on_roll = len(cards.rows) if cards is not None else chosen.on_roll
        pupils = words.ntr("{n} pupil", "{n} pupils", on_roll)
        return ". ".join(filter(None, (when, ", ".join(filter(None, (chosen.teacher, pupils))))))

    def _picked(self, card: CardRow | None) -> None:
        reading, parts = self._reading, self._parts
        if card is None or reading is None or reading.chosen is None:
            self._showing.nobody()
            return
        place, count = parts.list.place_of(card)
        parts.preview.show_pupil(card.name, place, count)
        self._showing.show(card, reading.chosen.id, reading.question.term.id, self.language)
