"""The rail at the start side: crest, screens, and who is signed in."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from resources.words import Words
from ui.shell.navigation import NavItem
from ui.theme.active import colour
from ui.theme.fonts import MEDIUM, SEMIBOLD, font, metrics
from ui.theme.icons import pixmap
from ui.theme.tokens import Space
from ui.widgets.avatar import initials
from ui.widgets.base import column, identify, row, styled, with_keys
from ui.widgets.crest import Crest
from ui.widgets.text import Text

_AIR = 14
_INSET = 8
_DISC = 30


class RailItem(QAbstractButton):
    """One screen: icon, word, count of open work; the open one has a mark at its edge."""

    def __init__(self, item: NavItem, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item, self._count, self._compact = item, 0, False
        identify(self, f"shell.rail.{item.key}", item.title)
        self.setCheckable(True)
        self.setText(item.title)
        self.setToolTip(with_keys(item.title, f"Alt+{place}") if place <= 9 else item.title)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("onRail", True)
        self.setProperty("ringInside", True)
        self.set_compact(False)

    @property
    def key(self) -> str:
        """The key of the screen."""
        return self._item.key

    def set_count(self, count: int, spoken: str = "") -> None:
        """How much open work waits there; 0 shows nothing."""
        self._count = count
        self.setAccessibleName(f"{self._item.title}, {spoken or count}" if count else self._item.title)
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Icon over an 11 px word instead of beside it."""
        self._compact = compact
        self.setFixedHeight(Space.nav_item_compact if compact else Space.nav_item)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the rail lets it be."""
        return QSize(64, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        ground = "rail_active" if self.isChecked() else "rail_hover" if self.underMouse() else ""
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(ground))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        if self.isChecked():
            x = self.width() - 3 if rtl else 0
            painter.setBrush(colour("rail_mark"))
            painter.drawRoundedRect(QRectF(x, 8, 3, self.height() - 16), 1.5, 1.5)
        if self._compact:
            self._paint_narrow(painter)
        else:
            self._paint_wide(painter, rtl)

    def _paint_wide(self, painter: QPainter, rtl: bool) -> None:
        ratio = self.devicePixelRatioF()
        picture = pixmap(self._item.icon, self._ink(icon=True), 18, ratio)
        painter.drawPixmap(self.width() - 28 if rtl else 10, (self.height() - 18) // 2, picture)
        weight = SEMIBOLD if self.isChecked() else MEDIUM
        painter.setFont(font(13, weight))
        painter.setPen(colour(self._ink()))
        end = 0 if not self._count else self._paint_count(painter, rtl) + 6
        room = self.rect().adjusted(8 + end, 0, -38, 0) if rtl else self.rect().adjusted(38, 0, -8 - end, 0)
        shown = metrics(13, weight).elidedText(self._item.title, Qt.TextElideMode.ElideRight, room.width())
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        painter.drawText(
            room, int(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter), shown
        )

    def _paint_count(self, painter: QPainter, rtl: bool) -> int:
        """The pill of the count; gives its width."""
        text = str(self._count)
        width = max(20, metrics(11, SEMIBOLD).horizontalAdvance(text) + 13)
        box = QRect(8 if rtl else self.width() - 8 - width, (self.height() - 18) // 2, width, 18)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("rail_active"))
        painter.drawRoundedRect(QRectF(box), 9, 9)
        painter.setPen(colour("rail_strong"))
        painter.setFont(font(11, SEMIBOLD))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.restore()
        return width

    def _paint_narrow(self, painter: QPainter) -> None:
        middle = self.width() // 2
        picture = pixmap(self._item.icon, self._ink(icon=True), 18, self.devicePixelRatioF())
        painter.drawPixmap(middle - 9, 4, picture)
        if self._count:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("rail_mark"))
            painter.drawEllipse(QRectF(middle + 7, 4, 7, 7))
        weight = SEMIBOLD if self.isChecked() else MEDIUM
        painter.setFont(font(11, weight))
        painter.setPen(colour(self._ink()))
        word = self._item.short or self._item.title
        shown = metrics(11, weight).elidedText(word, Qt.TextElideMode.ElideRight, self.width() - 2)
        room = QRect(0, 22, self.width(), 18)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), shown)

    def _ink(self, *, icon: bool = False) -> str:
        if self.isChecked():
            return "rail_mark" if icon else "rail_strong"
        return "rail_text"


class Person(QAbstractButton):
    """Who is signed in, at the foot of the rail: name and role, initials where it is narrow.

    A press, Space and Enter ask for the menu of the person (``clicked``).
    """

    def __init__(self, name: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, "shell.rail.person", f"{name}, {role}")
        self._initials, self._compact = initials(name), False
        self.setToolTip(f"{name}, {role}")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("onRail", True)
        self.setProperty("ringInside", True)
        self._box = column(self, 0, (8, 4, 8, 8))
        self._lines = (
            Text(name, 13, SEMIBOLD, "rail_strong", elide=True),
            Text(role, 12, tone="rail", elide=True),
        )
        for line in self._lines:
            self._box.addWidget(line)

    def set_compact(self, compact: bool) -> None:
        """Initials on a disc instead of name and role."""
        self._compact = compact
        for line in self._lines:
            line.setVisible(not compact)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the rail lets it be."""
        least = QSize(64, Space.nav_item_compact)
        return least if self._compact else self._box.sizeHint().expandedTo(least)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does what Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground under the mouse, and the disc."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.underMouse():
            painter.setBrush(colour("rail_hover"))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        if self._compact:
            disc = QRect(0, 0, _DISC, _DISC)
            disc.moveCenter(self.rect().center())
            painter.setBrush(colour("rail_active"))
            painter.drawEllipse(QRectF(disc))
            painter.setPen(colour("rail_strong"))
            painter.setFont(font(13, SEMIBOLD))
            painter.drawText(disc, int(Qt.AlignmentFlag.AlignCenter), self._initials)


class Rail(QWidget):
    """The rail. ``chosen(key)`` when a screen is pressed, also the open one.

    ``person_pressed(widget)`` at its foot, with what was pressed.
    """

    chosen = Signal(str)
    person_pressed = Signal(QWidget)

    def __init__(
        self, items: list[NavItem], name: str, role: str, words: Words, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        styled(self)
        identify(self, "shell.rail", words.tr("Screens"))
        self._items: dict[str, RailItem] = {}
        self._group = QButtonGroup(self)
        self._box = column(self, 0, (_INSET, 11, _INSET, 4))
        self._brand = QWidget()
        line = row(self._brand, 9, (4, 0, 0, 0))
        line.addWidget(Crest())
        self._word = Text(words.tr("School records"), 14, SEMIBOLD, "rail_strong", elide=True)
        line.addWidget(self._word, 1)
        self._box.addWidget(self._brand)
        self._box.addSpacing(19)
        self._air: list[int] = []
        self._fill(items)
        self._box.addStretch(1)
        self._person = Person(name, role)
        self._person.clicked.connect(lambda: self.person_pressed.emit(self._person))
        self._box.addWidget(self._person)
        self.set_compact(False)

    def _fill(self, items: list[NavItem]) -> None:
        group = items[0].group if items else 0
        for number, item in enumerate(items):
            if item.group != group:
                self._box.addSpacing(_AIR)
                group = item.group
            button = RailItem(item, number + 1)
            button.clicked.connect(lambda _checked=False, key=item.key: self.chosen.emit(key))
            self._group.addButton(button)
            self._items[item.key] = button
            self._box.addWidget(button)
            self._box.addSpacing(2)

    def set_current(self, key: str) -> None:
        """Mark the open screen."""
        button = self._items.get(key)
        if button is not None:
            button.setChecked(True)

    def set_count(self, key: str, count: int, spoken: str = "") -> None:
        """Show how much open work a screen has; a screen that is not there is passed over."""
        button = self._items.get(key)
        if button is not None:
            button.set_count(count, spoken)

    def set_compact(self, compact: bool) -> None:
        """80 wide instead of 184."""
        self.setFixedWidth(Space.rail_compact if compact else Space.rail)
        self._word.setVisible(not compact)
        self._person.set_compact(compact)
        inset = 4 if compact else _INSET
        self._box.setContentsMargins(inset, 8 if compact else 11, inset, 4)
        for button in self._items.values():
            button.set_compact(compact)

    def key_at(self, place: int) -> str:
        """The screen at a place of the rail, the first being 0; "" where there is none."""
        keys = list(self._items)
        return keys[place] if place < len(keys) else ""

    def focus_current(self) -> None:
        """Put the focus on the open screen's item."""
        checked = self._group.checkedButton()
        if checked is not None:
            checked.setFocus(Qt.FocusReason.ShortcutFocusReason)
