"""Pictures of a report, from the video, as JPEG in the page."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from swahr.config import OverlaySettings
from swahr.errors import UnreadableError
from swahr.overlay import HidesAll, draw_overlay
from swahr.overlay.faces import Hide, Region, find_region, hide_all_but, hide_region
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.report.figures import Person
from swahr.report.fitting import check_time, check_video
from swahr.video.images import Image
from swahr.video.reader import VideoFile
from swahr.video.suffixes import IMAGE_SUFFIXES

PORTRAIT_WH = (132, 176)
STRIP_WIDTH = 300
STRIP = 6
QUALITY = 82
MARGIN = 0.18  # around a person, of the box's longer side


def make_thumbnails(
    recording: Recording, people: Sequence[Person], video: Path, hide: Hide = "none"
) -> tuple[dict[int, str], list[tuple[int, str]]]:
    """Return a picture of each person at their best, by id, and some drawn frames with their places, as data URLs.

    A frame that the video lacks has no picture.

    Args:
        recording: Everyone who was found.
        people: Of whom there are pictures.
        video: That they come from.
        hide: What of everyone is unrecognisable in all pictures; what is beside people is, too.

    Raises:
        UnreadableError: The video is a photo.
        SettingError: It is not the video of the recording.
        SwahrError: It cannot be read.
    """
    if video.suffix.lower() in IMAGE_SUFFIXES:
        raise UnreadableError(f"{video} is a photo; expected the video that the keypoints come from")
    strip = _spread(recording)
    wanted = {int(recording.frames[person.best]) for person in people}
    wanted |= {int(recording.frames[place]) for place in strip}
    last = max(wanted, default=-1)
    portraits: dict[int, str] = {}
    frames: list[tuple[int, str]] = []
    with VideoFile(video) as source:
        check_video(recording, source)
        across, down = source.pixel_scale  # places are of the file's pixels, pictures of square ones
        to_square = np.asarray([1 / across, 1 / down, 1], np.float32)
        recording = replace(recording, keypoints=recording.keypoints * to_square)
        hidden_in = None if hide == "none" else HidesAll(recording, hide)
        source.wanted = lambda index, _: index in wanted
        for frame in source:
            if frame.index in wanted and frame.image is not None:
                place = int(np.searchsorted(recording.frames, frame.index))
                check_time(recording, source, place, frame.time_s)
                image = frame.image
                if hidden_in is not None:
                    image = _hidden(image, recording.poses(place), hidden_in(frame.index), hide)
                for person in people:
                    if person.best == place:
                        portraits[person.id] = _url(_portrait(image, recording, person))
                if place in strip:
                    drawn = draw_overlay(image, recording.poses(place), OverlaySettings())
                    frames.append((place, _url(_scaled(drawn, STRIP_WIDTH))))
            if frame.index >= last:
                break
    return portraits, frames


def _hidden(image: Image, poses: Poses, regions: Sequence[Region], hide: Hide) -> Image:
    """Return a copy in which nobody is told: neither the people of the file, nor who else is in the picture."""
    image = image.copy()
    bodies = [find_region(one, poses.skeleton, "all") for one in poses.keypoints.astype(np.float64)]
    hide_all_but(image, [body for body in bodies if body is not None])
    for region in regions:
        hide_region(image, region, hide)
    return image


def _spread(recording: Recording) -> list[int]:
    """Return places of frames with people, spread over the recording."""
    busy = np.flatnonzero(np.diff(recording.starts) > 0)
    if not len(busy):
        return []
    return sorted(
        {int(busy[at]) for at in np.linspace(0, len(busy) - 1, STRIP + 2)[1:-1].round().astype(int)}
    )


def _portrait(image: Image, recording: Recording, person: Person) -> Image:
    keypoints = recording.keypoints[person.row]
    points = keypoints[np.isfinite(keypoints[:, 0]), :2].astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = max(4.0, MARGIN * float((high - low).max()))
    middle, sides = (low + high) / 2, high - low + 2 * margin
    width, height = PORTRAIT_WH
    scale = min(width / sides[0], height / sides[1])
    affine = np.asarray(
        [[scale, 0, width / 2 - scale * middle[0]], [0, scale, height / 2 - scale * middle[1]]]
    )
    one = Poses(
        keypoints[None],
        recording.scores[person.row : person.row + 1],
        recording.skeleton,
        np.asarray([person.id], np.int32),
    )
    # Drawn at its own size, so that lines stay fine, and then cut out, twice as fine as it is shown.
    sharp = affine * 2
    moved = one.keypoints.copy()
    moved[:, :, :2] = moved[:, :, :2] @ sharp[:, :2].T.astype(np.float32) + sharp[:, 2].astype(np.float32)
    cut = cv2.warpAffine(
        image, sharp, (2 * width, 2 * height), flags=cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(40, 36, 34),
    )  # fmt: skip
    return draw_overlay(
        np.asarray(cut, np.uint8), Poses(moved, one.scores, one.skeleton, one.ids), OverlaySettings(ids=False)
    )


def _scaled(image: Image, width: int) -> Image:
    height = max(1, round(image.shape[0] * 2 * width / image.shape[1]))
    return np.asarray(cv2.resize(image, (2 * width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _url(image: Image) -> str:
    _, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return "data:image/jpeg;base64," + base64.b64encode(content.tobytes()).decode()
