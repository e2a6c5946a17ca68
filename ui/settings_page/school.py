"""The school: its details and its crest, as cards and letters show them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import BadFile
from emis_desktop.queries.school import SchoolInfo
from emis_desktop.services.school import CREST_BYTES, CREST_SIDE, Detail
from ui.context import UiContext
from ui.settings_page.section import Section
from ui.theme.active import colour
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.crest import paint_crest
from ui.widgets.fields import PhoneField, TextField
from ui.widgets.form import FormCard
from ui.widgets.system_windows import choose_file
from ui.widgets.text import Text
from ui.work_queue import WorkQueue

ENDINGS = "*.png *.jpg *.jpeg *.webp *.bmp"


class SchoolSection(Section):
    """Each field is stored when it is left; Ctrl+Z takes it back."""

    tables = frozenset({"institution"})

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "school")
        tr = self.words.tr
        self._card = FormCard(tr("The school"), name="settings.school.card")
        self._code = TextField(
            tr("Code"),
            self.words,
            help_text=tr("Given by the ministry; it stays."),
            name="settings.school.code",
        )
        self._code.set_read_only(True)
        fields = (
            (Detail.NAME, TextField(tr("Name"), self.words, name="settings.school.name"), 2),
            (
                Detail.PRINCIPAL,
                TextField(
                    tr("Principal"),
                    self.words,
                    optional=True,
                    help_text=tr("Printed on every report card."),
                    name="settings.school.principal",
                ),
                1,
            ),
            (
                Detail.PHONE,
                PhoneField(tr("Phone"), self.words, optional=True, name="settings.school.phone"),
                1,
            ),
            (
                Detail.ADDRESS,
                TextField(tr("Address"), self.words, optional=True, name="settings.school.address"),
                2,
            ),
            (
                Detail.MOTTO,
                TextField(tr("Motto"), self.words, optional=True, name="settings.school.motto"),
                2,
            ),
            (
                Detail.EMAIL,
                TextField(tr("E-mail"), self.words, optional=True, name="settings.school.email"),
                1,
            ),
        )
        self._fields = {detail: field for detail, field, _span in fields}
        for detail, field, span in fields:
            self._card.add(field, span)
            field.committed.connect(partial(self._keep, detail))
        self._card.add(self._code)
        self.body.addWidget(self._card)
        self.body.addWidget(self._crest_card())
        self.body.addStretch(1)

    def set_compact(self, compact: bool) -> None:
        """Two columns instead of three."""
        self._card.set_compact(compact)

    def refresh(self) -> None:
        """Read the school and its crest."""
        school_id = self.context.actor.institution_id
        school = self.context.queries.school
        self.ask(
            lambda: (school.schools(), school.crest(school_id) if school_id is not None else None), self._show
        )

    def _show(self, found: tuple[tuple[SchoolInfo, ...], bytes | None]) -> None:
        schools, crest = found
        if not schools:
            return
        school = schools[0]
        self._code.set_text(school.code)
        shown = {
            Detail.NAME: school.name,
            Detail.PRINCIPAL: school.principal,
            Detail.MOTTO: school.motto,
            Detail.PHONE: school.phone,
            Detail.ADDRESS: school.address,
            Detail.EMAIL: school.email,
        }
        for detail, text in shown.items():
            field = self._fields[detail]
            if not field.pending():
                field.set_text(text)
        self._picture.show_crest(crest)
        self._remove.setVisible(crest is not None)

    def _keep(self, detail: Detail, text: str) -> None:
        school_id, service = self.context.actor.institution_id, self.context.services.school
        if school_id is not None:
            self.save(lambda: service.set_detail(school_id, detail, text), self._fields[detail])

    # -- The crest ------------------------------------------------------------------------------------

    def _crest_card(self) -> Card:
        tr = self.words.tr
        card = Card(name="settings.crest.card")
        card.add_head(tr("Crest"))
        line = row(None, 16)
        self._picture = _Picture(tr("Crest of the school"))
        line.addWidget(self._picture)
        side = column(None, 8)
        side.addWidget(
            Text(
                tr("Printed at the head of report cards. A PNG or JPEG picture; it is made small by itself."),
                12,
                tone="secondary",
                wrap=True,
            )
        )
        verbs = row(None, 8)
        self._choose = Button(tr("Choose a picture"), icon="image", name="settings.crest.choose")
        self._choose.clicked.connect(self._ask_picture)
        self._remove = Button(tr("Remove"), "quiet", name="settings.crest.remove")
        self._remove.clicked.connect(lambda: self._keep_crest(None))
        verbs.addWidget(self._choose)
        verbs.addWidget(self._remove)
        verbs.addStretch(1)
        side.addLayout(verbs)
        side.addStretch(1)
        line.addLayout(side, 1)
        card.body.addLayout(line)
        return card

    def _ask_picture(self) -> None:
        tr = self.words.tr
        choose_file(self, tr("Choose a picture"), self.take_crest, [f"{tr('Picture')} ({ENDINGS})"])

    def take_crest(self, path: Path) -> None:
        """Make a picture small and keep it as the crest."""
        school_id, service = self.context.actor.institution_id, self.context.services.school
        if school_id is not None:
            self.save(lambda: service.set_crest(school_id, small_crest(path)), None, self.refresh)

    def _keep_crest(self, image: bytes | None) -> None:
        school_id, service = self.context.actor.institution_id, self.context.services.school
        if school_id is not None:
            self.save(lambda: service.set_crest(school_id, image), None, self.refresh)


def small_crest(path: Path) -> bytes:
    """The picture in a file as a PNG small enough for a crest. Raises :class:`BadFile`."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        raise BadFile("{name} is no picture. Choose a PNG or JPEG file.", name=path.name)
    for side in (CREST_SIDE, CREST_SIDE // 2, CREST_SIDE // 4):
        content = _png(image, side)
        if len(content) <= CREST_BYTES:
            return content
    return content


def _png(image: QImage, side: int) -> bytes:
    if max(image.width(), image.height()) > side:
        image = image.scaled(
            QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(content.data())


class _Picture(QWidget):
    """The crest on white, as on paper; the program's own while there is none."""

    def __init__(self, spoken: str) -> None:
        super().__init__()
        self.setAccessibleName(spoken)
        self.setFixedSize(96, 104)
        self._image = QImage()

    def show_crest(self, crest: bytes | None) -> None:
        """Show a picture, or none."""
        self._image = QImage.fromData(crest) if crest else QImage()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(colour("line"))
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if self._image.isNull():
            painter.setOpacity(0.35)
            paint_crest(painter, QRectF(22, 22, 52, 60), "#778892", "#FFFFFF")
            return
        room = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        size = self._image.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(room.center())
        painter.drawImage(place, self._image)
