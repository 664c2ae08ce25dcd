"""Which places of a frame lie on whose body: people may hide each other. P people, B bones."""

import numpy as np
import numpy.typing as npt

from swahr.pose.skeleton import Skeleton
from swahr.tracking.similarity import Bools, Floats, Seen

SIDES = ("left", "right")
TRUNK = tuple(f"{side}_{joint}" for joint in ("shoulder", "hip") for side in SIDES)
LIMBS = (("shoulder", "elbow"), ("hip", "knee"), ("knee", "ankle"))
# How far around the middle line of a limb a place may be on it, in sizes of its person.
REACH = 0.09

Places = npt.NDArray[np.intp]


def bone_joints(skeleton: Skeleton) -> Places:
    """Return the joints [B, 2] between which a skeleton's trunk and limbs lie; its joint K stands for one it lacks."""
    places = {name: place for place, name in enumerate(skeleton.joints)}
    pairs = [
        *((f"{side}_shoulder", f"{other}_hip") for side in SIDES for other in SIDES),
        *((f"{side}_{start}", f"{side}_{end}") for start, end in LIMBS for side in SIDES),
    ]
    missing = skeleton.num_joints
    return np.asarray([[places.get(joint, missing) for joint in pair] for pair in pairs], np.intp)


def joints_of(seen: Seen, joints: Places) -> tuple[Floats, Bools]:
    """Return places and which of them are known, of joints of any shape; joint K is known of nobody."""
    xy = np.pad(seen.xy, ((0, 0), (0, 1), (0, 0)))
    return xy[:, joints], np.pad(seen.weights > 0, ((0, 0), (0, 1)))[:, joints]


def on_others(points: Floats, seen: Seen, bones: Places) -> Bools:
    """Return which places lie on the trunk or a limb of someone else, who may be in front.

    Args:
        points: [P, N, 2] frame pixels, N of each person.
        seen: The people.
        bones: [B, 2], see `bone_joints`.

    Returns:
        [P, N].
    """
    on: Bools = np.zeros(points.shape[:2], bool)
    ends, known = joints_of(seen, bones)
    whole = np.asarray(known.all(axis=2))
    for other in range(len(points)):
        if not whole[other].any():
            continue
        lines, reach = ends[other][whole[other]], REACH * seen.sizes[other]
        low, high = lines.min(axis=(0, 1)) - reach, lines.max(axis=(0, 1)) + reach
        near: Bools = np.asarray(((points > low) & (points < high)).all(axis=2))
        near[other] = False
        if near.any():
            on[near] |= _distance(points[near], lines) < reach
    return on


def _distance(points: Floats, lines: Floats) -> Floats:
    """Return how far places [M, 2] are from the nearest of some lines [B, 2, 2], pixels."""
    start, along = lines[:, 0], lines[:, 1] - lines[:, 0]
    length = np.maximum((along**2).sum(axis=1), 1e-9)
    part = (((points[:, None] - start) * along).sum(axis=2) / length).clip(0, 1)
    apart = points[:, None] - start - part[:, :, None] * along
    return np.asarray(np.sqrt((apart**2).sum(axis=2)).min(axis=1))
