"""C3D, read and written by ezc3d: markers of all people, person0:RKnee, or RKnee where there is one person.

A place for each frame from 0 on; missing joints have no place. Positions in pixels have y downwards, in metres upwards;
z is 0. C3D has one rate, and no times but those: frames at uneven times are brought to even ones. Named frames are in
the group EVENT, as gait laboratories keep them: LABELS, and TIMES in minutes and seconds from frame 0 on.
Layout: c3d.org.
"""

import errno
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from swahr.errors import SettingError, UnreadableError
from swahr.formats.even_times import EvenTimes
from swahr.formats.format import Format, Target
from swahr.formats.libraries import load_library, try_apart
from swahr.formats.markers import joint_names, marker_names
from swahr.formats.registry import register_format
from swahr.formats.tables import track_ids, track_name
from swahr.formats.tracks import Tracks, add_tracks
from swahr.formats.two_pass_writer import TwoPassWriter
from swahr.formats.writer import Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.events import EventMark, check_event_name
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

UNITS = ("px", "m", "mm")
ENDING = ".c3d"
BLOCK = 512  # bytes, by which the format counts
MAX_SIZE = 255  # of what a parameter lists, and of each text in bytes: these sizes are bytes themselves
NO_SIDE = "General"  # context of an event that is of neither side


class C3dWriter(TwoPassWriter):
    """Writes the file at the end."""

    def __init__(self, target: Target) -> None:
        self._ezc3d: Any = load_library("ezc3d", "c3d")
        self._target = target
        super().__init__(target.path, target.skeleton, target.resume, target.digits, events=target.events)

    def write_final(self, path: Path) -> None:
        """Write the markers: who is in it is known now."""
        even = EvenTimes.of(self.lines(), self._target.frame_rate)
        self.notes = even.notes(self.path)
        rate = even.rate * even.frame_step if even.follow_numbers else even.rate
        tracks = Tracks.of(
            self.lines() if even.follow_numbers else even.rows(self.lines()), len(self.joints), from_zero=True
        )
        people = tracks.joints or {0: np.full((len(tracks.frames), len(self.joints), 3), np.nan)}
        names = marker_names(self.joints)
        labels = [
            name if len(people) == 1 else f"{track_name(who)}:{name}" for who in people for name in names
        ]
        places = np.concatenate([*people.values()], axis=1)  # [F, people x K, 3]
        points = np.ones((4, len(labels), len(places)))
        points[:2] = places[..., :2].transpose(2, 1, 0)
        points[2] = np.where(np.isnan(points[0]), np.nan, 0.0)
        file = self._ezc3d.c3d()
        parameters = file["parameters"]["POINT"]
        parameters["RATE"]["value"] = [rate]
        parameters["UNITS"]["value"] = [self._target.unit]
        parameters["LABELS"]["value"] = labels
        file["data"]["points"] = points
        start_s = None if even.follow_numbers else even.start_s
        events = [
            (name, line.frame / rate if start_s is None or line.time_s is None else line.time_s - start_s)
            for line in self.lines()
            for name in line.events
        ]
        if events:  # the last of uneven frames may come later than the last row
            self._add_events(file, events, end_s=(len(tracks.frames) - 1) / rate)
        named = path.with_name(path.name + ENDING)  # it gives other names that ending
        try:
            file.write(str(named))
            _check_whole(named, points)
            named.replace(path)
        except BaseException:
            named.unlink(missing_ok=True)
            raise

    def _add_events(self, file: Any, events: list[tuple[str, float]], end_s: float) -> None:
        """Write named moments: names, and seconds from frame 0 on. end_s: of the last row."""
        if len(events) > MAX_SIZE:
            self.notes += (
                f"{self.path}: C3D holds {MAX_SIZE} events; {len(events) - MAX_SIZE} are left out",
            )
            events = events[:MAX_SIZE]
        names = [_cut(name) for name, _ in events]
        if shorter := sum(name != whole for name, (whole, _) in zip(names, events, strict=True)):
            self.notes += (f"{self.path}: C3D holds names of {MAX_SIZE} bytes; {shorter} of events are cut",)
        times = np.divmod(np.minimum([seconds for _, seconds in events], end_s), 60)
        file.add_parameter("EVENT", "USED", [len(events)])
        file.add_parameter("EVENT", "CONTEXTS", [NO_SIDE] * len(events))
        file.add_parameter("EVENT", "LABELS", names)
        file.add_parameter("EVENT", "TIMES", np.asarray(times))


def _cut(name: str) -> str:
    """Return as much of a name as a parameter holds."""
    return name.encode()[:MAX_SIZE].decode(errors="ignore").rstrip()


def _check_whole(path: Path, points: Any) -> None:
    """Fail where ezc3d, which says nothing of a full disk, wrote less than points [4, people x K, F] take."""
    with path.open("rb") as file:
        head = np.frombuffer(file.read(BLOCK), "<u2")
    # Its ninth word has the block, from 1 on, with which points begin, behind it; that is written at the end.
    start = int(head[8]) if len(head) == BLOCK // 2 else 0
    if start < 2 or path.stat().st_size < (start - 1) * BLOCK + points.size * 4:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@register_format
class C3dFormat(Format):
    """C3D."""

    name = "c3d"
    description = "C3D with the markers of all people"
    endings = (ENDING,)
    two_pass = True
    lacks = ("scores", "person scores", "file names", "corrections")
    needs_times = True

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which makes the file when all people are known."""
        return C3dWriter(target)

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by the name: what begins a file is a number that many others begin with."""
        return path.suffix.lower() == ENDING and path.is_file()

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read the markers of a file. Joints have score 1, for want of scores; z is left out, and it is noted.

        skeleton: None goes by the labels. frame_rate: not asked, the file has a rate.
        """
        ezc3d = load_library("ezc3d", "c3d")
        try_apart("import ezc3d; ezc3d.c3d(path)", path)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                file = ezc3d.c3d(str(path))
        except (OSError, RuntimeError, ValueError) as error:
            raise UnreadableError(f"{path}: not a readable C3D file ({error})") from error
        parameters, points = file["parameters"]["POINT"], file["data"]["points"]
        labels = [_text(label) for label in parameters["LABELS"]["value"]]
        parts = [label.rpartition(":") for label in labels]
        markers = list(dict.fromkeys(name for _, _, name in parts))
        found = skeleton or Skeleton.from_joints(joint_names(markers))
        people = list(dict.fromkeys(who for who, _, _ in parts))
        rate = float(parameters["RATE"]["value"][0])
        first = int(file["header"]["points"]["first_frame"])
        unit = str((parameters["UNITS"]["value"] or ["px"])[0])
        builder = RecordingBuilder(found, rate, unit=unit if unit in UNITS else "px")
        builder.notes.append("C3D has no scores: joints have score 1")
        joints: dict[int, Any] = {}
        for name, label in track_ids([who or track_name(0) for who in people]).items():
            joints[label] = np.full((points.shape[2], found.num_joints, 3), np.nan)
            for number, marker in enumerate(markers):
                whole = f"{name}:{marker}" if f"{name}:{marker}" in labels else marker
                if whole in labels and number < found.num_joints:
                    joints[label][:, number, :2] = points[:2, labels.index(whole)].T
        if np.nan_to_num(points[2]).any():
            builder.notes.append("the third coordinate, z, is left out: places have two")
        add_tracks(builder, range(first, first + points.shape[2]), joints)
        last = first + points.shape[2] - 1
        events = [event for event in _events(file["parameters"], rate) if first <= event.frame <= last]
        builder.events(events)
        return builder.build()


def _events(parameters: Any, rate: float) -> list[EventMark]:
    """Return the events of a file, those of one side with its name; what cannot be a name is passed over."""
    group = parameters.get("EVENT", {})
    if not {"LABELS", "TIMES"} <= {*group}:
        return []
    labels = [_text(label).strip() for label in group["LABELS"]["value"]]
    sides = [_text(side).strip() for side in group.get("CONTEXTS", {"value": []})["value"]]
    times = np.asarray(group["TIMES"]["value"], np.float64).reshape(2, -1)
    found = []
    for place, (label, (minutes, seconds)) in enumerate(zip(labels, times.T, strict=False)):
        side = sides[place] if place < len(sides) and sides[place] != NO_SIDE else ""
        frame = (60 * minutes + seconds) * rate
        try:
            name = check_event_name(f"{side} {label}".strip())
        except SettingError:
            continue
        if np.isfinite(frame) and frame > -0.5:
            found.append(EventMark(round(frame), name))
    return found


def _text(label: str) -> str:
    """Return a label as text: older systems write Latin-1, of which ezc3d keeps the bytes as halves of characters."""
    return label if label.isprintable() else label.encode("utf-8", "surrogateescape").decode("latin-1")
