"""What can be plotted of a person: places, speeds and angles, as `swahr.movement` has them; gaps stay gaps."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from swahr.movement import Movement, PersonMovement

POSITION, SPEED, ANGLE = "position", "speed", "angle"
KINDS = (POSITION, SPEED, ANGLE)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """Lines over frames.

    frames: [n], the middle of each. lines: a name and values [n] of each; NaN where nothing is known. unit: of these.
    """

    frames: Floats
    lines: tuple[tuple[str, Floats], ...]
    unit: str

    def at(self, frame: int) -> list[float]:
        """Return the value of each line at a frame; NaN where there is none."""
        places = np.flatnonzero(self.frames == frame + 0.5)
        return [float(values[places[-1]]) if len(places) else float("nan") for _, values in self.lines]


def choices(movement: "Movement", kind: str) -> list[str]:
    """Return what there is of a kind: names of joints, or of angles and read-outs."""
    if kind != ANGLE:
        return list(movement.skeleton.joints)
    joints, unit = movement.skeleton.joints, movement.unit
    return [
        *(angle.name for angle in movement.angles),
        *(readout.name(joints, unit) for readout in movement.readouts),
    ]


def angle_at(movement: "Movement", joint: int) -> str | None:
    """Return the name of the angle at a joint; None where there is none."""
    for angle in movement.angles:
        if angle.definition.kind == "joint" and angle.points[1] == (joint,):
            return angle.name
    joints, unit = movement.skeleton.joints, movement.unit
    own = [each for each in movement.readouts if each.is_angle and each.joints[1] == joint]
    return own[0].name(joints, unit) if own else None


def series_of(movement: "Movement", person_id: int, kind: str, of: str) -> Series | None:
    """Return a person's lines; None where there is no such person, joint or angle."""
    person = next((person for person in movement.people if person.id == person_id), None)
    if person is None or of not in choices(movement, kind):
        return None
    joints, unit = movement.skeleton.joints, movement.unit
    if kind == ANGLE:
        readouts = {each.name(joints, unit): each for each in movement.readouts}
        if of in readouts:
            values, unit = readouts[of].of(person.places), "°" if readouts[of].is_angle else unit
        else:
            values, unit = person.angles[:, movement.column(of)], "°"
        return _broken(person, ((of, values),), unit)
    joint = joints.index(of)
    if kind == SPEED:
        return _broken(person, ((of, person.speeds[:, joint]),), f"{unit}/s")
    x, y = person.places[:, joint].T
    return _broken(person, (("x", x), ("y", y)), unit)


def _broken(person: "PersonMovement", lines: tuple[tuple[str, Floats], ...], unit: str) -> Series:
    """Return lines that break off where frames without the person lie between."""
    breaks = np.flatnonzero(person.track.breaks)[1:]
    frames = person.track.frames + 0.5  # in the middle of a frame, as the line of the timeline is
    return Series(
        np.insert(frames, breaks, frames[breaks]),
        tuple((name, np.insert(values.astype(np.float64), breaks, np.nan)) for name, values in lines),
        unit,
    )
