"""The end of long work in the strip: what came of it, and the ways on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from resources.words import Words
from ui.widgets.button import Button, IconButton
from ui.widgets.progress import ProgressStrip
from ui.widgets.system_windows import open_folder


@dataclass(frozen=True, slots=True)
class Way:
    """A button of the strip and what it does."""

    text: str
    go: Callable[[], object]


class ResultStrip:
    """Puts results into a strip."""

    def __init__(self, words: Words, strip: ProgressStrip) -> None:
        self._words, self._strip = words, strip

    def done(self, result: str, note: str, ways: Sequence[Way]) -> None:
        """It worked."""
        self._strip.finish(result, note, self._buttons(ways))

    def failed(self, result: str, note: str, ways: Sequence[Way] = ()) -> None:
        """It did not; ``note`` says why and what to do."""
        self._strip.finish(result, note, self._buttons(ways), failed=True)

    def open_folder(self, folder: Path) -> None:
        """Show the folder, or say where it is."""
        if not open_folder(folder):
            tr = self._words.tr
            self.failed(
                tr("The folder cannot be opened from here"), tr("It is {folder}.", folder=str(folder))
            )

    def _buttons(self, ways: Sequence[Way]) -> tuple[Button, ...]:
        made: list[Button] = []
        for number, way in enumerate(ways):
            button = Button(way.text, "link_flush", name=f"{self._strip.objectName()}.way{number}")
            button.clicked.connect(lambda _=False, go=way.go: go())
            made.append(button)
        close = IconButton("x", self._words.tr("Close"), quiet=True, name=f"{self._strip.objectName()}.close")
        close.clicked.connect(self._strip.close_strip)
        return (*made, close)
