"""Corrections by hand, each a small value that changes people; what was found is never touched.

A person in a frame is named by the place there, a person through the video by the id that they have at that moment.
An edit whose person is not there (any more) changes nothing. Frames count as in the video; places are frame pixels.
"""

from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from swahr.document.annotations import AddEvent, ChangeEvent, DeleteEvent, SetReadouts, SetScale
from swahr.document.edit import Edit, Index
from swahr.document.people import People
from swahr.errors import SettingError, UnreadableError
from swahr.pose.marks import CORRECTED, FILLED, HIDDEN

Id = Annotated[int, Field(ge=-1, lt=2**31)]
Joints = dict[Index, tuple[float, float]]


class OfPerson(Edit):
    """A correction of one person in one frame."""

    frame: Index
    place: Index

    def _touches(self, frame: int) -> bool:
        return frame == self.frame


class PlaceJoint(OfPerson):
    """Put a joint to a place, whether it was there or not; it is sure then."""

    kind: Literal["place_joint"] = "place_joint"
    joint: Index
    x: float
    y: float

    def _change(self, people: People) -> None:
        people.put(people.at(self.frame, self.place), self.joint, (self.x, self.y), CORRECTED)

    def _joints(self) -> tuple[int, ...]:
        return (self.joint,)


class HideJoint(OfPerson):
    """Say that a joint is hidden from view, or seen after all; its place stays."""

    kind: Literal["hide_joint"] = "hide_joint"
    joint: Index
    hidden: bool = True

    def _change(self, people: People) -> None:
        row = people.at(self.frame, self.place)
        people.marks[row, self.joint] = CORRECTED | (HIDDEN if self.hidden else 0)

    def _joints(self) -> tuple[int, ...]:
        return (self.joint,)


class DeleteJoint(OfPerson):
    """Take a joint away."""

    kind: Literal["delete_joint"] = "delete_joint"
    joint: Index

    def _change(self, people: People) -> None:
        people.take(people.at(self.frame, self.place), self.joint)

    def _joints(self) -> tuple[int, ...]:
        return (self.joint,)


class AddPerson(OfPerson):
    """Add a person; `Document.free_place` and `free_id` say which place and id are free."""

    kind: Literal["add_person"] = "add_person"
    id: Id = -1
    joints: Joints

    def _change(self, people: People) -> None:
        if people.holds(self.frame):
            people.add(self.frame, self.place, self.id, self.joints, CORRECTED)

    def _joints(self) -> tuple[int, ...]:
        return tuple(self.joints)


class DeletePerson(OfPerson):
    """Take a person out of a frame."""

    kind: Literal["delete_person"] = "delete_person"

    def _change(self, people: People) -> None:
        people.keep((people.frames != self.frame) | (people.places != self.place))


class SwapSides(OfPerson):
    """Exchange left and right of a person in one frame."""

    kind: Literal["swap_sides"] = "swap_sides"

    def _change(self, people: People) -> None:
        people.exchange_sides(people.at(self.frame, self.place))


class SetId(OfPerson):
    """Give a person another id in one frame alone."""

    kind: Literal["set_id"] = "set_id"
    id: Id

    def _change(self, people: People) -> None:
        people.ids[people.at(self.frame, self.place)] = self.id


class _FromHere(Edit):
    """A correction of somebody's id from a frame on."""

    first: Index
    id: Index

    def _touches(self, frame: int) -> bool:
        return frame >= self.first


class SwapIds(_FromHere):
    """Exchange the ids of two people."""

    kind: Literal["swap_ids"] = "swap_ids"
    other: Index

    def _change(self, people: People) -> None:
        one = people.within(self.first, None, self.id)
        other = people.within(self.first, None, self.other)
        people.ids[one], people.ids[other] = self.other, self.id


class MergeIds(_FromHere):
    """Make two ids one, `id`; where both are in a frame the surer stays."""

    kind: Literal["merge_ids"] = "merge_ids"
    other: Index

    def _change(self, people: People) -> None:
        people.ids[people.within(self.first, None, self.other)] = self.id
        people.drop_doubles(self.id, self.first)


class RenameId(_FromHere):
    """Give an id another number; with a free one a track is cut in two."""

    kind: Literal["rename_id"] = "rename_id"
    new: Index

    def _change(self, people: People) -> None:
        people.ids[people.within(self.first, None, self.id)] = self.new


class DeleteId(_FromHere):
    """Take a person out of all frames, up to and with `last`; None is the end."""

    kind: Literal["delete_id"] = "delete_id"
    last: Index | None = None

    def _change(self, people: People) -> None:
        people.keep(~people.within(self.first, self.last, self.id))


class SwapSidesOf(_FromHere):
    """Exchange left and right of a person in all frames, up to and with `last`; None is the end."""

    kind: Literal["swap_sides_of"] = "swap_sides_of"
    last: Index | None = None

    def _change(self, people: People) -> None:
        people.exchange_sides(people.within(self.first, self.last, self.id))


class FilledFrame(BaseModel):
    """What `Fill` puts into a frame. new: the person was not there."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    frame: Index
    place: Index
    joints: Joints
    new: bool = False


class Fill(Edit):
    """Put joints of a person into frames between corrected ones; `interpolation` makes it."""

    kind: Literal["fill"] = "fill"
    id: Index
    frames: tuple[FilledFrame, ...]

    def _touches(self, frame: int) -> bool:
        return any(filled.frame == frame for filled in self.frames)

    def _change(self, people: People) -> None:
        for filled in self.frames:
            if not people.holds(filled.frame):
                continue
            if filled.new:
                people.add(filled.frame, filled.place, self.id, filled.joints, FILLED)
                continue
            row = people.at(filled.frame, filled.place)
            for joint, xy in filled.joints.items():
                people.put(row, joint, xy, FILLED)

    def _joints(self) -> tuple[int, ...]:
        return tuple(np.unique([joint for filled in self.frames for joint in filled.joints]).astype(int))


AnyEdit = (
    PlaceJoint
    | HideJoint
    | DeleteJoint
    | AddPerson
    | DeletePerson
    | SwapSides
    | SetId
    | SwapIds
    | MergeIds
    | RenameId
    | DeleteId
    | SwapSidesOf
    | Fill
    | AddEvent
    | ChangeEvent
    | DeleteEvent
    | SetScale
    | SetReadouts
)
_ADAPTER: TypeAdapter[AnyEdit] = TypeAdapter(Annotated[AnyEdit, Field(discriminator="kind")])


def edit_from_json(text: str) -> AnyEdit:
    """Return the edit that `model_dump_json` gave.

    >>> edit = SwapIds(first=120, id=1, other=2)
    >>> edit_from_json(edit.model_dump_json()) == edit
    True

    Raises:
        UnreadableError: It is none.
    """
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        raise UnreadableError(f"not a correction that this swahr knows: {text[:80]}") from error


def check_joints(edit: Edit, count: int) -> None:
    """Raise SettingError where an edit names a joint that a skeleton of so many does not have."""
    beyond = [joint for joint in edit.joints_named() if joint >= count]
    if beyond:
        raise SettingError(f"joint {beyond[0]} is not there; expected 0 to {count - 1}")
