"""What tests of the exchange stand on: both kinds of database that the central server runs on."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import postgres


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL server of these tests' own; where there can be none, what asks for it is skipped.

    It is never skipped where tests are to prove something (CI): there a missing one is a failure.
    """
    folder = postgres.binaries()
    if folder is None:
        said = "There is no PostgreSQL on this machine; “run.py test” as root on Debian installs it."
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    with postgres.running(folder) as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres_cluster: postgres.Cluster) -> Iterator[str]:
    """The address of a fresh PostgreSQL database, gone after the test."""
    with postgres_cluster.fresh() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh database for the server: the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'server.db'}"
    return str(request.getfixturevalue("postgres_url"))
