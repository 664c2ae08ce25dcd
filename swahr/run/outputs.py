"""The files of keypoints of a run, written together."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from swahr._util.files import partial_path
from swahr.config import RowSettings
from swahr.errors import Hint, ResumeError
from swahr.formats import Writer, open_writer
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton

# Of each output by its path: what its writer needs to go on, and what it was opened with.
States = dict[str, Any]


class Outputs:
    """Writers of some files. A context manager: an error leaves the partial files where they are.

    Args:
        outputs: Format and path of each.
        skeleton: Of the people.
        frame_rate: Of the source, frames per second.
        size_wh: Of its frames, pixels as the source stores them.
        rows: What the files hold.
        states: What `states` gave in the run that these go on with; empty at the beginning.
        pixel_scale: What brings x and y of the people that come to those pixels.
        names: Of the frames, by their index, where they are photos.

    Raises:
        OutputError: A file cannot be written.
        ResumeError: A partial file is no longer what it was.
    """

    def __init__(
        self,
        outputs: Iterable[tuple[str, Path]],
        skeleton: Skeleton,
        frame_rate: float,
        size_wh: tuple[int, int],
        rows: RowSettings,
        states: States | None = None,
        pixel_scale: tuple[float, float] = (1.0, 1.0),
        names: Mapping[int, str] | None = None,
    ) -> None:
        self._scale = None if pixel_scale == (1.0, 1.0) else np.asarray([*pixel_scale, 1.0], np.float32)
        self._frame_rate, self._size_wh = frame_rate, size_wh
        self._writers: dict[str, Writer] = {}
        with ExitStack() as stack:
            for name, path in outputs:
                then = (states or {}).get(str(path))
                writer = open_writer(
                    name,
                    path,
                    skeleton,
                    frame_rate=frame_rate,
                    size_wh=size_wh,
                    keep_empty=rows.keep_empty,
                    uncertainty=rows.uncertainty,
                    spreadsheet=rows.spreadsheet,
                    resume=None if then is None else then["writer"],
                    names=names,
                )
                self._writers[str(path)] = stack.enter_context(writer)
            self._stack = stack.pop_all()

    def __enter__(self) -> "Outputs":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def write(self, frame_index: int, time_s: float, poses: Poses | None) -> None:
        """Write the people of a frame; None is a frame that could not be read."""
        if poses is not None and self._scale is not None:
            known, scale = poses.covariance, self._scale[:2]
            covariance = None if known is None else known * np.outer(scale, scale)
            poses = replace(poses, keypoints=poses.keypoints * self._scale, covariance=covariance)
        for writer in self._writers.values():
            writer.write(frame_index, time_s, poses)

    def flush(self) -> None:
        """Bring what was written to the disk."""
        for writer in self._writers.values():
            writer.flush()

    def states(self) -> States:
        """Return what later writers need to go on from here, as plain values; call `flush` before."""
        opened = {"frame_rate": self._frame_rate, "size_wh": list(self._size_wh)}
        return {path: {"writer": writer.state(), **opened} for path, writer in self._writers.items()}

    def close(self) -> None:
        """Finish the files and give them their names."""
        self._stack.close()

    @property
    def notes(self) -> list[str]:
        """What a user should know of the files, once they are closed."""
        return [line for writer in self._writers.values() for line in writer.notes]


def finish_outputs(
    outputs: Iterable[tuple[str, Path]], skeleton: Skeleton, rows: RowSettings, states: States
) -> None:
    """Finish the files of a run that was killed while it did so; those that have their names stay.

    Raises:
        ResumeError: One is there neither under its name nor under that of a partial file.
    """
    for name, path in outputs:
        if not (path.exists() or partial_path(path).exists()):
            raise ResumeError(
                f"{path} is no longer there, nor what it was made of", hints=[Hint("overwrite", True)]
            )
        if partial_path(path).exists():
            then = states[str(path)]
            size_wh = tuple(then["size_wh"])
            Outputs([(name, path)], skeleton, then["frame_rate"], size_wh, rows, states).close()
