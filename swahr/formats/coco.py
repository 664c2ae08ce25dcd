"""COCO keypoint results: one list of {"image_id", "category_id": 1, "keypoints": [x, y, score, ...], "score"}.

image_id is the frame. Missing joints are 0, 0, 0. Frames without people have no entry, as COCO has it. A person
that was followed has a "track_id" besides, one of a photo its "file_name", and one whose joints were corrected by hand
"marks", {joint: "corrected", ...}; evaluation tools pass over these.
Layout: cocodataset.org, format-results.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from swahr._util.reading import read_json
from swahr.errors import Hint, SettingError, UnreadableError
from swahr.formats.format import Format, Target
from swahr.formats.numbers import DIGITS, Digits, id_of, rounded, score_of
from swahr.formats.registry import register_format
from swahr.formats.writer import State, TextWriter, Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.marks import marks_by_joint, marks_of_words
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import COCO_17, COCO_FEET_23, COCO_FEET_HANDS_29, CROWDPOSE_14, HALPE_26, Skeleton

KNOWN_BY_COUNT = {
    each.num_joints: each for each in (COCO_17, CROWDPOSE_14, COCO_FEET_23, HALPE_26, COCO_FEET_HANDS_29)
}


class CocoWriter(TextWriter):
    """Writes COCO results as frames are done; the list is closed in `close`."""

    def __init__(
        self,
        path: str | Path,
        resume: State | None = None,
        names: Mapping[int, str] | None = None,
        digits: Digits = DIGITS,
        marks: bool = False,
    ) -> None:
        self._names, self._digits, self._marks = names or {}, digits, marks
        self.people = 0 if resume is None else int(resume["people"])
        super().__init__(path, resume)

    def state(self) -> State:
        """Return what a later writer needs to go on from here."""
        return {**super().state(), "people": self.people}

    def head_text(self) -> str:
        """Open the list."""
        return "["

    def frame_text(self, frame_index: int, time_s: float, poses: Poses | None) -> str:
        """Return the entries of a frame, which are one per person."""
        text = ""
        for person in range(0 if poses is None else len(poses)):
            assert poses is not None
            places = rounded(poses.keypoints[person], self._digits)
            joints = [value for joint in places for value in joint or (0, 0, 0)]
            entry: dict[str, Any] = {
                "image_id": frame_index,
                "category_id": 1,
                "keypoints": joints,
                "score": score_of(poses, person, self._digits),
            }
            if frame_index in self._names:
                entry["file_name"] = self._names[frame_index]
            known = id_of(poses, person)
            if known is not None:
                entry["track_id"] = known
            if self._marks and poses.marks is not None and poses.marks[person].any():
                entry["marks"] = marks_by_joint(poses.marks[person], poses.skeleton.joints)
            text += (",\n" if self.people else "\n") + json.dumps(entry, separators=(",", ":"))
            self.people += 1
        return text

    def tail_text(self) -> str:
        """Close the list."""
        return "\n]\n"


@register_format
class CocoFormat(Format):
    """COCO keypoint results."""

    name = "coco"
    description = "COCO keypoint results"
    endings = ("_coco.json", ".json")
    lacks = ("times", "empty frames", "units", "events")

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which appends people as frames are done."""
        return CocoWriter(target.path, target.resume, target.names, target.digits, target.marks)

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by the bracket that begins the list."""
        return first_line.startswith("[")

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read COCO results. skeleton: None goes by how many joints there are (`KNOWN_BY_COUNT`)."""
        try:
            entries = read_json(path)
        except ValueError as error:
            raise UnreadableError(f"{path}: not a readable JSON file ({error})") from error
        if not isinstance(entries, list):
            raise UnreadableError(
                f"{path}: a JSON {type(entries).__name__}; expected the list of COCO results"
            )
        try:
            count = len(entries[0]["keypoints"]) // 3 if entries else 17
            found = skeleton or KNOWN_BY_COUNT.get(count)
            if found is None:
                raise UnreadableError(f"{path}: {count} joints without names", hints=[Hint("skeleton")])
            builder = RecordingBuilder(found, frame_rate)
            for entry in entries:
                index, values = int(entry["image_id"]), entry["keypoints"]
                builder.frame(index, name=str(entry.get("file_name", "")))
                joints = [
                    values[at : at + 3] if any(values[at : at + 3]) else None
                    for at in range(0, len(values), 3)
                ]
                words = entry.get("marks")
                marks = marks_of_words(words, found.joints) if words else None
                builder.person(index, joints, entry.get("score"), entry.get("track_id"), marks=marks)
        except (KeyError, TypeError, ValueError, AttributeError, SettingError) as error:
            raise UnreadableError(f"{path}: not a list of COCO keypoint results ({error!r})") from error
        return builder.build()
