"""A large import goes up and comes down while somebody types, and is stopped in the middle.

``python3 run.py endure large`` does it with 100,000 rows.
"""

from pathlib import Path

from tests.sync.endurance.killing import Country
from tests.sync.endurance.large import CLIENT_MB, SERVER_MB, large

ROWS = 4_000


def test_an_import_is_stopped_goes_on_and_nobody_waits_for_it(tmp_path: Path, database_url: str) -> None:
    found = large(Country.made(tmp_path, database_url), ROWS, stop_at=50)
    assert found.wrong == ()
    assert (found.push.stops, found.pull.stops) == (1, 1)
    assert found.push.typed
    assert found.pull.typed
    assert found.push.up < 2 * found.pull.down, "what was sent before the stop is not sent again"
    assert max(found.push.megabytes, found.pull.megabytes) < CLIENT_MB
    assert found.server_mb < SERVER_MB
