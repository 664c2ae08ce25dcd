"""One JSON object per frame, one per line; the layout is that of `json_lines`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from swahr._util.reading import open_text, parse_json
from swahr.errors import Hint, SettingError, UnreadableError
from swahr.formats.format import Format, Target
from swahr.formats.json_lines import JsonLinesWriter
from swahr.formats.numbers import covariance_of
from swahr.formats.registry import register_format
from swahr.formats.writer import Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.events import EventMark
from swahr.pose.marks import marks_of_words
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton


@register_format
class JsonlFormat(Format):
    """JSON lines."""

    name = "jsonl"
    description = "one JSON object per frame"
    endings = (".jsonl",)
    uncertainty = True
    lacks = ("units",)

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which appends lines as frames are done."""
        return JsonLinesWriter(
            target.path,
            target.skeleton,
            target.keep_empty,
            target.resume,
            target.names,
            target.digits,
            target.uncertainty,
            target.began_at,
            target.marks,
            target.events,
        )

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by the brace that begins the first line."""
        return first_line.startswith("{")

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read one object per line. skeleton: None goes by the names in the first person."""
        found = skeleton or _skeleton_of(path)
        builder = RecordingBuilder(found, frame_rate)
        for number, data in _frames_of(path):
            try:
                index = int(data["frame"])
                builder.frame(index, data["time_s"], data.get("file", ""))
                builder.events(EventMark(index, name) for name in data.get("events", ()))
                for person in data["people"]:
                    joints = [person["keypoints"].get(joint) for joint in found.joints]
                    sure = person.get("uncertainty", {})
                    covariance = covariance_of([sure.get(joint) for joint in found.joints])
                    words = person.get("marks")
                    marks = marks_of_words(words, found.joints) if words else None
                    builder.person(index, joints, person["score"], person["id"], covariance, marks)
            except (ValueError, KeyError, TypeError, AttributeError, SettingError) as error:
                raise _not_a_frame(path, number, error) from error
        return builder.build()


def _frames_of(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the number and the content of each line."""
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield number, parse_json(line)
                except ValueError as error:
                    raise _not_a_frame(path, number, error) from error


def _skeleton_of(path: Path) -> Skeleton:
    """Return the skeleton of the first person's joints."""
    for number, data in _frames_of(path):
        try:
            if data["people"]:
                return Skeleton.from_joints(data["people"][0]["keypoints"])
        except (KeyError, TypeError) as error:
            raise _not_a_frame(path, number, error) from error
    raise UnreadableError(f"{path}: nobody is in it, so the joints are unknown", hints=[Hint("skeleton")])


def _not_a_frame(path: Path, number: int, error: Exception) -> UnreadableError:
    return UnreadableError(f"{path}, line {number}: not a frame of this format ({error!r})")
