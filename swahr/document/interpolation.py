"""Joints of a person in the frames between two that were corrected by hand, on the line between them."""

import numpy as np

from swahr.document.document import Document
from swahr.document.edits import Fill, FilledFrame
from swahr.errors import SettingError
from swahr.pose.marks import CORRECTED, HIDDEN


def interpolation(document: Document, person_id: int, first: int, last: int) -> Fill:
    """Return the edit that fills the frames between two with the joints of a person that are corrected in both.

    Frames in which the person is missing get the person. Times count, where they are known.

    Args:
        document: Of the video.
        person_id: The person's id, as corrected.
        first: A frame in which joints of the person were corrected.
        last: A later one.

    Raises:
        SettingError: There is nothing between, or no joint is corrected in both.
    """
    ends = [_corrected_joints(document, person_id, frame) for frame in (first, last)]
    joints = sorted(ends[0].keys() & ends[1].keys())
    if not joints:
        raise SettingError(
            f"person {person_id} has no joint that is corrected in both frames {first} and {last}; "
            "correct the same joint in two frames"
        )
    between = [(frame, seconds) for frame, seconds, _ in document.frames() if first < frame < last]
    if not between:
        raise SettingError(f"there is no frame between {first} and {last}")
    times = {frame: seconds for frame, seconds, _ in document.frames()}
    if np.isnan([times[first], times[last]]).any() or times[last] <= times[first]:
        times = {frame: float(frame) for frame in times}
    filled = []
    for frame, _ in between:
        part = (times[frame] - times[first]) / (times[last] - times[first])
        places = {
            joint: (
                round(ends[0][joint][0] * (1 - part) + ends[1][joint][0] * part, 3),
                round(ends[0][joint][1] * (1 - part) + ends[1][joint][1] * part, 3),
            )
            for joint in joints
        }
        people = document.frame(frame)
        ids = people.poses.ids
        known = np.flatnonzero(np.zeros(0) if ids is None else ids == person_id)
        place = int(people.places[known[0]]) if len(known) else document.free_place(frame)
        filled.append(FilledFrame(frame=frame, place=place, joints=places, new=not len(known)))
    return Fill(id=person_id, frames=tuple(filled))


def neighbours(document: Document, person_id: int, frame: int) -> tuple[int, int]:
    """Return the corrected frames of a person before and after one, itself among those before.

    Raises:
        SettingError: One of them is missing.
    """
    who = document.who()
    rows = (who.ids == person_id) & ((who.marks & CORRECTED) > 0).any(axis=1)
    corrected = np.unique(who.frames[rows])
    before, after = corrected[corrected <= frame], corrected[corrected > frame]
    if not len(after) and len(before) > 1:  # the last one itself: what lies before it
        before, after = before[:-1], before[-1:]
    if not len(before) or not len(after):
        raise SettingError(
            f"person {person_id} is not corrected on both sides of frame {frame}; correct a joint before and after it"
        )
    return int(before[-1]), int(after[0])


def _corrected_joints(document: Document, person_id: int, frame: int) -> dict[int, tuple[float, float]]:
    people = document.frame(frame)
    if people.poses.ids is None:
        return {}
    for row in np.flatnonzero(people.poses.ids == person_id):
        hand = (people.marks[row] & CORRECTED > 0) & (people.marks[row] & HIDDEN == 0)
        placed = hand & np.isfinite(people.poses.keypoints[row, :, 0])
        return {
            int(joint): (
                float(people.poses.keypoints[row, joint, 0]),
                float(people.poses.keypoints[row, joint, 1]),
            )
            for joint in np.flatnonzero(placed)
        }
    return {}
