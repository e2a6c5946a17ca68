"""Counting HTTP/1.1 requests in a stream of bytes: by their heads, never by what a body looks like."""

import re

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_LAST_CHUNK = re.compile(rb"(?:^|\r\n)0\r\n\r\n")
_LINE = re.compile(rb"[A-Z]{3,8} \S+ HTTP/1\.[01]\r\n")
_LONGEST_HEAD = 65_536


class RequestCounter:
    """Fed with what a client sends, piece by piece; anything that is not HTTP in clear counts as none."""

    def __init__(self) -> None:
        self._held = b""
        self._body = 0
        self._chunked = False
        self._clear = True

    def feed(self, data: bytes) -> int:
        """How many requests have their whole head in ``data`` or end it there."""
        found = 0
        self._held += data if self._clear else b""
        while self._held and self._clear:
            if self._body:
                taken = min(self._body, len(self._held))
                self._body -= taken
                self._held = self._held[taken:]
            elif self._chunked:
                if not self._skip_chunks():
                    break
            elif not self._take_head():
                break
            else:
                found += 1
        return found

    def _take_head(self) -> bool:
        end = self._held.find(_END)
        if end < 0:
            self._clear = len(self._held) <= _LONGEST_HEAD and self._held[:1].isalpha()
            return False
        head, self._held = self._held[: end + 2], self._held[end + 4 :]
        if not _LINE.match(head):
            self._clear = False
            return False
        length = _LENGTH.search(head)
        self._body = int(length[1]) if length else 0
        self._chunked = bool(_CHUNKED.search(head))
        return True

    def _skip_chunks(self) -> bool:
        last = _LAST_CHUNK.search(self._held)
        if last is None:
            self._held = self._held[-8:]
            return False
        self._held, self._chunked = self._held[last.end() :], False
        return True
