"""Who is where, as lanes of a timeline: which frames of each id were found, filled, corrected, doubtful or swapped."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from swahr.document import CORRECTED, FILLED, People

if TYPE_CHECKING:
    from swahr.movement import Swap

NOTHING, SEEN, DOUBTFUL, SWAPPED, FILLED_IN, BY_HAND = range(
    6
)  # what a frame of a lane is; the largest one is drawn
# A person's score below this part of the person's usual one, or below the floor, is doubtful.
DOUBT, FLOOR = 0.6, 0.2


@dataclass(frozen=True)
class Lane:
    """One id.

    frames: [N] int64, growing. scores: [N]. states: [N] uint8. swaps: frames in which left and right of a limb seem to
    have changed places.
    """

    id: int
    frames: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]
    states: npt.NDArray[np.uint8]
    swaps: npt.NDArray[np.int64]

    def gaps(self) -> npt.NDArray[np.int64]:
        """Return the first frames of all stretches in which the person is missing, between first and last."""
        after = np.flatnonzero(np.diff(self.frames) > 1)
        return np.asarray(self.frames[after] + 1)

    def doubtful(self) -> npt.NDArray[np.int64]:
        """Return the doubtful frames."""
        return np.asarray(self.frames[self.states == DOUBTFUL])

    def swapped(self) -> npt.NDArray[np.int64]:
        """Return the first frame of each stretch in which sides seem to be swapped."""
        begins = np.diff(self.swaps, prepend=-2) > 1
        return np.asarray(self.swaps[begins])

    def columns(self, edges: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
        """Return what is seen between W + 1 growing frame numbers, [W] uint8."""
        # A frame is seen in all columns that it reaches into.
        begins = np.searchsorted(self.frames, edges[:-1] - 1, side="right")
        return _over_parts(np.maximum, self.states, begins, np.searchsorted(self.frames, edges[1:]), NOTHING)

    def lowest(self, edges: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
        """Return the lowest score between W + 1 growing frame numbers, [W]; infinite where no frame's middle lies."""
        bounds = np.searchsorted(self.frames, edges - 0.5)
        return _over_parts(np.minimum, self.scores, bounds[:-1], bounds[1:], np.inf)


def _over_parts(
    reduce: np.ufunc,
    values: npt.NDArray[Any],
    begins: npt.NDArray[np.intp],
    ends: npt.NDArray[np.intp],
    none: float,
) -> npt.NDArray[Any]:
    """Return the least or greatest of each part of some values: no loop, as a lane has a frame of each of minutes."""
    padded = np.append(values, values.dtype.type(none))  # a part may begin where the values end
    bounds = np.column_stack([begins, ends]).ravel()
    found = reduce.reduceat(padded, bounds)[::2]
    return np.where(begins < ends, found, values.dtype.type(none))


def lanes_of(people: People, swaps: Sequence["Swap"] = (), step: int = 1) -> list[Lane]:
    """Return a lane for each id, the one who is there longest first.

    Args:
        people: As corrected.
        swaps: Limbs whose sides seem to have changed places.
        step: Frames from one that was looked at to the next.
    """
    lanes = []
    known, counts = np.unique(people.ids[people.ids >= 0], return_counts=True)
    for number in known[np.lexsort((known, -counts))]:
        rows = people.ids == number
        frames, scores, marks = people.frames[rows], people.scores[rows], people.marks[rows]
        states = np.full(len(frames), SEEN, np.uint8)
        limit = max(FLOOR, DOUBT * float(np.median(scores)))
        states[scores < limit] = DOUBTFUL
        suspected = np.unique([swap.frame for swap in swaps if swap.person_id == number]).astype(np.int64)
        states[np.isin(frames, suspected)] = SWAPPED
        states[((marks & FILLED) > 0).any(axis=1)] = FILLED_IN
        states[((marks & CORRECTED) > 0).any(axis=1)] = BY_HAND
        lanes.append(Lane(int(number), frames // step * step, scores, states, suspected))
    return lanes


def next_in(frames: npt.NDArray[np.int64], index: int, forward: bool) -> int | None:
    """Return the nearest of some frames after one, or before; None where there is none."""
    ordered = np.unique(frames)
    beyond = ordered[ordered > index] if forward else ordered[ordered < index][::-1]
    return int(beyond[0]) if len(beyond) else None
