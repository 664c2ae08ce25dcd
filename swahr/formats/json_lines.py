"""Frames as JSON lines: the format jsonl, and what formats that are written at the end keep until then.

{"frame", "time_s", "people": [{"id", "score", "keypoints": {joint: [x, y, score], ...}}, ...]}

Of photos there is a "file" after the frame; of what was recorded live a "time_of_day" after the time, ISO 8601 with its
zone.

On request a person also has "uncertainty": {joint: [sigma x, sigma y, rho], ...}, the standard deviations of the
joint's place, frame pixels, and their correlation; null where it is not known.
Where a person corrected joints, people have "marks": {joint: "corrected", ...}, and frames that were named have
"events": ["toe off", ...].
A missing joint is null, and so are an unknown time and the id of a person that nobody followed.
"""

import json
import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from swahr.formats.format import time_of_day
from swahr.formats.numbers import DIGITS, TIME_DIGITS, Digits, deviations, id_of, rounded, score_of
from swahr.formats.writer import State, TextWriter
from swahr.pose.marks import marks_by_joint
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton


class JsonLinesWriter(TextWriter):
    """Writes one JSON object per frame.

    joints: names, in the order of each person. keep_empty: frames without people are written too. names: of frames by
    their index, where they are photos. uncertainty: how sure each joint's place is is written too. began_at: time of
    day at 0 s, with which each frame says its own.
    marks: which joints were corrected by hand is written too. events: names of frames, by their index.
    """

    def __init__(
        self,
        path: str | Path,
        skeleton: Skeleton,
        keep_empty: bool = True,
        resume: State | None = None,
        names: Mapping[int, str] | None = None,
        digits: Digits = DIGITS,
        uncertainty: bool = False,
        began_at: datetime | None = None,
        marks: bool = False,
        events: Mapping[int, tuple[str, ...]] | None = None,
    ) -> None:
        self._began_at = began_at
        self._marks, self._events = marks, events or {}
        self.digits = digits
        self.keep_empty, self.uncertainty = keep_empty, uncertainty
        self._names = names or {}
        self.joints = skeleton.joints
        super().__init__(path, resume)

    def frame_text(self, frame_index: int, time_s: float, poses: Poses | None) -> str:
        """Return the line of a frame."""
        people = [] if poses is None else [self._person(poses, person) for person in range(len(poses))]
        named = self._events.get(frame_index, ())
        if not people and not named and not self.keep_empty:
            return ""
        time = None if math.isnan(time_s) else round(time_s, TIME_DIGITS)
        line: dict[str, Any] = {"frame": frame_index}
        if frame_index in self._names:
            line["file"] = self._names[frame_index]
        line["time_s"] = time
        if self._began_at is not None and time is not None:
            line["time_of_day"] = time_of_day(self._began_at, time)
        if named:
            line["events"] = list(named)
        return json.dumps({**line, "people": people}, separators=(",", ":")) + "\n"

    def _person(self, poses: Poses, person: int) -> dict[str, Any]:
        written: dict[str, Any] = {
            "id": id_of(poses, person),
            "score": score_of(poses, person, self.digits),
            "keypoints": dict(zip(self.joints, rounded(poses.keypoints[person], self.digits), strict=True)),
        }
        if self.uncertainty and poses.covariance is not None:
            written["uncertainty"] = dict(zip(self.joints, deviations(poses.covariance[person]), strict=True))
        if self._marks and poses.marks is not None and poses.marks[person].any():
            written["marks"] = marks_by_joint(poses.marks[person], self.joints)
        return written
