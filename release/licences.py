"""The table of dependencies and their licences in docs/reference/licences.md, made from what is installed.

python -m release.licences --write docs/reference/licences.md
python -m release.licences --check docs/reference/licences.md   # fails where it names other packages than there are
"""

import argparse
import re
import sys
from collections import defaultdict
from importlib.metadata import Distribution
from pathlib import Path

from release.requirements import BASE, closure, extras

# What torch's builds with CUDA bring besides; a build for processors alone has none of it.
CUDA_PARTS = re.compile(r"nvidia-|cuda-|triton$")
# Where metadata say nothing, or put a whole text there: read off the package's own licence file.
READ_BY_HAND = {"ezc3d": "MIT", "faster-coco-eval": "Apache-2.0", "rich-click": "MIT"}
# What metadata say in other words than those of SPDX.
SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "LGPL v3": "LGPL-3.0",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
MAX_NAME = 60  # letters; what is longer is a text, and no name of one
HEAD = """<!-- made by `make licences` from packages' metadata: change release/licences.py, not this page -->

# Licences

swahr's own code is MIT. Its wheel brings these texts along: its licence, the notices of the bundled weights
([model card](../model-card.md)) and of the demo's photo, and pybind11's licence, whose headers are compiled in.

It brings none of the packages below: `pip` fetches them from their authors. Under the GPL are PyQt6 (extra `app`), and
FFmpeg with x264 inside of the wheels of `av` and, by extra `labels`, of `imageio-ffmpeg`: what is shipped together with
one of them comes under the GPL. There is no AGPL, and a test sees to that. A torch with CUDA brings NVIDIA's libraries
besides, under [NVIDIA's terms](https://docs.nvidia.com/cuda/eula/).

"""


def licence(package: Distribution) -> str:
    """Return what a package's metadata say its licence is, as short as they do.

    Raises:
        ValueError: They say nothing, or a whole text, and nobody has read it.
    """
    data = package.metadata
    name = package.name.lower()
    if name in READ_BY_HAND:
        return READ_BY_HAND[name]
    classes = [
        line.split(" :: ")[-1]
        for line in data.get_all("Classifier") or ()
        if line.startswith("License :: ") and not line.endswith("OSI Approved")
    ]
    for said in (data.get("License-Expression"), data.get("License"), " or ".join(classes)):
        name_of_it = str(said or "").strip().removeprefix("OSI Approved :: ")
        if name_of_it and (len(name_of_it) <= MAX_NAME or said == data.get("License-Expression")):
            return SPDX.get(name_of_it, name_of_it)
    raise ValueError(
        f"{name}: its metadata name no licence; read its licence file, and add it to READ_BY_HAND"
    )


def brought_by() -> dict[str, tuple[Distribution, list[str]]]:
    """Return each package that users get, with the extras that bring it; `BASE` brings it to all."""
    found: dict[str, Distribution] = {}
    extras_of: dict[str, list[str]] = defaultdict(list)
    for extra, requirements in extras().items():
        for name, package in closure(requirements).items():
            if not CUDA_PARTS.match(name):
                found[name] = package
                extras_of[name].append(extra)
    return {
        name: (found[name], [BASE] if BASE in extras_of[name] else extras_of[name]) for name in sorted(found)
    }


def page() -> str:
    """Return the page. Versions are left out: they change more often than licences do."""
    rows = [
        f"| [{name}](https://pypi.org/project/{name}/) | {licence(package)} | {', '.join(by)} |\n"
        for name, (package, by) in brought_by().items()
    ]
    return HEAD + "| package | licence | comes with |\n| --- | --- | --- |\n" + "".join(rows)


def rows_of(text: str) -> dict[str, str]:
    """Return the licence of each package in a page."""
    return dict(re.findall(r"^\| \[(\S+)\]\(\S+\) \| (.+?) \| ", text, re.M))


def differences(text: str) -> list[str]:
    """Return what a page's rows and the installed packages do not have in common."""
    rows, installed = set(rows_of(text)), set(brought_by())
    return [
        *(f"{name} is installed, and not on the page" for name in sorted(installed - rows)),
        *(f"{name} is on the page, and nothing brings it" for name in sorted(rows - installed)),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    todo = parser.add_mutually_exclusive_group(required=True)
    todo.add_argument("--write", type=Path)
    todo.add_argument("--check", type=Path)
    given = parser.parse_args()
    if given.write is not None:
        given.write.write_text(page(), encoding="utf-8")
        print(given.write)
    elif found := differences(given.check.read_text(encoding="utf-8")):
        sys.exit("\n".join([*found, "run `make licences`"]))
