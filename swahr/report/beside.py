"""A video with the people of two recordings side by side."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from swahr.config import OverlaySettings
from swahr.overlay import Trails, draw_overlay
from swahr.overlay.boxes import draw_label
from swahr.overlay.colours import WHITE
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.report.fitting import check_time, check_video
from swahr.video.images import Image
from swahr.video.reader import VideoFile
from swahr.video.writer import VideoWriter


def write_beside(
    recordings: tuple[Recording, Recording],
    names: tuple[str, str],
    video: Path,
    output: Path,
    style: OverlaySettings | None = None,
    encoder: str = "auto",
) -> list[str]:
    """Draw two recordings of a video beside each other, each with its name: one on the left, the other on the right.

    Every frame of the video is there; where a recording lacks it, nobody is drawn.

    Args:
        recordings: In pixels of the video's file.
        names: Of them, as they stand in the picture.
        video: That both come from.
        output: A name that ends in .mp4, .mov or .mkv.
        style: How people are drawn.
        encoder: See `VideoWriter`.

    Returns:
        What a user should know of the written video.

    Raises:
        SettingError: It is not the video of both.
        SwahrError: It cannot be read, or the output not be written.
    """
    style = style or OverlaySettings()
    with VideoFile(video) as source:
        across, down = source.pixel_scale
        to_square = np.asarray([1 / across, 1 / down, 1], np.float32)
        halves = []
        for recording, name in zip(recordings, names, strict=True):
            check_video(recording, source)
            seen = replace(recording, keypoints=recording.keypoints * to_square, covariance=None)
            halves.append(_Half(seen, name, style))
        with VideoWriter(
            output,
            2 * source.width,
            source.height,
            source.frame_rate,
            source.sound_file,
            source.sound_ahead_s,
            encoder,
        ) as writer:
            for frame in source:
                for half in halves:
                    half.check(source, frame.index, frame.time_s)
                if frame.image is not None:
                    drawn = [half.drawn(frame.image, frame.index, frame.time_s) for half in halves]
                    writer.write(np.hstack(drawn), frame.time_s)
    return writer.notes


class _Half:
    """One recording, drawn frame by frame."""

    def __init__(self, recording: Recording, name: str, style: OverlaySettings) -> None:
        self._recording, self._name, self._style = recording, name, style
        self._places = {int(frame): place for place, frame in enumerate(recording.frames)}
        self._trails = Trails()

    def check(self, source: VideoFile, index: int, time_s: float) -> None:
        """Raise SettingError where the recording has this frame at another time."""
        if index in self._places:
            check_time(self._recording, source, self._places[index], time_s)

    def drawn(self, image: Image, index: int, time_s: float) -> Image:
        """Return a frame with the recording's people and its name."""
        nobody = Poses.nobody(self._recording.skeleton)
        poses = self._recording.poses(self._places[index]) if index in self._places else nobody
        self._trails.add(poses, time_s)
        canvas = draw_overlay(image, poses, self._style, trails=self._trails)
        _caption(canvas, self._name)
        return canvas


def _caption(canvas: Image, name: str) -> None:
    """Write a name into the lower left corner, in the letters that OpenCV has."""
    height = canvas.shape[0]
    draw_label(canvas, (0, height, 0, height), name.encode("ascii", "replace").decode(), WHITE)
