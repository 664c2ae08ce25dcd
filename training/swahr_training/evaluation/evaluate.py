"""A checkpoint on labelled photos: COCO's figures, and a picture of the photos that came out worst."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from swahr.config import AUTO, NetworkSettings
from swahr.errors import SwahrError
from swahr.inference.backends.choice import choose_backend
from swahr.inference.backends.exported import ExportedNetwork
from swahr.inference.backends.trial import TORCH
from swahr.inference.estimator import PoseEstimator
from swahr.inference.opening import open_network
from swahr.inference.refined import RefinedOutput
from swahr.models.checkpoints import CROPS, Checkpoint
from swahr.overlay.skeletons import draw_poses
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image, read_image
from swahr_training.config import DataSource
from swahr_training.data.labels import Labels, Photo
from swahr_training.data.refusal import refuse_wrong
from swahr_training.data.sheet import captioned, draw_labels, fit_tile, grid
from swahr_training.data.sources import in_joints, read_labels
from swahr_training.evaluation.metrics import PhotoResult, coco_results, judge, score
from swahr_training.evaluation.pckh import pckh
from swahr_training.evaluation.uncertainty import Coverage
from swahr_training.samples.crops import clipped_boxes

# Of a photo, or of its mirror image: who is found, and who is handed on to a second look.
FirstLook = dict[tuple[Path, bool], tuple[Poses, Poses]]
BATCH = 8  # photos that the estimator gets at once


@dataclass(frozen=True)
class Evaluation:
    """What came out.

    figures: by name, see `metrics.score`. results: in COCO's result format. photos: one by one. found: everybody who
    was found on each, however unsure. labels: in the network's joints.
    """

    figures: dict[str, float]
    results: list[dict[str, Any]]
    photos: list[PhotoResult]
    found: list[Poses]
    labels: Labels

    @property
    def coverage(self) -> Coverage:
        """Whether the joints' uncertainties say the truth, of people who are shown."""
        return Coverage.of([(result.photo, result.poses) for result in self.photos])


def evaluate(checkpoint: Path, source: DataSource, **options: Any) -> dict[str, float]:
    """Run a checkpoint over all photos of `source` and return the figures by name; see `evaluate_photos`."""
    return evaluate_photos(checkpoint, source, **options).figures


def evaluate_photos(
    checkpoint: Path,
    source: DataSource,
    progress: Callable[[int, int], None] | None = None,
    boxes: Literal["labelled", "found"] = "labelled",
    **options: Any,
) -> Evaluation:
    """Run a checkpoint over all photos of `source` and score it.

    Labels are compared by joint names where they have other joints.

    Args:
        checkpoint: of the network.
        source: of the labels.
        progress: called with photos done and all photos.
        boxes: of a network of one person's crop: those of labelled people, unless the options name a file; or of
            people who are found.
        options: passed to `PoseEstimator.from_pretrained` (device, input_size, flip_test, scales ...).

    Raises:
        SwahrError: where labels or photos are at fault.
    """
    # All people count, however unsure: COCO's metric weighs them by their scores.
    estimator = PoseEstimator.from_pretrained(checkpoint, measure=False, **{"min_score": 0.0, **options})
    labels = _labels_of(source, estimator.skeleton)
    labelled = boxes == "labelled" and estimator.settings.box_file is None
    found: list[Poses] = []
    for photos in _batched(labels.photos, BATCH):
        found += people_of(estimator, photos, labelled)
        if progress is not None:
            progress(len(found), len(labels.photos))
    return compare(labels, found, estimator.default_min_score)


def shared_options(checkpoints: Sequence[Path], options: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the options of networks that are compared on the same photos, each with what its kind takes.

    A file of boxes is for networks of one person's crop; one that finds people in whole frames finds them itself. All
    are run by one backend, torch where none is named: AP of the same weights differs by about .01 between two of them.
    An exported network, which torch does not run, takes the others to its own runtime.

    Args:
        checkpoints: Of the networks.
        options: Given for all. A file of boxes stays everywhere where no network is of crops, and is refused there.
    """
    networks = [open_network(checkpoint) for checkpoint in checkpoints]
    if options.get("backend", AUTO) == AUTO:
        options = {**options, "backend": _shared_backend(networks)}
    of_crops = [network.finder == CROPS for network in networks]
    if options.get("box_file") is None or not any(of_crops):
        return [options for _ in checkpoints]
    return [options if takes_boxes else {**options, "box_file": None} for takes_boxes in of_crops]


def _shared_backend(networks: Sequence[Checkpoint | ExportedNetwork]) -> str:
    exported = next((network for network in networks if isinstance(network, ExportedNetwork)), None)
    if exported is None:
        return TORCH
    return choose_backend(exported, NetworkSettings(), torch.device("cpu"), measure=False).backend


def people_of(estimator: PoseEstimator, photos: Sequence[Photo], labelled_boxes: bool = True) -> list[Poses]:
    """Return who is found on each photo.

    Args:
        estimator: Of any kind of network.
        photos: With their labels.
        labelled_boxes: A network of one person's crop is given the boxes of labelled people, cut off at the photo's
            edges; else it looks where its settings say.
    """
    frames = [read_image(photo.path) for photo in photos]
    if not (labelled_boxes and estimator.finder.looks_closely):
        names = [(number, photo.path.name) for number, photo in enumerate(photos)]
        return estimator(frames, boxes=estimator.boxes_of(names))
    boxes = [
        clipped_boxes(
            np.asarray([person.box for person in photo.people if not person.ignored]).reshape(-1, 4),
            frame.shape[1::-1],
        )
        for photo, frame in zip(photos, frames, strict=True)
    ]
    return estimator(frames, boxes=boxes)


def _labels_of(source: DataSource, skeleton: Skeleton) -> Labels:
    labels = read_labels(source, "val", skeleton)
    if labels is None:
        raise SwahrError("evaluation needs labels; this source has photos alone")
    refuse_wrong(labels, trains=False)
    return in_joints(labels, skeleton)


def compare(labels: Labels, found: Sequence[Poses], min_score: float) -> Evaluation:
    """Score what was found on each photo of `labels`; `min_score` is that from which people are shown."""
    results: list[dict[str, Any]] = []
    judged: list[PhotoResult] = []
    for photo, poses in zip(labels.photos, found, strict=True):
        results += coco_results(poses, photo.id)
        judged.append(judge(photo, poses, min_score))
    figures = {**score(labels.as_coco(), results, labels.skeleton.sigmas), **pckh(labels, found)}
    return Evaluation(figures, results, judged, list(found), labels)


def figures_with_and_without(
    checkpoint: Path,
    labels: Labels,
    device: str,
    mirrored: bool = False,
    first_look: FirstLook | None = None,
    **options: Any,
) -> tuple[dict[str, float], dict[str, float] | None]:
    """Score a network by itself and, where its checkpoint names a second stage, with that too, in one pass.

    Args:
        checkpoint: of the network.
        labels: of people with joints that the network knows.
        device: of the network.
        mirrored: whether to look at the mirrored photos, too; each figure is then the mean of both.
        first_look: what the first stage saw of each photo, where it is known, as networks of one first stage are
            measured one after the other; what is not known yet is added.
        options: passed to `PoseEstimator.from_pretrained`. Without a `backend` torch runs it, as figures of one run are
            compared with each other.

    Returns:
        The figures by name of the first stage; and of both, None where there is no second.
    """
    estimator = PoseEstimator.from_pretrained(
        checkpoint, device, **{"min_score": 0.0, "backend": TORCH, **options}
    )
    labels = in_joints(labels, estimator.skeleton)  # people may have other joints than the network
    alone: list[dict[str, float]] = []
    both: list[dict[str, float]] = []
    for mirror in (False, True) if mirrored else (False,):
        first, refined = _first_and_refined(estimator, labels.photos, mirror, first_look)
        alone.append(compare(labels, first, estimator.default_min_score).figures)
        if refined:
            both.append(compare(labels, refined, estimator.default_min_score).figures)
    return _means(alone), _means(both) if both else None


def _first_and_refined(
    estimator: PoseEstimator, photos: list[Photo], mirror: bool, known: FirstLook | None = None
) -> tuple[list[Poses], list[Poses]]:
    """Return who is found on each photo by the first stage, and by both; [] where there is no second."""
    known = {} if known is None else known
    params, selection = estimator.params, estimator.selection
    alone: list[Poses] = []
    refined: list[Poses] = []
    for batch in _batched(photos, BATCH):
        frames = [read_image(photo.path) for photo in batch]
        if mirror:
            frames = [np.ascontiguousarray(frame[:, ::-1]) for frame in frames]
        places = [(photo.path, mirror) for photo in batch]
        if estimator.refiner is None or not all(place in known for place in places):
            output = estimator.infer(frames)
            if not isinstance(output, RefinedOutput):
                alone += _turned_back(estimator.parse(output), frames, mirror)
                continue
            seen = zip(estimator.parse(output.first), output.handed_on(params, selection), strict=True)
            known |= dict(zip(places, seen, strict=True))
        assert estimator.refiner is not None
        found, handed_on = zip(*(known[place] for place in places), strict=True)
        alone += _turned_back(found, frames, mirror)
        refined += _turned_back(estimator.refiner.shown(frames, handed_on, selection), frames, mirror)
    return alone, refined


def _turned_back(people: Sequence[Poses], frames: Sequence[Image], mirror: bool) -> list[Poses]:
    """Return the people of mirrored frames as those of the frames."""
    if not mirror:
        return list(people)
    turned = []
    for poses, frame in zip(people, frames, strict=True):
        keypoints = poses.keypoints[:, list(poses.skeleton.flip_permutation)].copy()
        keypoints[..., 0] = frame.shape[1] - 1 - keypoints[..., 0]
        turned.append(replace(poses, keypoints=keypoints, covariance=None))
    return turned


def _means(figures: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([each[name] for each in figures])) for name in figures[0]}


def draw_worst(photos: Iterable[PhotoResult], count: int = 12) -> Image:
    """Draw the photos of lowest quality, worst first: the labels on the left, what was found on the right."""
    worst = sorted(
        (photo for photo in photos if photo.people or photo.ghosts), key=lambda photo: photo.quality
    )
    tiles: list[Image] = []
    for result in worst[:count]:
        truth = draw_labels(result.photo, result.poses.skeleton)
        image = read_image(result.photo.path)
        found = fit_tile(draw_poses(image, result.poses))
        said = f"{result.found} of {result.people} found, {result.ghosts} wrong, quality {result.quality:.2f}"
        tiles += [captioned(truth, result.photo.name), captioned(found, said)]
    return grid(tiles)


def _batched(photos: list[Photo], size: int) -> Iterable[list[Photo]]:
    for start in range(0, len(photos), size):
        yield photos[start : start + size]
