"""How a network for one person was trained to see him: what becomes a crop, and how its maps are read.

A checkpoint of such a network carries it, so that an imported file knows it. Xiao et al., ECCV 2018 (arXiv 1804.06208)
and Sun et al., CVPR 2019 (arXiv 1902.09212) share one way; Chen et al., CVPR 2018 (arXiv 1711.07319) and Newell et al.,
ECCV 2016 (arXiv 1603.06937) have ways of their own.
"""

from typing import Literal

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

    def at_size(self, short_side: int) -> "CropContract":
        """Return it for crops whose shorter side is another, of the same aspect, the longer one a multiple of 32."""
        width, height = self.input_wh
        scale = short_side / min(width, height)
        sides = [
            short_side if side == min(width, height) else round(side * scale / 32) * 32
            for side in (width, height)
        ]
        return self.changed(input_wh=(sides[0], sides[1]))


def default_contract(short_side: int) -> CropContract:
    """Return the contract of crops of which only the shorter side is known: upright ones of 3 by 4."""
    return CropContract().at_size(short_side)
