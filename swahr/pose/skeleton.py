"""Skeletons: which joints there are, how they are joined, mirrored, matched and scored."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from swahr._util.reading import read_json
from swahr.errors import SettingError, SwahrError, UnreadableError
from swahr.pose.sides import sides_of

DEFAULT_SIGMA = 0.08  # for joints that no data set has measured: between a shoulder and a hip of COCO


# Area of a person as a part of the box around the joints, for object keypoint similarities: its mean over COCO's
# labelled people.
AREA_OF_BOX = 0.53


@dataclass(frozen=True)
class Skeleton:
    """The joints of a kind of body. All joint numbers count from 0.

    >>> COCO_17.num_joints, COCO_17.joints[:3], COCO_17.flip_permutation[:3]
    (17, ('nose', 'left_eye', 'right_eye'), (0, 2, 1))

    joints: names, in the order of the network's channels.
    limbs: pairs of joints that a drawing connects.
    flip_pairs: pairs that change places in a mirrored image.
    matching_order: the order in which joints are matched to people, surest first.
    sigmas: each joint's standard deviation in the object keypoint similarity (COCO's `sigmas`: half of its k).
    Raises SettingError where these contradict each other.
    """

    name: str
    joints: tuple[str, ...]
    limbs: tuple[tuple[int, int], ...]
    flip_pairs: tuple[tuple[int, int], ...]
    matching_order: tuple[int, ...]
    sigmas: tuple[float, ...]

    def __post_init__(self) -> None:
        k = len(self.joints)
        if k == 0 or len(set(self.joints)) != k:
            raise SettingError(
                f"skeleton {self.name}: joints must be given and differ, got {list(self.joints)}"
            )
        if any("\ud800" <= character <= "\udfff" for joint in self.joints for character in joint):
            raise SettingError(f"skeleton {self.name}: joints {list(self.joints)} hold halves of characters")
        for what, pairs in (("limbs", self.limbs), ("flip_pairs", self.flip_pairs)):
            for pair in pairs:
                if len(pair) != 2 or pair[0] == pair[1] or not all(0 <= joint < k for joint in pair):
                    raise SettingError(
                        f"skeleton {self.name}: {what} has {tuple(pair)}; expected two different joints "
                        f"from 0 to {k - 1}"
                    )
        flipped = [joint for pair in self.flip_pairs for joint in pair]
        if len(set(flipped)) != len(flipped):
            raise SettingError(
                f"skeleton {self.name}: flip_pairs {list(self.flip_pairs)} name a joint twice; "
                "mirroring twice must give every joint back"
            )
        if sorted(self.matching_order) != list(range(k)):
            raise SettingError(
                f"skeleton {self.name}: matching_order {list(self.matching_order)} must hold each joint "
                f"from 0 to {k - 1} once"
            )
        if len(self.sigmas) != k or not all(sigma > 0 for sigma in self.sigmas):
            raise SettingError(f"skeleton {self.name}: expected {k} positive sigmas, got {list(self.sigmas)}")

    @property
    def num_joints(self) -> int:
        """K, the number of joints."""
        return len(self.joints)

    @property
    def flip_permutation(self) -> tuple[int, ...]:
        """Joint i of the mirrored person is joint `flip_permutation[i]` of the person."""
        order = list(range(self.num_joints))
        for left, right in self.flip_pairs:
            order[left], order[right] = right, left
        return tuple(order)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Skeleton":
        """Make a skeleton from `to_dict`'s data.

        >>> Skeleton.from_dict(COCO_17.to_dict()) == COCO_17
        True

        Args:
            data: name, limbs, pairs, order and sigmas may be absent.

        Raises:
            UnreadableError: the data is of another kind.
            SettingError: it contradicts itself.
        """
        try:
            joints = tuple(str(joint) for joint in data["joints"])
            return cls(
                name=str(data.get("name", "custom")),
                joints=joints,
                limbs=_pairs(data.get("limbs", ())),
                flip_pairs=_pairs(data["flip_pairs"]) if "flip_pairs" in data else sides_of(joints).pairs,
                matching_order=tuple(int(j) for j in data.get("matching_order", range(len(joints)))),
                sigmas=tuple(float(s) for s in data.get("sigmas", (DEFAULT_SIGMA,) * len(joints))),
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            wrong = f"it lacks {error.args[0]}" if isinstance(error, KeyError) else str(error)
            raise UnreadableError(
                f"not a skeleton ({wrong}): expected joints, and optionally name, limbs, flip_pairs, "
                "matching_order, sigmas"
            ) from error

    @classmethod
    def from_joints(cls, joints: Iterable[str], name: str = "custom") -> "Skeleton":
        """Return the known skeleton with these joints in this order, or else one without limbs.

        >>> Skeleton.from_joints(["snout", "left_ear", "right_ear"]).flip_pairs
        ((1, 2),)

        Args:
            joints: names; those that differ in left and right alone are pairs.
            name: of the skeleton, where it is not known.

        Raises:
            SettingError: two joints have one name, or there is none.
        """
        return cls.from_coco_category({"name": name, "keypoints": list(joints)})

    @classmethod
    def from_coco_category(cls, category: Mapping[str, Any]) -> "Skeleton":
        """Make a skeleton from a COCO category: `keypoints`, `skeleton` (counts from 1), and ours.

        `flip_pairs` (counts from 0), `matching_order` and `sigmas` are read where they are there. Without
        flip_pairs, names that differ in left and right alone are taken as pairs. A `skeleton` that names joint 0
        counts from 0.

        >>> counted_from_0 = {"keypoints": ["head", "hip", "foot"], "skeleton": [[0, 1], [1, 2]]}
        >>> Skeleton.from_coco_category(counted_from_0).limbs
        ((0, 1), (1, 2))

        Args:
            category: an element of `categories` of a COCO file.

        Raises:
            UnreadableError: the category has no keypoints, or is of another kind.
            SettingError: it contradicts itself.
        """
        if "keypoints" not in category:
            raise UnreadableError(
                f"category {category.get('name')!r} has no keypoints; expected a COCO keypoint category"
            )
        try:
            known = _by_joints(category["keypoints"])
            if known is not None:
                return known
            data = {
                key: category[key] for key in ("flip_pairs", "matching_order", "sigmas") if key in category
            }
            first = first_joint(category)
            limbs = [(a - first, b - first) for a, b in category.get("skeleton") or ()]
        except (TypeError, ValueError, OverflowError) as error:
            raise UnreadableError(f"not a COCO keypoint category ({error})") from error
        return cls.from_dict(
            {"name": category.get("name", "custom"), "joints": category["keypoints"], "limbs": limbs, **data}
        )

    def to_coco_category(self) -> dict[str, Any]:
        """Return the category of a COCO file: `skeleton` counts from 1, what COCO does not know counts from 0.

        >>> Skeleton.from_coco_category(COCO_17.to_coco_category()) == COCO_17
        True
        """
        return {
            "id": 1,
            "name": "person" if _by_joints(self.joints) is not None else self.name,
            "supercategory": "",
            "keypoints": list(self.joints),
            "skeleton": [[a + 1, b + 1] for a, b in self.limbs],
            "flip_pairs": [list(pair) for pair in self.flip_pairs],
            "matching_order": list(self.matching_order),
            "sigmas": list(self.sigmas),
        }

    @classmethod
    def from_json(cls, path: Path) -> "Skeleton":
        """Read a COCO keypoint file (its first category), a category alone, or `to_dict`'s data.

        Args:
            path: of a JSON file.

        Raises:
            UnreadableError: the file can't be read, or is of another kind.
            SettingError: what is in it contradicts itself.
        """
        try:
            data = read_json(Path(path))
        except (OSError, ValueError) as error:
            raise UnreadableError(f"{path}: not a readable JSON file ({error})") from error
        categories = data.get("categories") if isinstance(data, dict) else None
        if isinstance(categories, list) and categories:
            data = categories[0]
        if not isinstance(data, dict):
            raise UnreadableError(
                f"{path}: expected a skeleton or a COCO file, got a JSON {type(data).__name__}"
            )
        try:
            return cls.from_coco_category(data) if "keypoints" in data else cls.from_dict(data)
        except SwahrError as error:
            raise error.at(path) from error


def first_joint(category: Mapping[str, Any]) -> int:
    """Return what the `skeleton` of a COCO category counts from: 1, or 0 where it names a joint 0.

    >>> first_joint({"skeleton": [[1, 2]]}), first_joint({"skeleton": [[0, 1]]})
    (1, 0)
    """
    return 0 if any(joint == 0 for pair in category.get("skeleton") or () for joint in pair) else 1


def _pairs(values: Iterable[Iterable[int]]) -> tuple[tuple[int, int], ...]:
    pairs = []
    for value in values:
        first, second = value
        pairs.append((int(first), int(second)))
    return tuple(pairs)


COCO_17 = Skeleton(
    name="coco-17",
    joints=(
        "nose", "left_eye", "right_eye", "left_ear", "right_ear",
        "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
        "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
    ),
    limbs=(
        (15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7), (6, 8),
        (7, 9), (8, 10), (1, 2), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6),
    ),
    flip_pairs=((1, 2), (3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16)),
    matching_order=(0, 1, 2, 3, 4, 5, 6, 11, 12, 7, 8, 9, 10, 13, 14, 15, 16),
    sigmas=(
        0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062,
        0.107, 0.107, 0.087, 0.087, 0.089, 0.089,
    ),
)  # fmt: skip

CROWDPOSE_14 = Skeleton(
    name="crowdpose-14",
    joints=(
        "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
        "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", "head", "neck",
    ),
    limbs=(
        (12, 13), (13, 0), (13, 1), (0, 2), (2, 4), (1, 3), (3, 5), (0, 6), (1, 7), (6, 7),
        (6, 8), (8, 10), (7, 9), (9, 11),
    ),
    flip_pairs=((0, 1), (2, 3), (4, 5), (6, 7), (8, 9), (10, 11)),
    matching_order=(12, 13, 0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11),
    sigmas=(0.079, 0.079, 0.072, 0.072, 0.062, 0.062, 0.107, 0.107, 0.087, 0.087, 0.089, 0.089, 0.079, 0.079),
)  # fmt: skip

# AI Challenger's human keypoints (Wu et al. 2017, arXiv 1711.06475); sigmas: half of its evaluation's deltas.
AI_CHALLENGER_14 = Skeleton(
    name="ai-challenger-14",
    joints=(
        "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist",
        "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "head", "neck",
    ),
    limbs=(
        (2, 1), (1, 0), (0, 13), (13, 3), (3, 4), (4, 5), (8, 7), (7, 6), (6, 9), (9, 10), (10, 11),
        (12, 13), (0, 6), (3, 9),
    ),
    flip_pairs=((0, 3), (1, 4), (2, 5), (6, 9), (7, 10), (8, 11)),
    matching_order=(12, 13, 3, 0, 9, 6, 4, 1, 10, 7, 5, 2, 11, 8),
    sigmas=(
        0.01388152, 0.01515228, 0.01057665, 0.01417709, 0.01497891, 0.01402144,
        0.03909642, 0.03686941, 0.01981803, 0.03843971, 0.03412318, 0.02415081, 0.01291456, 0.01236173,
    ),
)  # fmt: skip


# Sigmas of feet: those of COCO-WholeBody (Jin et al., ECCV 2020), which also gives the order of COCO_FEET_23.
_FEET = {
    "left_big_toe": 0.068, "left_small_toe": 0.066, "left_heel": 0.066,
    "right_big_toe": 0.092, "right_small_toe": 0.094, "right_heel": 0.094,
}  # fmt: skip


def _with_feet(body: Skeleton, name: str, feet: Iterable[str]) -> Skeleton:
    """Return a body whose ankles have feet of six points: their names, in order."""
    joints = (*body.joints, *feet)
    at = {joint: number for number, joint in enumerate(joints)}
    limbs, pairs = [], []
    for side in ("left", "right"):
        heel, toe = at[f"{side}_heel"], at[f"{side}_big_toe"]
        limbs += [(at[f"{side}_ankle"], heel), (heel, toe), (toe, at[f"{side}_small_toe"])]
    for part in ("big_toe", "small_toe", "heel"):
        pairs.append((at[f"left_{part}"], at[f"right_{part}"]))
    return Skeleton(
        name=name,
        joints=joints,
        limbs=(*body.limbs, *limbs),
        flip_pairs=(*body.flip_pairs, *pairs),
        matching_order=(*body.matching_order, *range(body.num_joints, len(joints))),
        sigmas=(*body.sigmas, *(_FEET[joint] for joint in joints[body.num_joints :])),
    )


COCO_FEET_23 = _with_feet(COCO_17, "coco-feet-23", _FEET)

# With the knuckles of BlazePose (arXiv 2006.10204), whose names these are.
COCO_FEET_HANDS_29 = Skeleton(
    name="coco-feet-hands-29",
    joints=(
        *COCO_FEET_23.joints,
        "left_pinky", "right_pinky", "left_index", "right_index", "left_thumb", "right_thumb",
    ),
    limbs=(
        *COCO_FEET_23.limbs, (9, 23), (9, 25), (23, 25), (9, 27), (10, 24), (10, 26), (24, 26), (10, 28)
    ),
    flip_pairs=(*COCO_FEET_23.flip_pairs, (23, 24), (25, 26), (27, 28)),
    matching_order=tuple(range(29)),
    sigmas=(*COCO_FEET_23.sigmas, *[COCO_17.sigmas[9]] * 6),  # as the wrist: nobody has measured them
)  # fmt: skip

# Halpe's body (Fang et al., TPAMI 2022, arXiv 2211.03375): head, neck and hip between body and feet.
HALPE_26 = _with_feet(
    Skeleton(
        name="halpe-20",
        joints=(*COCO_17.joints, "head", "neck", "hip"),
        limbs=(*COCO_17.limbs, (17, 18), (18, 19)),
        flip_pairs=COCO_17.flip_pairs,
        matching_order=(*COCO_17.matching_order, 17, 18, 19),
        sigmas=(*COCO_17.sigmas, DEFAULT_SIGMA, DEFAULT_SIGMA, DEFAULT_SIGMA),
    ),
    "halpe-26",
    (f"{side}_{part}" for part in ("big_toe", "small_toe", "heel") for side in ("left", "right")),
)

KNOWN = (COCO_17, CROWDPOSE_14, AI_CHALLENGER_14, COCO_FEET_23, COCO_FEET_HANDS_29, HALPE_26)


def _by_joints(joints: Iterable[str]) -> Skeleton | None:
    names = tuple(joints)
    return next((known for known in KNOWN if known.joints == names), None)
