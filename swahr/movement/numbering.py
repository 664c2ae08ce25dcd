"""Frames of a recording by their numbers: those that were left out for want of people count as frames, too."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from swahr.pose.recording import Recording

Ints = npt.NDArray[np.int64]


def frame_step(frames: Ints) -> int:
    """Return by how much numbers grow from one frame that was looked at to the next: n where each n-th was.

    >>> frame_step(np.asarray([0, 4, 8, 20])), frame_step(np.asarray([0, 2, 5]))
    (4, 1)
    """
    return int(np.gcd.reduce(np.diff(frames))) if len(frames) > 1 else 1


def numbers_of(recording: Recording) -> Ints:
    """Return the number of each frame [F], counted in frames that were looked at, from 0 for the first."""
    if not len(recording):
        return recording.frames
    return np.asarray((recording.frames - recording.frames[0]) // frame_step(recording.frames), np.int64)


def with_short_gaps(recording: Recording, max_missing: int) -> tuple[Recording, npt.NDArray[np.bool_]]:
    """Return a recording with frames, of nobody, where at most so many are left out, and which [F] are new.

    A new frame's time is on the line between its neighbours.

    Args:
        recording: In which frames without people may be left out.
        max_missing: Longest gap in which frames are put, frames.
    """
    numbers = numbers_of(recording)
    left_out = np.diff(numbers) - 1
    short = np.flatnonzero((left_out > 0) & (left_out <= max_missing))
    if not len(short):
        return recording, np.zeros(len(recording), bool)
    counts = np.ones(len(recording), np.int64)
    counts[short + 1] += left_out[short]  # the new ones before a frame, and the frame
    last = np.cumsum(counts) - 1
    added = np.ones(int(counts.sum()), bool)
    added[last] = False
    wanted = numbers[0] + np.zeros(len(added), np.int64)
    wanted[last] = numbers
    before = np.flatnonzero(added)
    following = np.searchsorted(last, before)
    wanted[before] = numbers[following] - (last[following] - before)
    frames = recording.frames[0] + wanted * frame_step(recording.frames)
    frames[last] = recording.frames
    people = np.zeros(len(added), np.int64)
    people[last] = recording.people_per_frame
    names = np.full(len(added), "", object)
    names[last] = recording.names or ""
    filled = replace(
        recording,
        frames=frames,
        times=np.where(
            added, np.interp(wanted, numbers, recording.times), np.repeat(recording.times, counts)
        ),
        starts=np.concatenate([[0], np.cumsum(people)]),
        names=tuple(names) if recording.names else (),
    )
    return filled, added
