"""The end of a year, and transfer files, from the command line."""

from pathlib import Path

from tests.helpers.commands import emis


def counts() -> dict[str, int]:
    """Outcomes of the preview."""
    found: dict[str, int] = emis("year-end", "2026-27", "--preview", "--json").document[0]["counts"]
    return found


def test_a_year_is_looked_at_ended_and_taken_back(school: Path) -> None:
    shown = emis("year-end", "2026-27", "--preview", "--json")
    assert shown.code == 0
    (found,) = shown.document
    assert found["next_year"] is None
    pupils = found["pupils"]
    assert sum(found["counts"].values()) == len(pupils) > 0
    assert {"advice", "reasons", "way", "to"} <= pupils[0].keys()
    assert emis("year", "open", "--from", "2026-27", "--no-teachers", "--no-tests").code == 0
    done = emis("year-end", "2026-27", "--run", "--json")
    assert done.code == 0
    assert done.document[0]["sent_on"] == len(pupils)
    again = emis("year-end", "2026-27", "--run", "--json")
    assert (again.code, again.document[0]["sent_on"]) == (0, 0)
    back = emis("year-end", "2026-27", "--undo", "--json")
    assert (back.code, back.document[0]["undone"]) == (0, len(pupils))
    nothing = emis("year-end", "2026-27", "--undo")
    assert nothing.code == 1
    assert "nothing to take back" in nothing.out


def test_what_is_wrong_is_said(school: Path) -> None:
    assert emis("year-end", "2026-27").code == 2
    assert emis("year-end", "1999-00", "--preview").code == 1
    assert emis("year-end", "2026-27", "--preview", "--school", "X").code == 1


def test_a_pupil_goes_out_in_a_sealed_file_and_comes_in_once(school: Path, tmp_path: Path) -> None:
    pupil = emis("year-end", "2026-27", "--preview", "--json").document[0]["pupils"][0]
    target = tmp_path / "pupil.emistransfer"
    written = emis("transfer", "export", pupil["number"], str(target), "--json")
    assert written.code == 0
    content = target.read_bytes()
    assert pupil["name"].split(",")[0].encode() not in content
    code = written.document["code"]
    assert emis("transfer", "export", pupil["number"], str(target)).code == 1
    taken = emis("transfer", "import", str(target), "--code", code)
    assert taken.code == 1
    assert "already the number of" in taken.err
    slip = emis("transfer", "import", str(target), "--code", "AAAAA")
    assert slip.code == 1
    target.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    altered = emis("transfer", "import", str(target), "--code", code)
    assert altered.code == 1
    assert "altered" in altered.err
    assert emis("transfer", "import", str(tmp_path / "no"), "--code", code).code == 1
    assert emis("transfer", "export", "0000", str(tmp_path / "x")).code == 1
