"""How far joints lie from their labels: what their uncertainty is fitted to, and whether it says the truth.

N joints of people who were found, F features. A joint's deviation is its offset from the label in the axes of its own
uncertainty: of both numbers 68.3 % should be within 1, 95.4 % within 2.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from swahr.errors import SwahrError
from swahr.models.uncertainty import NUM_FEATURES, Evidence, JointUncertainty
from swahr.pose.poses import Poses
from swahr_training.data.labels import Photo
from swahr_training.evaluation.metrics import FOUND, similarities

Floats = npt.NDArray[np.float64]

MIN_JOINTS = 500
# Errors have longer tails than a Gaussian's: some joints are another person's, or the other leg's. Student's t with so
# many degrees of freedom does not let those few decide.
FREEDOM = 3.0
RIDGE = 1e-4
STEPS = 200
FIRST_FLOOR = 0.3  # of the median error, where the fit begins
# Parts of both axes within 1 and 2 standard deviations of a Gaussian, and of its ellipses.
NOMINAL, NOMINAL_ELLIPSE = (0.683, 0.954), (0.393, 0.865)
BINS = 5


class Match(NamedTuple):
    """A labelled joint of a person who was found. person, joint: which. offset: [2] x, y from the label to it."""

    person: int
    joint: int
    offset: npt.NDArray[np.float32]


@dataclass(frozen=True)
class JointSample:
    """Joints whose labels are known.

    features: [N, F] of `Evidence`. joint: [N] which one. deviation: [N, 2] cells, in the axes of the peak's shape.
    """

    features: Floats
    joint: npt.NDArray[np.intp]
    deviation: Floats


def matches(photo: Photo, poses: Poses) -> Iterator[Match]:
    """Yield the labelled joints of people who were found, each person once."""
    people = [person for person in photo.people if not person.ignored]
    left = similarities(people, poses.keypoints, poses.skeleton.sigmas)
    while left.size and left.max() >= FOUND:
        labelled, found = np.unravel_index(int(left.argmax()), left.shape)
        left[labelled], left[:, found] = 0, 0
        truth, joints = people[labelled].joints, poses.keypoints[found]
        for joint in np.flatnonzero((truth[:, 2] > 0) & np.isfinite(joints[:, 0])):
            yield Match(int(found), int(joint), joints[joint, :2] - truth[joint, :2])


def sample_of(evidence: Evidence, known: Sequence[Match]) -> JointSample:
    """Return what is to be learned from the joints of one photo."""
    person = np.asarray([match.person for match in known], np.intp)
    joint = np.asarray([match.joint for match in known], np.intp)
    offset = np.asarray([match.offset for match in known], np.float64).reshape(-1, 2)
    in_cells = offset / evidence.cell_px[person][:, None]
    return JointSample(
        evidence.features()[person, joint], joint, _in_axes(in_cells, evidence.shapes()[person, joint])
    )


def joined(samples: Sequence[JointSample]) -> JointSample:
    """Return the joints of several photos."""
    return JointSample(
        np.concatenate([np.zeros((0, NUM_FEATURES)), *(sample.features for sample in samples)]),
        np.concatenate([np.zeros(0, np.intp), *(sample.joint for sample in samples)]),
        np.concatenate([np.zeros((0, 2)), *(sample.deviation for sample in samples)]),
    )


def fit_uncertainty(sample: JointSample, flip: Sequence[int]) -> JointUncertainty:
    """Fit the scale of errors: by the likelihood of Student's t, then one factor for the parts within 1 and 2.

    Args:
        sample: the joints, at least 500.
        flip: the skeleton's permutation of left and right, which have one bias.

    Raises:
        SwahrError: for too few joints.
    """
    if len(sample.joint) < MIN_JOINTS:
        raise SwahrError(
            f"{len(sample.joint)} labelled joints were found; expected at least {MIN_JOINTS} to fit how sure they are"
        )
    sides = np.eye(len(flip))[sample.joint]
    sides = (sides + sides[:, list(flip)]) / 2
    mean, spread = sample.features.mean(axis=0), sample.features.std(axis=0)
    spread[spread < 1e-9] = np.inf  # a feature that never varies says nothing
    rows = torch.from_numpy(np.concatenate([(sample.features - mean) / spread, sides], axis=1))
    squared = torch.from_numpy((sample.deviation**2).sum(axis=1))
    weights = torch.zeros(rows.shape[1], dtype=torch.float64, requires_grad=True)
    start = 0.5 * torch.log(squared.median() + 1e-6)
    floor = torch.tensor(
        float(start) + np.log(FIRST_FLOOR), dtype=torch.float64, requires_grad=True
    )  # its log
    optimiser = torch.optim.LBFGS([weights, floor], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logs = 0.5 * torch.logaddexp(2 * (rows @ weights + start), 2 * floor)
        likelihood = (FREEDOM + 2) / 2 * torch.log1p(squared * torch.exp(-2 * logs) / FREEDOM) + 2 * logs
        value = likelihood.mean() + RIDGE * (weights**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    fitted = weights.detach().numpy()
    scaled, bias = fitted[:NUM_FEATURES] / spread, fitted[NUM_FEATURES:]
    bias = (bias + bias[list(flip)]) / 2 + float(start) - scaled @ mean
    logs = sample.features @ scaled + bias[sample.joint]
    least = float(floor.detach().exp())
    factor = _factor(sample.deviation / np.hypot(np.exp(logs), least)[:, None])
    return JointUncertainty(tuple(scaled.tolist()), tuple((bias + np.log(factor)).tolist()), factor * least)


def _factor(deviation: Floats) -> float:
    """Return the factor for which the parts of axes and of ellipses within 1 and 2 are nearest to a Gaussian's."""
    factors = np.exp(np.linspace(-1.5, 1.5, 301))
    off = np.zeros(len(factors))
    for sizes, nominal in (
        (np.abs(deviation).ravel(), NOMINAL),
        (np.linalg.norm(deviation, axis=1), NOMINAL_ELLIPSE),
    ):
        ordered = np.sort(sizes)
        for sigmas, part in zip((1, 2), nominal, strict=True):
            within = np.searchsorted(ordered, sigmas * factors, side="right") / len(ordered)
            off = np.maximum(off, np.abs(within - part))
    return float(factors[off.argmin()])


@dataclass(frozen=True)
class Coverage:
    """Whether uncertainties say the truth.

    deviation: [N, 2]. sigma: [N] predicted, pixels. error: [N] that of an axis, pixels.
    """

    deviation: Floats
    sigma: Floats
    error: Floats

    @classmethod
    def of(cls, found: Sequence[tuple[Photo, Poses]]) -> "Coverage":
        """Compare the people of photos with their labels; who has no covariance does not count."""
        deviation, sigma, error = [], [], []
        for photo, poses in found:
            if poses.covariance is None:
                continue
            for match in matches(photo, poses):
                covariance = poses.covariance[match.person, match.joint].astype(np.float64)
                if np.isfinite(covariance).all():
                    offset = match.offset.astype(np.float64)
                    deviation.append(_in_axes(offset[None], covariance[None])[0])
                    sigma.append(np.sqrt(np.trace(covariance) / 2))
                    error.append(np.sqrt((offset**2).mean()))
        return cls(np.asarray(deviation).reshape(-1, 2), np.asarray(sigma), np.asarray(error))

    def within(self, sigmas: float) -> float:
        """Return the part of both axes within so many standard deviations."""
        return float((np.abs(self.deviation) <= sigmas).mean())

    def in_ellipse(self, sigmas: float) -> float:
        """Return the part of joints within the ellipse of so many standard deviations."""
        return float((np.linalg.norm(self.deviation, axis=1) <= sigmas).mean())

    def lines(self) -> list[str]:
        """Return the figures in words: all joints, then bins from the surest to the least sure."""
        if not len(self.sigma):
            return []
        said = [
            f"uncertainty of {len(self.sigma)} joints: {self.within(1):.3f} of both axes within 1 sigma, "
            f"{self.within(2):.3f} within 2 (of a Gaussian {NOMINAL[0]}, {NOMINAL[1]}); in the ellipses "
            f"{self.in_ellipse(1):.3f}, {self.in_ellipse(2):.3f} ({NOMINAL_ELLIPSE[0]}, {NOMINAL_ELLIPSE[1]})"
        ]
        for rows in np.array_split(np.argsort(self.sigma, kind="stable"), BINS):
            if len(rows):
                part = Coverage(self.deviation[rows], self.sigma[rows], self.error[rows])
                said.append(
                    f"  sigma {part.sigma.min():.1f} to {part.sigma.max():.1f} px: {len(rows)} joints, mean sigma "
                    f"{part.sigma.mean():.1f} px, error an axis {np.sqrt((part.error**2).mean()):.1f} px (median "
                    f"{np.median(part.error):.1f}), within 1 sigma {part.within(1):.3f}, 2 sigma {part.within(2):.3f}"
                )
        return said

    def figures(self) -> dict[str, float]:
        """Return the figures by name, for a file."""
        if not len(self.sigma):
            return {}
        return {
            "joints": float(len(self.sigma)),
            "within_1_sigma": self.within(1),
            "within_2_sigma": self.within(2),
            "in_ellipse_1_sigma": self.in_ellipse(1),
            "in_ellipse_2_sigma": self.in_ellipse(2),
        }


def _in_axes(offset: Floats, covariance: Floats) -> Floats:
    """Return offsets [N, 2] in the axes of covariances [N, 2, 2], in standard deviations."""
    return np.asarray(np.linalg.solve(np.linalg.cholesky(covariance), offset[..., None])[..., 0])
