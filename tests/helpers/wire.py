"""A line to put between a laptop and a server: it counts to the byte, is slow, loses answers, breaks."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
FOR_EVER = 1e9


@dataclass(frozen=True, slots=True)
class Passed:
    """What went over the line since the last reset: bytes each way, heads and bodies; connections; requests
    (none can be seen inside TLS); answers lost; where it broke (bytes both ways), and cuts still planned.
    """

    up: int
    down: int
    connections: int
    requests: int
    lost: int
    cuts: tuple[int, ...]
    planned: int

    @property
    def total(self) -> int:
        """Bytes both ways."""
        return self.up + self.down


class Wire:
    """A relay from :attr:`port` to ``target``, both on 127.0.0.1, in a process of its own until closed."""

    def __init__(self, target: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.wire_core", str(target)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        self.port: int = self._answer()["port"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the relay and every connection over it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def reset(self) -> None:
        """Count from zero, nothing planned; the shape stays."""
        self._order("reset")

    def shape(self, bps: float = 0, rtt: float = 0) -> None:
        """Make it a line of ``bps`` bits a second each way, ``rtt`` seconds there and back; 0: no limit."""
        self._order("shape", bps=bps, rtt=rtt)

    def cut_at(self, at: Sequence[int], *, silent: bool = False, pause: float = 0.0) -> None:
        """Break after exactly so many bytes both ways have been passed on, once for each number of ``at``.

        A break resets every connection, and new ones for ``pause`` seconds; ``silent``: nothing is reset, but
        nothing passes any more on those connections, nor on new ones for ``pause`` seconds.
        """
        self._order("plan", at=list(at), silent=silent, pause=pause)

    def cut(self, *, silent: bool = False, pause: float = 0.0) -> None:
        """Break now, as :meth:`cut_at` does."""
        self._order("cut", silent=silent, pause=pause)

    def lose_answers(self, share: float, seed: int = 0) -> None:
        """Reset instead of passing the first byte of an answer, for this share of requests, by ``seed``."""
        self._order("lose", share=share, seed=seed)

    def heal(self) -> None:
        """No cuts, no losses any more; connections that were cut stay so."""
        self._order("heal")

    def passed(self) -> Passed:
        """The counts now."""
        return self._order("counts")

    def _order(self, do: str, **values: object) -> Passed:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **values}) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        return Passed(**answer | {"cuts": tuple(answer["cuts"])})

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the relay has ended")
        found: dict[str, Any] = json.loads(line)
        return found
