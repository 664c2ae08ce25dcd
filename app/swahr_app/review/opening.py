"""What is open on the review page: a video or photos, and the document of what was found."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Opening:
    """A video, or a folder of photos, and its document; the document may not be there yet.

    photos: files of the photos by their number; () for a video. first: the frame that is shown at first.
    """

    video: Path
    document: Path
    photos: tuple[Path, ...] = ()
    first: int = 0
