"""Where joints and people begin that a person adds: near where they will be dragged to."""

import numpy as np

from swahr.document import Document
from swahr.pose.poses import Person, Poses
from swahr_app.review.workers.pictures import VideoInfo


def joint_place(person: Person, joint: int) -> tuple[float, float]:
    """Return a place for a missing joint: between the joints that limbs join it to, or in the middle of the person."""
    near = [b if a == joint else a for a, b in person.skeleton.limbs if joint in (a, b)]
    found = person.found
    known = [other for other in near if found[other]] or list(np.flatnonzero(found))
    if not known:
        return 0.0, 0.0
    x, y = person.keypoints[known, :2].mean(axis=0)
    return float(x), float(y)


def by_distance(poses: Poses, row: int | None) -> list[int]:
    """Return the rows of all others in a frame, the nearest first: by the middles of people; None: in their order."""
    others = [other for other in range(len(poses)) if other != row]
    if row is None:
        return others
    placed = poses.keypoints[..., :2]
    count = np.maximum(1, np.isfinite(placed[..., 0]).sum(axis=1))[:, None]
    middles = np.nansum(placed, axis=1) / count
    far = np.linalg.norm(middles - middles[row], axis=1)
    return sorted(others, key=lambda other: float(far[other]))


def person_joints(
    document: Document, frame: int, person_id: int | None, info: VideoInfo | None
) -> dict[int, tuple[float, float]]:
    """Return joints of a person to add: those of the nearest frame that has the person, or of anybody, in the middle.

    Args:
        document: Of the video.
        frame: In which they are added.
        person_id: Who; None: somebody new.
        info: Of the video.
    """
    who = document.who()
    rows = np.flatnonzero(who.ids == person_id) if person_id is not None else np.arange(len(who))
    if len(rows):
        row = rows[np.abs(who.frames[rows] - frame).argmin()]
        people = document.frame(int(who.frames[row]))
        keypoints = people.poses.keypoints[people.places.tolist().index(who.places[row])]
        joints = {
            int(j): keypoints[j, :2].astype(float) for j in np.flatnonzero(np.isfinite(keypoints[:, 0]))
        }
        if person_id is None and joints and info is not None:
            middle = np.mean(list(joints.values()), axis=0)
            shift = np.asarray(info.stored_wh) / 2 - middle
            joints = {joint: place + shift for joint, place in joints.items()}
        if joints:
            return {joint: (round(float(x), 2), round(float(y), 2)) for joint, (x, y) in joints.items()}
    width, height = (640, 480) if info is None else info.stored_wh
    count = document.skeleton.num_joints
    turns = np.arange(count) / count * 2 * np.pi
    return {
        joint: (
            round(width / 2 + height / 6 * np.sin(turn), 2),
            round(height / 2 - height / 6 * np.cos(turn), 2),
        )
        for joint, turn in enumerate(turns.tolist())
    }
