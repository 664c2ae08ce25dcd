"""How a network for one person was trained to see him: what becomes a crop, and how its maps are read.

A checkpoint of such a network carries it, so that an imported file knows it. Xiao et al., ECCV 2018 (arXiv 1804.06208)
and Sun et al., CVPR 2019 (arXiv 1902.09212) share one way; Chen et al., CVPR 2018 (arXiv 1711.07319) and Newell et al.,
ECCV 2016 (arXiv 1603.06937) have ways of their own.
"""

from typing import Any, Literal

from swahr.config import Settings, setting

ENLARGEMENT = 1.25


class CropContract(Settings):
    """Crop.

    What becomes a crop of one person, and how the maps of it are read.
    """

    input_wh: tuple[int, int] = setting((192, 256), "Width and height of the crop, pixels.")
    colours: Literal["rgb", "bgr"] = setting("rgb", "The order of the channels.")
    enlargement: tuple[float, float] = setting(
        (ENLARGEMENT, ENLARGEMENT), "Of a box's width and height, before it is brought to the crop's aspect."
    )
    border: Literal["black", "mean"] = setting("black", "What is beyond the frame.")
    cell_origin: float = setting(
        0.0,
        "Where cell 0 of the maps lies, cells from the crop's edge: 0, or 0.5 for its middle.",
        ge=0,
        le=1,
    )
    flip_shift: bool = setting(True, "With the flip test the mirrored maps are shifted by a cell.")
    peak: Literal["neighbour", "second"] = setting(
        "neighbour",
        "Joints lie toward the higher neighbour of the highest cell, or, in blurred maps, toward the second highest.",
    )
    full_value: float = setting(1.0, "The maps' value where a joint is sure.", gt=0)
    score_offset: float = setting(
        0.0, "What is added to each joint's confidence for a person's score.", ge=0, le=1
    )

    multiple: int = setting(32, "Both sides are multiples of it, pixels: what the network halves.", gt=0)

    def model_post_init(self, _context: Any) -> None:
        """Check what no single field can say."""
        if any(side < self.multiple or side % self.multiple for side in self.input_wh):
            raise ValueError(
                f"input_wh is {list(self.input_wh)}; expected two multiples of {self.multiple}, pixels"
            )

    def at_size(self, short_side: int) -> "CropContract":
        """Return it for crops whose shorter side is another, of the same aspect as nearly as its multiples allow."""
        scale = short_side / min(self.input_wh)
        width, height = (
            max(1, round(side * scale / self.multiple)) * self.multiple for side in self.input_wh
        )
        return self.changed(input_wh=(width, height))


def default_contract(short_side: int) -> CropContract:
    """Return the contract of crops of which only the shorter side is known: upright ones of 3 by 4."""
    return CropContract().at_size(short_side)
