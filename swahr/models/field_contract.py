"""How a network with part affinity fields was trained to see a frame, and by which rule its maps become people.

A checkpoint of such a network carries it, so that an imported or exported file knows it.
"""

from typing import Literal

from swahr.config import Settings, setting


class FieldContract(Settings):
    """Fields.

    What a network with part affinity fields reads, and how its maps become people.
    """

    rule: Literal["openpose2017", "lightweight", "openpose"] = setting(
        "openpose2017", "By which peaks become people: a name of `swahr.decode.paf_rules.RULES`."
    )
    colours: Literal["rgb", "bgr"] = setting("rgb", "The order of the channels.")
    upsampling: int = setting(8, "Maps are enlarged so many times before they are read.", ge=1, le=16)
    multiple: int = setting(16, "Of which the input's sides are multiples, pixels.", ge=8)


# Grey levels by 256, less a half, as OpenPose and what follows it are trained; on values in [0, 1].
OPENPOSE_MEAN = (128 / 255,) * 3
OPENPOSE_STD = (256 / 255,) * 3
