"""One laptop as a process of its own: ``python -m benchmarks.sync_laptop STORE KEY PORT TIMES``."""

import sys
import time
from pathlib import Path

from benchmarks.sync_world import KEY, DeviceKey, synced
from emis_desktop import store


def main(path: str, seed: str, port: str, times: str) -> int:
    """Sync so often, with a pause between."""
    db = store.open_store(Path(path), KEY)
    try:
        for _ in range(int(times)):
            synced(db, DeviceKey(bytes.fromhex(seed)), int(port))
            time.sleep(0.5)
    finally:
        db.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
