"""Ids by ByteTrack, for comparison: as norfair_ids.py; needs the package `trackers` alone."""

import json
import sys
from pathlib import Path

import numpy as np
from supervision import Detections
from trackers import ByteTrackTracker

GAP_S = 1.0  # as swahr's tracker waits
MARGIN = 0.1  # of boxes around joints


def main(given, taken):
    """Track a film by the boxes around people's joints."""
    data = json.loads(Path(given).read_text())
    rate = data["frame_rate"]
    # Found people have scores about .6 and ghosts .2: what is surer than these begins a track.
    tracker = ByteTrackTracker(
        lost_track_buffer=round(30 * GAP_S),  # in frames of 30 per second
        frame_rate=rate,
        track_activation_threshold=0.3,
        high_conf_det_threshold=0.3,
        minimum_consecutive_frames=1,
    )
    ids = []
    for people in data["frames"]:
        keypoints = np.asarray(people, float).reshape(-1, 17, 3)
        there = keypoints[:, :, 2:] > 0
        low = np.where(there, keypoints[:, :, :2], np.inf).min(axis=1)
        high = np.where(there, keypoints[:, :, :2], -np.inf).max(axis=1)
        margin = MARGIN * (high - low)
        boxes = np.concatenate([low - margin, high + margin], axis=1)
        scores = keypoints[:, :, 2].sum(axis=1) / np.maximum(there.sum(axis=(1, 2)), 1)
        found = tracker.update(
            Detections(xyxy=boxes, confidence=scores, class_id=np.zeros(len(boxes), int),
                       data={"place": np.arange(len(boxes))})
        )  # fmt: skip
        of_frame = np.full(len(boxes), -1)
        if len(found):
            of_frame[found.data["place"]] = found.tracker_id
        ids.append(of_frame.tolist())
    Path(taken).write_text(json.dumps(ids))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
