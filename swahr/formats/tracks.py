"""The people of a partial file as arrays, one track each, for formats that hold tracks. F frames, K joints."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from swahr.formats.two_pass_writer import Line
from swahr.pose.builder import RecordingBuilder

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tracks:
    """frames: [F]. times: [F] seconds, NaN where unknown. joints: by person [F, K, 3] x, y, score; NaN where missing.

    scores: by person [F], NaN where the person is not there.
    """

    frames: npt.NDArray[np.int64]
    times: Floats
    joints: dict[int, Floats]
    scores: dict[int, Floats]

    @classmethod
    def of(cls, lines: Iterable[Line], num_joints: int, *, from_zero: bool = False) -> "Tracks":
        """Bring frames together.

        Args:
            lines: The frames.
            num_joints: Of each person.
            from_zero: There is a place for each frame from 0 on, looked at or not, as readers that count places ask.
        """
        listed = list(lines)
        frames = np.asarray([line.frame for line in listed], np.int64)
        if from_zero:
            frames = np.arange(int(frames[-1]) + 1 if len(frames) else 0)
        times = np.full(len(frames), np.nan)
        joints: dict[int, Floats] = {}
        scores: dict[int, Floats] = {}
        for place, line in enumerate(listed):
            at = line.frame if from_zero else place
            times[at] = np.nan if line.time_s is None else line.time_s
            for label, places in line.people.items():
                if label not in joints:
                    joints[label] = np.full((len(frames), num_joints, 3), np.nan)
                    scores[label] = np.full(len(frames), np.nan)
                for number, joint in enumerate(places):
                    if joint is not None:
                        joints[label][at, number] = joint
                scores[label][at] = line.scores.get(label, np.nan)
        return cls(frames, times, dict(sorted(joints.items())), dict(sorted(scores.items())))


def add_tracks(
    builder: RecordingBuilder,
    frames: Iterable[int],
    joints: dict[int, Floats],
    scores: dict[int, Floats] | None = None,
    times: Floats | None = None,
) -> None:
    """Give a recording the people of tracks; who has no joint in a frame is not there.

    Args:
        builder: Of the recording.
        frames: [F] numbers.
        joints: By id [F, K, 3] x, y, score.
        scores: By id [F]; None: the means of the joints'.
        times: [F] seconds; None: by the frame rate.
    """
    for at, frame in enumerate(frames):
        time_s = None if times is None or np.isnan(times[at]) else float(times[at])
        builder.frame(int(frame), time_s)
        for label, places in joints.items():
            if np.isfinite(places[at, :, 0]).any():
                score = None if scores is None or np.isnan(scores[label][at]) else float(scores[label][at])
                builder.person(int(frame), places[at].tolist(), score, label)
