"""The main job: the frames of a source, through an estimator, into a keypoint file and an overlay."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from swahr.draw import draw_poses
from swahr.formats import CsvWriter
from swahr.images import Image
from swahr.poses import Poses
from swahr.video import Frame, FrameSource, VideoWriter, prefetch

Estimate = Callable[[list[Image]], list[Poses]]


@dataclass
class Summary:
    """What a run has done so far."""

    frames: int = 0
    frames_with_people: int = 0
    people: int = 0
    unreadable: int = 0


def run_video(
    source: FrameSource,
    estimate: Estimate,
    rows: CsvWriter,
    overlay: VideoWriter | None,
    batch_size: int,
    progress: Callable[[Summary], None],
) -> Summary:
    """Process every frame of `source` in order; memory does not grow with its length.

    estimate: people of each frame of a list. progress: called after each batch. Frames are read ahead in a
    thread. Neither the source nor the writers are closed here.
    """
    summary = Summary()
    with prefetch(source, depth=2 * batch_size) as frames:
        for batch in _batches(frames, batch_size):
            readable = [frame.image for frame in batch if frame.image is not None]
            found = iter(estimate(readable) if readable else [])
            for frame in batch:
                poses = next(found) if frame.image is not None else None
                rows.write((frame.index, f"{frame.time_s:.6f}"), poses)
                if overlay is not None and frame.image is not None and poses is not None:
                    overlay.write(draw_poses(frame.image, poses), frame.time_s)
                summary.frames += 1
                summary.unreadable += frame.image is None
                summary.people += len(poses) if poses is not None else 0
                summary.frames_with_people += bool(poses is not None and len(poses))
            progress(summary)
    return summary


def _batches(frames: Iterable[Frame], size: int) -> Iterator[list[Frame]]:
    iterator = iter(frames)
    while batch := list(islice(iterator, size)):
        yield batch
