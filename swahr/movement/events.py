"""Events: steps where someone walks and is seen from the side, counted repetitions, and frames that a person named."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from swahr.movement.repetitions import find_repetitions
from swahr.movement.steps import Walking, about_walking, find_steps
from swahr.movement.stretches import frame_times
from swahr.movement.values import PersonMovement
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

REPETITION, MARK = "repetition", "mark"


@dataclass(frozen=True)
class Event:
    """Something that happens at a moment, or around it.

    person_id: None of a named frame. kind: "foot strike", "foot off", "repetition" or "mark". of: the side of a foot,
    the angle that repeats, or the name of the frame.
    frame: index in the source of the frame next to it; of a repetition, of its peak. time_s: seconds, between frames
    where it falls there. start_s, end_s: of a repetition. low_deg, high_deg: between which it goes.
    """

    person_id: int | None
    kind: str
    of: str
    frame: int
    time_s: float
    start_s: float | None = None
    end_s: float | None = None
    low_deg: float | None = None
    high_deg: float | None = None


def steps_of(person: PersonMovement, skeleton: Skeleton) -> tuple[list[Event], Walking | None, str]:
    """Return someone's steps, what they add up to, and why there are none."""
    steps, why = find_steps(person.track, person.places, person.facing, skeleton)
    events = [
        Event(person.id, step.kind, step.side, int(person.track.frames[step.row]), step.time_s)
        for step in steps
    ]
    return events, about_walking(person.track, person.places, skeleton, steps), why


def marks_of(recording: Recording) -> list[Event]:
    """Return the frames that a person named."""
    times = dict(zip(recording.frames.tolist(), frame_times(recording).tolist(), strict=True))
    return [
        Event(None, MARK, mark.name, mark.frame, times[mark.frame])
        for mark in recording.events
        if mark.frame in times
    ]


def repetitions_of(person: PersonMovement, columns: Sequence[tuple[str, int]]) -> list[Event]:
    """Return how often someone's angles rise and fall again. columns: the name and the column of each angle."""
    frames, times = person.track.frames, person.times
    # From the other side an angle has another sign.
    breaks = person.track.breaks | np.concatenate([[False], np.diff(person.facing) != 0])
    return [
        Event(
            person.id,
            REPETITION,
            name,
            int(frames[found.peak]),
            float(times[found.peak]),
            float(times[found.start]),
            float(times[found.end]),
            found.low,
            found.high,
        )
        for name, column in columns
        for found in find_repetitions(person.angles[:, column], times, breaks)
    ]
