"""Killed at any statement of a sync, a laptop goes on from there: whole, nothing twice, nothing lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the process is doubled for each death")
def test_killed_at_any_statement_a_sync_goes_on() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.sync.client.killing", "9"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20
