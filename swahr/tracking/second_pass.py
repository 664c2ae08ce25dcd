"""Ids by the whole of a file: tracks are cut where they may be wrong, and joined where they are one person."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from swahr.errors import SettingError
from swahr.pose.recording import Recording
from swahr.tracking.histograms import BINS, PARTS, HistogramReader
from swahr.tracking.joining import join_tracklets
from swahr.tracking.shot_change import CutDetector
from swahr.tracking.similarity import see
from swahr.tracking.tracklets import Sights, cut_tracks
from swahr.video.images import Image

MIN_PRESENCE_S = 0.15  # of someone who has an id
NOBODY = -1


def track_again(
    recording: Recording, images: Iterable[tuple[int, Image | None]] = (), remember_s: float = 30.0
) -> Recording:
    """Return a recording with better ids, by all that is known of people before and after.

    Tracks are cut at gaps, at scene cuts and where the appearance changes, and the pieces are joined by place,
    motion, size and appearance, the likeliest all at once; two pieces of the same moment are two people. Ids count
    anew from 0 in the order of appearance. Who is there for less than 0.15 s in all has no id (-1).

    Args:
        recording: With ids.
        images: Index and picture of frames, in their order, of which it is read what people wear and where scenes
            change; without any, poses and motion alone tell.
        remember_s: Longest time for which someone may be away, seconds.

    Raises:
        SettingError: There are no ids.
    """
    if recording.ids is None:
        raise SettingError("people have no ids that could be made better; track first")
    sights = _look(recording, images)
    people = join_tracklets(cut_tracks(recording.ids, sights), sights, remember_s)
    fewest = MIN_PRESENCE_S / sights.step_s
    ids = np.full(len(recording.scores), NOBODY, np.int32)
    followed = sorted((one.rows for one in people if len(one.rows) >= fewest), key=lambda rows: int(rows[0]))
    for number, rows in enumerate(followed):
        ids[rows] = number
    return replace(recording, ids=ids)


def _look(recording: Recording, images: Iterable[tuple[int, Image | None]]) -> Sights:
    """Read what people wear, and where scenes change."""
    rows = len(recording.scores)
    histograms = np.zeros((rows, PARTS, BINS**3), np.uint8)
    visible = np.zeros((rows, PARTS), bool)
    begins = np.zeros(len(recording), np.int64)
    reader, is_cut = HistogramReader(recording.skeleton), CutDetector()
    cut = False
    for index, image in images:
        if image is None:
            continue
        cut = is_cut(image) or cut
        place = int(np.searchsorted(recording.frames, index))
        if place == len(recording) or recording.frames[place] != index:
            continue
        begins[place], cut = cut, False
        of_frame = slice(int(recording.starts[place]), int(recording.starts[place + 1]))
        histograms[of_frame], visible[of_frame] = reader.read(image, see(recording.poses(place)))
    return Sights.of(recording, histograms, visible, np.cumsum(begins))
