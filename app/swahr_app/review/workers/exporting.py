"""Writes what was corrected and measured: keypoints, values, a part of the video, or labels of the corrected frames."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from swahr.config import LabelsSettings, MovementSettings, OverlaySettings
from swahr.document import Document
from swahr.errors import MissingError
from swahr.overlay import draw_overlay
from swahr.run import StoppedError
from swahr.run.data_set import DataSet, write_corrected
from swahr.video import VideoWriter, open_source
from swahr_app.review.workers.measuring import measured
from swahr_app.threads.worker import BEHIND, Failed, Worker

KEYPOINTS, VALUES, CLIP, DRAWN_CLIP, DATA_SET = "keypoints", "values", "clip", "drawn clip", "data set"
# What `swahr move` does by itself, steps too; sides stay as they were corrected.
SETTINGS = MovementSettings(min_frames=1, swaps="leave")


@dataclass(frozen=True)
class Order:
    """What is written. kind: one of the above. target: a file whose name tells the format, or a folder.

    first, last: frames, both with them. whole: these are all frames. also: frames of a data set beside those that were
    corrected.
    """

    kind: str
    target: Path
    first: int
    last: int
    whole: bool
    also: tuple[int, ...] = ()


class Exporting(Worker):
    """Writes one file or folder. done: is given its path, from this thread.

    Args:
        document: Path of the document.
        video: Address of the video.
        order: What is written.
        drawing: How people are drawn into a clip.
        done: See above.
        failed: Is given what went wrong.

    notes: what a person should know of what was written, once it is. frames: of a data set, how many were put right by
    hand, and how many are as they were found.
    """

    niceness = BEHIND

    def __init__(
        self,
        document: Path,
        video: str,
        order: Order,
        drawing: OverlaySettings,
        done: Callable[[Path], None],
        failed: Failed,
    ) -> None:
        super().__init__("review export", failed)
        self._document, self._video, self._order = document, video, order
        self._drawing, self._done = drawing.changed(layer="none", trails=False), done
        self.notes: list[str] = []
        self.frames = (0, 0)

    def work(self) -> None:
        """Write it."""
        writers = {
            KEYPOINTS: self._write_keypoints,
            VALUES: self._write_values,
            CLIP: lambda: self._write_clip(drawn=False),
            DRAWN_CLIP: lambda: self._write_clip(drawn=True),
            DATA_SET: self._write_data_set,
        }
        try:
            writers[self._order.kind]()
        except StoppedError:
            return
        self._done(self._order.target)

    def _write_keypoints(self) -> None:
        order = self._order
        with Document.open(self._document, writes=False) as document:
            recording = document.recording()
        kept = (recording.frames >= order.first) & (recording.frames <= order.last)
        recording[kept].save(order.target, overwrite=True)

    def _write_values(self) -> None:
        order = self._order
        movement = measured(self._document, SETTINGS)
        part = movement if order.whole else movement.between(order.first, order.last)
        part.save(order.target, overwrite=True)

    def _write_clip(self, drawn: bool) -> None:
        """Write the frames of the range, with the people drawn or as they are, and the sound of the video."""
        order = self._order
        with Document.open(self._document, writes=False) as document:
            recording = document.recording()
        place_of = {int(frame): place for place, frame in enumerate(recording.frames)}
        before = recording.times[place_of[order.first]] if order.first in place_of else 0.0
        with open_source(self._video) as source:
            source.seek(max(0.0, float(before) - 0.5 / source.frame_rate))
            writer = VideoWriter(
                order.target, source.width, source.height, source.frame_rate, source.sound_file,
                source.sound_ahead_s,
            )  # fmt: skip
            to_square = np.asarray([1 / scale for scale in (*source.pixel_scale, 1.0)], np.float32)
            with writer:
                written = 0
                for frame in source:
                    if self.stopping:
                        raise StoppedError
                    if frame.index > order.last:
                        break
                    if frame.index < order.first or frame.image is None:
                        continue
                    image, place = frame.image, place_of.get(frame.index)
                    if drawn and place is not None:
                        poses = recording.poses(place)  # in pixels of the file, pictures are of square ones
                        spread = poses.covariance
                        if spread is not None:
                            spread = spread * np.outer(to_square[:2], to_square[:2])
                        poses = replace(poses, keypoints=poses.keypoints * to_square, covariance=spread)
                        image = draw_overlay(image, poses, self._drawing)
                    writer.write(image, frame.time_s)
                    written += 1
                if not written:
                    raise MissingError(f"{self._video}: frames {order.first} to {order.last} cannot be read")
            self.notes += writer.notes

    def _write_data_set(self) -> None:
        with Document.open(self._document, writes=False) as document:
            info = {"video": Path(self._video).name, "document": self._document.name}
            data = DataSet(
                self._order.target, document.skeleton, LabelsSettings(), {"made_from": info}, overwrite=True
            )
            write_corrected(data, document, self._video, self._order.also)
            by_hand = set(document.corrected_frames())
            self.frames = (len(by_hand), len(set(self._order.also) - by_hand))
            data.close()
