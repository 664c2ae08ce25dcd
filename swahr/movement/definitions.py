"""Which angles are measured: definitions in YAML, and what a skeleton allows of them.

The usual set is `angles.yaml` beside this module; its head explains the form.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from swahr._util.reading import read_yaml
from swahr._util.settings import Settings, setting
from swahr.errors import SettingError, UnreadableError
from swahr.pose.skeleton import Skeleton

USUAL = Path(__file__).with_name("angles.yaml")
SIDE, MIDDLE, SIDES = "SIDE_", "mid_", ("left", "right")
NUM_POINTS = {"joint": (3, 4), "segment": (2,), "tilt": (2,)}


class AngleDefinition(Settings):
    """An angle.

    As a file of definitions has it.
    """

    kind: Literal["joint", "segment", "tilt"] = setting(..., "What is measured.")
    points: tuple[str, ...] = setting(..., "Names of joints, SIDE_x for both sides, mid_x for their middle.")
    positive: Literal["anticlockwise", "clockwise"] = setting(
        "anticlockwise", "Which way is positive, of a person who faces right."
    )
    zero: float | Literal["down", "up", "forward"] | None = setting(None, "Where the angle is 0.")
    one_way: bool = setting(False, "It has a size where it has no sign.")
    meaning: str = setting("", "What positive values are.")

    def model_post_init(self, _context: Any) -> None:
        """Check what no single field can say."""
        wanted = NUM_POINTS[self.kind]
        if len(self.points) not in wanted:
            counts = " or ".join(map(str, wanted))
            raise ValueError(f"a {self.kind} has {len(self.points)} points; expected {counts}")
        if self.kind == "segment" and not isinstance(self.zero, str):
            raise ValueError(f"zero of a segment is {self.zero!r}; expected down, up or forward")
        if self.kind == "joint" and isinstance(self.zero, str):
            raise ValueError(f"zero of a joint is {self.zero!r}; expected degrees, or none for 0")


@dataclass(frozen=True)
class Angle:
    """An angle of a skeleton.

    name: such as left_knee. side: "left", "right" or "" for neither. points: for each point, the joints of the
    skeleton whose middle it is. definition: what it was made of.
    """

    name: str
    side: str
    points: tuple[tuple[int, ...], ...]
    definition: AngleDefinition


@cache
def usual_definitions() -> dict[str, AngleDefinition]:
    """Return the definitions that come with the library, by name."""
    return read_definitions(USUAL)


def read_definitions(path: str | Path) -> dict[str, AngleDefinition]:
    """Read a file of definitions.

    Args:
        path: Of a YAML file in the form of `angles.yaml`.

    Returns:
        The definitions by name, in the order of the file.

    Raises:
        UnreadableError: It cannot be read, or is no such file.
        SettingError: A definition makes no sense.

    >>> read_definitions(USUAL)["knee"].points
    ('SIDE_hip', 'SIDE_knee', 'SIDE_ankle')
    """
    try:
        content = read_yaml(Path(path))
    except (OSError, ValueError) as error:
        said = " ".join(str(error).split())
        raise UnreadableError(f"{path}: not a readable YAML file ({said})") from error
    entries = content.get("angles") if isinstance(content, dict) else None
    if not isinstance(entries, dict) or not entries:
        raise UnreadableError(f"{path}: expected `angles:` with a definition for each name")
    return {str(name): _definition(path, str(name), entry) for name, entry in entries.items()}


def _definition(path: str | Path, name: str, entry: Any) -> AngleDefinition:
    if not isinstance(entry, dict):
        raise UnreadableError(f"{path}: angle {name} is {entry!r}; expected kind, points and so on")
    try:
        return AngleDefinition(**{str(key): value for key, value in entry.items()})
    except SettingError as error:
        raise error.at(f"{path}: angle {name}") from error


def angles_of(
    skeleton: Skeleton, definitions: dict[str, AngleDefinition] | None = None
) -> tuple[tuple[Angle, ...], tuple[str, ...]]:
    """Return the angles that a skeleton allows.

    Args:
        skeleton: Whose joints are named as the definitions name them.
        definitions: By name; None takes the usual ones.

    Returns:
        The angles, left before right, in the order of the definitions; and the names of those for which the skeleton
        lacks joints.

    >>> from swahr.pose.skeleton import COCO_17
    >>> angles, lacking = angles_of(COCO_17)
    >>> [angle.name for angle in angles][:3], lacking
    (['left_knee', 'right_knee', 'left_hip'], ('left_ankle', 'right_ankle', 'left_foot', 'right_foot'))
    """
    known, lacking = [], []
    for name, definition in (usual_definitions() if definitions is None else definitions).items():
        both = any(SIDE in point for point in definition.points)
        for side in SIDES if both else ("",):
            full = f"{side}_{name}" if side else name
            points = [_joints_of(point, side, skeleton) for point in definition.points]
            if all(points):
                known.append(Angle(full, side, tuple(points), definition))
            else:
                lacking.append(full)
    return tuple(known), tuple(lacking)


def _joints_of(point: str, side: str, skeleton: Skeleton) -> tuple[int, ...]:
    """Return the joints whose middle a point is; none where the skeleton lacks it."""
    for name in point.replace(SIDE, f"{side}_").split("|"):
        if name in skeleton.joints:
            return (skeleton.joints.index(name),)
        ends = [f"{each}_{name.removeprefix(MIDDLE)}" for each in SIDES]
        if name.startswith(MIDDLE) and all(end in skeleton.joints for end in ends):
            return tuple(skeleton.joints.index(end) for end in ends)
    return ()


def described(angles: Iterable[Angle]) -> list[tuple[str, str]]:
    """Return each angle's name and what it says, in the words of its definition."""
    return [(angle.name, angle.definition.meaning) for angle in angles]
