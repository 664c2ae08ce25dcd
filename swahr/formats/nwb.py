"""NWB with the extension ndx-pose: a PoseEstimation for each person, a series with confidence for each joint.

Times are seconds; places are pixels of the upright frame. Missing joints are NaN. There is a sample for each frame from
0 on, looked at or not: readers count them. Named frames are an EventsTable, before pynwb 4 an
AnnotationSeries. Layout: nwb.org, ndx-pose.
"""

import warnings
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

from swahr._util.text import counted
from swahr.errors import SettingError, UnreadableError
from swahr.formats.even_times import SAME_S
from swahr.formats.format import Format, Target
from swahr.formats.hdf_image import hdf5_file
from swahr.formats.hdf_trial import hdf5_names, try_hdf5
from swahr.formats.libraries import load_library
from swahr.formats.registry import register_format
from swahr.formats.tables import track_ids, track_name
from swahr.formats.tracks import Floats, Tracks, add_tracks
from swahr.formats.two_pass_writer import TwoPassWriter
from swahr.formats.writer import Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.events import EventMark, check_event_name
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

ENDING = ".nwb"
MODULE = "behavior"
EVENTS = "events"  # name of the series of named frames
# NWB asks when a session began, and no file of keypoints knows: the beginning of all counting says so.
UNKNOWN_START = datetime(1970, 1, 1, tzinfo=timezone.utc)


class NwbWriter(TwoPassWriter):
    """Writes the file at the end."""

    def __init__(self, target: Target) -> None:
        self._pynwb: Any = load_library("pynwb", "nwb")
        self._pose: Any = load_library("ndx_pose", "nwb")
        self._target, self._skeleton = target, target.skeleton
        super().__init__(target.path, target.skeleton, target.resume, target.digits, events=target.events)

    def write_final(self, path: Path) -> None:
        """Write the series: who is in it is known now."""
        tracks = Tracks.of(self.lines(), len(self.joints), from_zero=True)
        times = _filled(tracks.times, self._target.frame_rate)
        file = self._pynwb.NWBFile(
            session_description="keypoints of people, found by swahr"
            + ("" if self._target.began_at else "; when the session began is not known"),
            identifier=self.path.name,
            session_start_time=self._target.began_at or UNKNOWN_START,
        )
        skeleton = self._pose.Skeleton(
            name=self._skeleton.name,
            nodes=list(self.joints),
            edges=np.asarray(self._skeleton.limbs, np.uint8).reshape(-1, 2),
        )
        module = file.create_processing_module(name=MODULE, description="poses")
        module.add(self._pose.Skeletons(skeletons=[skeleton]))
        for label, joints in tracks.joints.items():
            module.add(self._estimation(label, joints, times, skeleton))
        events = [(float(times[line.frame]), name) for line in self.lines() for name in line.events]
        if events:
            self._add_events(file, module, events)
        with hdf5_file(path, "nwb") as content:
            self._pynwb.NWBHDF5IO(file=content, mode="w").write(file)

    def _add_events(self, file: Any, module: Any, events: list[tuple[float, str]]) -> None:
        """Write named moments, each with its seconds."""
        said = "frames that a person named"
        if hasattr(file, "create_events_table"):
            table = file.create_events_table(name=EVENTS, description=said)
            for seconds, name in events:
                table.add_event(timestamp=seconds, annotation=name)
            return
        stamps, names = map(list, zip(*events, strict=True))
        module.add(
            self._pynwb.misc.AnnotationSeries(name=EVENTS, description=said, data=names, timestamps=stamps)
        )

    def _estimation(self, label: int, joints: Any, times: Any, skeleton: Any) -> Any:
        series = [
            self._pose.PoseEstimationSeries(
                name=joint,
                description=f"the {joint} of {track_name(label)}",
                data=joints[:, number, :2],
                unit="pixels" if self._target.unit == "px" else self._target.unit,
                reference_frame="(0, 0) is the centre of the top left pixel"
                if self._target.unit == "px"
                else "y goes up",
                timestamps=times,
                confidence=np.nan_to_num(joints[:, number, 2]),
                confidence_definition="score in [0, 1]",
            )
            for number, joint in enumerate(self.joints)
        ]
        return self._pose.PoseEstimation(
            name=track_name(label),
            pose_estimation_series=series,
            description="joints of one person",
            source_software="swahr",
            skeleton=skeleton,
        )


@register_format
class NwbFormat(Format):
    """NWB."""

    name = "nwb"
    description = "NWB with ndx-pose"
    endings = (ENDING,)
    two_pass = True
    lacks = ("person scores", "file names", "units", "corrections")
    needs_times = True
    same_bytes = False

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which makes the file when all people are known."""
        return NwbWriter(target)

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by what NWB says of itself."""
        return "nwb_version" in hdf5_names(path)

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read the poses of a file.

        skeleton: None goes by the series' names. frame_rate: gives frames their numbers, by their times; None: their
        order does, as all frames are there.
        """
        pynwb = load_library("pynwb", "nwb")
        load_library("ndx_pose", "nwb")
        try_hdf5(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pynwb.NWBHDF5IO(str(path), "r") as io:
                objects = list(io.read().objects.values())
                found = [each for each in objects if type(each).__name__ == "PoseEstimation"]
                skeletons = [each for each in objects if type(each).__name__ == "Skeleton"]
                named = [note for each in objects for note in _notes(each)]
                # Series come in the order of their names; the skeleton has that of the joints.
                nodes = [str(node) for each in skeletons for node in each.nodes[:]]
                people = {
                    each.name: {name: _values(s) for name, s in each.pose_estimation_series.items()}
                    for each in found
                }
        if not people and nodes:  # nobody was found
            return _nobody(skeleton or Skeleton.from_joints(nodes), named, frame_rate)
        if not people:
            raise UnreadableError(f"{path}: no PoseEstimation of ndx-pose is in it")
        names = [name for series in people.values() for name in series]
        joints = list(dict.fromkeys([node for node in nodes if node in names] + names))
        known = skeleton or Skeleton.from_joints(joints)
        times = np.unique(np.concatenate([s[1] for series in people.values() for s in series.values()]))
        frames = np.arange(len(times))
        if frame_rate is not None:
            numbers = np.round(times * frame_rate).astype(np.int64)
            frames = numbers if (np.diff(numbers) > 0).all() else frames
        tracks: dict[int, Any] = {}
        for name, label in track_ids(list(people)).items():
            tracks[label] = np.full((len(times), known.num_joints, 3), np.nan)
            for number, joint in enumerate(known.joints):
                if joint in people[name]:
                    places, stamps, confidence = people[name][joint]
                    at = np.searchsorted(times, stamps)
                    tracks[label][at, number] = np.column_stack([places[:, :2], confidence])
        builder = RecordingBuilder(known, None)
        # A file keeps its objects in no order.
        add_tracks(builder, frames.tolist(), dict(sorted(tracks.items())), None, times)
        builder.events(_marks(named, times, frames))
        return builder.build()


def _nobody(skeleton: Skeleton, named: list[tuple[float, str]], frame_rate: float | None) -> Recording:
    """Return the recording of a file without people: of its frames only those with a name are known, by the rate."""
    builder = RecordingBuilder(skeleton, frame_rate)
    if frame_rate is None:
        if named:
            builder.notes.append(
                f"nobody is in it, so the frames of {counted(len(named), 'event')} are unknown; they are left out"
            )
        return builder.build()
    for seconds, name in named:
        frame = round(seconds * frame_rate)
        if frame >= 0:
            builder.frame(frame, seconds)
            builder.events([EventMark(frame, name)])
    return builder.build()


def _filled(times: Floats, rate: float) -> Floats:
    """Return times [F] of all frames: on the line between those that are known, and by the rate beyond them."""
    known, every = np.flatnonzero(np.isfinite(times)), np.arange(len(times))
    if not len(known):
        return np.asarray(every / rate)
    before, after = np.minimum(every - known[0], 0) / rate, np.maximum(every - known[-1], 0) / rate
    return np.asarray(np.interp(every, known, times[known]) + before + after)


def _notes(thing: Any) -> list[tuple[float, str]]:
    """Return seconds and text of what is noted in an object of a file; what cannot be a name is passed over."""
    if type(thing).__name__ == "AnnotationSeries":
        stamps, texts = thing.timestamps, thing.data
        if stamps is None:  # by a rate, which pynwb does not write of notes
            return []
    elif type(thing).__name__ == "EventsTable" and "annotation" in thing.colnames:
        stamps, texts = thing["timestamp"], thing["annotation"]
    else:
        return []
    noted = [(float(seconds), str(text)) for seconds, text in zip(stamps[:], texts[:], strict=False)]
    return [(seconds, text) for seconds, text in noted if np.isfinite(seconds) and _is_name(text)]


def _is_name(text: str) -> bool:
    with suppress(SettingError):
        return bool(check_event_name(text))
    return False


def _marks(named: list[tuple[float, str]], times: Floats, frames: Any) -> list[EventMark]:
    """Return notes as marks of the frames that are nearest in time; those that are of no frame are passed over."""
    half_s = float(np.median(np.diff(times))) / 2 if len(times) > 1 else 0.0
    found = []
    for seconds, name in named:
        away_s = np.abs(times - seconds)
        if away_s.min() <= half_s + SAME_S:
            found.append(EventMark(int(frames[away_s.argmin()]), name))
    return found


def _values(series: Any) -> tuple[Any, Any, Any]:
    """Return places [F, 2 or 3], seconds [F] and confidence [F] of a series."""
    places = np.asarray(series.data, np.float64)
    if series.timestamps is not None:
        times = np.asarray(series.timestamps, np.float64)
    else:
        times = float(series.starting_time or 0) + np.arange(len(places)) / float(series.rate)
    confidence = (
        np.ones(len(places)) if series.confidence is None else np.asarray(series.confidence, np.float64)
    )
    return places, times, confidence
