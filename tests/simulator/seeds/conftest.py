"""Seeds are many and run the same lines: they are simulated unmeasured, which halves their time."""

from collections.abc import Iterator

import pytest
from coverage import Coverage


@pytest.fixture(autouse=True, scope="module")
def unmeasured() -> Iterator[None]:
    """No line is counted while a share of the seeds runs, and every line after it again."""
    measuring = Coverage.current()
    if measuring is not None:
        measuring.stop()
    yield
    if measuring is not None:
        measuring.start()
