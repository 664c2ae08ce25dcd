"""Ids by norfair, for comparison: people of frames from a JSON file, their ids into another; needs norfair alone."""

import json
import logging
import sys
from pathlib import Path

import numpy as np
from norfair import Detection, Tracker

GAP_S = 1.0  # as swahr's tracker waits
# Of the distance below, in body sizes; the best of 0.15, 0.3, 0.5, 0.7, 1.0 and 1.5 over all films.
MAX_DISTANCE = 1.0


def distance(found, track):
    """Return the mean distance of the joints that both have, in sizes of the person."""
    there = (found.scores > 0) & (track.last_detection.scores > 0)
    if there.sum() < 2:
        return 1e6
    apart = np.linalg.norm(found.points[there] - track.estimate[there], axis=1)
    points = found.points[found.scores > 0]
    sides = np.ptp(points, axis=0)
    size = np.sqrt(max(sides.max() * max(sides.min(), 0.35 * sides.max()), 1))
    return float(apart.mean() / size)


def main(given, taken, max_apart=MAX_DISTANCE):
    """Track a film."""
    logging.disable(logging.WARNING)  # it asks for a vectorised distance each time
    data = json.loads(Path(given).read_text())
    tracker = Tracker(
        distance_function=distance,
        distance_threshold=max_apart,
        detection_threshold=0.05,
        hit_counter_max=round(GAP_S * data["frame_rate"]),
        initialization_delay=0,
    )
    ids = []
    for people in data["frames"]:
        keypoints = np.asarray(people, float).reshape(-1, 17, 3)
        found = [
            Detection(points=np.where(one[:, 2:] > 0, one[:, :2], 0), scores=one[:, 2], data=place)
            for place, one in enumerate(keypoints)
        ]
        of_frame = [-1] * len(found)
        for track in tracker.update(found):
            place = track.last_detection.data
            if track.last_detection is not None and any(one is track.last_detection for one in found):
                of_frame[place] = track.id
        ids.append(of_frame)
    Path(taken).write_text(json.dumps(ids))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(float, sys.argv[3:]))
