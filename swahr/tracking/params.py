"""What a tracker goes by."""

from dataclasses import dataclass

from swahr.errors import SettingError


@dataclass(frozen=True)
class TrackerParams:
    """Settings of `PoseTracker`. A size is the side of a square of the same area as a person's box.

    max_gap_s: seconds after which nobody is expected where motion would take them; brief_gap_s: of someone who was
    there for a moment alone.
    min_absence_s, max_absence_s: seconds between which someone who was away is known again by appearance.
    min_similarity: of a track and a person that may be one, see `pose_similarity`.
    min_appearance: similarity of two people who may be one, see `appearance_similarity`; appearance_margin: by which
    nobody else may be as similar; min_parts: trunk and thighs, by how many parts appearances are compared;
    known_after: sights by which someone is known well enough to be known again.
    doubt: how wrong a prediction may be, in sizes; doubt_rate: by how much more after a second; new_doubt_rate: of
    people whose motion is not known yet.
    coast_s: in which the motion of someone who is not seen dies away. memory_s: over which motion is averaged.
    joint_memory_s: for so long a joint that is not seen is taken to move along.
    sure_after: sights after which someone is there for sure. adopt_s: for so long someone new may turn out to be
    someone known, as people come into the picture in parts.

    Raises:
        SettingError: Numbers that make no sense.
    """

    max_gap_s: float = 1.0
    brief_gap_s: float = 0.2
    max_absence_s: float = 30.0
    min_absence_s: float = 0.4
    min_similarity: float = 0.3
    min_appearance: float = 0.7
    appearance_margin: float = 0.15
    min_parts: int = 2
    known_after: int = 8
    doubt: float = 0.05
    doubt_rate: float = 0.8
    new_doubt_rate: float = 3.0
    coast_s: float = 0.6
    memory_s: float = 0.2
    joint_memory_s: float = 1.0
    sure_after: int = 3
    adopt_s: float = 1.0

    def __post_init__(self) -> None:
        for name in ("max_gap_s", "max_absence_s", "coast_s", "memory_s"):
            value = getattr(self, name)
            if not value > 0:
                raise SettingError(f"{name} is {value}; expected more than 0 seconds")
        if not 0 < self.min_similarity < 1:
            raise SettingError(f"min_similarity is {self.min_similarity}; expected between 0 and 1")
