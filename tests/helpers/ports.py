"""Ports of this machine."""

import random
import socket

_LOWEST, _HIGHEST = 20_000, 32_000
"""Below those that a system gives to connections that go out, so that none takes one between two servers."""


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    dice = random.SystemRandom()
    while True:
        port = dice.randrange(_LOWEST, _HIGHEST)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
