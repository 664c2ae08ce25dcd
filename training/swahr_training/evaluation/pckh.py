"""PCKh, MPII's figure: the share of joints that lie within half a head's size of the label.

Andriluka et al., "2D Human Pose Estimation: New Benchmark and State of the Art Analysis", CVPR 2014, section 4; as
HRNet's code measures it: visible joints alone, and a mean that leaves out pelvis and thorax. P people, K joints.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr_training.data.labels import Labels, Person
from swahr_training.evaluation.metrics import similarities

WITHIN = (0.5, 0.1)  # of a head's size
LEFT_OUT = ("pelvis", "thorax")
HEAD_TOP, HEAD_END = "head_top", "upper_neck"


def measures_heads(skeleton: Skeleton) -> bool:
    """Return whether people have the two joints that a head's size is told by."""
    return {HEAD_TOP, HEAD_END} <= set(skeleton.joints)


def pckh(labels: Labels, found: Sequence[Poses]) -> dict[str, float]:
    """Return PCKh at half and at a tenth of a head's size; nothing for joints of no head, -1 where nobody counts.

    A head's size is 0.6 of the diagonal of its labelled box, as MPII's own figure has it; where labels have no such
    box, as in the JSON lists of HRNet, it is the distance from the upper neck to the top of the head. A labelled person
    is compared with whoever is most alike; nobody is compared twice.

    Args:
        labels: In the people's joints.
        found: The people of each photo.
    """
    if not measures_heads(labels.skeleton):
        return {}
    distances = [
        distance
        for photo, poses in zip(labels.photos, found, strict=True)
        for distance in _in_heads([person for person in photo.people if not person.ignored], poses)
    ]
    counted = [joint not in LEFT_OUT for joint in labels.skeleton.joints]
    known = np.asarray(distances).reshape(-1, len(counted))[:, counted]
    there = np.isfinite(known) | (known == np.inf)
    names = {within: "PCKh" if within == 0.5 else f"PCKh@{within:g}" for within in WITHIN}
    return {
        name: float((known[there] <= within).mean()) if there.any() else -1.0
        for within, name in names.items()
    }


def _in_heads(people: Sequence[Person], poses: Poses) -> list[npt.NDArray[np.float64]]:
    """Return each measured person's distances in heads, [K]: NaN where not labelled visible, infinite where missing."""
    alike = similarities(people, poses.keypoints, poses.skeleton.sigmas)
    distances = []
    for row in np.argsort(-alike.max(axis=1, initial=-1), kind="stable"):
        joints, head = people[row].joints, _head_size(people[row], poses.skeleton)
        if head <= 0:
            continue
        distance = np.full(len(joints), np.inf)
        if alike.shape[1] and alike[row].max() >= 0:
            column = int(alike[row].argmax())
            offset = poses.keypoints[column, :, :2].astype(np.float64) - joints[:, :2]
            distance = np.nan_to_num(np.hypot(*offset.T), nan=np.inf) / head
            alike[:, column] = -1
        distance[joints[:, 2] < 2] = np.nan
        distances.append(distance)
    return distances


def _head_size(person: Person, skeleton: Skeleton) -> float:
    """Return the size of a person's head, pixels; 0 where it is not labelled."""
    if person.head_size is not None:
        return person.head_size
    top, end = (person.joints[skeleton.joints.index(name)] for name in (HEAD_TOP, HEAD_END))
    return float(np.hypot(*(top[:2] - end[:2]))) if min(top[2], end[2]) > 0 else 0.0
