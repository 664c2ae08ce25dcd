import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr.run.pipeline import Checkpoints, Stages, Summary, run
from swahr.video import Frame
from swahr.video.fake import FakeCamera


def frames(readable):
    """Give frames whose brightness is their index; False: one that cannot be decoded."""
    for index, good in enumerate(readable):
        image = np.full((2, 2, 3), index % 256, np.uint8) if good else None
        yield Frame(index, index / 10, image)


def as_many_people_as_bright(frames):
    """Stand in for an estimator: an image of brightness n has n % 3 people, all joints at x = n."""
    found = []
    for frame in frames:
        brightness = int(frame.image[0, 0, 0])
        keypoints = np.full((brightness % 3, 17, 3), brightness, np.float32)
        found.append(Poses(keypoints, np.ones(len(keypoints), np.float32), COCO_17))
    return found


def stages(write=lambda *_: None, infer=as_many_people_as_bright, **others):
    return Stages(**{"infer": infer, "parse": lambda found: found, "write": write, **others})


@settings(max_examples=50, deadline=None)
@given(st.lists(st.booleans(), max_size=40), st.integers(1, 7))
def test_every_frame_gets_its_own_people_in_order(readable, batch_size):
    written = []
    summary = run(frames(readable), stages(lambda *pair: written.append(pair)), batch_size=batch_size)
    assert [frame.index for frame, _ in written] == list(range(len(readable)))
    for (frame, poses), good in zip(written, readable, strict=True):
        assert (poses is not None) == good
        if good:
            assert len(poses) == frame.index % 3
            assert np.all(poses.keypoints == frame.index)
    people = [index % 3 for index, good in enumerate(readable) if good]
    assert summary == Summary(len(readable), sum(map(bool, people)), sum(people), readable.count(False))


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")]
)
def test_where_memory_lacks_batches_are_halved_and_it_is_said(error):
    sizes, written, lines = [], [], []

    def estimate(images):
        if len(images) > 3:
            raise error
        sizes.append(len(images))
        return as_many_people_as_bright(images)

    what = stages(lambda frame, _: written.append(frame.index), infer=estimate, notify=lines.append)
    run(frames([True] * 20), what, batch_size=8)
    assert written == list(range(20))
    assert sizes == [2] * 10
    assert [line.split("; ")[1] for line in lines] == [
        "from here on 4 are taken", "from here on 2 are taken", "from here on 2 are taken",
    ]  # fmt: skip


def test_a_frame_for_which_memory_lacks_ends_the_run():
    def estimate(_images):
        raise MemoryError

    with pytest.raises(MemoryError):
        run(frames([True] * 3), stages(infer=estimate), batch_size=2)


def test_the_estimator_is_given_no_more_than_a_batch():
    sizes = []

    def estimate(images):
        sizes.append(len(images))
        return as_many_people_as_bright(images)

    run(frames([True] * 10), stages(infer=estimate), batch_size=4)
    assert sizes == [4, 4, 2]


def test_progress_is_told_after_each_batch():
    seen = []
    run(frames([True] * 10), stages(), batch_size=4, progress=lambda s: seen.append(s.frames))
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

    run(endless(), stages(write), batch_size=4)
    assert written[0] == 500
    # The frames read ahead and one at each end; a batch in each of four stages and one between them.
    assert max(ahead) <= 2 * 4 + 2 + 4 * 2 * 4


@pytest.mark.parametrize("where", ["source", "infer", "parse", "track", "write", "take", "keep", "progress"])
@pytest.mark.parametrize("error", [ValueError, OSError, StopIteration])
def test_an_error_anywhere_comes_out_and_every_thread_is_joined(where, error):
    def fail(*_):
        raise error(where)

    def broken_source():
        yield from frames([True] * 5)
        fail()

    parts = {
        "infer": as_many_people_as_bright,
        "parse": lambda found: found,
        "track": lambda poses, *_: poses,
        "write": lambda *_: None,
        "take": lambda: None,
        "keep": lambda *_: None,
        "progress": lambda _: None,
    }
    if where != "source":
        parts[where] = fail
    before = threading.active_count()
    # Python turns a StopIteration that would end a generator in silence into a RuntimeError.
    with pytest.raises((error, RuntimeError)):
        run(
            broken_source() if where == "source" else frames([True] * 1000),
            Stages(parts["infer"], parts["parse"], parts["write"], parts["track"]),
            batch_size=2,
            progress=parts["progress"],
            checkpoints=Checkpoints(parts["take"], parts["keep"], 0),
        )
    assert threading.active_count() == before


def test_ctrl_c_keeps_what_is_written_and_joins_every_thread():
    written = []

    def progress(summary):
        if summary.frames >= 20:
            raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        run(
            frames([True] * 100_000),
            stages(lambda frame, _: written.append(frame.index)),
            progress=progress,
        )
    assert threading.active_count() == before
    assert 20 <= len(written) < 100_000
    assert written == list(range(len(written)))


def test_ids_are_given_in_order_to_readable_frames_with_their_time_and_image():
    seen = []

    def track(poses, time_s, image):
        seen.append((time_s, int(image[0, 0, 0])))
        return poses

    run(frames([True, False, True, True]), stages(track=track), batch_size=2)
    assert seen == [(0.0, 0), (0.2, 2), (0.3, 3)]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 30), st.integers(1, 5))
def test_a_checkpoint_is_the_state_after_exactly_the_frames_that_are_written(length, batch_size):
    tracked, written, kept = [], [], []
    run(
        frames([True] * length),
        stages(
            lambda frame, _: written.append(frame.index),
            track=lambda poses, time_s, _: (tracked.append(round(10 * time_s)), poses)[1],
        ),
        batch_size=batch_size,
        checkpoints=Checkpoints(lambda: list(tracked), lambda *what: kept.append((*what, len(written))), 0),
    )
    assert [last for last, *_ in kept] == [
        min(start + batch_size, length) - 1 for start in range(0, length, batch_size)
    ]
    for last, state, summary, count in kept:
        assert state == list(range(last + 1))
        assert summary.frames == count == last + 1


def test_counts_go_on_from_an_earlier_part():
    assert run(frames([True] * 3), stages(), done=Summary(frames=7, people=1)).frames == 10


def test_a_live_source_drops_what_comes_while_the_stages_are_busy():
    written = []
    with FakeCamera(frame_rate=200) as camera:

        def write(frame, _):
            written.append(frame)
            if len(written) == 10:
                camera.interrupt()
            threading.Event().wait(0.03)

        run(camera, stages(write), batch_size=8)
    indices = [frame.index for frame in written]
    assert indices == sorted(set(indices))
    assert camera.dropped > 0
    assert indices[-1] >= len(indices)  # some are missing


def test_ctrl_c_ends_a_run_whose_camera_is_gone():
    def progress(_):
        camera.unplug()
        raise KeyboardInterrupt

    before = threading.active_count()
    with FakeCamera() as camera, pytest.raises(KeyboardInterrupt):
        run(camera, stages(), progress=progress)
    assert threading.active_count() == before


def test_people_per_frame_counts_readable_frames_alone():
    assert Summary().people_per_frame == 0
    assert Summary(frames=4, people=6, unreadable=1).people_per_frame == 2
