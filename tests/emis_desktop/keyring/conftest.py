"""What the tests of the key ring stand on."""

from pathlib import Path

import pytest

from tests.factories.rings import Laptop


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    """A laptop set up by Ana, who holds the keys of health and finance."""
    return Laptop(tmp_path / "home")
