"""Average precision of a model on the photos that are kept for validation."""

import json
from collections.abc import Callable

from benchmarks.peers.data import LABELS, dev_photos
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr.video.images import Image, read_image
from swahr_training.evaluation.metrics import coco_results, score


def precision(find_people: Callable[[Image], Poses]) -> dict[str, float]:
    """Return COCO's figures by name, in [0, 1]."""
    results = []
    for photo in dev_photos():
        results += coco_results(find_people(read_image(photo.path)), photo.image_id)
    return score(json.loads(LABELS.read_text()), results, COCO_17.sigmas)
