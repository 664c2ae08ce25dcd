"""Settings of networks that see the crop of one person: where the people's boxes come from, and who counts."""

from pathlib import Path
from typing import Literal

from swahr._util.settings import Settings, setting


class PersonCropSettings(Settings):
    """Crops.

    For networks of one person's crop.
    """

    box_file: Path | None = setting(
        None,
        "For networks of one person's crop: a file of person boxes, COCO's detections (.json) or a table (.csv) of "
        "image or frame, x, y, w, h, score.",
        label="Boxes from",
        unset="the people of another model",
    )
    box_model: str = setting(
        "default",
        "For networks of one person's crop, where no file has boxes: the model whose people become crops.",
        label="People from",
    )
    rescore: bool = setting(
        True,
        "For networks of one person's crop: a person's score is the box's by the mean confidence of the joints, as "
        "published; else the box's alone.",
        label="Score by joints",
    )
    suppress: Literal["greedy", "soft"] = setting(
        "greedy",
        "For networks of one person's crop, of people found twice: greedy leaves out who is more alike than "
        "max_similarity; soft lets similar people have lower ranks, and keeps 20.",
        label="Found twice",
    )
