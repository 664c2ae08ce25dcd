"""People cut out of other photos and put beside or before somebody: crowds that the photos at hand have too few of.

Labels of joints tell where a person is, and not the outline, so the cut-out is what lies near the limbs. After
"copy-paste" (Ghiasi et al., CVPR 2021, arXiv 2012.07177), which has masks to cut along.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from swahr.pose.skeleton import Skeleton
from swahr_training.data.labelled import LabelledImage
from swahr_training.samples.plan import Colours, Image, Piece, Plan, unlabelled_in, warp_boxes

TRIES = 8  # photos to look for a donor in
MIN_JOINTS = 0.6  # part of all joints that a donor must have
MIN_SIDE = 48.0  # pixels of a donor's larger side
MAX_ENLARGED = 2.0
LIMB_OF_BODY = 0.2  # a limb's thickness by the square root of the box
# Beside somebody: parts of the mean width sideways, of the height up or down, and of the size.
SIDEWAYS, UPWARDS, LIKE_IN_SIZE = (0.1, 0.8), 0.15, (0.75, 1.3)
ALONE = (0.25, 0.8)  # part of the sample's side, where nobody is


@dataclass(frozen=True)
class Donor:
    """Somebody to cut out: a person of a photo, by number."""

    labelled: LabelledImage
    person: int


def choose_donor(
    dataset: list[LabelledImage], unlabelled: tuple[int, ...], rng: np.random.Generator
) -> Donor | None:
    """Draw somebody with most joints, from a photo that lacks no joints but `unlabelled`; None after some tries."""
    for _ in range(TRIES):
        labelled = dataset[rng.integers(len(dataset))]
        if not set(labelled.unlabelled) <= set(unlabelled):
            continue
        joints = (labelled.joints[..., 2] > 0).mean(axis=1)
        sides = labelled.boxes[:, 2:]
        large = (sides.max(axis=1) >= MIN_SIDE) & (sides.min(axis=1) > 0)
        suitable = np.flatnonzero((joints >= MIN_JOINTS) & large)
        if len(suitable):
            return Donor(labelled, int(rng.choice(suitable)))
    return None


def paste_person(
    plan: Plan,
    donor: Donor,
    photo: Image,
    mirrored: bool,
    angle: float,
    colours: Colours | None,
    skeleton: Skeleton,
    rng: np.random.Generator,
) -> Plan:
    """Return the plan with the donor before the others. Joints that are covered are no longer labelled.

    Others of the donor's photo who are partly cut out with the donor bring the labels of the joints that are seen.

    Args:
        plan: of the sample.
        donor: who is pasted.
        photo: [H, W, 3] uint8, the donor's.
        mirrored: whether left and right change.
        angle: radians, clockwise as seen.
        colours: how the piece changes colour.
        skeleton: of the joints.
        rng: draws the place and the size.
    """
    box = donor.labelled.boxes[donor.person]
    height, centre = _place(plan, box, rng)
    scale = min(height / float(box[3]), MAX_ENLARGED)
    turn = np.asarray([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
    matrix = turn @ np.diag([-1.0 if mirrored else 1.0, 1.0])
    affine = np.column_stack([matrix, centre - matrix @ (box[:2] + box[2:] / 2)])

    joints = donor.labelled.joints.copy()  # [P, K, 3], of everybody on the donor's photo
    joints[..., :2] = joints[..., :2] @ affine[:, :2].T + affine[:, 2]
    thickness = LIMB_OF_BODY * scale * float(np.sqrt(box[2] * box[3]))
    cutout = _near_limbs(joints[donor.person], skeleton, plan.size, thickness)
    on_photo = np.ones(photo.shape[:2], np.uint8)
    cutout &= cv2.warpAffine(on_photo, affine, (plan.size, plan.size), flags=cv2.INTER_NEAREST).astype(
        np.uint8
    )
    seen = _within(cutout, joints)
    seen[donor.person] = _inside(joints[donor.person], plan.size)
    joints[~seen, 2] = 0
    if mirrored:
        joints = joints[:, list(skeleton.flip_permutation)]
    there = (joints[..., 2] > 0).any(axis=1)

    covered = plan.joints.copy()
    covered[_within(cutout, covered), 2] = 0
    unlabelled = unlabelled_in(donor.labelled, mirrored, skeleton)
    piece = Piece(donor.labelled, unlabelled, photo, affine, 0, 0, plan.size, (0, 0, 0), colours, cutout)
    return Plan(
        plan.size,
        (*plan.pieces, piece),
        np.concatenate([covered, joints[there]]),
        np.concatenate([plan.boxes, warp_boxes(donor.labelled.boxes[there], affine)]),
        np.concatenate([plan.unknown, donor.labelled.unknown[there]]),
    )


def _place(
    plan: Plan, box: npt.NDArray[np.float32], rng: np.random.Generator
) -> tuple[float, npt.NDArray[np.float64]]:
    """Return how high the donor's box becomes, and where its centre goes; input pixels."""
    present = np.flatnonzero((plan.joints[..., 2] > 0).any(axis=1))
    if not len(present):
        return float(rng.uniform(*ALONE)) * plan.size, rng.uniform(0.2, 0.8, size=2) * plan.size
    x0, y0, x1, y1 = plan.boxes[rng.choice(present)].astype(np.float64)
    height = (y1 - y0) * float(np.exp(rng.uniform(*np.log(LIKE_IN_SIZE))))
    width = (x1 - x0 + height * float(box[2] / box[3])) / 2
    aside = rng.choice([-1.0, 1.0]) * rng.uniform(*SIDEWAYS) * width
    return height, np.asarray(
        [(x0 + x1) / 2 + aside, (y0 + y1) / 2 + rng.uniform(-UPWARDS, UPWARDS) * height]
    )


def _inside(joints: npt.NDArray[np.float32], size: int) -> npt.NDArray[np.bool_]:
    return np.asarray(((joints[..., :2] >= 0) & (joints[..., :2] < size)).all(axis=-1))


def _within(cutout: npt.NDArray[np.uint8], joints: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Return whether joints [..., K, 3] lie on the cut-out [size, size]."""
    size = len(cutout)
    columns, rows = np.moveaxis(np.clip(np.rint(joints[..., :2]), 0, size - 1).astype(np.int64), -1, 0)
    return np.asarray((cutout[rows, columns] > 0) & _inside(joints, size))


def _near_limbs(
    joints: npt.NDArray[np.float32], skeleton: Skeleton, size: int, thickness: float
) -> npt.NDArray[np.uint8]:
    """Draw thick limbs and fill what they enclose, [size, size] uint8 of 0 and 1."""
    mask = np.zeros((size, size), np.uint8)
    width = max(1, round(thickness))
    labelled = joints[:, 2] > 0
    points = [(round(float(x)), round(float(y))) for x, y in joints[:, :2]]
    for joint in np.flatnonzero(labelled):
        cv2.circle(mask, points[joint], (width + 1) // 2, 1, cv2.FILLED)
    for a, b in skeleton.limbs:
        if labelled[a] and labelled[b]:
            cv2.line(mask, points[a], points[b], 1, width)
    closing = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    return cv2.morphologyEx(mask, cv2.MORPH_CLOSE, closing).astype(np.uint8)
