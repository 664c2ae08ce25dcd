"""What the writers of all formats share: a partial file that grows, takes its name at the end, and can be resumed."""

import os
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, TypeVar

from swahr._util.files import partial_path
from swahr.errors import Hint, OutputError, ResumeError, SwahrError
from swahr.pose.poses import Poses

# What `Writer.state` returns: plain values for a journal.
State = dict[str, Any]


W = TypeVar("W", bound="Writer")


class Writer(ABC):
    """Takes the people of frames, one frame after the other, and puts them under a partial name until `close`.

    path: of the finished output. partial: where it is until then. notes: what a user should know once it is closed.
    A context manager: an error leaves the partial output with what was written so far, if there is anything.
    After `flush`, `state` says how far the output is; a writer made with `resume=state` cuts off what came later
    and goes on. What is finished is the same, byte for byte, as that of an undisturbed run. All methods raise
    OutputError where the output cannot be written.
    """

    path: Path
    partial: Path
    notes: tuple[str, ...] = ()

    def __enter__(self: W) -> W:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()

    @abstractmethod
    def write(self, frame_index: int, time_s: float, poses: Poses | None) -> None:
        """Append the people of a frame.

        Args:
            frame_index: place in the source, from 0, growing.
            time_s: the source's own time, seconds; NaN where it is unknown.
            poses: None is a frame that could not be read, and has no people.
        """

    @abstractmethod
    def flush(self) -> None:
        """Bring what was written to the disk."""

    @abstractmethod
    def state(self) -> State:
        """Return what a later writer needs to go on from here, as plain values; call `flush` before."""

    @abstractmethod
    def close(self) -> None:
        """Finish the output and give it its name."""

    @abstractmethod
    def abandon(self) -> None:
        """Stop writing. The partial output stays where it is; one without frames is removed."""

    def _failed(self, error: OSError) -> OutputError:
        return OutputError(f"{self.path} could not be written ({error.strerror or error})")


class TextWriter(Writer):
    """Appends text to `<path>.part`, which takes its name in `close`. A format says the text of each frame.

    resume: what `state` returned; raises ResumeError where the partial file is gone or shorter than it was.
    """

    def __init__(self, path: str | Path, resume: State | None = None) -> None:
        self.path = Path(path)
        self.partial = partial_path(self.path)
        self.frames = 0 if resume is None else int(resume["frames"])
        self._file = self._open(None if resume is None else int(resume["bytes"]))
        if resume is None:
            try:
                self._append(self.head_text())
                self._file.flush()
            except SwahrError:
                self.abandon()
                raise
            except OSError as error:
                self.abandon()
                raise self._failed(error) from error

    def write(self, frame_index: int, time_s: float, poses: Poses | None) -> None:
        """Append the people of a frame."""
        try:
            self._append(self.frame_text(frame_index, time_s, poses))
            self._file.flush()  # whoever reads along sees frames that are complete
        except OSError as error:
            raise self._failed(error) from error
        self.frames += 1

    def flush(self) -> None:
        """Bring what was written to the disk."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._failed(error) from error

    def state(self) -> State:
        """Return what a later writer needs to go on from here, as plain values; call `flush` before."""
        return {"bytes": self._file.tell(), "frames": self.frames}

    def close(self) -> None:
        """Finish the file and give it its name."""
        try:
            self._append(self.tail_text())
            self.flush()
            self._file.close()
            self._publish()
        except OSError as error:
            self.abandon()
            raise self._failed(error) from error
        except SwahrError:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Stop writing. The partial file stays where it is; one without frames is removed."""
        with suppress(OSError):  # a full disk: what did reach it is all there is
            self._file.close()
        if not self.frames:
            self.partial.unlink(missing_ok=True)

    def head_text(self) -> str:
        """Return what the file begins with."""
        return ""

    @abstractmethod
    def frame_text(self, frame_index: int, time_s: float, poses: Poses | None) -> str:
        """Return the text of a frame; the arguments are those of `write`."""

    def tail_text(self) -> str:
        """Return what the file ends with."""
        return ""

    def _publish(self) -> None:
        """Give the partial file, which is closed, its name."""
        os.replace(self.partial, self.path)

    def _append(self, text: str) -> None:
        if text:
            self._file.write(text.encode())

    def _open(self, keep: int | None) -> BinaryIO:
        try:
            file = self.partial.open("wb" if keep is None else "r+b")
            if keep is not None:
                if file.seek(0, os.SEEK_END) < keep:
                    file.close()
                    raise ResumeError(
                        f"{self.partial} is shorter than it was", hints=[Hint("overwrite", True)]
                    )
                file.truncate(keep)
                file.seek(keep)
        except OSError as error:
            raise self._failed(error) from error
        return file
