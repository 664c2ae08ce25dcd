"""Whom to keep of a recording's people, and ids put right. R rows: a person in a frame."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from swahr.errors import Hint, MissingError, SettingError
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.settings.people import IdSettings, PeopleSettings


def choose(recording: Recording, settings: PeopleSettings) -> Recording:
    """Return a recording with the people that settings keep; frames stay.

    Raises:
        SettingError: Ids are needed, and there are none.
        MissingError: There is no such id.

    >>> choose(recording, PeopleSettings(longest=1))
    Recording(3 frames, 3 people in them, id 0, coco-17, 25 frames per second)
    """
    if settings.roi is not None:
        recording = recording.where(inside(recording.keypoints, settings.roi))
    if settings.person is not None:
        recording = recording.only(settings.person)
    if (not settings.min_frames and settings.longest is None) or not len(recording.scores):
        return recording
    ids = _ids_of(recording)
    known, counts = np.unique(ids[ids >= 0], return_counts=True)
    kept = known[counts >= settings.min_frames]
    if settings.longest is not None:
        by_length = np.lexsort((known, -counts))  # of equal ones, who came first
        kept = np.intersect1d(kept, known[by_length[: settings.longest]])
    return recording.where(np.isin(ids, kept))


def choose_inside(poses: Poses, roi: tuple[float, ...]) -> Poses:
    """Return the people of a frame who have the middle of the body in a rectangle x, y, width, height."""
    return poses[inside(poses.keypoints, roi)]


def inside(keypoints: npt.NDArray[np.float32], roi: tuple[float, ...]) -> npt.NDArray[np.bool_]:
    """Return who [R] has the middle of the box around their joints [R, K, 3] in a rectangle x, y, width, height."""
    found = np.isfinite(keypoints[:, :, :1])
    low = np.where(found, keypoints[:, :, :2], np.inf).min(axis=1, initial=np.inf)
    high = np.where(found, keypoints[:, :, :2], -np.inf).max(axis=1, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        middles = (low + high) / 2
    corner, size = np.asarray(roi[:2]), np.asarray(roi[2:])
    return np.asarray(((middles >= corner) & (middles < corner + size)).all(axis=1))


def put_right(recording: Recording, settings: IdSettings) -> Recording:
    """Return a recording whose ids are exchanged, joined and renamed as settings say.

    Where two people who are one are in the same frame, the surer of them stays.

    Raises:
        SettingError: There are no ids, or a new one is taken.
        MissingError: There is no such id.

    >>> put_right(recording, IdSettings(rename="1=5"))
    Recording(3 frames, 4 people in them, ids 0, 5, coco-17, 25 frames per second)
    """
    if settings == IdSettings():
        return recording
    ids = _ids_of(recording).copy()
    frames = recording.frames[recording.frame_of_row]
    for frame, a, b in settings.swaps:
        _check_there(recording, ids, a, b)
        later, is_a, is_b = frames >= frame, ids == a, ids == b
        ids[later & is_a], ids[later & is_b] = b, a
    kept = np.ones(len(ids), bool)
    for first, *others in settings.merges:
        _check_there(recording, ids, first, *others)
        ids[np.isin(ids, others)] = first
        kept &= _surest(ids == first, recording)
    names = settings.names
    _check_there(recording, ids, *names)
    taken = sorted(set(names.values()) & {*ids[kept].tolist()} - {*names})
    if taken:
        raise SettingError(f"rename gives the id {taken[0]}, which another person has", hints=[Hint("merge")])
    renamed = np.asarray([names.get(number, number) for number in ids.tolist()], np.int32)
    return replace(recording, ids=renamed).where(kept)


def _surest(rows: npt.NDArray[np.bool_], recording: Recording) -> npt.NDArray[np.bool_]:
    """Return which rows [R] stay where one of `rows` stays in each frame: the one of the best score."""
    kept = np.ones(len(rows), bool)
    places = np.flatnonzero(rows)
    order = places[np.lexsort((-recording.scores[places], recording.frame_of_row[places]))]
    again = recording.frame_of_row[order][1:] == recording.frame_of_row[order][:-1]
    kept[order[1:][again]] = False
    return kept


def _ids_of(recording: Recording) -> npt.NDArray[np.int32]:
    if recording.ids is None:
        raise SettingError(
            "people have no ids, by which they could be told apart", hints=[Hint("track", True)]
        )
    return recording.ids


def _check_there(recording: Recording, ids: npt.NDArray[np.int32], *wanted: int) -> None:
    for number in wanted:
        if not (ids == number).any():
            raise MissingError(
                f"there is no person {number}; the ids are {recording.id_ranges or 'not known'}"
            )
