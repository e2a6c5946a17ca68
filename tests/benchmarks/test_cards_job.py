"""The benchmark of the card job runs and issues a card for every pupil."""

from benchmarks.cards_job import measure


def test_every_pupil_gets_a_card() -> None:
    found = measure(31)
    assert found.cards == 31
    assert found.size > 31 * 1_000
    assert found.per_second > 0
