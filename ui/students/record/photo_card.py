"""The photo beside the form: choose a file or drop one, remove it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.services.undo import Made
from ui.students.photos import ENDINGS, small_photo
from ui.students.record.scope import RecordScope, only_when
from ui.theme.active import colour
from ui.theme.fonts import MEDIUM, SEMIBOLD, font
from ui.widgets.base import column, identify, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.file_drop import FileDrop
from ui.widgets.system_windows import choose_file
from ui.widgets.text import Text

FRAME = (112, 128)


class PhotoFrame(QAbstractButton):
    """The picture, or a dashed frame with words; a press chooses a file."""

    def __init__(self, words: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setText(words)
        identify(self, name, words)
        self.setFixedSize(*FRAME)
        self.setProperty("ringRadius", 6)
        self.dropping = False

    def show_photo(self, photo: bytes | None) -> None:
        """Show a photo, or the empty frame."""
        self._image = QImage.fromData(photo) if photo else QImage()
        self.update()

    def has_photo(self) -> bool:
        """Whether a picture shows."""
        return not self._image.isNull()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the photo whole, or the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.has_photo():
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(box.center())
            path = QPainterPath()
            path.addRoundedRect(place, 6, 6)
            painter.setClipPath(path)
            painter.drawImage(place, self._image)
            return
        painter.setBrush(colour("accent_tint" if self.dropping else "sunken"))
        painter.setPen(QPen(colour("line_strong"), 1, Qt.PenStyle.DotLine))
        painter.drawRect(box)
        painter.setPen(colour("accent" if self.isEnabled() else "text3"))
        painter.setFont(font(12, MEDIUM))
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(self.rect().adjusted(6, 0, -6, 0), flags, self.text())


class PhotoCard(Card):
    """Frame, words and verbs; takes a picture that is dropped on it."""

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(name="student.photo_card")
        self._scope, self.words = scope, scope.words
        tr = self.words.tr
        line = row(None, 16)
        self.frame = PhotoFrame(tr("Add photo") if scope.edits else tr("No photo"), "student.photo")
        self.frame.setEnabled(scope.edits)
        self.frame.clicked.connect(self.choose)
        line.addWidget(self.frame, 0, Qt.AlignmentFlag.AlignTop)
        side = column(None, 4)
        side.addWidget(Text(tr("Photo"), 14, SEMIBOLD))
        self._says = Text(
            tr("A face-on picture. Kept at 300 × 400, under 40 kB."), 12, tone="secondary", wrap=True
        )
        self._says.setMinimumWidth(60)  # a long word must not make the lines longer than the card
        side.addWidget(self._says)
        self.pick = Button(tr("Choose a file"), "link_flush", name="student.photo.choose")
        self.pick.clicked.connect(self.choose)
        self.remove = Button(tr("Remove"), "link_flush", name="student.photo.remove")
        self.remove.clicked.connect(self._remove)
        for button in (self.pick, self.remove):
            only_when(scope.edits, button)
            side.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        side.addStretch(1)
        line.addLayout(side, 1)
        self.body.addLayout(line)
        drop = FileDrop(self)
        drop.over.connect(self._mark)
        drop.dropped.connect(self.take)
        self.setAcceptDrops(scope.edits)

    def show_record(self, record: StudentRecord | None) -> None:
        """Show the pupil's photo; None while there is no record yet."""
        has = record is not None and record.photo is not None
        self.frame.show_photo(record.photo if record is not None else None)
        self.remove.setVisible(has and self._scope.edits)
        usable = record is not None and self._scope.edits
        self.frame.setEnabled(usable)
        self.pick.setEnabled(usable)
        self.setAcceptDrops(usable)
        said = self.words.tr("A face-on picture. Kept at 300 × 400, under 40 kB.")
        self._tell("" if has and not self._scope.edits else said)

    def choose(self) -> None:
        """Ask for a file; another record that is opened meanwhile does not get it."""
        tr = self.words.tr
        taken = partial(self._take_for, self._scope.student_id)
        choose_file(self, tr("Choose a photo"), taken, [f"{tr('Picture')} ({' '.join(ENDINGS)})"])

    def _take_for(self, student_id: UUID, path: Path) -> None:
        record = self._scope.record
        if record is not None and record.id == student_id:
            self.take(path)

    def take(self, path: Path) -> None:
        """Make the photo small and keep it."""
        scope, photos, student_id = self._scope, self._scope.context.services.photos, self._scope.student_id
        scope.run(
            lambda: photos.set_photo(student_id, small_photo(path)),
            partial(self._kept, self.words.tr("Photo kept")),
            self._refused,
        )

    def _remove(self) -> None:
        scope, photos, student_id = self._scope, self._scope.context.services.photos, self._scope.student_id
        scope.run(
            lambda: photos.remove_photo(student_id),
            partial(self._kept, self.words.tr("Photo removed")),
            self._refused,
        )

    def _kept(self, told: str, made: Made[None]) -> None:
        self._scope.told(told, made.act)
        self._scope.reload_asked.emit()

    def _refused(self, refusal: EmisError) -> None:
        self._tell(refusal.text(self.words), "bad")

    def _tell(self, text: str, tone: str = "secondary") -> None:
        self._says.set_tone(tone)
        self._says.setText(text)
        self._says.setVisible(bool(text))

    def _mark(self, dropping: bool) -> None:
        self.frame.dropping = dropping
        self.frame.update()
