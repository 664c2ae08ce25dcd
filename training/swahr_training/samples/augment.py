"""From a labelled photo to the plan of a training sample: random affine, mirror, mosaic, pasted people, colour.

A plan is drawn from its own random generator, so sample number n of a run is the same however many threads
draw it, and after a resume.
"""

import numpy as np
import numpy.typing as npt

from swahr.pose.skeleton import Skeleton
from swahr_training.data.labelled import LabelledImage
from swahr_training.sample_settings import AugmentConfig
from swahr_training.samples.damage import draw_damage
from swahr_training.samples.paste import Donor, choose_donor, paste_person
from swahr_training.samples.plan import Colours, Image, Piece, Plan, Reader, unlabelled_in, warp_boxes

# Beyond the photo: black as in inference, and others, so that nothing is learnt of it.
BORDERS = ((0, 0, 0), (124, 124, 124), (255, 255, 255))
BORDER_PROBABILITIES = (0.5, 0.4, 0.1)
MAX_PASTED = 2  # people in one sample


def draw_plan(
    dataset: list[LabelledImage],
    index: int,
    size: int,
    config: AugmentConfig,
    skeleton: Skeleton,
    read: Reader,
    rng: np.random.Generator,
) -> Plan:
    """Plan photo `index`, alone or, with the probability of a mosaic, with three random others; then paste people."""
    places = _arrange(index, len(dataset), size, config.mosaic, rng)
    plan = _join(
        size,
        [
            _place(dataset[member], read, corner, side, config, skeleton, rng)
            for member, corner, side in places
        ],
    )
    if config.paste and rng.random() < config.paste:
        for _ in range(rng.integers(1, MAX_PASTED + 1)):
            donor = choose_donor(dataset, dataset[index].unlabelled, rng)
            if donor is not None:
                plan = _paste(plan, donor, read(donor.labelled), config, skeleton, rng)
    return plan


def _paste(
    plan: Plan,
    donor: Donor,
    photo: Image,
    config: AugmentConfig,
    skeleton: Skeleton,
    rng: np.random.Generator,
) -> Plan:
    mirrored = bool(rng.random() < config.flip)
    angle = np.deg2rad(rng.uniform(-config.rotation_deg, config.rotation_deg))
    colours = random_colours(config.colour, rng) if config.colour else None
    return paste_person(plan, donor, photo, mirrored, angle, colours, skeleton, rng)


def _arrange(
    index: int, count: int, size: int, mosaic: float, rng: np.random.Generator
) -> list[tuple[int, tuple[int, int], int]]:
    """Return number, corner and side of each photo in the sample."""
    if rng.random() >= mosaic:
        return [(index, (0, 0), size)]
    half = size // 2
    members = [index, *rng.integers(count, size=3).tolist()]
    rng.shuffle(members)
    corners = [(0, 0), (half, 0), (0, half), (half, half)]
    return [(member, corner, half) for member, corner in zip(members, corners, strict=True)]


def _join(size: int, plans: list[Plan]) -> Plan:
    return Plan(
        size,
        tuple(piece for plan in plans for piece in plan.pieces),
        np.concatenate([plan.joints for plan in plans]),
        np.concatenate([plan.boxes for plan in plans]),
        np.concatenate([plan.unknown for plan in plans]),
    )


def _place(
    labelled: LabelledImage,
    read: Reader,
    corner: tuple[int, int],
    side: int,
    config: AugmentConfig,
    skeleton: Skeleton,
    rng: np.random.Generator,
) -> Plan:
    """Plan one piece and its labels."""
    photo = read(labelled)
    height, width = photo.shape[:2]
    affine, mirrored = _random_affine(width, height, side, labelled.boxes, config, rng)
    border = BORDERS[rng.choice(len(BORDERS), p=BORDER_PROBABILITIES)]
    joints = labelled.joints.copy()
    joints[..., :2] = joints[..., :2] @ affine[:, :2].T + affine[:, 2]
    outside = ((joints[..., :2] < 0) | (joints[..., :2] >= side)).any(axis=-1)
    joints[outside, 2] = 0
    if mirrored:
        joints = joints[:, list(skeleton.flip_permutation)]
    colours = random_colours(config.colour, rng) if config.colour else None
    inner = warp_boxes(labelled.boxes, affine)
    boxes = inner + np.tile(np.asarray(corner, np.float32), 2)
    joints[..., :2] += corner
    unlabelled = unlabelled_in(labelled, mirrored, skeleton)
    damage = draw_damage(inner, side, config, rng)
    piece = Piece(labelled, unlabelled, photo, affine, *corner, side, border, colours, damage=damage)
    return Plan(side, (piece,), joints, boxes, labelled.unknown)


def _random_affine(
    width: int,
    height: int,
    size: int,
    boxes: npt.NDArray[np.float32],
    config: AugmentConfig,
    rng: np.random.Generator,
) -> tuple[npt.NDArray[np.float64], bool]:
    """Return the 2 x 3 matrix photo -> input, and whether it mirrors."""
    side = min(width, height) if config.scale_of == "short" else max(width, height)
    low, high = np.log(config.scale)
    scale = float(np.exp(rng.uniform(low, high))) * size / side
    stretch = float(np.exp(rng.uniform(-config.aspect, config.aspect)))
    angle = np.deg2rad(rng.uniform(-config.rotation_deg, config.rotation_deg))
    mirrored = bool(rng.random() < config.flip)
    centre = np.asarray([(width - 1) / 2, (height - 1) / 2])
    overlap = max(width, height) * scale / size
    if overlap > 1 and len(boxes):
        # The photo does not fit: look at someone rather than at the middle.
        x, y, w, h = boxes[rng.integers(len(boxes))]
        centre = centre + (np.asarray([x + w / 2, y + h / 2]) - centre) * min(1.0, 2 * (overlap - 1))
    shift = rng.uniform(-config.translation, config.translation, size=2) * size
    turn = np.asarray([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.diag([scale * stretch**0.5, scale / stretch**0.5])
    if mirrored:
        matrix = matrix @ np.diag([-1.0, 1.0])
    offset = (size - 1) / 2 + shift - matrix @ centre
    return np.column_stack([matrix, offset]), mirrored


def random_colours(strength: float, rng: np.random.Generator) -> Colours:
    """Draw contrast, brightness, tint and gamma as one look-up a channel; sometimes no colour, or blur."""
    grey = bool(rng.random() < 0.1 * strength)
    blurred = bool(rng.random() < 0.2 * strength)
    levels = np.arange(256, dtype=np.float32) / 255
    gain = 1 + strength * (rng.uniform(-0.4, 0.4) + rng.uniform(-0.15, 0.15, size=3))
    bias = strength * rng.uniform(-0.15, 0.15)
    gamma = np.exp(strength * rng.uniform(-0.4, 0.4))
    table = (levels[:, None] ** gamma - 0.5) * gain + 0.5 + bias
    return Colours(grey, blurred, (np.clip(table, 0, 1) * 255).astype(np.uint8))
