"""A small program of a user's, which uses every public name; mypy --strict checks it, and it is run."""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

import swahr


def shoulders(person: swahr.Person) -> float:
    left: npt.NDArray[np.float32] = person["left_shoulder"]
    return float(np.hypot(*(left[:2] - person["right_shoulder"][:2])))


def count(recording: swahr.Recording) -> int:
    frames: list[swahr.FramePoses] = list(recording)
    return sum(len(frame.poses) for frame in frames)


def refuse(hint: swahr.Hint) -> str:
    return f"{hint.setting} {hint.value}"


def kinds() -> list[type[swahr.SwahrError]]:
    return [
        swahr.SettingError,
        swahr.MissingError,
        swahr.UnreadableError,
        swahr.OutputError,
        swahr.OutputExistsError,
        swahr.BusyError,
        swahr.ResumeError,
    ]


def main(model: str, clip: Path, folder: Path) -> None:
    print("swahr", swahr.__version__, [kind.code for kind in kinds()])
    skeleton = swahr.Skeleton.from_joints(["nose", "left_shoulder", "right_shoulder"])
    estimator = swahr.PoseEstimator.from_pretrained(model, device="cpu")
    frame: npt.NDArray[np.uint8] = np.full((96, 128, 3), 90, np.uint8)
    poses: swahr.Poses = estimator(frame)
    several: list[swahr.Poses] = estimator([frame, frame])
    # Some processors add up in another order where there are more frames at a time.
    assert np.allclose(several[0].keypoints, poses.keypoints, atol=1e-3, equal_nan=True)
    drawn = swahr.draw(frame, poses, swahr.OverlaySettings(boxes=True, draw_min_score=0.2))
    print(
        drawn.shape,
        [round(shoulders(person), 1) for person in poses.filter(min_score=0.1)][:1],
        skeleton.name,
    )
    recording = swahr.Recording.from_frames([(0, 0.0, poses), (1, 0.04, several[1])])
    recording.save(folder / "people.csv")
    assert len(swahr.read(folder / "people.csv")) == 2
    settings = (
        swahr.NetworkSettings(model=model, max_people=5),
        swahr.SourceSettings(every=2),
        swahr.TrackSettings(),
    )
    print(settings, swahr.SecondPassSettings(fill_gaps=2), swahr.OutputSettings(keep_empty=False), clip)
    print(count(recording), swahr.SmoothingSettings(smooth="savgol").chosen())
    recording[:1].filter(min_score=0.5).save(folder / "first.jsonl")
    result = swahr.process_video(clip, folder / "video.csv", model=model, frames=settings[1])
    print(result.summary.frames, [str(note) for note in result.notes])
    for outcome in swahr.process_folder(clip.parent, folder / "out", network=settings[0]):
        print(outcome.job.source, outcome.error or outcome.result)
    try:
        recording.save(folder / "people.csv")
    except swahr.OutputExistsError as error:
        print([refuse(hint) for hint in error.hints])


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
