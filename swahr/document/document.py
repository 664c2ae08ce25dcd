"""A document: what was found in a video, and the corrections on top of it, in one SQLite file beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from swahr import __version__
from swahr.document.annotations import AddEvent, Annotation, Annotations, annotations_of, check_event
from swahr.document.edit import Edit
from swahr.document.edits import (
    AddPerson,
    AnyEdit,
    OfPerson,
    RenameId,
    SetId,
    check_joints,
    edit_from_json,
)
from swahr.document.people import People
from swahr.document.schema import ENDING, damaged, reading
from swahr.document.store import Store
from swahr.errors import SettingError, SwahrError
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

ANALYSIS = "analysis"  # fact that says how far one is that was begun


def document_path(video: str | Path) -> Path:
    """Return where the document of a video lies: beside it.

    >>> document_path("films/clip.mp4")
    PosixPath('films/clip.swahr')
    """
    return Path(video).with_suffix(ENDING)


def is_filled(document: "Document") -> bool:
    """Return whether all of a video is in its document; so it is where no analysis was begun: another wrote it."""
    with reading(document.path):
        return bool(document.fact(ANALYSIS, {"finished": True})["finished"])


@dataclass(frozen=True)
class CorrectedFrame:
    """The people of a frame as they were corrected.

    poses: as in `Poses`. places: [P] int32, by which edits name them. marks: [P, K] uint8, see `People`.
    """

    frame_index: int
    poses: Poses
    places: npt.NDArray[np.int32]
    marks: npt.NDArray[np.uint8]


class Document:
    """A document that is open; a context manager. What was found stays, edits lie on top and can be undone.

    path: of the file. edits: all of the journal; the first `applied` of them hold, those after them were undone.

    >>> from swahr.document import SwapIds
    >>> document = Document.create(folder / "clip.swahr", poses.skeleton)
    >>> document.add(0, 0.0, poses)
    >>> edit = document.do(SwapIds(first=0, id=0, other=1))
    >>> document.frame(0).poses.ids.tolist(), document.frame(0, corrected=False).poses.ids.tolist()
    ([1, 0], [0, 1])
    >>> document.undo(), document.frame(0).poses == poses
    (True, True)
    >>> document.close()
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.path, self.skeleton = store.path, store.skeleton
        self.edits: list[AnyEdit] = [
            edit_from_json(content) for (content,) in store.rows("SELECT content FROM edits ORDER BY number")
        ]
        with reading(self.path):
            self.applied = int(store.fact("applied", 0))
        self._frames: list[tuple[int, float, str]] = []
        self._found: People | None = None  # who is where, without joints
        self._who: People | None = None  # the same, corrected

    @classmethod
    def create(cls, path: str | Path, skeleton: Skeleton, **facts: Any) -> "Document":
        """Make a new document; one that is there is replaced.

        Args:
            path: Of the file.
            skeleton: Of all people that will come.
            facts: Plain values to keep: video, frame_rate (Hz), size_wh (pixels), unit, decimals.

        Raises:
            BusyError: The one that is there is open, here or elsewhere.
            OutputError: It cannot be written.
        """
        return cls(Store.create(Path(path), skeleton, {"made_by": f"swahr {__version__}", **facts}))

    @classmethod
    def open(cls, path: str | Path, writes: bool = True) -> "Document":
        """Open a document that is there.

        Args:
            path: Of the file.
            writes: It may be changed.

        Raises:
            MissingError: There is none.
            UnreadableError: It is another file, damaged, or of a later version.
            OutputError: It may not be written.
        """
        store = Store.open(Path(path), writes)
        try:
            document = cls(store)
            for edit in document.edits:
                check_joints(edit, document.skeleton.num_joints)
        except SettingError as error:
            store.close()
            raise damaged(store.path, error) from error
        except SwahrError:
            store.close()
            raise
        return document

    def __enter__(self) -> "Document":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._store.close()

    # ---- what was found ----------------------------------------------------------------------------------------

    def fact(self, name: str, otherwise: Any = None) -> Any:
        """Return a fact by its name; `otherwise` where there is none."""
        return self._store.fact(name, otherwise)

    def set_facts(self, **facts: Any) -> None:
        """Keep facts, plain values; all of them or none."""
        self._store.set_facts(**facts)

    def add(self, frame: int, time_s: float, poses: Poses | None, name: str = "") -> None:
        """Append a frame and who was found in it; see `Writer.write`. name: of a photo."""
        self._store.add(frame, time_s, poses, name)

    def cut(self, after: int) -> None:
        """Forget what was found after a frame: an analysis goes on from there."""
        self._store.cut(after)
        self._frames, self._found, self._who = [], None, None

    def last_frame(self) -> int:
        """Return the last frame that was looked at; -1 before the first."""
        return self._store.last_frame()

    def frames(self) -> list[tuple[int, float, str]]:
        """Return index, seconds and name of all frames; those that came since the last call are added."""
        self._frames += self._store.frames(self._frames[-1][0] if self._frames else -1)
        return self._frames

    def bring_to_disk(self) -> None:
        """Bring all that was written into the file itself."""
        self._store.bring_to_disk()

    def write_copy(self, path: Path) -> None:
        """Write all of it into a new file, without gaps and without a log."""
        self._store.write_copy(path)

    # ---- as corrected ------------------------------------------------------------------------------------------

    def frame(self, index: int, corrected: bool = True) -> CorrectedFrame:
        """Return the people of a frame; nobody where it was not looked at. corrected: False is as found."""
        people = self._store.people(index)
        if corrected:
            for edit in self.edits[: self.applied]:
                if edit.touches(index):
                    edit.apply(people)
            people.sort()
        return CorrectedFrame(index, people.poses(), people.places, people.marks)

    def who(self) -> People:
        """Return who is where in all frames, as corrected, without joints; not to be changed.

        Frames that came since the last call are in it.
        """
        known = self._found
        last = self._last_known()
        new = self._store.who(last)
        if known is None or len(new):
            self._found = new if known is None else _joined(known, new)
            self._who = None
        if self._who is None:
            assert self._found is not None
            self._who = _copied(self._found)
            for edit in self.edits[: self.applied]:
                edit.apply(self._who)
            self._who.sort()
        return self._who

    def recording(self, corrected: bool = True) -> Recording:
        """Return all of it. corrected: False is as found."""
        with reading(self.path):
            return self._recording(corrected)

    def _recording(self, corrected: bool) -> Recording:
        people = self._store.all_people()
        if corrected:
            for edit in self.edits[: self.applied]:
                edit.apply(people)
            people.sort()
        frames = self.frames()
        indices = np.asarray([frame for frame, _, _ in frames], np.int64)
        people.keep(np.isin(people.frames, indices))
        poses = people.poses()
        names = tuple(name for _, _, name in frames)
        decimals = self.fact("decimals")
        return Recording(
            self.skeleton,
            indices,
            np.asarray([seconds for _, seconds, _ in frames], np.float64),
            np.concatenate([np.zeros(1, np.int64), np.searchsorted(people.frames, indices, side="right")]),
            poses.keypoints,
            poses.scores,
            poses.ids,
            (),
            poses.covariance,
            names if any(names) else (),
            None if decimals is None else (int(decimals[0]), int(decimals[1])),
            self.fact("unit", "px"),
            poses.marks,
            self.annotations().events if corrected else (),
        )

    def corrected_frames(self) -> list[int]:
        """Return the frames in which a joint or a person was put right by hand, in order."""
        frames = {edit.frame for edit in self.edits[: self.applied] if isinstance(edit, OfPerson)}
        return sorted(frames & {frame for frame, _, _ in self.frames()})

    def annotations(self) -> Annotations:
        """Return what was noted beside the people: events, scale, read-outs."""
        return annotations_of(self.edits[: self.applied])

    # ---- edits -------------------------------------------------------------------------------------------------

    def do(self, edit: AnyEdit) -> AnyEdit:
        """Correct something; what was undone before is forgotten. Returns the edit.

        Raises:
            SettingError: It names a joint or event that there is not or a place that is taken, or an id would be
                twice in a frame.
        """
        check_joints(edit, self.skeleton.num_joints)
        check_event(edit, self.annotations())
        if isinstance(edit, Annotation):
            self._keep(edit)
            return edit
        after = _copied(self.who())
        if isinstance(edit, AddPerson) and len(after.at(edit.frame, edit.place)):
            raise SettingError(
                f"place {edit.place} of frame {edit.frame} is taken; `free_place` says which is free"
            )
        edit.apply(after)
        self._check_ids(edit, after)
        self._keep(edit)
        after.sort()
        self._who = after
        return edit

    def note(self, edits: Sequence[AnyEdit]) -> None:
        """Append entries that are known to make sense, as of another document; what was undone is forgotten."""
        self._keep(*edits)
        self._who = None

    def undo(self) -> bool:
        """Take back the last edit that holds; return whether there was one."""
        return self._apply_to(self.applied - 1)

    def redo(self) -> bool:
        """Make the last undone edit hold again; return whether there was one."""
        return self._apply_to(self.applied + 1)

    def free_id(self) -> int:
        """Return an id that nobody has, found or corrected."""
        who = self.who()
        assert self._found is not None
        return 1 + int(max(self._found.ids.max(initial=-1), who.ids.max(initial=-1)))

    def free_event(self) -> int:
        """Return a number that no event mark has or had."""
        return 1 + max((edit.event for edit in self.edits if isinstance(edit, AddEvent)), default=-1)

    def free_place(self, frame: int) -> int:
        """Return a place that nobody in a frame has or had."""
        named = [edit.place for edit in self.edits if isinstance(edit, AddPerson) and edit.frame == frame]
        filled = [
            each.place
            for edit in self.edits
            for each in getattr(edit, "frames", ())
            if each.new and each.frame == frame
        ]
        return 1 + max([*self._store.people(frame).places.tolist(), *named, *filled], default=-1)

    def _keep(self, *edits: AnyEdit) -> None:
        """Bring entries into the journal, in place of those that were undone."""
        number, now = self.applied, datetime.now(timezone.utc).isoformat(timespec="seconds")
        with self._store.transaction():
            self._store.write("DELETE FROM edits WHERE number >= ?", number)
            for place, edit in enumerate(edits, number):
                content = edit.model_dump_json()
                self._store.write("INSERT INTO edits VALUES (?, ?, ?, ?)", place, edit.kind, content, now)
            self._store.write("INSERT OR REPLACE INTO facts VALUES ('applied', ?)", str(number + len(edits)))
        self.edits[number:] = edits
        self.applied = number + len(edits)

    def _apply_to(self, applied: int) -> bool:
        if not 0 <= applied <= len(self.edits):
            return False
        self._store.set_facts(applied=applied)
        self.applied, self._who = applied, None
        return True

    def _last_known(self) -> int:
        return -1 if self._found is None or not len(self._found) else int(self._found.frames[-1])

    def _check_ids(self, edit: Edit, after: People) -> None:
        new = (
            edit.new if isinstance(edit, RenameId) else edit.id if isinstance(edit, AddPerson | SetId) else -1
        )
        if new < 0:
            return
        frames, counts = np.unique(after.frames[after.ids == new], return_counts=True)
        if (counts > 1).any():
            raise SettingError(
                f"id {new} would be twice in frame {frames[counts > 1][0]}; merge or swap the ids instead"
            )


def _copied(people: People) -> People:
    copy = replace(
        people,
        frames=people.frames.copy(),
        places=people.places.copy(),
        ids=people.ids.copy(),
        scores=people.scores.copy(),
    )
    copy.marks = people.marks.copy()
    return copy


def _joined(known: People, new: People) -> People:
    parts: Mapping[str, Any] = {
        name: np.concatenate([getattr(known, name), getattr(new, name)])
        for name in ("frames", "places", "ids", "scores")
    }
    return replace(known, **parts)
