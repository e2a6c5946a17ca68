"""Everything that is checked without running the program: ``python3 run.py check [--fix]``.

Style, formatting, types, import directions, pins, shape. Each check runs whatever the others say; the
exit code is 1 when any of them found something.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _checks(fix: bool) -> dict[str, list[str]]:
    """Name -> arguments of the interpreter."""
    lint = ["-m", "ruff", "check", "--quiet", *(["--fix"] if fix else [])]
    layout = ["-m", "ruff", "format", "--quiet", *([] if fix else ["--check", "--output-format", "concise"])]
    checks = {
        "style": [*lint, "."],
        "formatting": [*layout, "."],
        "types": ["-m", "mypy", "--no-error-summary"],
        "import directions": [
            "-c",
            "from importlinter.cli import lint_imports_command as go; go()",
            "--no-timings",
        ],
        "pins": ["tools/check_pins.py"],
        "shape": ["tools/check_shape.py"],
    }
    if (ROOT / "tools" / "words.py").is_file():
        checks["words"] = ["-m", "tools.words", "check"]
    return checks


def main(arguments: list[str]) -> int:
    """Run the checks; ``--fix`` lets ruff mend what it can. 0 when all are content."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    failed = []
    for name, command in _checks("--fix" in arguments).items():
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
        print(f"{name:<18} {'ok' if done.returncode == 0 else 'NOT OK':<7} {seconds:5.1f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    if failed:
        print(f"Not content: {', '.join(failed)}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
