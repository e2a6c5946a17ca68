"""Copy the icons that are used from an unpacked ``lucide-static`` package into ``resources/icons``.

    npm pack lucide-static && tar xzf lucide-static-*.tgz
    python -m tools.icons package     copy them
    python -m tools.icons --unused    name those that no screen uses

``resources/icons/names.txt`` lists the icons, one a line; the licence is copied beside them.
"""

import re
import shutil
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "resources" / "icons"
STROKE = "1.75"


def slim(source: str) -> str:
    """The SVG on few lines, without class and with the stroke of our set."""
    source = re.sub(r"<!--.*?-->", "", source, flags=re.DOTALL)
    source = re.sub(r'\sclass="[^"]*"', "", source)
    source = source.replace('stroke-width="2"', f'stroke-width="{STROKE}"')
    return re.sub(r">\s+<", "><", re.sub(r"\s+", " ", source)).replace(" >", ">").strip() + "\n"


def main(package: Path) -> None:
    """Copy every icon named in ``names.txt`` from ``package``."""
    for name in (TARGET / "names.txt").read_text(encoding="utf-8").split():
        source = (package / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        (TARGET / f"{name}.svg").write_text(slim(source), encoding="utf-8")
    shutil.copyfile(package / "LICENSE", TARGET / "LICENSE")


def unused() -> list[str]:
    """The shipped icons whose name stands in no module of the screens."""
    root = TARGET.parent.parent
    sources = [path.read_text(encoding="utf-8") for path in (root / "ui").rglob("*.py")]
    names = sorted(path.stem for path in TARGET.glob("*.svg"))
    return [name for name in names if not any(f'"{name}"' in text or f"|{name}|" in text for text in sources)]


if __name__ == "__main__":
    if sys.argv[1:] == ["--unused"]:
        print("\n".join(unused()))
    else:
        main(Path(sys.argv[1]))
