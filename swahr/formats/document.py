"""A document: one SQLite file with what was found and how it was corrected; its tables are those of `swahr.document`.

What is read is as corrected. What is written is found; of corrections it keeps which joints were put by hand, and the
names of frames. A copy of the file keeps all of the journal.
"""

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from swahr._util.files import partial_path
from swahr.document.schema import ENDING, alone, is_document, put_in_place, remove
from swahr.errors import Hint, OutputError, ResumeError, SwahrError, UnreadableError
from swahr.formats.format import Format, Target, time_of_day
from swahr.formats.registry import register_format
from swahr.formats.writer import State, Writer
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

if TYPE_CHECKING:
    from swahr.document import AnyEdit, Document


class DocumentWriter(Writer):
    """Adds frames to a document under a partial name; each is there for readers at once."""

    def __init__(self, target: Target) -> None:
        self.path, self._target = target.path, target
        with alone(self.path):  # said before hours of work, and not behind them
            pass
        self.partial = partial_path(target.path)
        self.frames = 0
        self._document = self._created() if target.resume is None else self._opened(target.resume)

    def write(self, frame_index: int, time_s: float, poses: Poses | None) -> None:
        """Append the people of a frame."""
        known = poses if poses is None or self._target.uncertainty else replace(poses, covariance=None)
        self._document.add(frame_index, time_s, known, self._target.names.get(frame_index, ""))
        self._note(frame_index, poses)
        self.frames += 1

    def flush(self) -> None:
        """Bring what was written to the disk."""
        self._document.bring_to_disk()

    def state(self) -> State:
        """Return what a later writer needs to go on from here, as plain values; call `flush` before."""
        return {"last_frame": self._document.last_frame(), "frames": self.frames}

    def close(self) -> None:
        """Write the finished file without what grew between its pages, and give it its name."""
        final = self.path.with_name(self.path.name + ".part.final")
        try:
            self._document.write_copy(final)
            self._document.close()
            with final.open("rb") as file:
                os.fsync(file.fileno())
            put_in_place(final, self.path)
            remove(self.partial)
        except SwahrError:
            self.abandon()
            raise
        except OSError as error:
            self.abandon()
            raise self._failed(error) from error
        finally:
            with suppress(OSError):
                final.unlink(missing_ok=True)

    def abandon(self) -> None:
        """Stop writing. The partial file stays where it is; one without frames is removed."""
        self._document.close()
        if not self.frames:
            remove(self.partial)

    def _note(self, frame_index: int, poses: Poses | None) -> None:
        """Keep marks and events of a frame as entries of the journal that change no place."""
        from swahr.document.annotations import AddEvent
        from swahr.document.remarks import edits_of_marks

        number = self._document.free_event()
        entries: list[AnyEdit] = [
            AddEvent(event=number + place, frame=frame_index, name=name)
            for place, name in enumerate(self._target.events.get(frame_index, ()))
        ]
        if self._target.marks and poses is not None and poses.marks is not None:
            entries += edits_of_marks(frame_index, poses)
        if entries:
            self._document.note(entries)

    def _created(self) -> "Document":
        from swahr.document import Document  # as in the others: a list of formats waits for none of it

        target = self._target
        return Document.create(
            self.partial,
            target.skeleton,
            frame_rate=target.frame_rate,
            size_wh=list(target.size_wh),
            unit=target.unit,
            decimals=list(target.digits) if target.digits else None,
            **({} if target.began_at is None else {"began_at": time_of_day(target.began_at, 0.0)}),
        )

    def _opened(self, state: State) -> "Document":
        from swahr.document import Document

        try:
            document = Document.open(self.partial)
        except (UnreadableError, OutputError) as error:
            raise ResumeError(error.message, hints=[Hint("overwrite", True)]) from error
        if document.last_frame() < state["last_frame"]:
            document.close()
            raise ResumeError(f"{self.partial} has fewer frames than it had", hints=[Hint("overwrite", True)])
        document.cut(after=int(state["last_frame"]))
        self.frames = int(state["frames"])
        return document


@register_format
class DocumentFormat(Format):
    """The document of a video."""

    name = "swahr"
    description = "a document in SQLite, which corrections are added to"
    endings = (ENDING,)
    uncertainty = True

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which adds frames as they are done."""
        return DocumentWriter(target)

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by what the file says of itself."""
        return is_document(path)

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read a document as it was corrected.

        skeleton: has to have as many joints; None goes by the document. frame_rate: gives times where there are none.
        """
        from swahr.document import Document

        with Document.open(path, writes=False) as document:
            recording = document.recording()
        if skeleton is not None:
            recording = replace(recording, skeleton=skeleton)
        return recording if frame_rate is None else recording.timed(frame_rate)
