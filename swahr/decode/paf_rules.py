"""Which limbs have a part affinity field, and the three rules by which published code makes people of them."""

from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from swahr.errors import SettingError
from swahr.pose.other_skeletons import BODY_25, COCO_18
from swahr.pose.skeleton import Skeleton

# The highest peaks of a joint that are looked at: every two of a limb's joints are compared, and a map of a network
# that learnt nothing may have a peak at every cell. The native operation has the same number.
MAX_CANDIDATES = 512
MAX_BESIDE_FEET = 4  # joints; it has this number, too


@dataclass(frozen=True)
class FieldLayout:
    """The limbs of a network, in the order in which people are put together.

    Attributes:
        num_joints: K.
        limbs: Two joints each.
        channels: Of each limb's field, x and y.
        weak: Limbs that open nobody: from the ears to the shoulders.
        feet: The last joints, so many, are those of feet.
    """

    num_joints: int
    limbs: tuple[tuple[int, int], ...]
    channels: tuple[tuple[int, int], ...]
    weak: tuple[int, ...]
    feet: int = 0


# Of OpenPose's network of 2017, and of Lightweight OpenPose: COCO's joints and a neck.
COCO_18_FIELDS = FieldLayout(
    18,
    (
        (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13), (1, 0),
        (0, 14), (14, 16), (0, 15), (15, 17), (2, 16), (5, 17),
    ),
    (
        (12, 13), (20, 21), (14, 15), (16, 17), (22, 23), (24, 25), (0, 1), (2, 3), (4, 5), (6, 7), (8, 9), (10, 11),
        (28, 29), (30, 31), (34, 35), (32, 33), (36, 37), (18, 19), (26, 27),
    ),
    (17, 18),
)  # fmt: skip
BODY_25_FIELDS = FieldLayout(
    25,
    (
        (1, 8), (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (8, 9), (9, 10), (10, 11), (8, 12), (12, 13), (13, 14),
        (1, 0), (0, 15), (15, 17), (0, 16), (16, 18), (2, 17), (5, 18), (14, 19), (19, 20), (14, 21), (11, 22),
        (22, 23), (11, 24),
    ),
    (
        (0, 1), (14, 15), (22, 23), (16, 17), (18, 19), (24, 25), (26, 27), (6, 7), (2, 3), (4, 5), (8, 9), (10, 11),
        (12, 13), (30, 31), (32, 33), (36, 37), (34, 35), (38, 39), (20, 21), (28, 29), (40, 41), (42, 43), (44, 45),
        (46, 47), (48, 49), (50, 51),
    ),
    (18, 19),
    feet=6,
)  # fmt: skip


def layout_of(skeleton: Skeleton) -> FieldLayout:
    """Return which limbs a network with fields has: as published, or else those of the skeleton in their order.

    >>> from swahr.pose.skeleton import COCO_17
    >>> layout_of(COCO_17).channels[:2]
    ((0, 1), (2, 3))
    """
    for published, layout in ((COCO_18, COCO_18_FIELDS), (BODY_25, BODY_25_FIELDS)):
        if skeleton.joints == published.joints:
            return layout
    channels = tuple((2 * limb, 2 * limb + 1) for limb in range(len(skeleton.limbs)))
    return FieldLayout(skeleton.num_joints, skeleton.limbs, channels, (), _last_of_feet(skeleton.joints))


def _last_of_feet(joints: tuple[str, ...]) -> int:
    """Return how many of the last joints are those of feet, by their names."""
    return sum(1 for _ in takewhile(lambda joint: joint.endswith(("toe", "heel")), reversed(joints)))


@dataclass(frozen=True)
class PafRule:
    """How peaks become candidates, pairs and people.

    Attributes:
        min_peak: Value of a heatmap that a peak exceeds.
        strict: A peak is above its neighbours, and not as high.
        diagonal: Of eight neighbours, and not four.
        blur: Standard deviation of a Gaussian before peaks are looked for, cells; 0: none.
        min_distance: Of a joint's peaks, cells; the one further left stays.
        centroid: Cells to either side over which a peak's place is averaged; 0: the cell.
        samples: Places at which a limb's field is read; 0: by the limb's length, 5 to 25.
        both_ends: The last of them is the second joint.
        min_field: Value along the limb that a sample exceeds.
        min_share: Share of the samples that have to be exceeded.
        mean_of_enough: A limb's score is the mean of those samples, and not of all.
        length_prior: A limb longer than this part of the map's height loses score; 0: none.
        min_length: By which at least is divided, cells.
        near_part: Joints nearer than this part of the map's size are a limb whatever the field says; 0: none.
        merge: Two people without a joint in common become one by a limb between them; and who has a limb's second joint
            is found, too.
        fill_weak: Weak limbs do no more than to fill in missing joints.
        min_joints: Of a person.
        min_mean: Of a person: values of joints and limbs by the number of joints.
        feet_apart: Joints of feet do not count for either, and who has some and no more than `MAX_BESIDE_FEET` others
            is nobody: a foot is easily found twice, as the left one and the right one.
    """

    min_peak: float
    strict: bool
    diagonal: bool
    blur: float
    min_distance: float
    centroid: int
    samples: int
    both_ends: bool
    min_field: float
    min_share: float
    mean_of_enough: bool
    length_prior: float
    min_length: float
    near_part: float
    merge: bool
    fill_weak: bool
    min_joints: int
    min_mean: float
    feet_apart: bool = False

    def samples_of(self, longer_side: float) -> int:
        """Return at how many places the field of a limb is read, by the longer side of its box, cells."""
        return self.samples or int(np.clip(np.rint(np.sqrt(5 * longer_side)), 5, 25))


RULES = {
    # The Python ports of the network of 2017.
    "openpose2017": PafRule(
        min_peak=0.1, strict=False, diagonal=False, blur=3.0, min_distance=0, centroid=0, samples=10, both_ends=True,
        min_field=0.05, min_share=0.8, mean_of_enough=False, length_prior=0.5, min_length=0.001, near_part=0,
        merge=True, fill_weak=False, min_joints=4, min_mean=0.4,
    ),
    # Osokin 2018 (arXiv 1811.12004).
    "lightweight": PafRule(
        min_peak=0.1, strict=True, diagonal=False, blur=0, min_distance=6, centroid=0, samples=10, both_ends=True,
        min_field=0.05, min_share=0.8, mean_of_enough=True, length_prior=0, min_length=0, near_part=0, merge=False,
        fill_weak=True, min_joints=3, min_mean=0.2,
    ),
    # The defaults of OpenPose's library.
    "openpose": PafRule(
        min_peak=0.05, strict=True, diagonal=True, blur=0, min_distance=0, centroid=3, samples=0, both_ends=False,
        min_field=0.05, min_share=0.95, mean_of_enough=True, length_prior=0, min_length=0, near_part=1 / 150,
        merge=False, fill_weak=True, min_joints=3, min_mean=0.4, feet_apart=True,
    ),
}  # fmt: skip


def rule_named(name: str) -> PafRule:
    """Return a rule.

    Raises:
        SettingError: There is none of that name.
    """
    if name not in RULES:
        raise SettingError(f"there is no rule {name!r} of part affinity fields; expected {', '.join(RULES)}")
    return RULES[name]
