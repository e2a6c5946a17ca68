"""Promises of coverage, file by file: ``python3 run.py test --cov`` first, then ``python3 run.py coverage``.

A total hides a hole in the one file that matters. So each file of the store, of the exchange and of its merge
is promised in full, lines and branches, and a pragma that leaves something out says why beside it.
"""

import ast
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import coverage

ROOT = Path(__file__).resolve().parent.parent

PROMISED = (
    "emis_desktop/announcer.py",
    "emis_desktop/backup*.py",
    "emis_desktop/capture.py",
    "emis_desktop/checks.py",
    "emis_desktop/cipher*.py",
    "emis_desktop/copies.py",
    "emis_desktop/database.py",
    "emis_desktop/disks.py",
    "emis_desktop/doctor.py",
    "emis_desktop/errors.py",
    "emis_desktop/file_lock.py",
    "emis_desktop/files.py",
    "emis_desktop/folder.py",
    "emis_desktop/front.py",
    "emis_desktop/journal.py",
    "emis_desktop/kept_aside.py",
    "emis_desktop/keyring/*.py",
    "emis_desktop/laptop.py",
    "emis_desktop/log.py",
    "emis_desktop/migrations/*.py",
    "emis_desktop/models/*.py",
    "emis_desktop/queries/plain.py",
    "emis_desktop/queries/search.py",
    "emis_desktop/queries/spelling.py",
    "emis_desktop/restoring.py",
    "emis_desktop/rules/*.py",
    "emis_desktop/scopes.py",
    "emis_desktop/search_*.py",
    "emis_desktop/secret.py",
    "emis_desktop/sentence.py",
    "emis_desktop/settings.py",
    "emis_desktop/soundness.py",
    "emis_desktop/state_hash.py",
    "emis_desktop/store.py",
    "emis_desktop/unfinished.py",
    "sync/bundle.py",
    "sync/client/class_keys.py",
    "sync/client/clocks.py",
    "sync/client/extent.py",
    "sync/client/holding.py",
    "sync/client/outbox.py",
    "sync/client/pace.py",
    "sync/client/parked.py",
    "sync/client/pending.py",
    "sync/client/plans.py",
    "sync/client/recovery.py",
    "sync/client/replaced.py",
    "sync/client/sql.py",
    "sync/client/sums.py",
    "sync/client/versions.py",
    "sync/collector.py",
    "sync/digest.py",
    "sync/engine/backoff.py",
    "sync/engine/calls.py",
    "sync/engine/contact.py",
    "sync/engine/context.py",
    "sync/engine/down.py",
    "sync/engine/fetch.py",
    "sync/engine/hello.py",
    "sync/engine/meter.py",
    "sync/engine/partials.py",
    "sync/engine/past.py",
    "sync/engine/repair.py",
    "sync/engine/run.py",
    "sync/engine/snap.py",
    "sync/engine/store.py",
    "sync/engine/trade.py",
    "sync/engine/up.py",
    "sync/facets.py",
    "sync/merge.py",
    "sync/operations.py",
    "sync/protocol/*.py",
    "sync/schedule.py",
)
"""Files, as patterns (``*`` goes down into folders), of which every line and branch is run by a test."""

_PRAGMA = re.compile(r"#\s*pragma:\s*no\s*(?:cover|branch)(?P<reason>.*)", re.IGNORECASE)


def _runs(path: Path) -> bool:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return any(not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) for node in body)


def promised_files(root: Path = ROOT) -> Iterator[str]:
    """Paths, from `root`, of the promised files that exist; a docstring alone promises nothing."""
    for path in sorted(each for folder in ("emis_desktop", "sync") for each in (root / folder).rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if any(fnmatch(name, pattern) for pattern in PROMISED) and _runs(path):
            yield name


def bare_pragmas(name: str, text: str) -> list[str]:
    """Pragmas in `text` that say nothing of why (a reason is at least two words)."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        pragma = _PRAGMA.search(line)
        if pragma and len(pragma["reason"].split()) < 2:
            found.append(f"{name}:{number}: a coverage pragma without a reason beside it")
    return found


def holes(name: str, measured: dict[str, Any] | None) -> list[str]:
    """What of the file `name` no test ran; `measured` is its part of coverage's JSON report."""
    if measured is None:
        return [f"{name}: not measured at all"]
    lines = [str(line) for line in measured["missing_lines"]]
    branches = [
        f"{start}->{end if end > 0 else 'end'}" for start, end in measured.get("missing_branches", [])
    ]
    if not lines and not branches:
        return []
    return [f"{name}: not run: " + ", ".join([*lines, *branches])]


def _report() -> dict[str, Any]:
    """Coverage's own report of the last measured test run. Raises coverage.CoverageException without one."""
    data = coverage.Coverage(data_file=str(ROOT / ".coverage"), config_file=str(ROOT / "pyproject.toml"))
    data.load()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "coverage.json"
        data.json_report(outfile=str(target), ignore_errors=True)
        report: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return report


def main() -> int:
    """Print every broken promise; 0 when all are kept."""
    try:
        report = _report()
    except coverage.CoverageException as error:
        print(f"Nothing was measured ({error}). Run the tests with --cov first.")
        return 1
    measured = {Path(name).as_posix(): values for name, values in report["files"].items()}
    names = list(promised_files())
    broken = []
    for name in names:
        broken += bare_pragmas(name, (ROOT / name).read_text(encoding="utf-8"))
        broken += holes(name, measured.get(name))
    for line in broken:
        print(line)
    kept = len(names) - len({line.split(":")[0] for line in broken})
    total = report["totals"]["percent_covered"]
    print(f"{kept} of {len(names)} promised files fully run; of the whole program {total:.1f} %.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
