"""What every format promises, as a check that tests of a format call."""

import json
import shutil
from pathlib import Path

import numpy as np
import numpy.typing as npt

from swahr.formats.files import open_writer, read
from swahr.formats.format import Format
from swahr.formats.registry import find_format, format_by_content, format_by_name
from swahr.formats.two_pass_writer import remove
from swahr.formats.writer import Writer
from swahr.pose.poses import Poses
from swahr.pose.recording import FramePoses, Recording
from swahr.pose.skeleton import COCO_17, Skeleton

FRAMES = (0, 1, 3, 4)  # 2 is not there
PEOPLE = ((0, 1), (), (1, 0, 2), (2,))  # ids of each frame, in another order from frame to frame
FRAME_RATE = 25.0
PIXEL, SCORE, SECONDS = 0.006, 1e-4, 1e-5  # what rounding may change


def check_format(name: str, folder: Path, skeleton: Skeleton = COCO_17) -> None:
    """Raise AssertionError where a format does not do what all do.

    What is not in `Format.lacks` is read back; name and content tell the format; a run that was killed goes on and
    gives the same bytes; an error leaves the partial output alone.

    Args:
        name: of a registered format.
        folder: to write in, empty.
        skeleton: of the people that are written.
    """
    known = find_format(name)
    recording = example(skeleton)
    path = folder / f"finished{known.suffix}"
    with _opened(known, path, skeleton) as writer:
        for frame in recording:
            writer.write(*frame)
    assert format_by_name(path) is known, f"{path.name} is taken for {format_by_name(path).name}"
    assert format_by_content(path) is known, f"its content is taken for {format_by_content(path).name}"
    assert not writer.partial.exists(), f"{writer.partial} is left"
    _check_content(known, recording, read(path, skeleton=_of_reading(known, skeleton)))
    for killed_after in range(len(recording)):
        _check_resume(known, recording, path, killed_after)


def example(skeleton: Skeleton = COCO_17) -> Recording:
    """Return four frames: two people, nobody, three in another order, one. A joint of each was not found."""
    random = np.random.default_rng(0)

    def people(ids: tuple[int, ...]) -> Poses:
        keypoints = random.uniform((100, 400, 0.1), (300, 700, 1), (len(ids), skeleton.num_joints, 3))
        keypoints[:, -1] = np.nan, np.nan, 0
        scores = random.uniform(0.1, 1, len(ids)).astype(np.float32)
        return Poses(keypoints.astype(np.float32), scores, skeleton, np.asarray(ids, np.int32))

    return Recording.from_frames(
        (frame, frame / FRAME_RATE, people(ids)) for frame, ids in zip(FRAMES, PEOPLE, strict=True)
    )


def _opened(known: Format, path: Path, skeleton: Skeleton, resume: dict[str, object] | None = None) -> Writer:
    return open_writer(known.name, path, skeleton, frame_rate=FRAME_RATE, size_wh=(640, 720), resume=resume)


def _check_content(known: Format, expected: Recording, got: Recording) -> None:
    kept = [frame for frame in expected if len(frame.poses) or "empty frames" not in known.lacks]
    frames = {frame.frame_index: frame for frame in got}
    missing = [frame.frame_index for frame in kept if frame.frame_index not in frames]
    assert not missing, f"frames {missing} are not there again"
    for frame in kept:
        _check_frame(known, frame, frames[frame.frame_index])


def _check_frame(known: Format, expected: FramePoses, got: FramePoses) -> None:
    where = f"frame {expected.frame_index}"
    assert len(got.poses) == len(expected.poses), (
        f"{where}: {len(got.poses)} people, not {len(expected.poses)}"
    )
    if "times" in known.lacks:
        assert np.isnan(got.time_s), f"{where}: there is a time, {got.time_s}, and `lacks` says otherwise"
    else:
        assert abs(got.time_s - expected.time_s) < SECONDS, f"{where}: the time is {got.time_s}"
    if "joints" in known.lacks:
        assert _ids(got.poses) == _ids(expected.poses), f"{where}: ids are {_ids(got.poses)}"
        return
    found, given = _by_id(known, got.poses), _by_id(known, expected.poses)
    _check_close(found.keypoints[..., :2], given.keypoints[..., :2], PIXEL, f"{where}: places")
    if "scores" not in known.lacks:
        said = f'{where}: scores of joints; "scores" in `lacks` says that the format has none'
        _check_close(found.keypoints[..., 2], given.keypoints[..., 2], SCORE, said)
    if not {"scores", "person scores"} & {*known.lacks}:
        said = f'{where}: scores of people; "person scores" in `lacks` says that the format has none'
        _check_close(found.scores, given.scores, SCORE, said)


def _check_close(
    found: npt.NDArray[np.float32], given: npt.NDArray[np.float32], atol: float, said: str
) -> None:
    np.testing.assert_allclose(found, given, atol=atol, err_msg=said)


def _of_reading(known: Format, skeleton: Skeleton) -> Skeleton | None:
    """Return the skeleton that a reader is told; boxes have one of their own."""
    return None if "joints" in known.lacks else skeleton


def _ids(poses: Poses) -> list[int]:
    return [] if poses.ids is None else sorted(poses.ids.tolist())


def _by_id(known: Format, poses: Poses) -> Poses:
    """Return people in the order of their ids; as they are in a format without ids."""
    if "ids" in known.lacks or not len(poses):
        return poses
    assert poses.ids is not None, "there are no ids, and `lacks` says otherwise"
    return poses[np.argsort(poses.ids)]


def _check_resume(known: Format, recording: Recording, finished: Path, killed_after: int) -> None:
    path = finished.with_name(f"killed{killed_after}") / finished.name
    path.parent.mkdir()
    frames = list(recording)
    first = _opened(known, path, recording.skeleton)
    for frame in frames[:killed_after]:
        first.write(*frame)
    first.flush()
    state = json.loads(json.dumps(first.state()))
    first.write(*frames[killed_after])  # written, but after the state that is known
    kept = path.with_name("kept")
    (shutil.copytree if first.partial.is_dir() else shutil.copy)(first.partial, kept)
    first.abandon()  # closes its file, as a kill does; what that did to the partial output is undone
    remove(first.partial)
    kept.rename(first.partial)
    with _opened(known, path, recording.skeleton, state) as second:
        for frame in frames[killed_after:]:
            second.write(*frame)
    said = f"a run that was killed after {killed_after} frames gives"
    if known.same_bytes:
        assert _bytes(path) == _bytes(finished), f"{said} other bytes"
    else:
        skeleton = _of_reading(known, recording.skeleton)
        again = read(path, known.name, skeleton=skeleton)
        assert again == read(finished, known.name, skeleton=skeleton), f"{said} other people"


def _bytes(path: Path) -> dict[str, bytes]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return {file.name: file.read_bytes() for file in files}
