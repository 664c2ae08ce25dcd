"""A skeleton from a small YAML or JSON file, with joints by name or by number; or what a file adds to one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from swahr.errors import SwahrError
from swahr.pose.skeleton import DEFAULT_SIGMA, Skeleton
from swahr_training.reading import read_yaml

FIELDS = ("name", "joints", "limbs", "flip_pairs", "matching_order", "sigmas")


@dataclass(frozen=True)
class Additions:
    """A skeleton file without `joints`: what it says of those that the labels name.

    path: of the file, for messages. fields: as they stand there.
    """

    path: Path
    fields: Mapping[str, Any]

    def to(self, skeleton: Skeleton) -> Skeleton:
        """Return a skeleton with these fields in place of its own. Raises SwahrError, naming what does not fit."""
        return _made(self.path, {**skeleton.to_dict(), **self.fields}, list(skeleton.joints))


def read_skeleton(path: Path) -> Skeleton | Additions:
    """Read a skeleton: `joints`, and optionally `name`, `limbs`, `flip_pairs`, `matching_order` and `sigmas`.

    In YAML, limbs, pairs and order may name joints or count them from 0, and sigmas may be a list or be given by
    name for some joints; without `joints` the rest is added to those of the labels. A COCO file gives its category.

    Raises:
        SwahrError: naming what does not fit.
    """
    if path.suffix.lower() not in (".yaml", ".yml"):
        return Skeleton.from_json(path)
    content = read_yaml(path)
    if not isinstance(content, Mapping) or not content:
        raise SwahrError(f"{path}: expected a mapping with one of the fields {', '.join(FIELDS)}, or several")
    unknown = sorted(set(map(str, content)) - set(FIELDS))
    if unknown:
        raise SwahrError(f"{path}: unknown field {', '.join(unknown)}; expected {', '.join(FIELDS)}")
    if "joints" not in content:
        return Additions(path, content)
    if not isinstance(content["joints"], list):
        raise SwahrError(f"{path}: joints: expected a list of names, got {content['joints']!r}")
    return _made(path, {"name": path.stem, **content}, [str(joint) for joint in content["joints"]])


def _made(path: Path, content: Mapping[str, Any], joints: list[str]) -> Skeleton:
    try:
        return Skeleton.from_dict({**content, **_numbered(content, joints)})
    except SwahrError as error:
        raise SwahrError(f"{path}: {error}") from error


def _numbered(content: Mapping[str, Any], joints: list[str]) -> dict[str, Any]:
    """Replace names of joints by their numbers."""
    numbers = {name: index for index, name in enumerate(joints)}

    def number(joint: Any) -> int:
        if isinstance(joint, int):
            return joint
        if joint not in numbers:
            raise SwahrError(f"no joint {joint!r}; the joints are {', '.join(joints)}")
        return numbers[joint]

    fields: dict[str, Any] = {"joints": joints}
    for name in ("limbs", "flip_pairs"):
        if name in content:
            fields[name] = [
                [number(joint) for joint in _listed(pair, name)] for pair in _listed(content[name], name)
            ]
    if "matching_order" in content:
        fields["matching_order"] = [
            number(joint) for joint in _listed(content["matching_order"], "matching_order")
        ]
    if isinstance(content.get("sigmas"), Mapping):
        sigmas = [DEFAULT_SIGMA] * len(joints)
        for joint, sigma in content["sigmas"].items():
            index = number(joint)
            if not 0 <= index < len(joints):
                raise SwahrError(f"sigmas: no joint {joint}; the joints count from 0 to {len(joints) - 1}")
            sigmas[index] = sigma
        fields["sigmas"] = sigmas
    return fields


def _listed(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise SwahrError(f"{name}: expected a list, got {value!r}")
    return [*value]
