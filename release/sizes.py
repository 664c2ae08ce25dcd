"""What each extra costs on the disk, measured on what is installed; the table in docs/install.md.

python -m release.sizes                          # prints it, and fails where one has grown beyond its bound
python -m release.sizes --write docs/install.md
"""

import argparse
import sys
from importlib.metadata import Distribution
from pathlib import Path

from release.licences import CUDA_PARTS
from release.requirements import BASE, closure, extras

# Megabytes that each may take, a fifth more than today: `BASE` with torch for processors alone, others on top of it.
BOUNDS_MB = {
    BASE: 1480,
    "app": 540,
    "fast": 220,
    "train": 120,
    "labels": 470,
    "export": 330,
    "cluster": 250,
    "formats": 350,
}
MB = 1e6
BEGIN, END = "<!-- sizes: made by `make licences` -->\n", "<!-- end of sizes -->\n"
NAMED = 3  # packages that are named in a row, the largest first


def size_mb(package: Distribution) -> float:
    """Return what an installed package's files take, as its record has them; compiled Python is left out."""
    return sum(file.size or 0 for file in package.files or ()) / MB


def costs() -> dict[str, dict[str, float]]:
    """Return the size of each package that an extra brings, MB: of `BASE` all, of others what `BASE` lacks."""
    everyone: dict[str, float] = {}
    found: dict[str, dict[str, float]] = {}
    for extra, requirements in extras().items():
        packages = {
            name: size_mb(package)
            for name, package in closure(requirements).items()
            if name not in everyone and not CUDA_PARTS.match(name)
        }
        if extra == BASE:
            everyone = packages
        found[extra] = packages
    return found


def too_large(found: dict[str, dict[str, float]]) -> list[str]:
    """Return what is wrong with costs: an extra beyond its bound, or without one."""
    faults = []
    for extra, packages in found.items():
        total = sum(packages.values())
        bound = BOUNDS_MB.get(extra)
        if bound is None:
            faults.append(f"{extra}: takes {total:.0f} MB and has no bound; give it one in BOUNDS_MB")
        elif total > bound:
            faults.append(f"{extra}: takes {total:.0f} MB; expected at most {bound}")
    return faults


def table(found: dict[str, dict[str, float]]) -> str:
    """Return the costs as a table in Markdown."""
    lines = ["| | MB | the largest of it |", "| --- | ---: | --- |"]
    for extra, packages in found.items():
        largest = sorted(packages, key=packages.__getitem__, reverse=True)[:NAMED]
        shown = ", ".join(f"{name} {packages[name]:.0f}" for name in largest)
        what = f"`{BASE}`" if extra == BASE else f"`[{extra}]`"
        lines.append(f"| {what} | {sum(packages.values()):.0f} | {shown} |")
    every = {name: size for packages in found.values() for name, size in packages.items()}
    lines.append(f"| with all extras | {sum(every.values()):.0f} | {len(every)} packages |")
    return "\n".join(lines) + "\n"


def with_table(page: str, rows: str) -> str:
    """Return a page with the table between its two marks."""
    before, rest = page.split(BEGIN)
    return before + BEGIN + "\n" + rows + "\n" + END + rest.split(END)[1]


def main() -> None:
    """Print the table, write it where that is asked for, and fail where a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path)
    target = parser.parse_args().write
    found = costs()
    print(table(found), end="")
    if target is not None:
        target.write_text(with_table(target.read_text(encoding="utf-8"), table(found)), encoding="utf-8")
    faults = too_large(found)
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
