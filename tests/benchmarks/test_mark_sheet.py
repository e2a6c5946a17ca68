"""The benchmark of the mark sheet runs, in a process of its own: it makes a window."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_sheet_can_be_measured() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--json", "sheet"],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    figures = {figure["name"]: figure for figure in json.loads(done.stdout)["figures"]}
    assert figures["sheet: open 40 x 12: asked to painted"]["beside"] == "plain Qt table"
    assert figures["sheet: Enter to stored and ticked"]["beside"] == "bare commit"
    assert figures["sheet: opening holds the screen for"]["promise"] == "at most 16.7"
