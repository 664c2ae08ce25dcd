"""Frames whose people are least sure: those are worth a person's time."""

from collections.abc import Sequence

import numpy as np

from swahr.document import Document
from swahr.pose.poses import Poses

# Of a picked frame, others as near in time as this part of their even distance are left out.
NEAR = 0.5


def doubt(poses: Poses) -> float:
    """Return how unsure people are in [0, 1]: one less the mean score of all joints, 0 for those not found."""
    return 1 - float(np.nan_to_num(poses.keypoints[..., 2]).mean()) if len(poses) else 0.0


def largest_apart(values: Sequence[float], count: int) -> list[int]:
    """Return the places of the largest values, apart from each other where there is room, in order.

    >>> largest_apart([0, 9, 8, 0, 0, 7, 0, 0], 2)
    [1, 5]
    """
    apart = NEAR * len(values) / max(1, count)
    order = sorted(range(len(values)), key=lambda place: -values[place])
    picked: list[int] = []
    for distance in (apart, 0.0):
        for place in order:
            if len(picked) < count and all(abs(place - other) > distance for other in picked):
                picked.append(place)
    return sorted(picked)


def least_sure(document: Document, count: int) -> list[int]:
    """Return the frames of a document whose people are least sure, without those that a person has put right.

    Args:
        document: What was found.
        count: How many are picked at most; frames without people are none of them.
    """
    done = set(document.corrected_frames())
    frames = [frame for frame in document.recording() if len(frame.poses) and frame.frame_index not in done]
    places = largest_apart([doubt(frame.poses) for frame in frames], count)
    return [frames[place].frame_index for place in places]
