"""People's scores and joints' uncertainties fitted to labelled photos.

See `swahr.models.scorer`, `swahr.models.refined_scorer` and `swahr.models.uncertainty` for what is fitted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from swahr.config import Subpixel
from swahr.errors import SwahrError
from swahr.inference.estimator import PoseEstimator
from swahr.inference.output import BatchOutput, Inferred
from swahr.inference.postprocess import evidence
from swahr.inference.refined import HANDED_ON, RefinedOutput
from swahr.inference.second_stage import SecondStage
from swahr.models.calibration import Calibration
from swahr.models.refined_scorer import NAMES as REFINED_FEATURES
from swahr.models.refined_scorer import TwoLooks
from swahr.models.scorer import PersonScorer, person_features
from swahr.models.uncertainty import Evidence, JointUncertainty
from swahr.pose.poses import Poses
from swahr.video.images import Image, read_image
from swahr_training.config import DataSource
from swahr_training.data.labels import Photo
from swahr_training.data.refusal import refuse_wrong
from swahr_training.data.sources import in_joints, read_labels
from swahr_training.evaluation.metrics import on_ignored, similarities
from swahr_training.evaluation.scores import (
    MIN_PEOPLE,
    Floats,
    Sample,
    fit,
    fit_refined,
    one_each,
    reliability,
)
from swahr_training.evaluation.uncertainty import (
    MIN_JOINTS,
    Match,
    fit_uncertainty,
    joined,
    matches,
    sample_of,
)

# People of whom this part lies on an ignore region and who are like nobody labelled are neither right nor wrong.
LIKE_NOBODY = 0.3
# The ways between pixels that are compared, the published one first; another is taken where people are as much like
# the labelled ones, but for this part, as it leaves no grid.
WAYS: tuple[Subpixel, ...] = ("quarter", "gaussian")
AS_GOOD = 0.002


@dataclass(frozen=True)
class _Look:
    """What one stage found on a photo: who is known to be right or wrong [P], how right [P], and their joints."""

    known: npt.NDArray[np.bool_]
    similarity: Floats
    evidence: Evidence
    matches: list[Match]


@dataclass(frozen=True)
class _Found:
    """What was found on a photo.

    features: [P, F] of the first stage's people. ways: of each way between pixels how much labelled people are like the
    likest who were found, in all. looks: of those looked at again.
    """

    features: Floats
    first: _Look
    ways: dict[Subpixel, float]
    looks: TwoLooks | None = None
    second: _Look | None = None


@dataclass(frozen=True)
class Collected:
    """What was found on labelled photos. flip: the skeleton's permutation of left and right."""

    flip: Sequence[int]
    photos: list[_Found] = field(default_factory=list)

    @property
    def people(self) -> Sample:
        """The first stage's people."""
        return Sample(
            np.concatenate([found.features[found.first.known] for found in self.photos]),
            np.concatenate([found.first.similarity[found.first.known] for found in self.photos]),
        )


@dataclass(frozen=True)
class Fitted:
    """What was fitted, and lines that say how well."""

    scorer: PersonScorer
    calibration: Calibration
    lines: list[str]


def collect(
    checkpoint: Path,
    sources: Sequence[DataSource],
    progress: Callable[[int, int], None] | None = None,
    **options: Any,
) -> Collected:
    """Find the people of all photos of `sources` and compare them with the labels.

    Args:
        checkpoint: of the network.
        sources: of the labels; not those that evaluation uses.
        progress: called with photos done and all photos.
        options: passed to `PoseEstimator.from_pretrained`. `refine="off"` leaves the second stage out.

    Raises:
        SwahrError: where labels or photos are at fault.
    """
    estimator = PoseEstimator.from_pretrained(
        checkpoint, measure=False, **{"min_score": 0.0, "refine": "best", **options}
    )
    estimator.params = replace(estimator.params, spread=True)
    photos = []
    for source in sources:
        labels = read_labels(source, "train", estimator.skeleton)
        if labels is None:
            raise SwahrError("scores are fitted on labels; this source has photos alone")
        refuse_wrong(labels)
        photos += in_joints(labels, estimator.skeleton).photos
    if not photos:
        raise SwahrError("there are no photos to fit scores on")
    collected = Collected(estimator.skeleton.flip_permutation)
    for done, photo in enumerate(photos):
        collected.photos.append(_find(estimator, photo))
        if progress is not None:
            progress(done + 1, len(photos))
    return collected


def _find(estimator: PoseEstimator, photo: Photo) -> _Found:
    image = read_image(photo.path)
    output = estimator.infer([image], keep_maps=True)
    refiner = output.refiner if isinstance(output, RefinedOutput) else None
    first = output.first if isinstance(output, RefinedOutput) else output
    assert isinstance(first, Inferred)
    batch = first.batches[0][1]
    assert isinstance(batch, BatchOutput)
    people = batch.people(estimator.params)[0]
    poses, rows = estimator.selection.select(people, batch.geometry)
    assert people.spread is not None
    sure = evidence(poses, people.spread[rows], batch.geometry, batch.cell_px)
    found = _Found(
        person_features(poses.keypoints, (image.shape[1], image.shape[0])),
        _look(photo, poses, sure),
        {way: _likeness(estimator, batch, photo, way) for way in WAYS},
    )
    handed_on = poses[poses.scores >= HANDED_ON]
    if refiner is None or not len(handed_on):
        return found
    return _look_again(refiner.stage, photo, image, handed_on, found)


def _likeness(estimator: PoseEstimator, batch: BatchOutput, photo: Photo, way: Subpixel) -> float:
    people = batch.people(replace(estimator.params, subpixel=way))[0]
    poses, _ = estimator.selection.select(people, batch.geometry)
    labelled = [person for person in photo.people if not person.ignored]
    alike = similarities(labelled, poses.keypoints, poses.skeleton.sigmas)
    return float(alike.max(axis=1, initial=0.0).sum())


def _look_again(stage: SecondStage, photo: Photo, image: Image, poses: Poses, found: _Found) -> _Found:
    looked = stage.look(image, poses, len(poses))
    looks = stage.looks(looked, poses, image)
    joints, kept = stage.settle(looked, poses, image)
    second = _look(photo, Poses(joints, poses.scores, poses.skeleton), stage.evidence(looked, joints, poses))
    alone = np.zeros(len(poses), np.bool_)
    alone[kept] = True  # of two at one place the better one alone is shown
    return replace(found, looks=looks, second=replace(second, known=second.known & alone))


def _look(photo: Photo, poses: Poses, sure: Evidence) -> _Look:
    people = [person for person in photo.people if not person.ignored]
    similarity_of = similarities(people, poses.keypoints, poses.skeleton.sigmas)
    alike = similarity_of.max(axis=0, initial=0.0)
    known = [
        bool(alike[i] >= LIKE_NOBODY or not on_ignored(photo, keypoints))
        for i, keypoints in enumerate(poses.keypoints)
    ]
    return _Look(np.asarray(known, np.bool_), one_each(similarity_of), sure, list(matches(photo, poses)))


def fit_all(collected: Collected, before: Calibration, kept: PersonScorer | None = None) -> Fitted:
    """Fit scores and uncertainties, each where there is enough to fit it to.

    Args:
        collected: what was found.
        before: what stays where nothing is fitted.
        kept: scores of the first stage that stay; None: they are fitted too.

    Raises:
        SwahrError: for too few people.
    """
    people = collected.people
    scorer = fit(people, collected.flip) if kept is None else kept
    lines = ["people of the first stage", *reliability(scorer.from_features(people.features), people)]
    lines.append(f"those of a score below {scorer.min_score:.2f} are not shown")
    scores = [scorer.from_features(found.features).astype(np.float32) for found in collected.photos]
    subpixel = best_way({way: sum(found.ways[way] for found in collected.photos) for way in WAYS})
    lines.append(f"between pixels, joints lie by {subpixel}")
    calibration = replace(before, subpixel=subpixel, uncertainty=_fit_joints(collected, scores, second=False))
    again = _looked_at_again(collected, scores)
    if len(again.similarity) >= MIN_PEOPLE:
        refined = fit_refined(again)
        lines += [
            "people who were looked at again",
            *reliability(refined.from_features(again.features), again),
        ]
        lines.append(f"those of a score below {refined.min_score:.2f} are not shown")
        calibration = replace(
            calibration,
            refined_scorer=refined,
            refined_uncertainty=_fit_joints(collected, scores, second=True),
        )
    return Fitted(scorer, calibration, lines)


def best_way(likeness: Mapping[Subpixel, float]) -> Subpixel:
    """Return the way between pixels that leaves people as much like the labelled ones as the published one does."""
    published = likeness[WAYS[0]]
    return next((way for way in WAYS[1:] if likeness[way] >= (1 - AS_GOOD) * published), WAYS[0])


def _looked_at_again(collected: Collected, scores: Sequence[npt.NDArray[np.float32]]) -> Sample:
    features, similarity = [np.zeros((0, len(REFINED_FEATURES)))], [np.zeros(0)]
    for found, new in zip(collected.photos, scores, strict=True):
        if found.looks is not None and found.second is not None:
            looks = found.looks._replace(scores=new[: len(found.looks.joints)])
            features.append(looks.features()[found.second.known])
            similarity.append(found.second.similarity[found.second.known])
    return Sample(np.concatenate(features), np.concatenate(similarity))


def _fit_joints(
    collected: Collected, scores: Sequence[npt.NDArray[np.float32]], second: bool
) -> JointUncertainty | None:
    samples = []
    for found, new in zip(collected.photos, scores, strict=True):
        look = found.second if second else found.first
        if look is not None:
            count = len(look.evidence.keypoints)
            samples.append(sample_of(look.evidence._replace(scores=new[:count]), look.matches))
    sample = joined(samples)
    return None if len(sample.joint) < MIN_JOINTS else fit_uncertainty(sample, collected.flip)
