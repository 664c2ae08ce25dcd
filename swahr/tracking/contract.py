"""What every tracker promises, as a check for its tests."""

import json
from collections.abc import Callable, Iterator
from dataclasses import fields

import numpy as np

from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17, Skeleton
from swahr.tracking.tracker import Tracker
from swahr.video.images import Image

FRAMES, STOPPED = 40, 17  # of the film, and the one after which a tracker hands its state on


def check_tracker(make: Callable[[], Tracker], skeleton: Skeleton = COCO_17) -> None:
    """Check that a tracker keeps its promises; for the tests of a tracker of one's own.

    Args:
        make: Makes it anew at each call.
        skeleton: Of the people whom it is given: up to three, who walk, cross, leave and come back.

    Raises:
        AssertionError: It does not, and how.

    >>> from swahr.config import TrackSettings
    >>> from swahr.tracking import make_tracker
    >>> check_tracker(lambda: make_tracker(TrackSettings(), COCO_17))
    """
    first, second = make(), make()
    for index, (poses, image) in enumerate(_film(skeleton)):
        time_s = index / 25
        ids = _ids(poses, first(poses, time_s, image), index)
        if index == STOPPED:
            second.load_state_dict(json.loads(_as_json(first)))
        elif index > STOPPED:
            then = _ids(poses, second(poses, time_s, image), index)
            assert then == ids, (
                f"frame {index}: ids are {then} after a stop and {ids} without; expected the same"
            )
    assert _as_json(first) == _as_json(second), "the states differ after a stop"


def _as_json(tracker: Tracker) -> str:
    """Return a tracker's state as the journal of a run keeps it."""
    try:
        return json.dumps(tracker.state_dict())
    except TypeError as error:
        raise AssertionError(
            f"state_dict: {error}; expected what JSON keeps: numbers, text, lists (`array.tolist()`), dicts by text"
        ) from error


def _ids(poses: Poses, found: Poses, index: int) -> list[int]:
    """Return the ids that poses were given, and check that they were given ids alone."""
    assert found.ids is not None, f"frame {index}: there are no ids"
    assert found.ids.shape == (len(poses),), (
        f"frame {index}: ids are {found.ids.shape}; expected ({len(poses)},)"
    )
    ids: list[int] = found.ids.tolist()
    assert len(set(ids)) == len(ids), f"frame {index}: ids are {ids}; expected no id twice"
    for name in (field.name for field in fields(poses) if field.name != "ids"):
        before, after = getattr(poses, name), getattr(found, name)
        same = (
            np.array_equal(before, after, equal_nan=True)
            if isinstance(before, np.ndarray)
            else before == after
        )
        assert same, f"frame {index}: {name} changed; expected ids alone to be new"
    return ids


def _film(skeleton: Skeleton) -> Iterator[tuple[Poses, Image | None]]:
    """Yield people, and an image with each second frame."""
    random = np.random.default_rng(0)
    body = random.uniform((-30, -80), (30, 80), (skeleton.num_joints, 2))
    for index in range(FRAMES):
        places = [(60 + 8 * index, 110), (380 - 8 * index, 120), (220, 100)]
        # All at once, nobody, one who left for a while, in changing order.
        there = [] if index % 13 == 12 else [0, 1] if 10 < index < 25 else [0, 1, 2]
        order = random.permutation(there)
        keypoints = np.ones((len(there), skeleton.num_joints, 3), np.float32)
        for row, person in enumerate(order):
            keypoints[row, :, :2] = body + places[person] + random.normal(0, 1, body.shape)
            keypoints[row, random.integers(skeleton.num_joints)] = (np.nan, np.nan, 0)
        scores = np.linspace(0.9, 0.5, len(there)).astype(np.float32)
        image = random.integers(0, 256, (240, 440, 3), dtype=np.uint8) if index % 2 else None
        yield Poses(keypoints, scores, skeleton), image
