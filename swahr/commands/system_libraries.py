"""Which of the system's libraries Qt and OpenCV miss, on Linux, where their wheels bring all but these."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

# Of Debian and Ubuntu; others call theirs alike.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libICE.so.6": "libice6",
    "libOpenGL.so.0": "libopengl0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libpulse.so.0": "libpulse0",
    "libSM.so.6": "libsm6",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libXext.so.6": "libxext6",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# Under PyQt6's Qt6 folder: what a window takes, and what names of cameras take.
WINDOW = ("lib/libQt6Widgets.so.6", "lib/libQt6Svg.so.6", "plugins/platforms/libqxcb.so")
CAMERAS = ("lib/libQt6Multimedia.so.6",)


def missing_libraries(parts: tuple[str, ...] = WINDOW + CAMERAS) -> list[str]:
    """Return the names of libraries that the system lacks, each once; none where nothing can be said.

    Args:
        parts: Of Qt, which are looked at.
    """
    spec = find_spec("PyQt6") if sys.platform.startswith("linux") else None
    if spec is None or spec.origin is None:
        return []
    folder = Path(spec.origin).parent / "Qt6"
    return _missing_of([folder / part for part in parts if (folder / part).exists()])


def missing_for(error: ImportError) -> str | None:
    """Return what to do about an import that failed for want of a system's library; None: it failed otherwise.

    OpenCV's windows need libraries of a desktop, which servers and containers lack, to be loaded at all.

    >>> missing_for(ImportError("libmagic.so.1: cannot open shared object file: No such file or directory"))
    'libraries of the system are missing: libmagic.so.1; on Debian or Ubuntu: apt-get install libmagic'
    >>> missing_for(ImportError("No module named 'x'"))
    """
    name, found, _ = str(error).partition(": cannot open shared object file")
    if not found:
        return None
    spec = find_spec("cv2")
    missing: set[str] = {name}
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent
        missing |= {*_missing_of([*folder.glob("*.so"), *folder.parent.glob("opencv_python.libs/*.so*")])}
    return f"libraries of the system are missing: {what_to_install(sorted(missing))}"


def _missing_of(files: list[Path]) -> list[str]:
    """Return what the system lacks of what files are linked with."""
    try:
        said = subprocess.run(["ldd", *map(str, files)], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return []
    return read_missing(said)


def read_missing(said: str) -> list[str]:
    r"""Return the libraries that `ldd` did not find, in the order of their names.

    >>> read_missing("libxcb-cursor.so.0 => not found\n libc.so.6 => /lib/libc.so.6 (0x7f)")
    ['libxcb-cursor.so.0']
    """
    return sorted({line.split()[0] for line in said.splitlines() if line.strip().endswith("=> not found")})


def what_to_install(missing: list[str]) -> str:
    """Return missing libraries with the packages that bring them.

    >>> what_to_install(["libxcb-cursor.so.0"])
    'libxcb-cursor.so.0; on Debian or Ubuntu: apt-get install libxcb-cursor0'
    """
    packages = sorted({PACKAGES.get(name, name.partition(".so")[0].lower()) for name in missing})
    return f"{', '.join(missing)}; on Debian or Ubuntu: apt-get install {' '.join(packages)}"
