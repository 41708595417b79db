"""Writes the licences of all that the image has from Python into docs/dependencies.md.

python -m deploy.licences           as the installed packages state them
python -m deploy.licences --check   1 when the list is stale or a licence is not allowed
"""

import re
import sys
from importlib import metadata

from deploy.locked import ROOT, names

PAGE = ROOT / "docs" / "dependencies.md"
TABLE = re.compile(r"(?<=<!-- licences -->\n).*(?=<!-- /licences -->)", re.DOTALL)
ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "LGPL-3.0-only",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "PSF-2.0",
    "Zlib",
}
"""All let an MIT program import them; LGPL and MPL bind only who changes those files themselves."""
SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""What older metadata calls them."""


def licence(name: str) -> str:
    """An SPDX expression: as stated, else from a short old field, else from the classifiers."""
    told = metadata.metadata(name)
    stated = told["License-Expression"] or told["License"] or ""
    classed = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or ()]
    old = " OR ".join(sorted({SPDX[line] for line in classed if line in SPDX}))
    short = stated if stated and "\n" not in stated else old
    return SPDX.get(short, short)


def refused(expression: str) -> list[str]:
    """The parts that are not allowed; one side of an OR is enough."""
    sides = [re.split(r" AND ", side) for side in expression.strip("()").split(" OR ")]
    bad = [[part for part in side if part.strip("() ") not in ALLOWED] for side in sides]
    return min(bad, key=len)


def table() -> str:
    rows = "".join(f"| {name} | {licence(name)} |\n" for name in names())
    return f"| package | licence |\n| --- | --- |\n{rows}"


def main() -> int:
    page = PAGE.read_text("utf-8")
    current = TABLE.sub(lambda _: table(), page)
    bad = [f"{name}: {licence(name)}" for name in names() if refused(licence(name))]
    if "--check" not in sys.argv:
        PAGE.write_text(current, "utf-8")
    elif current != page:
        print("docs/dependencies.md is stale: run python -m deploy.licences")
        return 1
    print("\n".join(bad) or f"{len(names())} packages, every licence is allowed")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
