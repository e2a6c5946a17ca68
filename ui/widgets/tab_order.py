"""Tab goes as one reads, whenever a part was made: along the layouts, not along the time of birth."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QGridLayout, QLayout, QWidget


def reading_order(root: QWidget) -> Iterator[QWidget]:
    """The visible widgets inside ``root`` as its layouts have them; what stands in none comes last."""
    for child in _inside(root):
        if child.isVisible():
            yield child
            yield from reading_order(child)


def focus_next(root: QWidget, *, forward: bool) -> bool:
    """Put the focus on the next stop inside ``root``, or the one before; False where there is none."""
    stops = [widget for widget in reading_order(root) if _is_stop(widget)]
    if not stops:
        return False
    step = 1 if forward else -1
    place = _place(stops, QApplication.focusWidget(), -1 if forward else 0)
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    _of_its_group(stops[(place + step) % len(stops)]).setFocus(reason)
    return True


def _of_its_group(stop: QWidget) -> QWidget:
    """The one that is chosen, where ``stop`` is one of several of which one is."""
    group = stop.group() if isinstance(stop, QAbstractButton) else None
    chosen = group.checkedButton() if group is not None and group.exclusive() else None
    return chosen if chosen is not None and chosen.isVisible() and chosen.isEnabled() else stop


def _place(stops: list[QWidget], focused: QWidget | None, nowhere: int) -> int:
    """The place of the stop that has the focus, itself or in a part of it."""
    while focused is not None:
        if focused in stops:
            return stops.index(focused)
        focused = focused.parentWidget()
    return nowhere


def _is_stop(widget: QWidget) -> bool:
    takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    return takes and widget.isEnabled() and widget.focusProxy() is None


def _inside(widget: QWidget) -> list[QWidget]:
    layout = widget.layout()
    by_hand = [one for one in widget.children() if isinstance(one, QWidget) and not one.isWindow()]
    found = list(_laid_out(layout, by_hand)) if layout is not None else []
    return list(dict.fromkeys((*found, *by_hand)))


def _laid_out(layout: QLayout, widgets: list[QWidget]) -> Iterator[QWidget]:
    """Those of ``widgets`` that stand in ``layout``, as it has them.

    Nothing here may ask for ``itemAt``: Python keeps what that gives for ever, Qt frees it with its widget,
    and what is made at that address later is taken for it, which ends the program.
    """
    inner = [one for one in layout.children() if isinstance(one, QLayout)]
    placed: list[tuple[int, QWidget | QLayout]] = [(layout.indexOf(one), one) for one in widgets]
    placed += [(layout.indexOf(one), one) for one in inner]
    for _place, part in sorted(
        ((_cell(layout, index), part) for index, part in placed if index >= 0), key=itemgetter(0)
    ):
        if isinstance(part, QLayout):
            yield from _laid_out(part, widgets)
        else:
            yield part


def _cell(layout: QLayout, index: int) -> tuple[int, int]:
    """Row and column of a part."""
    if not isinstance(layout, QGridLayout):
        return 0, index
    found: tuple[int, ...] = tuple(layout.getItemPosition(index))  # type: ignore[arg-type]  # of four numbers
    return found[0], found[1]
