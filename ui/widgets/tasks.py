"""Things to do ("What needs you"), each with where it is and one verb."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.fonts import MEDIUM
from ui.theme.icons import pixmap
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.card import Rule
from ui.widgets.paint import tone_ink, tone_tint
from ui.widgets.scroll import ScrollColumn
from ui.widgets.text import Text


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: ``key`` comes back when it is chosen.

    ``tone`` bad (late), warn (due), accent or neutral.
    """

    key: str
    icon: str
    tone: str
    thing: str
    where: str
    verb: str


class IconTile(QWidget):
    """A tinted square of 32 with an icon; decoration, hence without a name."""

    def __init__(
        self, icon: str, tone: str = "accent", size: int = 32, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._tone = icon, tone
        self.setFixedSize(size, size)

    def sizeHint(self) -> QSize:
        """Its fixed size."""
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tone_tint(self._tone))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        ink = "text2" if self._tone == "neutral" else self._tone
        picture = pixmap(self._icon, ink, 16, self.devicePixelRatioF())
        painter.setPen(tone_ink(self._tone))
        painter.drawPixmap((self.width() - 16) // 2, (self.height() - 16) // 2, picture)


class TaskRow(QWidget):
    """One :class:`Task`; ``chosen(key)`` when its verb is pressed."""

    chosen = Signal(str)

    def __init__(self, task: Task, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(56)
        line = row(self, 12)
        line.addWidget(IconTile(task.icon, task.tone))
        words = column(None, 0)
        words.addStretch(1)
        words.addWidget(Text(task.thing, 13, MEDIUM, elide=True))
        words.addWidget(Text(task.where, 12, tone="secondary", elide=True))
        words.addStretch(1)
        line.addLayout(words, 1)
        self.verb = Button(task.verb, "link", name=name)
        self.verb.setAccessibleName(f"{task.verb}: {task.thing}")
        self.verb.clicked.connect(lambda: self.chosen.emit(task.key))
        line.addWidget(self.verb)


class TaskList(ScrollColumn):
    """Rows with hairlines between, scrolled where there are more than fit.

    ``set_tasks`` replaces them, ``chosen(key)`` tells which verb was pressed.
    """

    chosen = Signal(str)

    def __init__(self, *, name: str = "tasks", parent: QWidget | None = None) -> None:
        super().__init__(name=name, parent=parent)
        self._box = self.body

    def set_tasks(self, tasks: list[Task]) -> None:
        """Show ``tasks`` in their order."""
        while (item := self._box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for number, task in enumerate(tasks):
            if number:
                self._box.addWidget(Rule())
            line = TaskRow(task, name=f"{self.objectName()}.{task.key}")
            line.chosen.connect(self.chosen)
            self._box.addWidget(line)
        self._box.addStretch(1)
