"""Everything that is checked without running the program: ``python3 run.py check [--fix] [NAME...]``.

The names are style, formatting, types, imports, pins, shape and words; without one all are checked. Each
check runs whatever the others say; the exit code is 1 when any of them found something, 2 for an unknown
name.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

IMPORTS = "from importlinter.cli import lint_imports_command as go; go()"
"""import-linter has a command but no module to run."""

MOST_LINES = 60
"""Lines shown of one check; nobody mends more at a time."""

ROOT = Path(__file__).resolve().parent.parent


def _checks(fix: bool) -> dict[str, list[str]]:
    """Name -> arguments of the interpreter."""
    lint = ["-m", "ruff", "check", "--quiet", "--output-format", "concise", *(["--fix"] if fix else [])]
    layout = ["-m", "ruff", "format", "--quiet", *([] if fix else ["--check", "--output-format", "concise"])]
    return {
        "style": [*lint, "."],
        "formatting": [*layout, "."],
        "types": ["-m", "mypy", "--no-error-summary"],
        "imports": ["-c", IMPORTS, "--no-logo"],
        "pins": ["-m", "tools.check_pins"],
        "shape": ["-m", "tools.check_shape"],
        "words": ["-m", "tools.words", "check"],
    }


def main(arguments: list[str]) -> int:
    """Run the checks that were named, or all; ``--fix`` lets ruff mend what it can."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    checks = _checks("--fix" in arguments)
    names = [argument for argument in arguments if argument != "--fix"]
    if unknown := set(names) - set(checks):
        print(f"There is no check called {', '.join(sorted(unknown))}. Known are: {', '.join(checks)}.")
        return 2
    failed = []
    for name in names or checks:
        command = checks[name]
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, *command],
            check=False,
            cwd=ROOT,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        seconds = time.monotonic() - started
        print(f"{name:<10} {'ok' if done.returncode == 0 else 'NOT OK':<7} {seconds:5.1f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
            lines = (done.stdout + done.stderr).splitlines()
            print(*lines[:MOST_LINES], sep="\n")
            if len(lines) > MOST_LINES:
                print(f"... and {len(lines) - MOST_LINES} lines more", flush=True)
    if failed:
        print(f"Not content: {', '.join(failed)}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
