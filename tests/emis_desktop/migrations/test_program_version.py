"""A store says which program gave it its shape, for an earlier one that meets it."""

from importlib import metadata
from pathlib import Path

import pytest

from emis_desktop.cipher import version_mark
from emis_desktop.migrations import shape
from tests.factories.stores import connected, new_store


def test_a_store_keeps_the_version_that_shaped_it(tmp_path: Path) -> None:
    db = new_store(tmp_path / "s.db")
    with connected(db) as connection:
        kept = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    db.close()
    assert int(kept) == version_mark(metadata.version("emis-desktop")) > 0


def test_a_program_that_was_never_installed_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(shape.metadata, "version", unknown)
    db = new_store(tmp_path / "s.db")
    with connected(db) as connection:
        assert int(connection.exec_driver_sql("PRAGMA application_id").scalar_one()) == 0
    db.close()
