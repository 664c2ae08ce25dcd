"""Write files for readers whose packages must not be beside ours: python write.py FOLDER."""

import json
import sys
from pathlib import Path

import numpy as np

from swahr.formats.contract import example
from swahr.pose.skeleton import COCO_17

# What each reader is given: format, and whether it is of one person alone.
FILES = {
    "several_dlc.csv": None,
    "one_dlc.csv": 2,
    "several_sleap.analysis.h5": None,
    "several_dlc.h5": None,
    "one.nwb": 2,
    "one.trc": 2,
}


def main(folder: Path) -> None:
    """Write the files, and what is in them as numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    recording = example()
    for name, person in FILES.items():
        chosen = recording if person is None else recording.only(person)
        single = person is not None and name.endswith(("_dlc.csv", ".trc"))
        chosen.save(folder / name, single=single, overwrite=True)
    people = {
        str(person): {
            str(frame.frame_index): np.nan_to_num(frame.poses.keypoints[0, :, :2], nan=-1).tolist()
            for frame in recording.only(person)
            if len(frame.poses)
        }
        for person in (0, 1, 2)
    }
    (folder / "expected.json").write_text(json.dumps({"joints": COCO_17.joints, "people": people}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
