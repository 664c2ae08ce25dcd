"""Who is hidden in a frame: those who are found in it, and those who were not for a moment.

Who is too unsure to be reported is hidden too. Nobody follows them, so that they stay hidden for a moment alone.
"""

from collections import deque
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from swahr.overlay.faces import Hide, Region, find_region
from swahr.pose.poses import Poses
from swahr.pose.recording import DEFAULT_FRAME_RATE, Recording

# For so long someone who is not found stays hidden where they were, or will be; a gap between two sights is bridged
# where it is no longer than the second time.
HOLD_S, BRIDGE_S = 1.0, 4.0
UNSURE_HOLD_S = 0.25
# A region grows by so many times its size a second while nobody knows where its person is, up to a limit.
GROWTH, MAX_GROWTH = 1.5, 2.5


class HidesOnTheWay:
    """Hides the people of frames as they come; who is lost stays hidden for a while where they were last seen."""

    def __init__(self, hide: Hide) -> None:
        self.hide = hide
        self._last: dict[tuple[int, int], tuple[float, Region]] = {}
        self._unsure: deque[tuple[float, Region]] = deque()
        self._frames, self._now_s = 0, 0.0

    def __call__(self, poses: Poses, time_s: float, unsure: Poses | None = None) -> list[Region]:
        """Return what to hide in the next frame.

        Args:
            poses: Its people.
            time_s: Of it, seconds.
            unsure: Who else may be there.
        """
        self._frames += 1
        time_s = self._now_s = time_s if np.isfinite(time_s) else self._now_s
        for who, region in _regions(poses, self.hide, self._frames):
            self._last[who] = time_s, region
        # A clock that was set back makes nobody younger.
        self._last = {
            who: (seen_s, region)
            for who, (seen_s, region) in self._last.items()
            if abs(time_s - seen_s) <= HOLD_S
        }
        if unsure is not None:
            self._unsure += [(time_s, region) for _, region in _regions(unsure, self.hide, self._frames)]
        while self._unsure and abs(time_s - self._unsure[0][0]) > UNSURE_HOLD_S:
            self._unsure.popleft()
        sure = [_grown(region, abs(time_s - seen_s)) for seen_s, region in self._last.values()]
        return [*sure, *(region for _, region in self._unsure)]


class HidesAll:
    """Hides the people of a recording, and bridges the frames in which they were not found, forwards and backwards.

    Args:
        recording: Everyone who was found, with times.
        hide: What of them.
        unsure: Who else may be there, in the same frames.
    """

    def __init__(self, recording: Recording, hide: Hide, unsure: Recording | None = None) -> None:
        self._places = {int(frame): place for place, frame in enumerate(recording.frames)}
        self._hidden: list[list[Region]] = [[] for _ in range(len(recording))]
        sights: dict[tuple[int, int], list[tuple[int, Region]]] = {}
        for place in range(len(recording)):
            for who, region in _regions(recording.poses(place), hide, place):
                sights.setdefault(who, []).append((place, region))
        times = np.asarray(recording.times)
        if not np.isfinite(times).all():  # of files without times
            times = recording.frames / (recording.frame_rate or DEFAULT_FRAME_RATE)
        for seen in sights.values():
            self._hide(seen, times)
        for place in range(0 if unsure is None else len(unsure)):
            assert unsure is not None
            first = int(np.searchsorted(times, times[place] - UNSURE_HOLD_S))
            last = int(np.searchsorted(times, times[place] + UNSURE_HOLD_S, side="right"))
            for _, region in _regions(unsure.poses(place), hide, place):
                for other in range(first, last):
                    self._hidden[other].append(region)

    def __call__(self, frame_index: int) -> list[Region]:
        """Return what to hide in a frame of the recording."""
        place = self._places.get(frame_index)
        return [] if place is None else self._hidden[place]

    def _hide(self, seen: list[tuple[int, Region]], times: npt.NDArray[np.float64]) -> None:
        """Add the regions of one person. seen: places of the frames with them, and their regions, in time."""
        known = times[[place for place, _ in seen]]
        corners = np.asarray([region for _, region in seen])
        longest = max(HOLD_S, 1.5 * float(np.median(np.diff(times)))) if len(times) > 1 else HOLD_S
        first = int(np.searchsorted(times, known[0] - longest))
        last = int(np.searchsorted(times, known[-1] + longest, side="right"))
        for place in range(first, last):
            time_s = times[place]
            after = int(np.searchsorted(known, time_s))
            gap_s = 0.0 if after in (0, len(known)) else known[after] - known[after - 1]
            nearest_s = float(np.abs(known[max(after - 1, 0) : after + 1] - time_s).min())
            if nearest_s > longest and gap_s > BRIDGE_S:
                continue
            region = Region(*(float(np.interp(time_s, known, corners[:, side])) for side in range(4)))
            self._hidden[place].append(_grown(region, nearest_s))


def _grown(region: Region, away_s: float) -> Region:
    return region.grown(min(1 + GROWTH * away_s, MAX_GROWTH))


def _regions(poses: Poses, hide: Hide, frame: int) -> Iterator[tuple[tuple[int, int], Region]]:
    """Yield whom to hide in a frame: who it is, and where; without an id nobody is the same in two frames."""
    for person, keypoints in enumerate(poses.keypoints.astype(np.float64)):
        region = find_region(keypoints, poses.skeleton, hide)
        known = -1 if poses.ids is None else int(poses.ids[person])
        if region is not None:
            yield ((known, 0) if known >= 0 else (-1 - person, frame)), region
