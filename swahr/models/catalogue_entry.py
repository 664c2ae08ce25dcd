"""What is known of weights that others have published."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PublishedWeights:
    """One published file.

    file_name: as published, with its network's name where it is called like many others.
    page: the address of the file itself, or the folder to click through.
    direct: whether `page` is the file. ap: one scale, flip test, as its makers report it, in percent; None where that
        could not be checked.
    sha256_start: the first hex digits of the file's SHA-256, "" where none are published.
    sha256_stated: whether the server states the file's SHA-256 when it is asked for the file.
    finds_people: whether it is a model; else it is a network of a later stage, which a setting names.
    boxes: of a network of one person's crop, the boxes that `ap` was measured with; "" of others.
    whole_frames_by: what finds people by its maps, a name of `swahr.inference.finders`, where it has no boxes.
    start: whether it is a backbone that trainings start from, and no model either; it is kept as it was published.
    """

    name: str
    file_name: str
    page: str
    direct: bool
    trained_on: str
    ap: float | None
    licence: str
    sha256_start: str = ""
    sha256_stated: bool = False
    finds_people: bool = True
    boxes: str = ""
    whole_frames_by: str = "tags"
    start: bool = False

    @property
    def finder(self) -> str:
        """What finds people by it, a name of `swahr.inference.finders`."""
        return "crops" if self.boxes else self.whole_frames_by
