"""human-pose-estimation-0001 (Open Model Zoo, Apache-2.0): a small OpenPose, with a decoder of our own.

Cao et al., "Realtime Multi-Person 2D Pose Estimation using Part Affinity Fields", CVPR 2017 (arXiv 1611.08050),
sections 2.3 and 2.4: peaks of the heatmaps, joined limb by limb by the integral of the field along them.
"""

import cv2
import numpy as np

from benchmarks.peers.data import peer_file
from benchmarks.peers.runner import Array, Fitted, fit, infer_openvino, openvino_model
from swahr.inference.backends.runtimes import openvino_core
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr.video.images import Image

FILE = "human-pose-estimation-0001.xml"
STRIDE = 8
UPSAMPLE = 4
JOINTS = 18
MIN_HEAT = 0.1
MIN_FIELD = 0.05
SAMPLES = 10
MIN_JOINTS = 3
COCO_FROM_OPENPOSE = (0, 15, 14, 17, 16, 5, 2, 6, 3, 7, 4, 11, 8, 12, 9, 13, 10)
# Limbs in the order in which they are joined, and the first of each one's two channels of the field.
LIMBS = (
    *((1, 2, 12), (1, 5, 20), (2, 3, 14), (3, 4, 16), (5, 6, 22), (6, 7, 24)),
    *((1, 8, 0), (8, 9, 2), (9, 10, 4), (1, 11, 6), (11, 12, 8), (12, 13, 10)),
    *((1, 0, 28), (0, 14, 30), (14, 16, 34), (0, 15, 32), (15, 17, 36)),
)


class OpenPose:
    """longer_side: of the input, pixels, a multiple of 8. Its file is openvino's own, so that is its runtime."""

    def __init__(self, longer_side: int, runtime: str, threads: int) -> None:
        assert runtime == "openvino"
        self.longer_side = longer_side
        model = openvino_core().read_model(str(peer_file(FILE)))
        # Shapes that stay open cost nothing: the runtime keeps what it made for a size.
        model.reshape([1, 3, -1, -1])
        self._model = openvino_model(model, threads)
        self._field_first = model.outputs[0].get_partial_shape()[1].get_length() == 38

    def prepare(self, frame: Image) -> tuple[Fitted, Array]:
        """BGR from 0 to 255, [1, 3, H, W]."""
        fitted = fit(frame, self.longer_side, STRIDE)
        return fitted, np.ascontiguousarray(fitted.image.transpose(2, 0, 1)[None].astype(np.float32))

    def network(self, prepared: tuple[Fitted, Array]) -> tuple[Array, Array]:
        """Give heatmaps [19, h, w] and the field [38, h, w] at stride 8."""
        first, second = infer_openvino(self._model, prepared[1])
        field, heat = (first, second) if self._field_first else (second, first)
        return heat[0], field[0]

    def people(self, prepared: tuple[Fitted, Array], outputs: tuple[Array, Array]) -> Poses:
        """Join the peaks."""
        heat, field = (_enlarge(maps) for maps in outputs)
        peaks = [_peaks(heat[joint]) for joint in range(JOINTS)]
        people = _assemble(peaks, field)
        keypoints = np.zeros((len(people), JOINTS, 3), np.float32)
        scores = np.zeros(len(people), np.float32)
        for p, (joints, score) in enumerate(people):
            for joint, index in joints.items():
                keypoints[p, joint] = peaks[joint][index]
            scores[p] = score / JOINTS
        # a cell of the enlarged maps is 2 input pixels, and its middle lies half a cell in
        keypoints[:, :, :2] = (keypoints[:, :, :2] + 0.5) * (STRIDE / UPSAMPLE) - 0.5
        keypoints[:, :, :2] *= (keypoints[:, :, 2:] > 0) / prepared[0].factor
        return Poses(keypoints[:, list(COCO_FROM_OPENPOSE)], scores, COCO_17)


def _enlarge(maps: Array) -> Array:
    channels, height, width = maps.shape
    size = (width * UPSAMPLE, height * UPSAMPLE)
    return np.stack([cv2.resize(maps[c], size, interpolation=cv2.INTER_CUBIC) for c in range(channels)])


def _peaks(heat: Array) -> Array:
    """Return local maxima as rows (x, y, heat), a cell apart at least."""
    highest = cv2.dilate(heat, np.ones((3, 3), np.uint8))
    ys, xs = np.nonzero((heat > MIN_HEAT) & (heat >= highest))
    order = np.argsort(-heat[ys, xs], kind="stable")
    rows: list[tuple[float, float, float]] = []
    for i in order:
        x, y = float(xs[i]), float(ys[i])
        if all(np.hypot(x - other[0], y - other[1]) >= 6 for other in rows):
            rows.append((x, y, float(heat[ys[i], xs[i]])))
    return np.asarray(rows, np.float64).reshape(-1, 3)


def _limb_scores(starts: Array, ends: Array, field: Array) -> Array:
    """Return how well the field runs along each pair, [starts, ends]; 0 for pairs that are none."""
    vector = ends[None, :, :2] - starts[:, None, :2]  # [a, b, 2]
    length = np.maximum(np.linalg.norm(vector, axis=2), 1e-6)
    parts = np.linspace(0, 1, SAMPLES)[:, None]
    places = np.rint(starts[:, None, None, :2] + vector[:, :, None] * parts).astype(int)  # [a, b, n, 2]
    along = field[:, places[..., 1], places[..., 0]]  # [2, a, b, n]
    projected = (along[0] * vector[:, :, None, 0] + along[1] * vector[:, :, None, 1]) / length[:, :, None]
    mean = projected.mean(axis=2) + np.minimum(0.5 * field.shape[1] / length - 1, 0)
    surely = (projected > MIN_FIELD).mean(axis=2) > 0.8
    scores: Array = np.where(surely & (mean > 0), mean, 0.0)
    return scores


def _assemble(peaks: list[Array], field: Array) -> list[tuple[dict[int, int], float]]:
    """Return people: which peak each of their joints is, and the sum of heats and limbs."""
    people: list[tuple[dict[int, int], float]] = []
    for start, end, channel in LIMBS:
        if not len(peaks[start]) or not len(peaks[end]):
            continue
        scores = _limb_scores(peaks[start], peaks[end], field[channel : channel + 2])
        used_a: set[int] = set()
        used_b: set[int] = set()
        for flat in np.argsort(-scores, axis=None, kind="stable"):
            a, b = (int(i) for i in np.unravel_index(flat, scores.shape))
            if scores[a, b] <= 0:
                break
            if a in used_a or b in used_b:
                continue
            used_a.add(a)
            used_b.add(b)
            _join(people, peaks, (start, a), (end, b), float(scores[a, b]))
    return [person for person in people if len(person[0]) >= MIN_JOINTS]


def _join(
    people: list[tuple[dict[int, int], float]],
    peaks: list[Array],
    one: tuple[int, int],
    other: tuple[int, int],
    score: float,
) -> None:
    holders = [
        i
        for i, (joints, _) in enumerate(people)
        if joints.get(one[0]) == one[1] or joints.get(other[0]) == other[1]
    ]
    if len(holders) == 2 and not people[holders[0]][0].keys() & people[holders[1]][0].keys():
        joints, total = people.pop(holders[1])
        merged = {**people[holders[0]][0], **joints}
        people[holders[0]] = (merged, people[holders[0]][1] + total + score)
        return
    if holders:
        joints, total = people[holders[0]]
        for joint, index in (one, other):
            if joint not in joints:
                joints[joint] = index
                total += float(peaks[joint][index, 2])
        people[holders[0]] = (joints, total + score)
        return
    heats = sum(float(peaks[joint][index, 2]) for joint, index in (one, other))
    people.append((dict((one, other)), heats + score))
