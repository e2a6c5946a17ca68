"""One folder for what a whole run shares: gone when the run ends, in every process that took part."""

import atexit
import shutil
from pathlib import Path
from tempfile import mkdtemp

ROOT = Path(mkdtemp(prefix="emis-tests-"))


def clear() -> None:
    """Remove the folder; what is gone already is no fault."""
    shutil.rmtree(ROOT, ignore_errors=True)


atexit.register(clear)
