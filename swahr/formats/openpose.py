"""OpenPose's output: a folder with one JSON file per frame, {name}_{frame:012d}_keypoints.json.

Joints are in the order COCO-18; with feet in that of BODY_25. The neck is the middle of the shoulders, and there the
hip that of the hips. Missing joints are 0, 0, 0; a frame without people has an empty list. Layout: OpenPose,
doc/02_output.md.
"""

import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from swahr._util.files import partial_path
from swahr._util.reading import read_json
from swahr.errors import Hint, OutputError, ResumeError, SettingError, UnreadableError
from swahr.formats.format import Format, Target
from swahr.formats.numbers import DIGITS, Digits, id_of, rounded
from swahr.formats.registry import register_format
from swahr.formats.two_pass_writer import remove, replace
from swahr.formats.writer import State, Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import COCO_17, COCO_FEET_23, Skeleton

FOLDER_ENDING = "_openpose"
COCO_18 = (
    "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist",
    "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye",
    "right_ear", "left_ear",
)  # fmt: skip
BODY_25 = (
    *COCO_18[:8], "hip", *COCO_18[8:],
    "left_big_toe", "left_small_toe", "left_heel", "right_big_toe", "right_small_toe", "right_heel",
)  # fmt: skip
# What is in the middle of two joints where a skeleton has not the joint itself.
MIDDLES = {"neck": ("left_shoulder", "right_shoulder"), "hip": ("left_hip", "right_hip")}
# What is read of each order, by its number of joints, where nothing else is said.
READ_AS = {len(COCO_18): (COCO_18, COCO_17), len(BODY_25): (BODY_25, COCO_FEET_23)}
# What OpenPose writes besides, empty for networks of the body.
EMPTY = (
    "face_keypoints_2d", "hand_left_keypoints_2d", "hand_right_keypoints_2d", "pose_keypoints_3d",
    "face_keypoints_3d", "hand_left_keypoints_3d", "hand_right_keypoints_3d",
)  # fmt: skip
FILE = re.compile(r"(?P<name>.*)_(?P<frame>\d{12})_keypoints\.json")


class OpenPoseWriter(Writer):
    """Writes a folder `<path>.part`, which takes its name in `close`.

    Raises SettingError for a skeleton with joints that BODY_25 has no place for, and OutputError for a folder there
    that holds anything but such files.
    """

    def __init__(
        self,
        path: str | Path,
        skeleton: Skeleton,
        resume: State | None = None,
        digits: Digits = DIGITS,
    ) -> None:
        self._digits = digits
        self.path = Path(path)
        self.partial = partial_path(self.path)
        self._name = self.path.name.removesuffix(FOLDER_ENDING)
        self._order = _order(self.path, skeleton)
        self._last = -1 if resume is None else int(resume["last_frame"])
        self._unsynced: list[Path] = []
        for folder in (self.path, self.partial):
            others = [file.name for file in _entries(folder) if not FILE.fullmatch(file.name)]
            if others:
                raise OutputError(f"{folder} holds other files, such as {others[0]}; choose another folder")
        try:
            if resume is None:
                remove(self.partial)
                self.partial.mkdir()
            elif not self.partial.is_dir():
                raise ResumeError(f"{self.partial} is gone", hints=[Hint("overwrite", True)])
            for file in _entries(self.partial):
                if _frame_of(file) > self._last:
                    file.unlink()
        except OSError as error:
            raise self._failed(error) from error

    def write(self, frame_index: int, time_s: float, poses: Poses | None) -> None:
        """Write the file of a frame. OpenPose's files hold no time."""
        people = [self._person(poses, i) for i in range(len(poses))] if poses is not None else []
        text = json.dumps({"version": 1.3, "people": people}, separators=(",", ":"))
        file = self.partial / f"{self._name}_{frame_index:012d}_keypoints.json"
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            with suppress(OSError):
                file.unlink()
            raise self._failed(error) from error
        self._unsynced.append(file)
        self._last = frame_index

    def flush(self) -> None:
        """Bring what was written to the disk."""
        try:
            for file in self._unsynced:
                with file.open("rb") as content:
                    os.fsync(content.fileno())
        except OSError as error:
            raise self._failed(error) from error
        self._unsynced = []

    def state(self) -> State:
        """Return what a later writer needs to go on from here."""
        return {"last_frame": self._last}

    def close(self) -> None:
        """Give the folder its name; the files of an older one are removed."""
        self.flush()
        try:
            replace(self.partial, self.path)
        except OSError as error:
            raise self._failed(error) from error

    def abandon(self) -> None:
        """Stop writing. The partial folder stays; an empty one is removed."""
        with suppress(OSError):
            self.partial.rmdir()

    def _person(self, poses: Poses, person: int) -> dict[str, Any]:
        joints = rounded(poses.keypoints[person], self._digits)
        values: list[float] = []
        for name, place in self._order.items():
            if place is None and name in MIDDLES:
                ends = [self._joint(joints, end) for end in MIDDLES[name]]
                values += _middle(ends[0], ends[1], self._digits.places)
            else:
                values += self._joint(joints, name) or (0, 0, 0)
        known = id_of(poses, person)
        return {
            "person_id": [-1 if known is None else known],
            "pose_keypoints_2d": values,
            **{name: [] for name in EMPTY},
        }

    def _joint(self, joints: list[list[float] | None], name: str) -> list[float] | None:
        place = self._order.get(name)
        return None if place is None else joints[place]


def _order(path: Path, skeleton: Skeleton) -> dict[str, int | None]:
    order = COCO_18 if set(skeleton.joints) <= set(COCO_18) else BODY_25
    unknown = [joint for joint in skeleton.joints if joint not in order]
    if unknown:
        raise SettingError(
            f"{path}: the openpose format has no place for {', '.join(unknown)}; choose another format"
        )
    return {name: skeleton.joints.index(name) if name in skeleton.joints else None for name in order}


def _middle(a: list[float] | None, b: list[float] | None, decimals: int) -> list[float]:
    if a is None or b is None:
        return [0, 0, 0]
    return [round((a[0] + b[0]) / 2, decimals), round((a[1] + b[1]) / 2, decimals), min(a[2], b[2])]


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _frame_of(file: Path) -> int:
    match = FILE.fullmatch(file.name)
    return int(match["frame"]) if match else -1


@register_format
class OpenPoseFormat(Format):
    """OpenPose's folder."""

    name = "openpose"
    description = "a folder with a JSON file per frame, COCO-18, or BODY_25 with feet"
    endings = (FOLDER_ENDING,)
    folder = True
    lacks = ("times", "person scores", "file names", "units", "corrections", "events")

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which adds files as frames are done."""
        return OpenPoseWriter(target.path, target.skeleton, target.resume, target.digits)

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by the names of the files."""
        return any(FILE.fullmatch(file.name) for file in _entries(path))

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read a folder of OpenPose's files.

        Args:
            path: the folder.
            skeleton: None takes COCO's 17 joints of COCO-18, and those with feet of BODY_25; neck and hip are left out.
            frame_rate: frames per second, for the times.
        """
        files = [file for file in _entries(path) if FILE.fullmatch(file.name)]
        if not files:
            raise UnreadableError(
                f"{path}: no file of the form name_000000000000_keypoints.json in this folder"
            )
        frames = {_frame_of(file): _people_of(file) for file in files}
        counts = {len(values) // 3 for people in frames.values() for values, _ in people}
        if len(counts) > 1 or not counts <= set(READ_AS):
            raise UnreadableError(
                f"{path}: people of {', '.join(map(str, sorted(counts)))} joints; expected the 18 of COCO's order, or "
                "the 25 of BODY_25"
            )
        order, known = READ_AS[counts.pop() if counts else len(COCO_18)]
        found = skeleton or known
        places = [order.index(joint) if joint in order else None for joint in found.joints]
        builder = RecordingBuilder(found, frame_rate)
        for index, people in frames.items():
            builder.frame(index)
            for values, person_id in people:
                joints = [None if at is None else values[3 * at : 3 * at + 3] for at in places]
                builder.person(
                    index, [joint if joint and any(joint) else None for joint in joints], None, person_id
                )
        return builder.build()


def _people_of(file: Path) -> list[tuple[list[float], int | None]]:
    """Return the people of a file: x, y, score of each joint one after the other, and the id where there is one."""
    try:
        people = read_json(file)["people"]
        ids = [int(person.get("person_id", [-1])[0]) for person in people]
        values = [[float(value) for value in person["pose_keypoints_2d"]] for person in people]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise UnreadableError(f"{file}: not a file of OpenPose ({error!r})") from error
    return [(each, known if known >= 0 else None) for each, known in zip(values, ids, strict=True)]
