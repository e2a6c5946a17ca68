"""What every test stands on: no screen, no home of the person who runs them, repeatable examples."""

import logging
import os
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sync.server.json_logs import JsonLines
from tests.helpers import scratch

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # xcb without a display aborts the interpreter

# Nothing a test does may reach the data folder of the person who runs it, even before a fixture says so.
os.environ["EMIS_HOME"] = str(scratch.ROOT / "home")
for _name in ("EMIS_USER", "EMIS_PASSWORD_FILE", "EMIS_SERVER_URL", "EMIS_DATABASE_URL"):
    os.environ.pop(_name, None)

settings.register_profile(
    "house",
    deadline=None,  # a slow machine is no fault
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def emis_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, in EMIS_HOME."""
    home = tmp_path / "emis-home"
    monkeypatch.setenv("EMIS_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def _no_log_left_open() -> Iterator[None]:
    """A program that ran in this process wrote a log; the next test has one of its own, at its own level.

    Looked at before as well: what is made once for many tests runs programs too.
    """
    _end_logs()
    yield
    _end_logs()


def _end_logs() -> None:
    root = logging.getLogger()
    for handler in [each for each in root.handlers if _is_a_programs(each)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(logging.WARNING)


def _is_a_programs(handler: logging.Handler) -> bool:
    return isinstance(handler, RotatingFileHandler) or isinstance(handler.formatter, JsonLines)


LONG_FIRST = (
    *("tests/simulator/seeds/", "tests/power/", "tests/sync/endurance/", "tests/sync/oracle/"),
    *("tests/sync/engine/", "tests/simulator/", "tests/sync/client/", "tests/sync/server/"),
    *("tests/emis_desktop/jobs/test_two_laptops.py", "tests/emis_desktop/cli/", "tests/ui/sync_page/"),
    *("tests/emis_desktop/exchange/", "tests/emis_desktop/jobs/", "tests/ui/"),
)
"""Where files take longest: begun last, one of them would go on alone while the other processes wait."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take long first; within a file nothing moves."""
    items.sort(key=lambda item: _place(item.nodeid))


def _place(name: str) -> int:
    return next((at for at, begin in enumerate(LONG_FIRST) if name.startswith(begin)), len(LONG_FIRST))


def pytest_unconfigure() -> None:
    """A process that only ran its share of the tests ends without the interpreter's farewell."""
    scratch.clear()
