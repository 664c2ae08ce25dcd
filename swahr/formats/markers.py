"""Names of markers as OpenSim's models and Pose2Sim have them: RKnee for right_knee."""

import re
from collections.abc import Sequence

SIDES = {"left": "L", "right": "R"}
WORD = "[a-z][a-z]+[0-9]*"
JOINT = re.compile(f"{WORD}(?:_{WORD})*")
MARKER = re.compile("([LR](?=[A-Z]))?((?:[A-Z][a-z]+[0-9]*)+)")


def marker_names(joints: Sequence[str]) -> list[str]:
    """Return what joints are called; names of another form than left_big_toe stay, so that all come back.

    >>> marker_names(["right_knee", "nose", "left_big_toe"]), marker_names(["Tail tip", "nose"])
    (['RKnee', 'Nose', 'LBigToe'], ['Tail tip', 'nose'])
    """
    named = [_marker(joint) for joint in joints] if all(map(JOINT.fullmatch, joints)) else list(joints)
    return named if joint_names(named) == list(joints) else list(joints)


def joint_names(markers: Sequence[str]) -> list[str]:
    """Return the joints of markers; names of another form than LBigToe stay.

    >>> joint_names(["Nose", "LKnee", "RBigToe"]), joint_names(["C7", "RASI"])
    (['nose', 'left_knee', 'right_big_toe'], ['C7', 'RASI'])
    """
    if not all(map(MARKER.fullmatch, markers)):
        return list(markers)
    joints = [_joint(marker) for marker in markers]
    return joints if len(set(joints)) == len(joints) else list(markers)


def _marker(joint: str) -> str:
    words = joint.split("_")
    side = SIDES.get(words[0], "") if len(words) > 1 else ""
    return side + "".join(word.capitalize() for word in words[bool(side) :])


def _joint(marker: str) -> str:
    match = MARKER.fullmatch(marker)
    assert match is not None
    words = re.findall("[A-Z][a-z]+[0-9]*", match[2])
    side = {"L": ["left"], "R": ["right"]}.get(match[1] or "", [])
    return "_".join([*side, *(word.lower() for word in words)])
