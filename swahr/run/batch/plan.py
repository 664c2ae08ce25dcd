"""An archive: which videos a folder holds, and the job of each."""

import os
from dataclasses import replace
from pathlib import Path

from swahr.errors import SwahrError
from swahr.formats import find_format
from swahr.run.job import VideoJob
from swahr.video.suffixes import VIDEO_SUFFIXES


def list_videos(folder: Path) -> list[Path]:
    """Return the videos of a folder and of those in it, by suffix, sorted; hidden ones are left out.

    Raises SwahrError where there are none, or a folder cannot be read.
    """
    found: list[Path] = []

    def unreadable(error: OSError) -> None:
        raise SwahrError(f"{error.filename}: cannot be read ({error.strerror})")

    for parent, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            if not name.startswith(".") and Path(name).suffix.lower() in VIDEO_SUFFIXES:
                found.append(Path(parent) / name)
    if not found:
        raise SwahrError(f"{folder} holds no videos ({', '.join(VIDEO_SUFFIXES)})")
    return sorted(found)


def holds_videos(folder: Path) -> bool:
    """Return whether a folder itself has a video by suffix. Raises SwahrError where it cannot be read."""
    try:
        return any(
            path.suffix.lower() in VIDEO_SUFFIXES and path.is_file() and not path.name.startswith(".")
            for path in folder.iterdir()
        )
    except OSError as error:
        raise SwahrError(f"{folder}: cannot be read ({error.strerror})") from error


def plan(folder: Path, out: Path, like: VideoJob, overlays: Path | None) -> list[VideoJob]:
    """Return a job a video: `out` mirrors the folder, names are those of the videos with each format's ending.

    like: a job with the options of all; its formats count, not its paths. overlays: where drawn videos go.
    Folders are made. Raises SwahrError where two videos would have the same outputs, and for outputs among inputs.
    """
    folder, out = folder.resolve(), out.resolve()
    drawn = None if overlays is None else overlays.resolve()
    if drawn == folder:
        raise SwahrError(
            f"{overlays}: drawn videos would lie among those that are read; choose another folder"
        )
    own = [place for place in (out, drawn) if place is not None and folder in place.parents]
    jobs: list[VideoJob] = []
    owner: dict[Path, Path] = {}
    for video in list_videos(folder):
        if any(place in video.parents for place in own):
            continue  # outputs of an earlier run inside the archive
        place = video.relative_to(folder).with_suffix("")
        outputs = tuple((name, out / f"{place}{find_format(name).suffix}") for name, _ in like.outputs)
        overlay = None if drawn is None else drawn / f"{place}.mp4"
        job = replace(like, source=str(video), outputs=outputs, overlay=overlay)
        for path in job.paths:
            if path in owner:
                raise SwahrError(f"{owner[path]} and {video}: both would be {path}; rename one")
            owner[path] = video
        jobs.append(job)
    if not jobs:
        raise SwahrError(f"{folder} holds no videos besides those in {' and '.join(map(str, own))}")
    for parent in sorted({path.parent for path in owner}):
        try:
            parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SwahrError(f"{parent}: the folder could not be made ({error.strerror})") from error
    return jobs
