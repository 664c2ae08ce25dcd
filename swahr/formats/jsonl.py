"""One JSON object a frame, one a line.

{"frame", "time_s", "people": [{"id", "score", "keypoints": {joint: [x, y, score], ...}}, ...]}

A missing joint is null, and so are an unknown time and the id of a person that nobody followed.
"""

import json
import math
from pathlib import Path
from typing import Any

from swahr.errors import Hint, SwahrError, UnreadableError
from swahr.formats.numbers import TIME_DIGITS, id_of, rounded, score_of
from swahr.formats.writer import State, TextWriter
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording, RecordingBuilder
from swahr.pose.skeleton import Skeleton


class JsonlWriter(TextWriter):
    """Writes one JSON object a frame. keep_empty: frames without people are written too."""

    def __init__(
        self, path: str | Path, skeleton: Skeleton, keep_empty: bool = True, resume: State | None = None
    ) -> None:
        self.keep_empty = keep_empty
        self._joints = skeleton.joints
        super().__init__(path, resume)

    def _frame(self, frame_index: int, time_s: float, poses: Poses | None) -> str:
        people = [] if poses is None else [self._person(poses, person) for person in range(len(poses))]
        if not people and not self.keep_empty:
            return ""
        time = None if math.isnan(time_s) else round(time_s, TIME_DIGITS)
        return (
            json.dumps({"frame": frame_index, "time_s": time, "people": people}, separators=(",", ":")) + "\n"
        )

    def _person(self, poses: Poses, person: int) -> dict[str, Any]:
        return {
            "id": id_of(poses, person),
            "score": score_of(poses, person),
            "keypoints": dict(zip(self._joints, rounded(poses.keypoints[person]), strict=True)),
        }


def read_jsonl(path: Path, skeleton: Skeleton | None = None, frame_rate: float | None = None) -> Recording:
    """Read one object a line. skeleton: None goes by the names in the first person."""
    builder: RecordingBuilder | None = None
    waiting: list[tuple[int, float | None]] = []  # frames before the first person
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
                index, time_s, people = int(data["frame"]), data["time_s"], data["people"]
                if builder is None and people:
                    names = list(people[0]["keypoints"])
                    builder = RecordingBuilder(
                        skeleton or Skeleton.from_coco_category({"keypoints": names}), frame_rate
                    )
                    for frame in waiting:
                        builder.frame(*frame)
                if builder is None:
                    waiting.append((index, time_s))
                    continue
                builder.frame(index, time_s)
                for person in people:
                    joints = [person["keypoints"].get(joint) for joint in builder.skeleton.joints]
                    builder.person(index, joints, person["score"], person["id"])
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise SwahrError(f"{path}, line {number}: not a frame of this format ({error!r})") from error
    if builder is None:
        if skeleton is None:
            raise UnreadableError(
                f"{path}: nobody is in it, so the joints are unknown", hints=[Hint("skeleton")]
            )
        builder = RecordingBuilder(skeleton, frame_rate)
        for frame in waiting:
            builder.frame(*frame)
    return builder.build()
