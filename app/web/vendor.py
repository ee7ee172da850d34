"""Copy the few front-end files that are used from node_modules to static/vendor: `python -m app.web.vendor`.

Run `npm ci --ignore-scripts` first. `static/vendor/` is never committed; the wheel and the image contain it.
An icon is used by adding its Tabler name to `icons.txt`; names that end in `-filled` come from the filled set.
"""

import json
import re
import shutil
import sys
from pathlib import Path

WEB = Path(__file__).parent
MODULES = WEB.parents[1] / "node_modules"
VENDOR = WEB / "static" / "vendor"

COPIED = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}
LICENSES = {"bootstrap": "bootstrap/LICENSE", "htmx": "htmx.org/LICENSE", "tabler-icons": "@tabler/icons/LICENSE"}
SOURCE_MAP = re.compile(r"\s*(/\*|//)[#@] sourceMappingURL=.*?(\*/)?\s*$")
FRAME = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


def icon_names() -> list[str]:
    return (WEB / "icons.txt").read_text(encoding="utf-8").split()


def symbol(name: str, svg: str) -> str:
    """One icon of the sprite. A filled one brings its own paint: `.r-icon` strokes and does not fill."""
    inner = re.sub(r"\s*\n\s*", "", FRAME.sub("", svg[svg.index(">") + 1 : svg.rindex("</svg>")]))
    if name.endswith("-filled"):
        inner = f'<g fill="currentColor" stroke="none">{inner}</g>'
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>'


def sprite(icons: Path) -> str:
    """All icons as one file, fetched once and kept by the browser."""
    symbols = []
    for name in icon_names():
        kind, stem = ("filled", name.removesuffix("-filled")) if name.endswith("-filled") else ("outline", name)
        symbols.append(symbol(name, (icons / kind / f"{stem}.svg").read_text(encoding="utf-8")))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def copy_all() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, target in COPIED.items():
        text = (MODULES / source).read_text(encoding="utf-8")
        (VENDOR / target).write_text(SOURCE_MAP.sub("\n", text), encoding="utf-8")
    for name, source in LICENSES.items():
        shutil.copyfile(MODULES / source, VENDOR / f"LICENSE-{name}.txt")
    (VENDOR / "icons.svg").write_text(sprite(MODULES / "@tabler" / "icons" / "icons"), encoding="utf-8")


def main() -> int:
    try:
        copy_all()
    except FileNotFoundError as missing:
        sys.stderr.write(f"{missing.filename} is missing: run `npm ci --ignore-scripts` first\n")
        return 1
    version = json.loads((MODULES / "bootstrap" / "package.json").read_text(encoding="utf-8"))["version"]
    sys.stderr.write(f"Front-end files are in {VENDOR} (Bootstrap {version}, {len(icon_names())} icons)\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
