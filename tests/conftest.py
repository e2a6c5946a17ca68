"""What every test stands on: no screen, no home of the person who runs them, repeatable examples."""

import atexit
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # xcb without a display aborts the interpreter

# Nothing a test does may reach the data folder of the person who runs it, even before a fixture says so.
_home = tempfile.mkdtemp(prefix="emis-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["EMIS_HOME"] = _home
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
    """A program that ran in this process wrote a log; the next test has one of its own."""
    yield
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, RotatingFileHandler)]:
        root.removeHandler(handler)
        handler.close()
