"""Labels in memory, whatever file they came from.

Letters: K joints. Positions are pixels of the upright photo, as the labels mean them.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from swahr.errors import Hint
from swahr.pose.skeleton import Skeleton

# What a person's mask covers of the box, for labels without an area: CrowdPose's evaluation uses this too.
AREA_OF_BOX = 0.53
# A box around joints on one line, or around one alone, is this wide, part of the longer side of the photo.
MIN_BOX = 0.05

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with the labels.

    kind: what, in words that many can share. where: the file, the photo and the person.
    stops: whether training refuses such labels; otherwise it goes on as `kind` says.
    photo: the photo that shows it, where there is one. hints: settings that would help.
    """

    kind: str
    where: str
    stops: bool = False
    photo: Path | None = None
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True)
class Person:
    """One annotation.

    name: for messages, as in "annotation 17". joints: [K, 3] float32 x, y, visibility as in COCO (0 not labelled,
    1 hidden, 2 visible). box: x, y, width, height. area: of the person, square pixels.
    crowd: a region of people who are not labelled one by one. segmentation: COCO polygons or run lengths, or None.
    origin: who labelled, where the file says so. head_size: pixels, as MPII measures it, where there is a head box.
    """

    name: str
    joints: npt.NDArray[np.float32]
    box: Box
    area: float
    crowd: bool = False
    segmentation: Any = None
    origin: str | None = None
    head_size: float | None = None

    @property
    def ignored(self) -> bool:
        """Whether this is somebody, but without joints: a region where nothing is learnt or counted as wrong."""
        return self.crowd or not (self.joints[:, 2] > 0).any()


@dataclass(frozen=True)
class Photo:
    """One photo and who is on it.

    size_wh: as the labels say, or as the file is. crowd_index: CrowdPose's. folder: of the file, where another photo of
    the data set has the same file name.
    """

    id: int
    path: Path
    size_wh: tuple[int, int]
    people: tuple[Person, ...]
    crowd_index: float | None = None
    folder: str = ""

    @property
    def name(self) -> str:
        """What messages and captions call it."""
        return f"{self.folder}/{self.path.name}" if self.folder else self.path.name


@dataclass
class Labels:
    """A data set.

    name: its file, for messages. problems: what reading it already found. sought: folders in which photos were sought.
    """

    name: str
    skeleton: Skeleton
    photos: list[Photo]
    problems: list[Problem] = field(default_factory=list)
    sought: tuple[Path, ...] = ()

    def name_apart(self) -> None:
        """Give photos whose file names are not their own, as those of several films, the names of their folders too."""
        files = Counter(path.name for path in {photo.path for photo in self.photos})
        self.photos = [
            replace(photo, folder=photo.path.parent.name) if files[photo.path.name] > 1 else photo
            for photo in self.photos
        ]

    @property
    def has_people(self) -> bool:
        """Whether somebody has joints."""
        return any(not person.ignored for photo in self.photos for person in photo.people)

    def never_labelled(self) -> tuple[int, ...]:
        """Return the joints that no person has: this data set does not label them by design."""
        people = [person for photo in self.photos for person in photo.people if not person.ignored]
        if not people:
            return ()
        seen = np.zeros(self.skeleton.num_joints, bool)
        for person in people:
            seen |= person.joints[:, 2] > 0
        return tuple(np.flatnonzero(~seen).tolist())

    def as_coco(self) -> dict[str, Any]:
        """Return the content of a COCO keypoint file of one category, for evaluation."""
        images: list[dict[str, Any]] = []
        annotations: list[dict[str, Any]] = []
        for photo in self.photos:
            width, height = photo.size_wh
            image = {"id": photo.id, "file_name": str(photo.path), "width": width, "height": height}
            if photo.crowd_index is not None:
                image["crowdIndex"] = photo.crowd_index
            images.append(image)
            for person in photo.people:
                labelled = person.joints[:, 2] > 0
                annotations.append(
                    {
                        "id": len(annotations) + 1,
                        "image_id": photo.id,
                        "category_id": 1,
                        "bbox": list(person.box),
                        "area": person.area,
                        "iscrowd": int(person.crowd),
                        "keypoints": person.joints.astype(float).ravel().tolist(),
                        "num_keypoints": int(labelled.sum()),
                    }
                )
        category = {"id": 1, "name": self.skeleton.name, "keypoints": list(self.skeleton.joints)}
        return {"images": images, "annotations": annotations, "categories": [category]}


def box_around(joints: npt.NDArray[np.float32], size_wh: tuple[int, int] = (0, 0)) -> Box:
    """Return the box around the labelled joints; zeros where there are none.

    Args:
        joints: [K, 3].
        size_wh: of the photo; joints on one line, or one alone, get a box of a part of it, so that it has an area.
    """
    points = joints[joints[:, 2] > 0, :2].astype(float)
    if not len(points):
        return 0.0, 0.0, 0.0, 0.0
    low, high = points.min(axis=0), points.max(axis=0)
    spare = np.maximum(MIN_BOX * max(size_wh) - (high - low), 0) / 2
    low, high = low - spare, high + spare
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])
