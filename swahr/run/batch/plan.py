"""An archive: which videos a folder holds, and the job of each."""

import os
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from swahr._util.files import make_folder
from swahr.errors import MissingError, OutputError, SettingError, UnreadableError
from swahr.formats import find_format
from swahr.run.job import VideoJob
from swahr.video.suffixes import VIDEO_SUFFIXES


def list_videos(folder: Path) -> list[Path]:
    """Return the videos of a folder and of those in it, by suffix, sorted; hidden ones are left out.

    Raises:
        MissingError: There are none.
        UnreadableError: A folder cannot be read.
    """
    found: list[Path] = []

    def unreadable(error: OSError) -> None:
        raise UnreadableError(f"{error.filename}: cannot be read ({error.strerror})")

    for parent, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            if not name.startswith(".") and Path(name).suffix.lower() in VIDEO_SUFFIXES:
                found.append(Path(parent) / name)
    if not found:
        raise MissingError(f"{folder} holds no videos ({', '.join(VIDEO_SUFFIXES)})")
    return sorted(found)


def holds_videos(folder: Path) -> bool:
    """Return whether a folder itself has a video by suffix.

    Raises:
        UnreadableError: It cannot be read.
    """
    try:
        return any(
            path.suffix.lower() in VIDEO_SUFFIXES and path.is_file() and not path.name.startswith(".")
            for path in folder.iterdir()
        )
    except OSError as error:
        raise UnreadableError(f"{folder}: cannot be read ({error.strerror})") from error


class Plan(NamedTuple):
    """What is to be made of a folder.

    jobs: one per video. refused: videos that get none, as their outputs would be those of another; why.
    """

    jobs: list[VideoJob]
    refused: list[SettingError]


def plan(folder: Path, out: Path, like: VideoJob, overlays: Path | None) -> Plan:
    """Return a job per video: `out` mirrors the folder, names are those of the videos with each format's ending.

    Of two videos that would have the same outputs, the first by name has them.

    Args:
        folder: Where the videos are.
        out: Where the keypoints go; folders are made.
        like: A job with the settings of all; its formats count, not its paths.
        overlays: Where drawn videos go; None: none are drawn.

    Raises:
        MissingError: There are no videos.
        OutputError: Outputs would lie among inputs, or a folder cannot be made.
    """
    folder, out = folder.resolve(), out.resolve()
    drawn = None if overlays is None else overlays.resolve()
    if drawn == folder:
        raise OutputError(
            f"{overlays}: drawn videos would lie among those that are read; choose another folder"
        )
    own = [place for place in (out, drawn) if place is not None and folder in place.parents]
    jobs: list[VideoJob] = []
    refused: list[SettingError] = []
    owner: dict[Path, Path] = {}
    for video in list_videos(folder):
        if any(place in video.parents for place in own):
            continue  # outputs of an earlier run inside the archive
        place = video.relative_to(folder).with_suffix("")
        outputs = tuple((name, out / f"{place}{find_format(name).suffix}") for name, _ in like.outputs)
        overlay = None if drawn is None else drawn / f"{place}.mp4"
        job = replace(like, source=str(video), outputs=outputs, overlay=overlay)
        taken = next((path for path in job.paths if path in owner), None)
        if taken is not None:
            refused.append(SettingError(f"{owner[taken]} and {video}: both would be {taken}; rename one"))
            continue
        owner.update(dict.fromkeys(job.paths, video))
        jobs.append(job)
    if not jobs:
        raise MissingError(f"{folder} holds no videos besides those in {' and '.join(map(str, own))}")
    for parent in sorted({path.parent for path in owner}):
        make_folder(parent)
    return Plan(jobs, refused)
