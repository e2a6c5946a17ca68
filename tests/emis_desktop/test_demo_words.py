"""A mistake in the lines of the demonstration is told like any other."""

from pathlib import Path

import pytest

from emis_desktop import demo_words as module
from emis_desktop.errors import BadFile


def test_a_list_without_its_five_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (module.SAMPLES / "demo_words.json").read_text("utf-8")
    broken = text.replace('"comments": [', '"comments": [[],', 1)
    (tmp_path / "demo_words.json").write_text(broken, "utf-8")
    monkeypatch.setattr(module, "SAMPLES", tmp_path)
    module.demo_words.cache_clear()
    with pytest.raises(BadFile, match=r"samples/demo_words.json, comments: write 5 groups of lines."):
        module.demo_words()
    module.demo_words.cache_clear()
