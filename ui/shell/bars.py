"""What lies over the page and stays: the red bar of a fault in storing, and banners."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import announce, column, discard, identify, row, styled
from ui.widgets.button import Button
from ui.widgets.fields import Sign
from ui.widgets.text import Text
from ui.widgets.warning import Banner


class FaultBar(QWidget):
    """The laptop cannot store what is typed: it stays until that is mended. ``pressed`` when its verb is."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        styled(self)
        identify(self, "shell.fault")
        self._text = Text("", 13, SEMIBOLD, wrap=True)
        self._verb = Button("", "on_bad", name="shell.fault.verb")
        self._verb.clicked.connect(self.pressed)
        line = row(self, 10, (20, 6, 16, 6))
        line.addWidget(Sign("circle-alert", "surface", 16))
        line.addWidget(self._text, 1)
        line.addWidget(self._verb)
        self.hide()

    def show_fault(self, text: str, verb: str = "") -> None:
        """Say what cannot be stored and what to do."""
        self._text.setText(text)
        self._verb.setText(verb)
        self._verb.setVisible(bool(verb))
        self.setAccessibleName(text)
        self.show()
        announce(self, text)

    def text(self) -> str:
        """The words shown."""
        return self._text.text()


class Banners(QWidget):
    """Bands over the page, one a key. ``pressed(key)`` when the verb of one is."""

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = column(self)
        self._shown: dict[str, Banner] = {}
        self._said: dict[str, tuple[str, str, str]] = {}
        self.hide()

    def put(self, key: str, text: str, verb: str = "", tint: str = "warn") -> None:
        """Show a band, in place of the one with the same key; one that says the same stays as it is."""
        said = (text, verb, tint)
        if self._said.get(key) == said:
            return  # read aloud once, and the focus may be on its button
        self.take(key)
        self._said[key] = said
        band = Banner(text, verb, tint=tint, name=f"shell.banner.{key}")
        band.pressed.connect(lambda: self.pressed.emit(key))
        self._shown[key] = band
        self._box.addWidget(band)
        self.show()
        announce(self, text)

    def take(self, key: str) -> None:
        """Take a band away."""
        band = self._shown.pop(key, None)
        self._said.pop(key, None)
        if band is not None:
            discard(band)
        self.setVisible(bool(self._shown))
