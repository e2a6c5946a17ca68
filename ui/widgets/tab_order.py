"""Tab goes as one reads, whenever a part was made: along the layouts, not along the time of birth."""

from __future__ import annotations

from collections.abc import Iterator

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
    found = list(_laid_out(layout)) if layout is not None else []
    by_hand = [one for one in widget.children() if isinstance(one, QWidget) and not one.isWindow()]
    return list(dict.fromkeys((*found, *by_hand)))


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    places = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        places.sort(key=lambda place: _cell(layout, place))
    for place in places:
        item = layout.itemAt(place)
        widget, inner = (item.widget(), item.layout()) if item is not None else (None, None)
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _laid_out(inner)


def _cell(grid: QGridLayout, place: int) -> tuple[int, int]:
    found: tuple[int, ...] = tuple(grid.getItemPosition(place))  # type: ignore[arg-type]  # of four numbers
    return found[0], found[1]
