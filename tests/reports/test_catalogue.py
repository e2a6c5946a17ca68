"""The list of reports."""

from importlib import import_module

import pytest

from reports.catalogue import REPORTS, report


def test_every_report_has_a_writer_that_exists() -> None:
    for entry in REPORTS:
        module, _, name = entry.writer.partition(":")
        assert callable(getattr(import_module(module), name))


def test_a_report_is_found_by_its_key() -> None:
    assert report("report-cards").title == "Report cards"
    with pytest.raises(KeyError):
        report("none")
