import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.poses import Poses
from swahr.run import Summary, run
from swahr.skeleton import COCO_17
from swahr.video import Frame


def frames(readable):
    """Give frames whose brightness is their index; False: one that cannot be decoded."""
    for index, good in enumerate(readable):
        image = np.full((2, 2, 3), index % 256, np.uint8) if good else None
        yield Frame(index, index / 10, image)


def as_many_people_as_bright(images):
    """Stand in for an estimator: an image of brightness n has n % 3 people, all joints at x = n."""
    found = []
    for image in images:
        brightness = int(image[0, 0, 0])
        keypoints = np.full((brightness % 3, 17, 3), brightness, np.float32)
        found.append(Poses(keypoints, np.ones(len(keypoints), np.float32), COCO_17))
    return found


@settings(max_examples=50, deadline=None)
@given(st.lists(st.booleans(), max_size=40), st.integers(1, 7))
def test_every_frame_gets_its_own_people_in_order(readable, batch_size):
    written = []
    summary = run(frames(readable), as_many_people_as_bright, lambda *pair: written.append(pair), batch_size)
    assert [frame.index for frame, _ in written] == list(range(len(readable)))
    for (frame, poses), good in zip(written, readable, strict=True):
        assert (poses is not None) == good
        if good:
            assert len(poses) == frame.index % 3
            assert np.all(poses.keypoints == frame.index)
    people = [index % 3 for index, good in enumerate(readable) if good]
    assert summary == Summary(len(readable), sum(map(bool, people)), sum(people), readable.count(False))


def test_the_estimator_is_given_no_more_than_a_batch():
    sizes = []

    def estimate(images):
        sizes.append(len(images))
        return as_many_people_as_bright(images)

    run(frames([True] * 10), estimate, lambda *_: None, 4)
    assert sizes == [4, 4, 2]


def test_progress_is_told_after_each_batch():
    seen = []
    run(frames([True] * 10), as_many_people_as_bright, lambda *_: None, 4, lambda s: seen.append(s.frames))
    assert seen == [4, 8, 10]


def test_few_frames_are_held_however_long_the_source():
    made, written = [0], [0]
    ahead = []

    def endless():
        for index in range(500):
            made[0] += 1
            ahead.append(made[0] - written[0])
            yield Frame(index, 0.0, np.zeros((2, 2, 3), np.uint8))

    def write(frame, poses):
        written[0] += 1

    run(endless(), as_many_people_as_bright, write, 4)
    assert written[0] == 500
    assert max(ahead) <= 2 * 4 + 4 + 2  # the queue, a batch, and one at each end


@pytest.mark.parametrize("where", ["source", "estimate", "write", "progress"])
@pytest.mark.parametrize("error", [ValueError, OSError])
def test_an_error_anywhere_comes_out_and_the_reader_is_joined(where, error):
    def fail(*_):
        raise error(where)

    def broken_source():
        yield from frames([True] * 5)
        fail()

    parts = {
        "source": broken_source() if where == "source" else frames([True] * 1000),
        "estimate": as_many_people_as_bright,
        "write": lambda *_: None,
        "progress": lambda _: None,
    }
    if where != "source":
        parts[where] = fail
    before = threading.active_count()
    with pytest.raises(error, match=where):
        run(parts["source"], parts["estimate"], parts["write"], 2, parts["progress"])
    assert threading.active_count() == before


def test_people_a_frame_counts_readable_frames_alone():
    assert Summary().people_a_frame == 0
    assert Summary(frames=4, people=6, unreadable=1).people_a_frame == 2
