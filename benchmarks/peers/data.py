"""Where the photos, clips and peer models lie: a folder beside the repository that is no part of it."""

import json
import os
from pathlib import Path
from typing import NamedTuple

from swahr.errors import SwahrError

FOLDER = Path(os.environ.get("SWAHR_DATA", Path(__file__).parents[2] / ".." / "shared" / "data")).resolve()
LABELS = FOLDER / "dev" / "keypoints.json"
CLIP = FOLDER / "clips" / "sports2d_demo.mp4"
PEERS = FOLDER / "peers"
CALIBRATION = FOLDER / "people" / "images"


# No setting is chosen on these of the validation photos, from 2026-11-28 on: a third, by their numbers.
APART = 3


def kept_apart(image_id: int) -> bool:
    """Return whether a validation photo is kept apart, so that what is reported on it flatters nobody."""
    return image_id % APART == 0


class Photo(NamedTuple):
    """A labelled photo: its number in the labels, and its file."""

    image_id: int
    path: Path


def dev_photos() -> list[Photo]:
    """Return the photos that are kept for validation. Raises SwahrError where they are not there."""
    require(LABELS)
    images = json.loads(LABELS.read_text())["images"]
    return [Photo(image["id"], LABELS.parent / "images" / image["file_name"]) for image in images]


def peer_file(name: str) -> Path:
    """Return the file of a peer model. Raises SwahrError where it is not there."""
    require(PEERS / name)
    return PEERS / name


def require(*paths: Path) -> None:
    """Raise SwahrError, with what to do, where one of the paths is not there."""
    for path in paths:
        if not path.exists():
            raise SwahrError(
                f"{path} is not there; set SWAHR_DATA to the folder that holds dev/, clips/, people/ and peers/ "
                "(docs/performance.md says what they are)"
            )
