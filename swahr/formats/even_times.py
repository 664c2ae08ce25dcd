"""Rows at even times, for formats that have one rate: as they are where they are even, else on the line between."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from swahr.formats.two_pass_writer import Joints, Line

# Part of a step that a time may be off and count as even: containers round times.
UNEVEN = 0.15
# Part by which a rate may differ from the nominal one and be written as that.
NOMINAL, LIKE_NOMINAL = 0.002, 0.1  # ... where frames come at even times, and at uneven ones
WHOLE = 5e-4  # ... and of a whole number
SAME_S = 1e-6  # rounding of times
MAX_ROWS_PER_FRAME = 100  # frames that are fewer of those between are no part of a film


@dataclass(frozen=True)
class EvenTimes:
    """What is done.

    rate: rows per second. start_s: time of the first row. count: of rows; None: frames come at even times, and stay.
    frame_step: by how much numbers grow from a frame to the next. first_frame: number of the first row, where times
    follow the numbers; None: rows are counted.
    """

    rate: float
    start_s: float = 0.0
    count: int | None = None
    frame_step: int = 1
    first_frame: int | None = None

    @classmethod
    def of(cls, lines: Iterable[Line], nominal_rate: float) -> "EvenTimes":
        """Find out what is to be done with some frames.

        Args:
            lines: The frames.
            nominal_rate: Frames per second, which also gives times where there are none.
        """
        stamps = [(_seconds(line, nominal_rate), line.frame) for line in lines]
        times = np.asarray([time_s for time_s, _ in stamps])
        frames = np.asarray([frame for _, frame in stamps])
        if len(times) < 2 or times[-1] <= times[0]:
            return cls(nominal_rate)
        step, span_s = int(np.gcd.reduce(np.diff(frames))), float(times[-1] - times[0])
        numbers = (frames - frames[0]) / step
        mean = float(numbers[-1]) / span_s
        if np.abs(times - times[0] - numbers / mean).max() <= UNEVEN / mean:
            rate = _rate(mean, nominal_rate, NOMINAL)
            if numbers[-1] == len(frames) - 1 or numbers[-1] > MAX_ROWS_PER_FRAME * len(frames):
                return cls(rate, frame_step=step)
            return cls(rate, float(times[0]), int(numbers[-1]) + 1, step, int(frames[0]))
        steps = np.diff(times)
        rate = _rate(1 / float(np.median(steps[steps > 0])), nominal_rate, LIKE_NOMINAL)
        return cls(rate, float(times[0]), int(np.floor(span_s * rate + UNEVEN)) + 1, step)

    @property
    def follow_numbers(self) -> bool:
        """Whether the times of frames follow their numbers, so that the rate alone tells them."""
        return self.count is None or self.first_frame is not None

    def notes(self, path: Path) -> tuple[str, ...]:
        """Return what is to be said of it."""
        if self.follow_numbers:
            return ()
        return (
            f"{path}: frames come at uneven times; they are brought to {self.rate:g} per second, on the line between",
        )

    def rows(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Yield the rows of frames, each with its time."""
        if self.count is None:
            for line in lines:
                yield line._replace(time_s=_seconds(line, self.rate))
            return
        row = 0
        before: Line | None = None
        for line in lines:
            after = line._replace(time_s=_seconds(line, self.rate))
            if before is None:
                before = after
                continue
            near = after.frame - before.frame <= self.frame_step
            while row < self.count and self._at(row) < _seconds(after, self.rate) - self._same_s:
                yield self._between(before, after, row, near)
                row += 1
            before = after
        while row < self.count and before is not None:
            yield before._replace(frame=self._number(row), time_s=self._at(row))
            row += 1

    def _between(self, before: Line, after: Line, row: int, near: bool) -> Line:
        """Return a row between two frames. near: no frame between them was left out."""
        time_s, start_s, end_s = self._at(row), _seconds(before, self.rate), _seconds(after, self.rate)
        if time_s - start_s <= self._same_s:
            return before._replace(frame=self._number(row), time_s=time_s)
        part = (time_s - start_s) / (end_s - start_s)
        people: dict[int, Joints] = {}
        for label in before.people.keys() & after.people.keys() if near else ():
            pairs = zip(before.people[label], after.people[label], strict=True)
            people[label] = [
                None if a is None or b is None else [u + part * (v - u) for u, v in zip(a, b, strict=True)]
                for a, b in pairs
            ]
        return Line(self._number(row), time_s, people)

    def _at(self, row: int) -> float:
        return self.start_s + row / self.rate

    def _number(self, row: int) -> int:
        return row if self.first_frame is None else self.first_frame + row * self.frame_step

    @property
    def _same_s(self) -> float:
        """Seconds that a row and a frame may be apart and be the same: where rows are frames, what rounding does."""
        return SAME_S if self.first_frame is None else 1.5 * UNEVEN / self.rate


def _rate(found: float, nominal: float, near: float) -> float:
    """Return a rate that was measured at rounded times as it was meant."""
    whole = round(found)
    if whole and abs(found / whole - 1) < WHOLE:
        return float(whole)
    return nominal if abs(found / nominal - 1) < near else float(f"{found:.6g}")


def _seconds(line: Line, rate: float) -> float:
    return line.frame / rate if line.time_s is None else line.time_s
