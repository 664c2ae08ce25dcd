"""Several classes of a COCO file as one: each keeps its joints, and a joint that two of them name is one."""

from collections.abc import Sequence
from typing import Any

from swahr.pose.skeleton import Skeleton

ALL = "all"  # the name that stands for every class with joints


def join_classes(
    categories: Sequence[dict[str, Any]], annotations: Sequence[dict[str, Any]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return one category that has the joints of all, and the annotations in its joints.

    A joint that somebody's class lacks has visibility 0: it is not there, and so is background.

    Args:
        categories: With keypoints, as the file has them.
        annotations: As the file has them; those of other categories stay as they are.

    Raises:
        SwahrError: A category contradicts itself.
    """
    skeletons = {category.get("id"): Skeleton.from_coco_category(category) for category in categories}
    names = list(dict.fromkeys(joint for skeleton in skeletons.values() for joint in skeleton.joints))
    numbers = {name: number for number, name in enumerate(names)}
    limbs: dict[tuple[int, int], None] = {}
    pairs: dict[frozenset[int], None] = {}
    sigmas: dict[int, float] = {}
    for skeleton in skeletons.values():
        own = [numbers[joint] for joint in skeleton.joints]
        limbs |= dict.fromkeys((own[a], own[b]) for a, b in skeleton.limbs)
        pairs |= dict.fromkeys(frozenset((own[a], own[b])) for a, b in skeleton.flip_pairs)
        for number, sigma in zip(own, skeleton.sigmas, strict=True):
            sigmas.setdefault(number, sigma)
    first = next(iter(skeletons))
    joined = {
        "id": first,
        "name": "+".join(str(category.get("name")) for category in categories),
        "keypoints": names,
        "skeleton": [[a + 1, b + 1] for a, b in limbs],
        "flip_pairs": [sorted(pair) for pair in pairs],
        "sigmas": [sigmas[number] for number in range(len(names))],
    }
    return joined, [_moved(annotation, skeletons, numbers, first) for annotation in annotations]


def _moved(
    annotation: dict[str, Any], skeletons: dict[Any, Skeleton], numbers: dict[str, int], category: Any
) -> dict[str, Any]:
    skeleton = skeletons.get(annotation.get("category_id"))
    if skeleton is None:
        return annotation
    moved = {**annotation, "category_id": category}
    points = annotation.get("keypoints")
    if not points:
        return moved
    if not isinstance(points, list) or len(points) != 3 * skeleton.num_joints:
        return moved  # the reader says what is wrong with it
    placed = [0.0] * (3 * len(numbers))
    for index, joint in enumerate(skeleton.joints):
        at = 3 * numbers[joint]
        placed[at : at + 3] = points[3 * index : 3 * index + 3]
    return moved | {"keypoints": placed}
