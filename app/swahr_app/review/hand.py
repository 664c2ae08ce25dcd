"""What a person does by hand to a session: go, choose, correct."""

from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import QCoreApplication

from swahr.document import (
    HIDDEN,
    AddPerson,
    DeleteId,
    DeleteJoint,
    DeletePerson,
    HideJoint,
    MergeIds,
    PlaceJoint,
    RenameId,
    SwapIds,
    SwapSides,
    SwapSidesOf,
    interpolation,
    neighbours,
)
from swahr.errors import SwahrError
from swahr_app.review.lanes import Lane, next_in
from swahr_app.review.placing import joint_place, person_joints
from swahr_app.review.session import Session
from swahr_app.review.tools import Tools
from swahr_app.state.facts import Level


class Hand:
    """What a person does to a session. other: gives the id that ids are exchanged or joined with.

    While a line is drawn with the tools, what moves and chooses joints moves and chooses its ends.
    """

    def __init__(
        self, session: Session, tools: Tools, other: Callable[[], int | None], new_id: Callable[[], int]
    ) -> None:
        self.session, self._tools, self._other, self._new_id = session, tools, other, new_id

    # ---- going -------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """Play or pause."""
        self.session.play(not self.session.playing)

    def step(self, frames: int) -> None:
        """Go some frames on."""
        self.session.play(False)
        self.session.show_frame(self.session.index + frames)

    def jump(self, seconds: float) -> None:
        """Go some seconds on."""
        self.step(round(seconds * self.session.frame_rate))

    def go(self, frame: int) -> None:
        """Go to a frame."""
        self.session.play(False)
        self.session.show_frame(frame)

    def next_doubtful(self, forward: bool = True) -> None:
        """Go to the next doubtful frame, of the person who is chosen or of anybody."""
        self._go_among([lane.doubtful() for lane in self._lanes()], forward, _doubtful(forward))

    def next_gap(self, forward: bool = True) -> None:
        """Go to where the next gap begins."""
        self._go_among([lane.gaps() for lane in self._lanes()], forward, _gap(forward))

    def next_swap(self, forward: bool = True) -> None:
        """Go to where left and right next seem to change places."""
        self._go_among([lane.swapped() for lane in self._lanes()], forward, _swap(forward))

    def _go_among(self, frames: list[np.ndarray], forward: bool, nothing: str) -> None:
        found = next_in(np.concatenate([np.zeros(0, np.int64), *frames]), self.session.index, forward)
        if found is not None:
            self.go(found)
        elif self.session.document is not None:
            self.session.state.notify(Level.INFO, nothing, about="jump")

    def _lanes(self) -> list[Lane]:
        lanes = self.session.lanes()
        chosen = [lane for lane in lanes if lane.id == self.session.person_id]
        return chosen or lanes

    # ---- choosing ----------------------------------------------------------------------------------------------

    def choose_person(self, by: int) -> None:
        """Choose the next person of the frame."""
        people = self.session.people
        if people is None or not len(people.places):
            return
        places = people.places.tolist()
        at = places.index(self.session.place) if self.session.place in places else (-1 if by > 0 else 0)
        self.session.choose(places[(at + by) % len(places)], self.session.joint)

    def choose_joint(self, by: int) -> None:
        """Choose the next joint of the person."""
        if self._tools.switch_end():
            return
        if self.session.row is None or self.session.document is None:
            self.choose_person(1)
        if self.session.row is None or self.session.document is None:
            return
        count = self.session.document.skeleton.num_joints
        joint = self.session.joint
        chosen = (0 if by > 0 else count - 1) if joint is None else (joint + by) % count
        self.session.choose(self.session.place, chosen)

    # ---- joints ------------------------------------------------------------------------------------------------

    def move_joint(self, x: float, y: float) -> None:
        """Move the joint by pixels of the video."""
        if self._tools.move_end(x, y):
            return
        at = self._joint()
        if at is not None and np.isfinite(at[0]):
            self.place_joint(float(at[0]) + x, float(at[1]) + y)

    def place_joint(self, x: float, y: float) -> None:
        """Put the joint to a place, in pixels of the video."""
        session = self.session
        if session.row is not None and session.place is not None and session.joint is not None:
            edit = PlaceJoint(
                frame=session.index, place=session.place, joint=session.joint, x=round(x, 2), y=round(y, 2)
            )
            session.do(edit)

    def add_joint(self) -> None:
        """Put a missing joint to a place between its neighbours."""
        session, at = self.session, self._joint()
        if (
            at is not None
            and not np.isfinite(at[0])
            and session.row is not None
            and session.joint is not None
        ):
            assert session.poses is not None
            self.place_joint(*joint_place(session.poses[session.row], session.joint))

    def hide_joint(self) -> None:
        """Say that the joint is hidden, or seen after all."""
        session = self.session
        if self._joint() is not None and session.people is not None:
            assert session.place is not None
            assert session.joint is not None
            hidden = bool(session.people.marks[session.row, session.joint] & HIDDEN)
            edit = HideJoint(frame=session.index, place=session.place, joint=session.joint, hidden=not hidden)
            session.do(edit)

    def delete_joint(self) -> None:
        """Take the joint away."""
        session = self.session
        if self._joint() is not None:
            assert session.place is not None
            assert session.joint is not None
            session.do(DeleteJoint(frame=session.index, place=session.place, joint=session.joint))

    def _joint(self) -> np.ndarray | None:
        session = self.session
        if session.poses is None or session.row is None or session.joint is None:
            return None
        joint: np.ndarray = session.poses.keypoints[session.row, session.joint]
        return joint

    # ---- people ------------------------------------------------------------------------------------------------

    def add_person(self) -> None:
        """Add a person: the one who was chosen and is missing here, or somebody new."""
        session = self.session
        if session.document is None or session.people is None:
            return
        place, known = session.document.free_place(session.index), session.wanted_id
        missing = known is not None and session.row is None
        joints = person_joints(session.document, session.index, known if missing else None, session.info)
        number = known if missing and known is not None else session.document.free_id()
        if session.do(AddPerson(frame=session.index, place=place, id=number, joints=joints)):
            session.choose(place, session.joint)

    def delete_person(self) -> None:
        """Take the person out of this frame."""
        session = self.session
        if session.row is not None and session.place is not None:
            session.do(DeletePerson(frame=session.index, place=session.place))

    def swap_sides(self) -> None:
        """Exchange left and right here."""
        session = self.session
        if session.row is not None and session.place is not None:
            session.do(SwapSides(frame=session.index, place=session.place))

    # ---- ids from here on --------------------------------------------------------------------------------------

    def swap_sides_on(self) -> None:
        """Exchange left and right from here on, to the out mark if there is one."""
        known, last = self.session.person_id, self._last()
        if known is not None:
            self.session.do(SwapSidesOf(first=self.session.index, last=last, id=known))

    def delete_on(self) -> None:
        """Take the person out from here on, to the out mark if there is one."""
        known, last = self.session.person_id, self._last()
        if known is not None:
            self.session.do(DeleteId(first=self.session.index, last=last, id=known))

    def swap_ids(self) -> None:
        """Exchange two ids from here on."""
        known, other = self.session.person_id, self._other()
        if known is not None and other is not None and known != other:
            self.session.do(SwapIds(first=self.session.index, id=known, other=other))

    def merge_ids(self) -> None:
        """Make the other id this one from here on."""
        known, other = self.session.person_id, self._other()
        if known is not None and other is not None and known != other:
            self.session.do(MergeIds(first=self.session.index, id=known, other=other))

    def cut_id(self) -> None:
        """Give the person a new id from here on."""
        known, document = self.session.person_id, self.session.document
        if known is not None and document is not None:
            self.session.do(RenameId(first=self.session.index, id=known, new=document.free_id()))

    def rename_id(self) -> None:
        """Give the person the id that is asked for, from here on."""
        known, new = self.session.person_id, self._new_id()
        if known is not None and known != new:
            self.session.do(RenameId(first=self.session.index, id=known, new=new))

    def interpolate(self) -> None:
        """Fill the frames between the corrected ones before and after this."""
        document, known = self.session.document, self.session.person_id
        known = self.session.wanted_id if known is None else known
        if known is None or document is None:
            return
        try:
            first, last = neighbours(document, known, self.session.index)
            self.session.do(interpolation(document, known, first, last))
        except SwahrError as error:
            self.session.notify_error(error)

    def _last(self) -> int | None:
        last = self.session.marks[1]
        return last if last is not None and last >= self.session.index else None


def _tr(text: str) -> str:
    return QCoreApplication.translate("Hand", text)


def _doubtful(forward: bool) -> str:
    return _tr("No doubtful frame follows.") if forward else _tr("No doubtful frame before this one.")


def _gap(forward: bool) -> str:
    return _tr("No gap follows.") if forward else _tr("No gap before this frame.")


def _swap(forward: bool) -> str:
    return (
        _tr("Left and right change places nowhere from here on.")
        if forward
        else _tr("Left and right change places nowhere before this frame.")
    )
