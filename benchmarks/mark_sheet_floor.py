"""The least a mark sheet can cost: a plain Qt table of the same size, and one bare commit."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView

from benchmarks.library import KEY
from benchmarks.mark_sheet import PUPILS, ROUNDS, TESTS
from emis_desktop import store
from emis_desktop.rules.ids import new_id


def run(rounds: int = ROUNDS) -> tuple[float, float]:
    """Medians in milliseconds: the table filled, shown and painted; a row committed to the disk."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    table = QTableView()
    table.resize(1366, 768)
    table.show()
    application.processEvents()
    opened = [_milliseconds(lambda: _open(application, table)) for _ in range(rounds)]
    table.close()
    return statistics.median(opened), _commits(rounds)


def _open(application: QApplication, table: QTableView) -> None:
    model = QStandardItemModel(PUPILS, TESTS + 2, table)
    for row in range(PUPILS):
        for column in range(TESTS + 2):
            model.setItem(row, column, QStandardItem(str((row * column) % 100)))
    table.setModel(model)
    application.processEvents()


def _commits(rounds: int) -> float:
    """One row into a table without triggers, under the same key and settings as the program's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "floor.db"
        store.create(path, KEY, store.NewSite(new_id(), "FLOOR", "school", "XD"))
        db = store.open_store(path, KEY)
        try:
            with db.maintain() as connection:
                connection.execute("CREATE TABLE floor (id BLOB PRIMARY KEY, value INTEGER)")
                insert = "INSERT INTO floor VALUES (?, 1)"
                taken = [
                    _milliseconds(lambda: connection.execute(insert, (new_id().bytes,)))
                    for _ in range(rounds)
                ]
        finally:
            db.close()
    return statistics.median(taken)


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
