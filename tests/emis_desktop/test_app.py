"""What the desktop program starts beside its window."""

from pathlib import Path

import pytest

from emis_desktop import app
from emis_desktop.jobs.demo import keeper
from emis_desktop.jobs.demo.laptop import DemoSize, finish_demo
from emis_desktop.settings import Home


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Folders whose server is kept going, and ``None`` at the end."""
    found: list[object] = []

    class Noted:
        def __init__(self, pair: Path) -> None:
            found.append(pair)

        def __enter__(self) -> None: ...

        def __exit__(self, *_given: object) -> None:
            found.append(None)

    monkeypatch.setattr(keeper, "ServerKeeper", Noted)
    return found


def test_a_laptop_of_the_demonstration_has_a_server_while_it_is_open(
    tmp_path: Path, kept: list[object]
) -> None:
    (tmp_path / "two-laptops" / "library").mkdir(parents=True)
    finish_demo(Home(tmp_path), DemoSize(1, 1), "two-laptops")
    finish_demo(Home(tmp_path / "two-laptops" / "library"), DemoSize(1, 1), "..")
    for home in (Home(tmp_path), Home(tmp_path / "two-laptops" / "library")):
        held = app._keeper(home)
        assert kept == [(tmp_path / "two-laptops").resolve()]
        held.close()
        assert kept.pop() is None
        kept.clear()


def test_no_other_laptop_has_one(tmp_path: Path, kept: list[object]) -> None:
    (tmp_path / "demo").mkdir()
    finish_demo(Home(tmp_path / "demo"), DemoSize(1, 1))
    for home in (Home(tmp_path / "demo"), Home(tmp_path / "real")):
        app._keeper(home).close()
    assert kept == []
