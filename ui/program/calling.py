"""How a second start of the program reaches the first: a local socket of this user."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

PATIENCE_MS = 2_000
_TRY_MS = 200


class Ear(QObject):
    """Listens under a name; ``called`` when somebody connects."""

    called = Signal()

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._heard)
        QLocalServer.removeServer(name)  # what a killed program left; the lock says that it is gone
        self._server.listen(name)

    def _heard(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.close()
            caller.deleteLater()
            self.called.emit()


def call(name: str, patience_ms: int = PATIENCE_MS) -> bool:
    """Connect to whoever listens under ``name``, which may still be starting; False when nobody does."""
    deadline = time.monotonic() + patience_ms / 1000
    while True:
        socket = QLocalSocket()
        socket.connectToServer(name)
        if socket.waitForConnected(_TRY_MS):
            socket.disconnectFromServer()
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(_TRY_MS / 1000)
