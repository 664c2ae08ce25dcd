"""The spool: the exact people of each frame, for what is made of them later.

An encoder cannot go on in the middle of a file after a crash: drawing once more costs little, finding the people does
not. A filter without lag has to see the end first.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from swahr.errors import Hint, OutputError, ResumeError
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton

# Frame index, seconds, number of people (-1: the frame could not be read), what they have besides.
HEADER = struct.Struct("<qdiB")
HAS_IDS, HAS_COVARIANCE = 1, 2


class SpoolFrame(NamedTuple):
    """A frame of the spool. poses: None where it could not be read."""

    frame_index: int
    time_s: float
    poses: Poses | None


def spool_path(path: Path) -> Path:
    """Return the spool of an output: `out.csv.spool` for `out.csv`."""
    return path.with_name(path.name + ".spool")


class Spool:
    """Appends the people of frames.

    Args:
        output: The first of the run's files, beside which it lies.
        keep: Bytes of an earlier run to go on after; the rest of it is cut off.

    Raises:
        OutputError: It cannot be written.
        ResumeError: It holds less than that.
    """

    def __init__(self, output: Path, keep: int = 0) -> None:
        self.path = spool_path(output)
        self.bytes = keep
        try:
            self._file: BinaryIO = self.path.open("r+b" if keep else "wb")
            if self._file.seek(0, os.SEEK_END) < keep:  # to cut it off there would fill it up with zeros
                raise ResumeError(f"{self.path} is cut off", hints=[Hint("overwrite", True)])
            self._file.truncate(keep)
            self._file.seek(keep)
        except OSError as error:
            raise self._failed(error) from error

    def write(self, index: int, time_s: float, poses: Poses | None) -> None:
        """Append a frame; None is one that could not be read."""
        ids = None if poses is None else poses.ids
        covariance = None if poses is None else poses.covariance
        has = HAS_IDS * (ids is not None) + HAS_COVARIANCE * (covariance is not None)
        record = HEADER.pack(index, time_s, -1 if poses is None else len(poses), has)
        if poses is not None:
            record += poses.scores.astype("<f4").tobytes() + poses.keypoints.astype("<f4").tobytes()
        if ids is not None:
            record += ids.astype("<i4").tobytes()
        if covariance is not None:
            record += covariance.astype("<f4").tobytes()
        try:
            self._file.write(record)
        except OSError as error:
            raise self._failed(error) from error
        self.bytes += len(record)

    def flush(self) -> None:
        """Bring what was written to the disk."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._failed(error) from error

    def close(self, remove: bool) -> None:
        """Stop writing. remove: the run is finished."""
        try:
            self._file.close()
        except OSError as error:
            raise self._failed(error) from error
        finally:
            if remove:
                self.path.unlink(missing_ok=True)

    def _failed(self, error: OSError) -> OutputError:
        return OutputError(f"{self.path} could not be written ({error.strerror or error})")


def read_spool(output: Path, length: int, skeleton: Skeleton) -> Iterator[SpoolFrame]:
    """Yield the frames in the first bytes of the spool of an output.

    Args:
        output: The first of the run's files.
        length: How many bytes.
        skeleton: Of the people.

    Raises:
        ResumeError: They are not there.
    """
    path = spool_path(output)
    joints = skeleton.num_joints
    if not length:
        return
    try:
        with path.open("rb") as file:
            while file.tell() < length:
                index, time_s, people, has = HEADER.unpack(_exactly(file, HEADER.size))
                if people < 0:
                    yield SpoolFrame(index, time_s, None)
                    continue
                scores = np.frombuffer(_exactly(file, 4 * people), "<f4")
                keypoints = np.frombuffer(_exactly(file, 12 * people * joints), "<f4")
                ids = np.frombuffer(_exactly(file, 4 * people), "<i4") if has & HAS_IDS else None
                covariance = None
                if has & HAS_COVARIANCE:
                    covariance = np.frombuffer(_exactly(file, 16 * people * joints), "<f4")
                    covariance = covariance.reshape(people, joints, 2, 2)
                poses = Poses(keypoints.reshape(people, joints, 3), scores, skeleton, ids, covariance)
                yield SpoolFrame(index, time_s, poses)
    except (OSError, EOFError) as error:
        raise ResumeError(f"{path} is damaged ({error})", hints=[Hint("overwrite", True)]) from error


def _exactly(file: BinaryIO, size: int) -> bytes:
    content = file.read(size)
    if len(content) < size:
        raise EOFError("it ends early")
    return content
