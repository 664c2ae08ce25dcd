"""What was found, as a data set of labelled photos: a COCO keypoint file that annotation tools and training read."""

import json
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from swahr import __version__
from swahr._util.files import copy_file, make_folder, write_text
from swahr._util.locks import locked
from swahr._util.reading import read_json
from swahr.config import LabelsSettings, SourceSettings
from swahr.errors import Hint, OutputError, OutputExistsError
from swahr.pose.poses import Person, Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton
from swahr.video.addresses import names_photos, without_password
from swahr.video.frame import Frame
from swahr.video.images import read_image
from swahr.video.photos import write_photo
from swahr.video.sources import open_source

if TYPE_CHECKING:
    from swahr.document import Document

FILE = "labels.json"
PHOTOS = "images"
# `origin` of an annotation that a network made; training can be told what its missing joints mean.
ORIGIN = "prediction"
BY_HAND = "corrected"  # of one in a frame that a person has put right
MARGIN = 0.1  # of a box around joints, part of its longer side
AREA_OF_BOX = 0.53  # what a person's outline covers of the box, as CrowdPose's evaluation has it
SEEN, COVERED = (
    2,
    1,
)  # COCO's visibility of a joint that is seen, and of one whose place is known all the same


class DataSet:
    """A data set under way: photos are put into FOLDER/images at once, FOLDER/labels.json is written at the end.

    Args:
        folder: It is made.
        skeleton: Of all people.
        settings: From which score a person is a label.
        info: What made it, by name, for the file.
        overwrite: There may be a data set already.

    Raises:
        OutputError: The folder cannot be made, there is a data set in it, or another run writes one there.
    """

    def __init__(
        self,
        folder: Path,
        skeleton: Skeleton,
        settings: LabelsSettings,
        info: Mapping[str, Any],
        overwrite: bool = False,
    ) -> None:
        self.folder, self.skeleton, self.settings = folder, skeleton, settings
        self.info = {"description": "people found by swahr", "version": __version__, **info}
        self.images: list[dict[str, Any]] = []
        self.annotations: list[dict[str, Any]] = []
        self._names: set[str] = set()
        check_data_set(folder, overwrite)
        make_folder(folder / PHOTOS)
        self._held = ExitStack()  # until all is written, or nobody is left who would
        self._held.enter_context(locked(folder.resolve()))

    def add_photo(
        self,
        file: Path,
        size_wh: tuple[int, int],
        poses: Poses,
        marks: npt.NDArray[np.uint8] | None = None,
    ) -> None:
        """Add a photo, which is copied, and its people. marks: as of `add_frame`."""
        name = self._free_name(file.name)
        copy_file(file, self.folder / PHOTOS / name)
        self._add(name, size_wh, poses, marks)

    def add_frame(
        self, frame: Frame, source: str, poses: Poses, marks: npt.NDArray[np.uint8] | None = None
    ) -> None:
        """Add a frame of a video as a photo, and its people; one that cannot be decoded is left out.

        A frame with a name, which is a photo of a folder, keeps it, and is of no video.

        Args:
            frame: of the video.
            source: address of the video.
            poses: who was found.
            marks: [P, K] of a frame that a person has put right, see `swahr.document`: everyone in it is a label then.
        """
        if frame.image is None:
            return
        source = without_password(source)
        of_a_photo = f"{Path(frame.name).stem}.jpg" if frame.name else ""
        name = self._free_name(of_a_photo or f"{Path(source).stem}_{frame.index:06d}.jpg")
        write_photo(self.folder / PHOTOS / name, frame.image)
        height, width = frame.image.shape[:2]
        of_a_video = {"video": Path(source).name, "frame": frame.index, "time_s": round(frame.time_s, 6)}
        self._add(name, (width, height), poses, marks, **({} if of_a_photo else of_a_video))

    def close(self) -> Path:
        """Write the file and return its path. Raises OutputError where it cannot be written."""
        content = {
            "info": self.info,
            "images": self.images,
            "annotations": self.annotations,
            "categories": [self.skeleton.to_coco_category()],
        }
        path = self.folder / FILE
        with self._held:
            write_text(path, json.dumps(content))
        return path

    def _free_name(self, name: str) -> str:
        own, number = name, 1
        while name.lower() in self._names:
            number += 1
            name = (
                f"{number}_{own}"  # before it: frames of one video are told by the last number of their names
            )
        self._names.add(name.lower())
        return name

    def _add(
        self,
        name: str,
        size_wh: tuple[int, int],
        poses: Poses,
        marks: npt.NDArray[np.uint8] | None = None,
        **facts: Any,
    ) -> None:
        number = len(self.images) + 1
        self.images.append(
            {"id": number, "file_name": name, "width": size_wh[0], "height": size_wh[1], **facts}
        )
        for row, person in enumerate(poses):
            if person.found.any():
                if marks is None:
                    found = annotation(person, size_wh, person.score >= self.settings.label_score)
                else:
                    found = corrected_annotation(person, size_wh, marks[row])
                self.annotations.append({"id": len(self.annotations) + 1, "image_id": number, **found})


def check_data_set(folder: Path, overwrite: bool) -> None:
    """Refuse a folder that holds a data set already.

    Raises:
        OutputExistsError: It does, and not `overwrite`; or somebody has put people of it right.
        OutputError: It is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file; expected a folder for labels")
    if (folder / FILE).exists() and not overwrite:
        raise OutputExistsError(
            f"{folder / FILE} exists; choose another folder", hints=[Hint("overwrite", True)]
        )
    if (folder / FILE).exists() and _put_right(folder / FILE):
        raise OutputExistsError(f"{folder / FILE} has people that somebody put right; choose another folder")


def _put_right(labels: Path) -> bool:
    """Whether labels have people that no network found so; of what cannot be read nobody knows."""
    try:
        people = read_json(labels).get("annotations")
        return any(person.get("origin") != ORIGIN for person in people)
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def annotation(person: Person, size_wh: tuple[int, int], labelled: bool = True) -> dict[str, Any]:
    """Return a person as a COCO annotation; one that is not `labelled` as a region without joints: training masks it.

    The box is around the joints with a margin, within the photo. `score` is the person's, `joint_scores` are [K].
    """
    points = person.keypoints[person.found, :2].astype(float)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = MARGIN * float((high - low).max())
    low, high = np.maximum(low - margin, 0), np.minimum(high + margin, size_wh)
    width, height = (max(float(side), 1.0) for side in high - low)
    keypoints: list[float] = []
    for (x, y, _score), found in zip(person.keypoints.tolist(), person.found, strict=True):
        keypoints += [round(x, 2), round(y, 2), SEEN] if found and labelled else [0, 0, 0]
    return {
        "category_id": 1,
        "iscrowd": 0,
        "bbox": [round(float(low[0]), 2), round(float(low[1]), 2), round(width, 2), round(height, 2)],
        "area": round(AREA_OF_BOX * width * height, 2),
        "segmentation": [],
        "keypoints": keypoints,
        "num_keypoints": int(person.found.sum()) if labelled else 0,
        "score": round(float(person.score), 4),
        "joint_scores": [round(float(score), 4) for score in np.nan_to_num(person.keypoints[:, 2])],
        "origin": ORIGIN,
    }


def corrected_annotation(
    person: Person, size_wh: tuple[int, int], marks: npt.NDArray[np.uint8]
) -> dict[str, Any]:
    """Return a person of a frame that was put right by hand as a COCO annotation.

    Joints that are hidden have visibility 1. `corrected_joints` are [K], 1 where a person put the joint.
    """
    from swahr.document import CORRECTED, HIDDEN  # documents are seldom at hand where data sets are written

    found = annotation(person, size_wh)
    for joint in np.flatnonzero(person.found & (marks & HIDDEN > 0)).tolist():
        found["keypoints"][3 * joint + 2] = COVERED
    by_hand = (marks & CORRECTED > 0).astype(int).tolist()
    return {**found, "origin": BY_HAND, "corrected_joints": by_hand}


def write_corrected(data: DataSet, document: "Document", source: str, also: Collection[int] = ()) -> None:
    """Add the frames of a document that were put right by hand to a data set: they are read from the video.

    Args:
        data: Where they go.
        document: Of the video, or of photos.
        source: Address of the video, or the folder of the photos, which are known by their names.
        also: Other frames, whose people are predictions as they are.
    """
    by_hand = set(document.corrected_frames())
    frames = by_hand | set(also)
    if names_photos(source):
        _write_photos(data, document, Path(source), frames, by_hand)
        return
    with open_source(source) as opened:
        opened.wanted = lambda index, _: index in frames
        size = np.asarray([*opened.pixel_scale, 1.0], np.float32)
        last = max(frames, default=-1)
        for frame in opened:
            if frame.index in frames:
                people = document.frame(frame.index)
                square = replace(people.poses, keypoints=people.poses.keypoints / size, covariance=None)
                data.add_frame(frame, source, square, people.marks if frame.index in by_hand else None)
            if frame.index >= last:
                return


def _write_photos(
    data: DataSet, document: "Document", folder: Path, frames: set[int], by_hand: set[int]
) -> None:
    for index, _, name in document.frames():
        if index in frames:
            people = document.frame(index)
            height, width = read_image(folder / name).shape[:2]
            marks = people.marks if index in by_hand else None
            data.add_photo(folder / name, (width, height), people.poses, marks)


def write_frames(data: DataSet, recording: Recording, source: str, frames: SourceSettings) -> None:
    """Add the frames of a recording to a data set: they are read from the video once more.

    Args:
        data: Where they go.
        recording: What was found.
        source: Address of the video.
        frames: As they were looked at.
    """
    poses = {frame.frame_index: frame.poses for frame in recording}
    with open_source(source, frames) as opened:
        for frame in opened:
            if frame.index in poses:
                data.add_frame(frame, source, poses[frame.index])
