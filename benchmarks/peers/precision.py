"""Average precision of a model on the photos that are kept for validation."""

import json
from collections.abc import Callable

from benchmarks.peers.data import LABELS, dev_photos, kept_apart
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr.video.images import Image, read_image
from swahr_training.evaluation.metrics import coco_results, score


def precision(find_people: Callable[[Image], Poses]) -> dict[str, float]:
    """Return COCO's figures by name, in [0, 1]; "AP apart" and "AP50 apart" are of the photos kept apart."""
    results = []
    for photo in dev_photos():
        results += coco_results(find_people(read_image(photo.path)), photo.image_id)
    truth = json.loads(LABELS.read_text())
    apart = {
        **truth,
        "images": [image for image in truth["images"] if kept_apart(image["id"])],
        "annotations": [person for person in truth["annotations"] if kept_apart(person["image_id"])],
    }
    of_apart = [result for result in results if kept_apart(result["image_id"])]
    figures = score(truth, results, COCO_17.sigmas)
    on_apart = score(apart, of_apart, COCO_17.sigmas)
    return {**figures, "AP apart": on_apart["AP"], "AP50 apart": on_apart["AP50"]}
