"""After locking no key is left in the program's memory, looked at from outside."""

from pathlib import Path

import pytest

from tests.helpers import memory

pytestmark = pytest.mark.skipif(
    not memory.available(), reason="another program's memory is seen on Linux alone"
)

SCRIPT = """
from contextlib import closing
from pathlib import Path
from emis_desktop import cipher
from emis_desktop.keyring import NewPerson, SealedBox, crypto, private_keys, ring
from emis_desktop.rules.rights import SensitivityClass
from tests.factories.rings import Laptop

told = {}
def spy(module, name, label, of_result):
    real = getattr(module, name)
    def call(*arguments):
        if not of_result:
            told[label] = mask(arguments[0])
        result = real(*arguments)
        if of_result:
            told[label] = mask(result)
        return result
    setattr(module, name, call)

laptop = Laptop(Path(sys.argv[1]))
laptop.keys.wipe()
spy(private_keys, "password_key", "password key", True)
spy(ring, "unwrap", "private key", True)
spy(crypto, "burn", "shared secret", False)
keys = laptop.unlock(laptop.ana, "ana")
told["store key"] = mask(keys.key("school-1"))
told["store key in hexadecimal"] = mask(b"".join(b"%02x" % byte for byte in keys.key("school-1")))
told["half of the store key"] = mask(memoryview(keys.key("school-1"))[:16])
told["class key"] = mask(keys.key("school-1", "health"))
connection = cipher.connect(laptop.store, keys.key("school-1"))
connection.execute("INSERT INTO pupil SELECT hex(randomblob(500)) FROM pupil, pupil, pupil")
box = SealedBox(keys, "school-1")
sealed = box.seal(SensitivityClass.HEALTH, "a|b|c", "asthma")
assert box.open(SensitivityClass.HEALTH, "a|b|c", sealed) == "asthma"
show(**told)
connection.close()
keys.wipe()
show()
for _ in range(3):
    laptop.unlock(laptop.ana, "ana").wipe()
with laptop.ring.unlock_with_recovery(laptop.recovery.text) as keys:
    cal = laptop.add("Cal", SensitivityClass.HEALTH, by=keys)
    laptop.keys = keys
    laptop.ring.reset_password(keys, cal, "walk the yellow dog", [SensitivityClass.HEALTH])
    told = {"added store key": mask(keys.key("school-1"))}
    laptop.remove(cal)
    told["next store key"] = mask(keys.key("school-1"))
    told["next class key"] = mask(keys.key("school-1", "health"))
show(**told)
"""


def test_no_key_outlives_the_lock(tmp_path: Path) -> None:
    with memory.suspect(SCRIPT, str(tmp_path / "home")) as program:
        in_use = program.next_stop()
        locked = program.next_stop()
        later = program.next_stop()
    assert min(in_use["store key"], in_use["class key"]) >= 1, "the looking itself works"
    assert in_use["private key"] == in_use["password key"] == in_use["shared secret"] == 0
    assert in_use["store key in hexadecimal"] == 0
    assert set(locked.values()) == {0}, locked
    assert set(later.values()) == {0}, later
    assert len(later) == 10
