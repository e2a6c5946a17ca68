"""The card beside the list: the real paper, whose it is, how large, and the ways to take it along."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from resources.words import Words
from ui.report_cards.notice import CardNotice
from ui.report_cards.paper import PaperView
from ui.report_cards.render import PagePicture
from ui.report_cards.zoom import STEPS, Zoom
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import column, row, with_keys
from ui.widgets.busy import BusyMark
from ui.widgets.button import Button, MenuButton
from ui.widgets.card import Card, Rule
from ui.widgets.text import Text

DIM_AFTER_MS: Final = 300
_WIDTH, _PAGE = "width", "page"


class PreviewCard(Card):
    """Head, notice and paper. ``save_asked`` and ``print_asked`` for what is shown."""

    save_asked = Signal()
    print_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(flush=True, name="report_cards.preview")
        self._words = words
        tr = words.tr
        self.paper = PaperView(tr("Report card"), name="report_cards.paper")
        self.notice = CardNotice(words)
        self._name = Text("", 14, SEMIBOLD, elide=True)
        self._place = Text("", 13, tone="secondary")
        self._busy = BusyMark(tr("The card is being drawn"), name="report_cards.busy")
        self.fit = Button(tr("Fit width"), "link", name="report_cards.fit", keys="Ctrl+0")
        self.fit.clicked.connect(lambda: self.paper.set_zoom(Zoom()))
        self.scale_menu = MenuButton("", tr("Size of the paper"), name="report_cards.zoom")
        self.scale_menu.choices.triggered.connect(lambda action: self._choose_size(str(action.data())))
        self.save = Button(tr("Save PDF"), "link", "download", name="report_cards.save", keys="Ctrl+S")
        self.print_ = Button(tr("Print"), "link", "printer", name="report_cards.print", keys="Ctrl+P")
        self.save.clicked.connect(self.save_asked)
        self.print_.clicked.connect(self.print_asked)
        self.paper.zoomed.connect(self._show_size)
        self._slow = QTimer(self, singleShot=True, interval=DIM_AFTER_MS)
        self._slow.timeout.connect(lambda: self.paper.set_dimmed(True))
        self._fault = Text("", 13, tone="secondary", wrap=True)
        self._lay_out()
        self._show_size()
        self.show_nobody()

    def _lay_out(self) -> None:
        line = row(None, 4, (16, 7, 8, 7))
        line.addWidget(self._name)
        line.addSpacing(4)
        line.addWidget(self._place)
        line.addWidget(self._busy)
        line.addStretch(1)
        for widget in (self.fit, self.scale_menu, self.save, self.print_):
            line.addWidget(widget)
        self.body.addLayout(line)
        self.body.addWidget(self.notice)
        self.body.addWidget(Rule())
        self._fault.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._fault_box = QWidget()
        box = column(self._fault_box, 0, (24, 24, 24, 24))
        box.addWidget(self._fault)
        self._fault_box.hide()
        self.body.addWidget(self._fault_box, 1)
        self.body.addWidget(self.paper, 1)

    def set_compact(self, compact: bool) -> None:
        """Less around the paper, and no button for what the menu offers too."""
        self.fit.setVisible(not compact)
        self.paper.set_compact(compact)

    def offer_copies(self, offered: bool) -> None:
        """Whether this person may take the paper along."""
        self.save.setVisible(offered)
        self.print_.setVisible(offered)

    # -- What is shown ------------------------------------------------------------------------------

    def show_pupil(self, name: str, place: int, of: int) -> None:
        """Say whose card it is; its paper comes later."""
        self._name.setText(name)
        self._place.setText(self._words.tr("{place} of {count}", place=place, count=of))
        self._fault_box.hide()
        self.paper.show()

    def waiting(self) -> None:
        """The paper is being made: should that take long, what stands is shown pale."""
        self._slow.start()
        self._busy.start()

    def show_paper(self, pages: Sequence[PagePicture], spoken: str, *, top: bool) -> None:
        """Show the paper; ``spoken`` says what it is."""
        self._stop_waiting()
        self._fault_box.hide()
        self.paper.show()
        self.paper.setAccessibleName(spoken)
        self.paper.set_pages(pages, top=top)
        self._show_size()
        self._enable(bool(pages))

    def show_nobody(self) -> None:
        """There is no card to show."""
        self.notice.hide()
        self.show_paper((), self._words.tr("Report card"), top=True)
        self._name.setText("")
        self._place.setText("")

    def show_fault(self, words: str) -> None:
        """Say why there is no paper."""
        self._stop_waiting()
        self._fault.setText(words)
        self.paper.hide()
        self._fault_box.show()
        self._enable(False)

    def _stop_waiting(self) -> None:
        self._slow.stop()
        self._busy.stop()
        self.paper.set_dimmed(False)

    def _enable(self, enabled: bool) -> None:
        for button in (self.fit, self.scale_menu, self.save, self.print_):
            button.setEnabled(enabled)

    # -- Size ---------------------------------------------------------------------------------------

    def _choose_size(self, key: str) -> None:
        self.paper.set_zoom(Zoom(key) if key in (_WIDTH, _PAGE) else Zoom("", int(key)))

    def _show_size(self) -> None:
        tr, zoom = self._words.tr, self.paper.zoom
        choices = [(_WIDTH, tr("Fit width")), (_PAGE, tr("Whole page"))]
        choices += [(str(step), self._words.percent(step)) for step in STEPS]
        self.scale_menu.set_choices(choices, zoom.fit or str(zoom.percent))
        self.scale_menu.set_text(self._words.percent(self.paper.percent()))
        self.scale_menu.setToolTip(
            with_keys(tr("Larger"), "Ctrl++") + ", " + with_keys(tr("smaller"), "Ctrl+-")
        )
