"""The people of one frame, or of all frames, as arrays that edits change."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from swahr.pose.marks import CORRECTED as CORRECTED  # all four are names of the package
from swahr.pose.marks import FILLED as FILLED
from swahr.pose.marks import FOUND as FOUND
from swahr.pose.marks import HIDDEN as HIDDEN
from swahr.pose.poses import Poses, found_joints
from swahr.pose.skeleton import Skeleton

Places = npt.NDArray[np.float32]
NOBODY = -1  # the id of who was not followed


@dataclass
class People:
    """R people in frames. Edits change it in place; it is never shared.

    frames: [R] int64. places: [R] int32, each person's number within the frame, which stays theirs when others come
    and go. ids: [R] int32, -1 where nobody followed. scores: [R] float32. keypoints: [R, K, 3] float32 as in `Poses`;
    None where only who is where is asked for. marks: [R, K] uint8, CORRECTED by hand, FILLED in between, HIDDEN from
    view. covariance: [R, K, 2, 2] as in `Poses`, or None. only: the one frame that it holds; None: all.
    """

    skeleton: Skeleton
    frames: npt.NDArray[np.int64]
    places: npt.NDArray[np.int32]
    ids: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float32]
    keypoints: Places | None
    covariance: npt.NDArray[np.float32] | None = None
    only: int | None = None
    marks: npt.NDArray[np.uint8] = field(init=False)

    def __post_init__(self) -> None:
        self.marks = np.zeros((len(self.frames), self.skeleton.num_joints), np.uint8)

    def __len__(self) -> int:
        return len(self.frames)

    def holds(self, frame: int) -> bool:
        """Return whether the people of a frame are among these."""
        return self.only is None or self.only == frame

    def at(self, frame: int, place: int) -> npt.NDArray[np.intp]:
        """Return the row of a person, as an array of one; of none where there is no such person here."""
        return np.flatnonzero((self.frames == frame) & (self.places == place))

    def within(self, first: int, last: int | None, person_id: int) -> npt.NDArray[np.bool_]:
        """Return which rows are a person's from one frame to another; last: None is the end."""
        kept = (self.ids == person_id) & (self.frames >= first)
        return np.asarray(kept if last is None else kept & (self.frames <= last))

    def put(self, row: npt.NDArray[np.intp], joint: int, xy: tuple[float, float], mark: int) -> None:
        """Put a joint of people to a place, in frame pixels, which is sure."""
        if self.keypoints is not None:
            self.keypoints[row, joint] = (*xy, 1.0)
        self._marked(row, joint, mark)

    def take(self, row: npt.NDArray[np.intp], joint: int) -> None:
        """Take a joint away; that is a correction, too."""
        if self.keypoints is not None:
            self.keypoints[row, joint] = (np.nan, np.nan, 0.0)
        self._marked(row, joint, CORRECTED)

    def exchange_sides(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> None:
        """Exchange left and right of people."""
        order = list(self.skeleton.flip_permutation)
        sided = np.asarray([place != joint for joint, place in enumerate(order)])
        if self.keypoints is not None:
            self.keypoints[rows] = self.keypoints[rows][:, order]
        if self.covariance is not None:
            self.covariance[rows] = self.covariance[rows][:, order]
        marks = self.marks[rows][:, order]
        marks[:, sided] |= CORRECTED
        self.marks[rows] = marks

    def add(
        self, frame: int, place: int, person_id: int, joints: dict[int, tuple[float, float]], mark: int
    ) -> None:
        """Add a person with some joints."""
        self.frames = np.append(self.frames, np.int64(frame))
        self.places = np.append(self.places, np.int32(place))
        self.ids = np.append(self.ids, np.int32(person_id))
        self.scores = np.append(self.scores, np.float32(1))
        count = self.skeleton.num_joints
        self.marks = np.concatenate([self.marks, np.zeros((1, count), np.uint8)])
        if self.keypoints is not None:
            missing = np.full((1, count, 3), np.nan, np.float32)
            missing[:, :, 2] = 0
            self.keypoints = np.concatenate([self.keypoints, missing])
        if self.covariance is not None:
            unknown = np.full((1, count, 2, 2), np.nan, np.float32)
            self.covariance = np.concatenate([self.covariance, unknown])
        row = np.asarray([len(self.frames) - 1])
        for joint, xy in joints.items():
            self.put(row, joint, xy, mark)

    def keep(self, kept: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> None:
        """Keep some of the rows alone, or bring them into another order."""
        self.frames, self.places, self.ids = self.frames[kept], self.places[kept], self.ids[kept]
        self.scores, self.marks = self.scores[kept], self.marks[kept]
        if self.keypoints is not None:
            self.keypoints = self.keypoints[kept]
        if self.covariance is not None:
            self.covariance = self.covariance[kept]

    def drop_doubles(self, person_id: int, first: int) -> None:
        """Where an id is twice in a frame, keep the surer one; of equal ones the first."""
        rows = np.flatnonzero(self.within(first, None, person_id))
        best = rows[np.lexsort((self.places[rows], -self.scores[rows], self.frames[rows]))]
        twice = np.zeros(len(best), bool)
        twice[1:] = np.diff(self.frames[best]) == 0
        kept = np.ones(len(self), bool)
        kept[best[twice]] = False
        self.keep(kept)

    def sort(self) -> None:
        """Bring the people into the order of frames and of places in them."""
        self.keep(np.lexsort((self.places, self.frames)))

    def poses(self) -> Poses:
        """Return the people as poses, all frames' together.

        Raises:
            ValueError: They came without keypoints.
        """
        if self.keypoints is None:
            raise ValueError("these people have no keypoints")
        ids = self.ids if (self.ids >= 0).any() else None
        marks = self.marks if self.marks.any() else None
        return Poses(self.keypoints, self.scores, self.skeleton, ids, self.covariance, marks)

    @property
    def placed(self) -> npt.NDArray[np.bool_]:
        """[R, K] which joints have a place; all, where keypoints were not asked for."""
        return np.ones(self.marks.shape, bool) if self.keypoints is None else found_joints(self.keypoints)

    def _marked(self, row: npt.NDArray[np.intp], joint: int, mark: int) -> None:
        self.marks[row, joint] = mark
        if self.covariance is not None:
            self.covariance[row, joint] = np.nan
