"""Try a wheel as a newcomer would: an empty environment, no compiler, its demo.

python -m release.try_wheel dist/swahr-*.whl
python -m release.try_wheel --borrow dist/swahr-*.whl     # dependencies from this environment, which spares a minute
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from email.parser import HeaderParser
from pathlib import Path

MAX_MB = 35.0
ROOT = Path(__file__).parents[1]
COMPILERS = ("cc", "c++", "gcc", "g++", "clang", "cmake", "ninja", "nvcc")
# Patterns of names that every wheel holds, and parts of paths that none does.
HELD = (
    "swahr/_native*",
    "swahr/py.typed",
    "swahr_app/py.typed",
    "swahr_training/py.typed",
    "swahr/__init__.pyi",
    "swahr/demo/astronaut.jpg",
    "swahr/models/weights/default.safetensors",
    "swahr/models/weights/SHA256SUMS",
    "*.dist-info/licenses/LICENSE",
    "*.dist-info/licenses/csrc/NOTICE.md",
    "*.dist-info/licenses/swahr/demo/NOTICE.md",
    "*.dist-info/licenses/swahr/models/weights/NOTICE.md",
    "*.dist-info/licenses/swahr/models/weights/LICENSE-APACHE-2.0.txt",
)
NOT_HELD = ("tests/", "benchmarks/", "release/", "csrc/fuzz", "csrc/tests", "__pycache__", ".part")


def faults_of(wheel: Path) -> list[str]:
    """Return what is wrong with a wheel before it is installed: its size, what it lacks, what it should not hold."""
    faults = []
    size_mb = wheel.stat().st_size / 1e6
    if size_mb > MAX_MB:
        faults.append(f"{wheel.name} has {size_mb:.1f} MB; expected at most {MAX_MB:g}")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        headers = HeaderParser().parsestr(archive.read(metadata).decode("utf-8"))
    faults += [
        f"{wheel.name} lacks {wanted}" for wanted in HELD if not any(Path(n).match(wanted) for n in names)
    ]
    faults += [
        f"{wheel.name} holds {name}" for name in names if any(unwanted in name for unwanted in NOT_HELD)
    ]
    if not headers["License-Expression"]:
        faults.append(f"{wheel.name}: its metadata name no licence")
    return faults


def install_and_run(wheel: Path, folder: Path, borrow: bool) -> None:
    """Install a wheel into an empty environment in a folder, with nothing on PATH but that, and run its demo.

    Args:
        wheel: For this Python and machine.
        folder: Empty; environment, caches and results go there.
        borrow: The packages that it needs are those of the running Python; else pip installs them, wheels alone.

    Raises:
        CalledProcessError: A step failed.
    """
    environment = folder / "environment"
    venv.create(environment, with_pip=True)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    kept = ("SYSTEMROOT", "TEMP", "LANG", "SSL_CERT_FILE", "OMP_NUM_THREADS", "OMP_WAIT_POLICY")
    variables = {name: os.environ[name] for name in kept if name in os.environ}
    variables |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    variables |= {"PATH": str(scripts), "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    assert not [name for name in COMPILERS if shutil.which(name, path=variables["PATH"])]

    def run(*command: str | Path) -> None:
        print("$", *command, flush=True)
        subprocess.run(command, cwd=folder, env=variables, check=True)

    # Nothing is built: what has no wheel is an error.
    options = ["--quiet", "--only-binary", ":all:", "--constraint", ROOT / "constraints.txt"]
    if borrow:
        (site,) = environment.glob("[Ll]ib/**/site-packages")
        places = (path for path in sys.path if Path(path).name == "site-packages")
        (site / "borrowed.pth").write_text("\n".join(places), encoding="utf-8")
        options.append("--no-deps")
        options.append("--ignore-installed")
    run(scripts / "python", "-m", "pip", "install", *options, wheel.resolve())
    where = "import swahr, sys; print(swahr.__file__); sys.exit(not swahr.__file__.startswith(sys.prefix))"
    run(scripts / "python", "-c", where)
    run(scripts / "swahr", "demo", "-o", "found")
    run(scripts / "swahr", "doctor")
    for name in ("clip.csv", "clip_overlay.mp4"):
        assert (folder / "found" / name).stat().st_size > 10_000, name


def main() -> None:
    """Check and try the wheel that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--borrow", action="store_true", help="take the dependencies from this environment")
    given = parser.parse_args()
    wheel = given.wheel
    faults = faults_of(wheel)
    if faults:
        sys.exit("\n".join(faults))
    print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        install_and_run(wheel, Path(folder), given.borrow)


if __name__ == "__main__":
    main()
