"""The people whom a tracker knows, as arrays with a row per person. N tracks, K joints."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from swahr.tracking.appearance import PARTS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass
class Tracks:
    """N people.

    ids: [N]. xy: [N, K, 2] frame pixels, when last seen; joints that were not seen then moved along. joint_s: [N, K]
    seconds, when each joint was last seen; -inf is held as -1e9. sizes: [N] pixels. velocity: [N, 2] pixels per second.
    born_s, seen_s: [N] seconds of the first and the last sight. hits: [N] number of sights. moved_on: [N], the scene
    is another since, so that places say nothing. colours, part_hits: [N, PARTS, 3] and [N, PARTS], appearance and how
    often each part was seen.
    """

    ids: Ints
    xy: Floats
    joint_s: Floats
    sizes: Floats
    velocity: Floats
    born_s: Floats
    seen_s: Floats
    hits: Ints
    moved_on: Bools
    colours: Floats
    part_hits: Floats

    @classmethod
    def none(cls, joints: int) -> "Tracks":
        """Nobody."""
        shapes: dict[str, tuple[int, ...]] = {
            "xy": (joints, 2),
            "joint_s": (joints,),
            "velocity": (2,),
            "colours": (PARTS, 3),
            "part_hits": (PARTS,),
        }
        kinds = {"ids": np.int64, "hits": np.int64, "moved_on": np.bool_}
        return cls(
            **{
                field.name: np.zeros((0, *shapes.get(field.name, ())), kinds.get(field.name, np.float64))
                for field in fields(cls)
            }
        )

    def __len__(self) -> int:
        return len(self.ids)

    def keep(self, rows: Bools) -> None:
        """Forget the others."""
        if not rows.all():
            for field in fields(self):
                setattr(self, field.name, getattr(self, field.name)[rows])

    def add(self, others: "Tracks") -> None:
        """Append people."""
        for field in fields(self):
            setattr(
                self, field.name, np.concatenate([getattr(self, field.name), getattr(others, field.name)])
            )

    def to_plain(self) -> dict[str, Any]:
        """Return plain values that give these back exactly."""
        return {field.name: getattr(self, field.name).tolist() for field in fields(self)}

    @classmethod
    def from_plain(cls, data: dict[str, Any], joints: int) -> "Tracks":
        """Make tracks of `to_plain`'s data."""
        empty = cls.none(joints)
        return cls(
            **{
                field.name: np.asarray(data[field.name], getattr(empty, field.name).dtype).reshape(
                    -1, *getattr(empty, field.name).shape[1:]
                )
                for field in fields(cls)
            }
        )
