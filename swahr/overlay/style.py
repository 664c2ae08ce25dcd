"""What an overlay shows."""

from dataclasses import dataclass

from swahr.errors import SwahrError

LAYERS = ("none", "heatmaps", "tags")


@dataclass(frozen=True)
class OverlayStyle:
    """What an overlay shows.

    skeleton, joints: limbs and dots. boxes, ids, scores: around and above each person; ids where there are any.
    trails: where people went in the last seconds. layer: "none", "heatmaps" or "tags", what the network says; joint: of
    this one alone, None for the surest at each place. side_by_side: the frame as it was on the left.
    anonymise: faces are made unrecognisable, by the face joints, in the frame on the left too.
    min_score: joints of a lower score are not drawn.
    Raises SwahrError for a layer that there is not.
    """

    skeleton: bool = True
    joints: bool = True
    boxes: bool = False
    ids: bool = True
    scores: bool = False
    trails: bool = False
    layer: str = "none"
    joint: str | None = None
    side_by_side: bool = False
    anonymise: bool = False
    min_score: float = 0.1

    def __post_init__(self) -> None:
        if self.layer not in LAYERS:
            raise SwahrError(f"layer is {self.layer!r}; expected one of {', '.join(LAYERS)}")
