"""A skeleton from a small YAML or JSON file, with joints by name or by number."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from swahr.errors import SwahrError
from swahr.pose.skeleton import DEFAULT_SIGMA, Skeleton
from swahr_training.reading import read_yaml

FIELDS = ("name", "joints", "limbs", "flip_pairs", "matching_order", "sigmas")


def read_skeleton(path: Path) -> Skeleton:
    """Read a skeleton: `joints`, and optionally `name`, `limbs`, `flip_pairs`, `matching_order` and `sigmas`.

    In YAML, limbs, pairs and order may name joints or count them from 0, and sigmas may be a list or be given by
    name for some joints. A COCO file gives its category.

    Raises:
        SwahrError: naming what does not fit.
    """
    if path.suffix.lower() not in (".yaml", ".yml"):
        return Skeleton.from_json(path)
    content = read_yaml(path)
    if not isinstance(content, Mapping) or not isinstance(content.get("joints"), list):
        raise SwahrError(f"{path}: expected a list `joints`, and optionally {', '.join(FIELDS[2:])} and name")
    unknown = sorted(set(map(str, content)) - set(FIELDS))
    if unknown:
        raise SwahrError(f"{path}: unknown field {', '.join(unknown)}; expected {', '.join(FIELDS)}")
    joints = [str(joint) for joint in content["joints"]]
    try:
        return Skeleton.from_dict({"name": path.stem, **content, **_numbered(content, joints)})
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
    if not isinstance(value, list):
        raise SwahrError(f"{name}: expected a list, got {value!r}")
    return value
