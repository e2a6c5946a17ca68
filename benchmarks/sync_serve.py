"""The server as ``emis-server`` starts it, with the measured table among its own: a process of its own."""

import sys

from benchmarks import sync_table
from sync.server.main import main

if __name__ == "__main__":
    assert sync_table.TABLE is not None  # loaded before the server's own tables
    sys.exit(main(sys.argv[1:]))
