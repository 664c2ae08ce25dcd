"""What a person notes of a video beside its people: named events, a scale, and what is read out at joints.

Each is an entry of the journal as corrections are, so that it is undone and redone as they are.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from swahr.document.edit import Edit, Index
from swahr.document.people import People
from swahr.errors import SettingError
from swahr.pose.events import EventMark, check_event_name

Joints = Annotated[tuple[Index, ...], Field(min_length=2, max_length=3)]


@dataclass(frozen=True)
class Scale:
    """A known length in the frame. line: x, y, x, y of its ends, frame pixels. length: metres.

    >>> Scale((0.0, 0.0, 30.0, 40.0), 2.0).metres_per_pixel
    0.04
    """

    line: tuple[float, float, float, float]
    length: float

    @property
    def metres_per_pixel(self) -> float:
        """How long a pixel is."""
        return self.length / math.hypot(self.line[2] - self.line[0], self.line[3] - self.line[1])


@dataclass(frozen=True)
class Annotations:
    """What holds of all annotations.

    events: in the order of frames. scale: None where there is none. readouts: joints of each, two for a distance, three
    for the angle at the second.
    """

    events: tuple[EventMark, ...] = ()
    scale: Scale | None = None
    readouts: tuple[tuple[int, ...], ...] = ()


class Annotation(Edit):
    """An entry that changes nobody."""

    def _change(self, people: People) -> None:
        pass

    def _touches(self, frame: int) -> bool:
        return False


class _OfEvent(Annotation):
    """An entry about an event mark, which its number tells."""

    event: Index


class _NamedEvent(_OfEvent):
    frame: Index
    name: str

    @model_validator(mode="after")
    def _checked(self) -> "_NamedEvent":
        check_event_name(self.name)
        return self

    @property
    def mark(self) -> EventMark:
        """What it makes."""
        return EventMark(self.frame, self.name, self.event)


class AddEvent(_NamedEvent):
    """Give a frame a name; `Document.free_event` says which number is free."""

    kind: Literal["add_event"] = "add_event"


class ChangeEvent(_NamedEvent):
    """Give an event mark another name, or another frame."""

    kind: Literal["change_event"] = "change_event"


class DeleteEvent(_OfEvent):
    """Take an event mark away."""

    kind: Literal["delete_event"] = "delete_event"


class SetScale(Annotation):
    """Say how long a line in the frame is; no length takes the scale away.

    line: x, y, x, y of its ends, frame pixels. length: metres.
    """

    kind: Literal["set_scale"] = "set_scale"
    line: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    length: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _checked(self) -> "SetScale":
        if self.length is not None and self.line[:2] == self.line[2:]:
            raise SettingError(f"the line of the scale has no length: both ends are at {self.line[:2]}")
        return self


class SetReadouts(Annotation):
    """Say what is read out: of two joints their distance, of three the angle at the second."""

    kind: Literal["set_readouts"] = "set_readouts"
    readouts: tuple[Joints, ...]

    def _joints(self) -> tuple[int, ...]:
        return tuple(joint for readout in self.readouts for joint in readout)


def annotations_of(edits: Iterable[Edit]) -> Annotations:
    """Return what the annotations of a journal add up to; an entry about an event that is not there changes nothing."""
    events: dict[int, EventMark] = {}
    scale: Scale | None = None
    readouts: tuple[tuple[int, ...], ...] = ()
    for edit in edits:
        if isinstance(edit, AddEvent) or (isinstance(edit, ChangeEvent) and edit.event in events):
            events[edit.event] = edit.mark
        elif isinstance(edit, DeleteEvent):
            events.pop(edit.event, None)
        elif isinstance(edit, SetScale):
            scale = None if edit.length is None else Scale(edit.line, edit.length)
        elif isinstance(edit, SetReadouts):
            readouts = edit.readouts
    return Annotations(tuple(sorted(events.values())), scale, readouts)


def check_event(edit: Edit, known: Annotations) -> None:
    """Raise SettingError where an entry is about an event mark that is not there, or is there already."""
    if not isinstance(edit, _OfEvent):
        return
    numbers = [event.number for event in known.events]
    if isinstance(edit, AddEvent) == (edit.event in numbers):
        there = "is taken; `free_event` says which is free" if edit.event in numbers else "is not there"
        raise SettingError(f"event {edit.event} {there}")
