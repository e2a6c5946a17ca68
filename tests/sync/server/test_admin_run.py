"""``emis-server run`` as other programs start it."""

import json
import subprocess
import sys
from pathlib import Path

from tests.helpers.central import ROOT, Server, request, set_up


def test_it_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    server: Server = set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server' / 'server.db'}")
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "sync.server", "run", "--port", "0", "--json", "--until-input-ends"],
        cwd=ROOT,
        env=server.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        process.stdin.write(b"what is said changes nothing\n")
        process.stdin.flush()
        assert request(port, "GET", "/healthz").status == 200
        process.stdin.close()
        assert process.wait(timeout=60) == 0
