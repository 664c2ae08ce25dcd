"""Someone who walks, with every joint, angle and step known exactly: feet stay where they strike, knees follow.

Lengths are parts of the stature (Drillis and Contini 1964). n moments.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from swahr.pose.skeleton import COCO_17

Floats = npt.NDArray[np.float64]

THIGH, SHANK, TRUNK, UPPER_ARM, FOREARM = 0.245, 0.246, 0.288, 0.186, 0.146
PELVIS, ANKLE = 0.495, 0.039  # above the floor
HEEL_OFF, LIFT = 0.045, 0.06  # how far the ankle rises at the end of stance, and more in swing
REACH = 0.165  # of a foot before the pelvis as it strikes
LEAN_DEG, ELBOW_DEG, ARM_DEG = 5.0, 20.0, 18.0
SIDES = ("left", "right")


@dataclass(frozen=True)
class Gait:
    """How someone walks. speed: statures per second. stride_s: seconds. stance: part of the stride on the floor."""

    speed: float = 0.57
    stride_s: float = 1.15
    stance: float = 0.62


@dataclass(frozen=True)
class Walk:
    """A walk as it is.

    places: [n, 17, 2] statures, x forward and y up, of COCO's joints. depths: [n, 17] statures to the walker's right.
    angles: degrees by name, [n] each. strikes, offs: seconds by side.
    """

    places: Floats
    depths: Floats
    angles: dict[str, Floats]
    strikes: dict[str, Floats]
    offs: dict[str, Floats]

    def seen(self, height: float, yaw_deg: float = 0.0, facing: int = 1) -> Floats:
        """Return frame pixels [n, 17, 2], y down, from afar.

        Args:
            height: of the walker, pixels.
            yaw_deg: how far the camera is turned away from a right angle to the walk.
            facing: 1 to the right, -1 to the left.
        """
        yaw = np.radians(yaw_deg)
        across = self.places[..., 0] * np.cos(yaw) + self.depths * np.sin(yaw)
        return np.stack(
            [facing * height * across + 100, 1.2 * height - height * self.places[..., 1]], axis=-1
        )


def walk(times: Floats, gait: Gait | None = None) -> Walk:
    """Return a walk at some moments, seconds."""
    gait = gait or Gait()
    joints = {name: np.zeros((len(times), 2)) for name in COCO_17.joints}
    depths = dict.fromkeys(COCO_17.joints, 0.0)
    angles = {"trunk": np.full(len(times), LEAN_DEG)}
    strikes, offs = {}, {}
    pelvis = np.stack([gait.speed * times, np.full(len(times), PELVIS)], axis=1)
    lean = np.radians(LEAN_DEG)
    neck = pelvis + TRUNK * np.asarray([np.sin(lean), np.cos(lean)])
    for side, sign, shift in zip(SIDES, (-1, 1), (0.0, 0.5), strict=True):
        phase = times / gait.stride_s + shift
        ankle = pelvis + _foot(phase % 1, gait)
        knee = _knee(pelvis, ankle)
        thigh, shank = _from_down(knee - pelvis), _from_down(ankle - knee)
        swing = -ARM_DEG * np.cos(2 * np.pi * phase)
        elbow = neck + UPPER_ARM * _pointing(swing)
        wrist = elbow + FOREARM * _pointing(swing + ELBOW_DEG)
        named = {
            "hip": pelvis,
            "knee": knee,
            "ankle": ankle,
            "shoulder": neck,
            "elbow": elbow,
            "wrist": wrist,
        }
        named |= {"ear": np.add(neck, (0.01, 0.115)), "eye": np.add(neck, (0.05, 0.125))}
        for name, places in named.items():
            joints[f"{side}_{name}"] = places
            depths[f"{side}_{name}"] = sign * {"hip": 0.05, "knee": 0.05, "ankle": 0.05}.get(name, 0.11)
        depths[f"{side}_ear"], depths[f"{side}_eye"] = sign * 0.045, sign * 0.02
        own = {"knee": thigh - shank, "hip": thigh + LEAN_DEG, "thigh": thigh, "shank": shank}
        own |= {"elbow": np.full(len(times), ELBOW_DEG), "shoulder": swing + LEAN_DEG}
        angles |= {f"{side}_{name}": values for name, values in own.items()}
        first = np.ceil(times[0] / gait.stride_s + shift)
        last = times[-1] / gait.stride_s + shift
        strikes[side] = (np.arange(first, last + 1e-9) - shift) * gait.stride_s
        off = np.arange(np.floor(times[0] / gait.stride_s + shift), last + 1e-9) - shift + gait.stance
        offs[side] = (
            off[(off * gait.stride_s >= times[0]) & (off * gait.stride_s <= times[-1])] * gait.stride_s
        )
    joints["nose"] = np.add(neck, (0.075, 0.11))
    return Walk(
        np.stack([joints[name] for name in COCO_17.joints], axis=1),
        np.broadcast_to([depths[name] for name in COCO_17.joints], (len(times), COCO_17.num_joints)),
        angles,
        strikes,
        offs,
    )


def _foot(phase: Floats, gait: Gait) -> Floats:
    """Return the ankle from the pelvis [n, 2]. phase: [n] in [0, 1), 0 where the foot strikes."""
    travel = gait.speed * gait.stride_s
    behind = REACH - travel * gait.stance
    down = phase < gait.stance
    part = np.where(down, phase / gait.stance, (phase - gait.stance) / (1 - gait.stance))
    # In swing a cubic from where the foot leaves to where it strikes, at the floor's speed at both ends.
    slope = -travel * (1 - gait.stance)
    cubic = (
        (2 * part**3 - 3 * part**2 + 1) * behind
        + (part**3 - 2 * part**2 + part) * slope
        + (-2 * part**3 + 3 * part**2) * REACH
        + (part**3 - part**2) * slope
    )
    x = np.where(down, REACH - travel * phase, cubic)
    rising = np.clip((part - 0.6) / 0.4, 0, 1)
    lifted = HEEL_OFF * (1 + np.cos(np.pi * part)) / 2 + LIFT * np.sin(np.pi * part) ** 2
    y = ANKLE - PELVIS + np.where(down, HEEL_OFF * (1 - np.cos(np.pi * rising)) / 2, lifted)
    return np.stack([x, y], axis=1)


def _knee(hip: Floats, ankle: Floats) -> Floats:
    """Return where the knee is, before the line from hip to ankle [n, 2]."""
    apart = ankle - hip
    distance = np.linalg.norm(apart, axis=1)
    along = (THIGH**2 - SHANK**2 + distance**2) / (2 * distance)
    out = np.sqrt(np.maximum(THIGH**2 - along**2, 0))
    unit = apart / distance[:, None]
    return hip + along[:, None] * unit + out[:, None] * np.stack([-unit[:, 1], unit[:, 0]], axis=1)


def _from_down(vector: Floats) -> Floats:
    """Return degrees that vectors [n, 2] are turned forward from straight down."""
    return np.degrees(np.arctan2(vector[:, 0], -vector[:, 1]))


def _pointing(degrees: Floats) -> Floats:
    return np.stack([np.sin(np.radians(degrees)), -np.cos(np.radians(degrees))], axis=1)
