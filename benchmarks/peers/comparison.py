"""All models on the same photos and clip in one run, in turns, so that what else the machine does hits all alike."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.peers.data import CLIP, dev_photos
from benchmarks.peers.models import Entry, find_people
from benchmarks.peers.precision import precision
from benchmarks.peers.worker import Times, Worker

CLIP_CHUNK = 5


@dataclass(frozen=True)
class Row:
    """A model's figures.

    Times in milliseconds, medians; memory in MB; AP in [0, 1], `ap_apart` on the photos that are kept apart. None
    where not measured.
    """

    label: str
    ours: bool
    photo_ms: float | None
    people_ms: float | None
    clip_ms: float
    memory_mb: float
    ap: float | None = None
    ap50: float | None = None
    ap_apart: float | None = None

    @property
    def frames_a_second(self) -> float:
        """On the clip, frame by frame, without overlap."""
        return 1e3 / self.clip_ms


def compare(
    entries: Sequence[Entry], threads: int, photos: int, rounds: int, clip_frames: int, with_ap: bool
) -> list[Row]:
    """Time all entries.

    photos: how many of the validation photos. rounds: times each photo is seen; a photo's time is the least of them.
    clip_frames: frames of the clip. Everything waits while one works.
    """
    workers = [Worker(entry, threads) for entry in entries]
    any_size = [worker for worker in workers if not worker.entry.one_size]
    paths = [str(photo.path) for photo in dev_photos()[:photos]]
    on_photos: list[list[Times]] = [[] for _ in workers]
    on_clip: list[list[Times]] = [[] for _ in workers]
    for path in paths:
        for worker in any_size:
            worker.photo(path)  # a size that a runtime has not seen yet costs once
        seen = [[worker.photo(path) for worker in any_size] for _ in range(rounds)]
        for i, worker in enumerate(any_size):
            best = min((times[i] for times in seen), key=lambda times: times.total)
            on_photos[workers.index(worker)].append(best)
    for _ in range(0, clip_frames, CLIP_CHUNK):
        for i, worker in enumerate(workers):
            on_clip[i] += worker.clip(str(CLIP), CLIP_CHUNK)
    memory = [worker.close() for worker in workers]
    rows = []
    for i, entry in enumerate(entries):
        print(f"timed; next is {entry.label}'s precision", file=sys.stderr, flush=True)
        figures = precision(find_people(entry.make(threads))) if with_ap and not entry.one_size else {}
        rows.append(
            Row(
                entry.label,
                entry.ours,
                median(times.total for times in on_photos[i]) if on_photos[i] else None,
                median(times.people for times in on_photos[i]) if on_photos[i] else None,
                median(times.total for times in on_clip[i][CLIP_CHUNK:]),
                memory[i],
                figures.get("AP"),
                figures.get("AP50"),
                figures.get("AP apart"),
            )
        )
    return rows
