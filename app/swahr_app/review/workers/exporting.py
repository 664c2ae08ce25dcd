"""Writes what was corrected: a file of keypoints, or a data set of the corrected frames."""

from collections.abc import Callable, Collection
from pathlib import Path

from swahr.config import LabelsSettings
from swahr.document import Document
from swahr.run.data_set import DataSet, write_corrected
from swahr_app.threads.worker import Failed, Worker


class Exporting(Worker):
    """Writes one file or folder. done: is given its path, from this thread.

    Args:
        document: Path of the document.
        video: Address of the video.
        target: A folder that becomes a data set; or a file, whose name tells the format.
        data_set: Which of the two it is: names of folders may have a dot too.
        frames: First and last that are written to a file; None is the beginning, or the end.
        also: Frames of a data set beside those that were corrected.
        done: See above.
        failed: Is given what went wrong.
    """

    def __init__(
        self,
        document: Path,
        video: str,
        target: Path,
        data_set: bool,
        frames: tuple[int | None, int | None],
        done: Callable[[Path], None],
        failed: Failed,
        also: Collection[int] = (),
    ) -> None:
        super().__init__("review export", failed)
        self._also = also
        self._document, self._video, self._target = document, video, target
        self._data_set, self._frames, self._done = data_set, frames, done

    def work(self) -> None:
        """Write it."""
        with Document.open(self._document, writes=False) as document:
            if not self._data_set:
                first, last = self._frames
                recording = document.recording()
                kept = recording.frames >= (first or 0)
                if last is not None:
                    kept &= recording.frames <= last
                recording[kept].save(self._target, overwrite=True)
            else:
                info = {"video": Path(self._video).name, "document": self._document.name}
                data = DataSet(
                    self._target, document.skeleton, LabelsSettings(), {"made_from": info}, overwrite=True
                )
                write_corrected(data, document, self._video, self._also)
                data.close()
        self._done(self._target)
