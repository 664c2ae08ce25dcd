"""Read what write.py wrote by movement and Pose2Sim, without swahr, and compare every joint: python read.py FOLDER."""

import json
import sys
from pathlib import Path

import numpy as np
from movement.io import load_poses
from Pose2Sim.common import read_trc

FRAMES = 5  # from 0 to 4
FRAME_RATE = 25.0


def check(found, expected, name):
    """Compare places [K, 2] of a person in a frame; -1 is a joint that is missing."""
    expected = np.asarray(expected)
    np.testing.assert_array_equal(np.isnan(found), expected == -1, err_msg=name)
    np.testing.assert_allclose(np.nan_to_num(found, nan=-1), expected, atol=0.006, err_msg=name)


def check_movement(folder, people, joints):
    """Read tables and arrays by movement."""
    for name, load, several in (
        ("several_dlc.csv", load_poses.from_dlc_file, True),
        ("several_dlc.h5", load_poses.from_dlc_file, True),
        ("several_sleap.analysis.h5", load_poses.from_sleap_file, True),
        ("one_dlc.csv", load_poses.from_dlc_file, False),
    ):
        data = load(folder / name, fps=FRAME_RATE)
        assert list(data.keypoints.values) == joints, name
        assert data.sizes["time"] == FRAMES, name
        for person, frames in people.items():
            if not several and person != "2":
                continue
            track = (
                data.position.sel(individuals=f"person{person}")
                if several
                else data.position.isel(individuals=0)
            )
            for frame, expected in frames.items():
                check(track.isel(time=int(frame)).transpose("keypoints", "space").values, expected, name)
        print(f"movement reads {name}")


def check_nwb(folder, people, joints):
    """Read NWB by movement: its reader takes one person, by the name of the poses."""
    data = load_poses.from_nwb_file(folder / "one.nwb", pose_estimation_key="person2")
    order = [list(data.keypoints.values).index(joint) for joint in joints]
    times = data.time.values.round(4).tolist()
    for frame, expected in people["2"].items():
        at = times.index(round(int(frame) / FRAME_RATE, 4))
        found = data.position.isel(individuals=0, time=at).transpose("keypoints", "space").values[order]
        check(found, expected, "one.nwb")
    print("movement reads one.nwb")


def check_trc(folder, people):
    """Read TRC by Pose2Sim."""
    data, frames, times, markers, _ = read_trc(str(folder / "one.trc"))
    assert markers[:2] == ["Nose", "LEye"], markers
    assert "RKnee" in markers
    np.testing.assert_allclose(times, np.asarray(frames) / FRAME_RATE, atol=1e-5)
    places = data.to_numpy(float).reshape(len(data), len(markers), 3)
    for row, frame in enumerate(frames):
        if str(frame) in people["2"]:
            check(places[row, :, :2], people["2"][str(frame)], "one.trc")
    print("Pose2Sim reads one.trc")


def main(folder):
    """Check all files."""
    expected = json.loads((folder / "expected.json").read_text())
    check_movement(folder, expected["people"], expected["joints"])
    check_nwb(folder, expected["people"], expected["joints"])
    check_trc(folder, expected["people"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
