"""Which installed packages the project asks for, and what asks for them in turn: read off their metadata.

python -m release.requirements       # all that users get, with the versions that are installed, for pip-audit
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
BASE = "swahr"  # what `pip install swahr` brings, without an extra
TOOLS = ("dev", "docs", "release")  # extras of those who work on it; users need none


def canonical(name: str) -> str:
    """Return a package's name as indexes write it.

    >>> canonical("Faster_coco.eval")
    'faster-coco-eval'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def extras(tools: bool = False) -> dict[str, list[Requirement]]:
    """Return what each extra asks for, and `BASE` first. tools: those of developers, too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {BASE: project["dependencies"], **project["optional-dependencies"]}
    return {
        name: [Requirement(line) for line in lines]
        for name, lines in asked.items()
        if tools or name not in TOOLS
    }


def closure(requirements: list[Requirement]) -> dict[str, Distribution]:
    """Return the installed packages that requirements bring here, their own included, by canonical name.

    Raises:
        PackageNotFoundError: One is not installed.
    """
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    open_ones = [(requirement, "") for requirement in requirements]
    while open_ones:
        requirement, extra = open_ones.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonical(requirement.name)
        try:
            package = found.get(name) or distribution(requirement.name)
        except PackageNotFoundError as error:
            raise PackageNotFoundError(f"{requirement.name}: run `make install` first") from error
        found[name] = package
        for wanted in ("", *requirement.extras):
            if (name, wanted) not in seen:
                seen.add((name, wanted))
                open_ones += [(Requirement(line), wanted) for line in package.requires or ()]
    return found


if __name__ == "__main__":
    everything = closure([one for requirements in extras().values() for one in requirements])
    for name, package in sorted(everything.items()):
        print(
            f"{name}=={package.version.partition('+')[0]}"
        )  # a build of torch is no version that an index knows
