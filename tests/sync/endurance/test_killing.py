"""Servers, workers and laptops are killed in the middle; nothing that was saved is lost, and all end equal.

``python3 run.py endure`` does the same for longer.
"""

import os
import signal
import time
from pathlib import Path

from tests.sync.endurance import killing
from tests.sync.endurance.killing import Country


def test_a_server_killed_while_laptops_sync(tmp_path: Path, database_url: str) -> None:
    found = killing.server_killed(Country.made(tmp_path, database_url), laptops=2, kills=2)
    assert found.wrong == ()
    assert found.typed >= 100


def test_one_of_two_workers_killed_while_laptops_sync(tmp_path: Path, postgres_url: str) -> None:
    country = Country.made(tmp_path, postgres_url, workers=2)
    found = killing.worker_killed(country, laptops=2, kills=1)
    assert found.wrong == ()
    assert found.kills == 1


def test_a_database_that_ends_its_connections(tmp_path: Path, postgres_url: str) -> None:
    country = Country.made(tmp_path, postgres_url, workers=2)
    found = killing.connections_ended(country, laptops=2, kills=4)
    assert found.wrong == ()
    assert found.kills >= 2


def test_a_worker_that_is_slow_is_not_ended(tmp_path: Path, postgres_url: str) -> None:
    """A busy machine, or one that sleeps, may keep a worker still for longer than a few seconds."""
    country = Country.made(tmp_path, postgres_url, workers=2)
    with country.serving() as running:
        before = killing.workers_of(running.process.pid)
        os.kill(before[0], signal.SIGSTOP)
        time.sleep(7)
        os.kill(before[0], signal.SIGCONT)
        time.sleep(0.5)
        assert killing.workers_of(running.process.pid) == before


def test_a_laptop_killed_while_it_applies(tmp_path: Path) -> None:
    found = killing.laptop_killed(Country.made(tmp_path), people=300, kills=2, seed=1)
    assert found.wrong == ()
    assert found.kills == 2


def test_lost_answers_between_two_workers_make_no_false_clone(tmp_path: Path, postgres_url: str) -> None:
    found = killing.answers_lost(Country.made(tmp_path, postgres_url, workers=2), syncs=40, share=0.2, seed=2)
    assert found.wrong == ()
    assert found.kills >= 3
