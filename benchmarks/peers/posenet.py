"""PoseNet, MobileNetV1 at stride 16 (Google, Apache-2.0), with a decoder of our own.

Papandreou et al., "PersonLab", ECCV 2018 (arXiv 1803.08225), section 3.1: offsets that sharpen a joint's place
and displacements to its neighbours in a tree, walked from the surest joints on.
"""

from typing import Any

import numpy as np

from benchmarks.peers.data import peer_file
from benchmarks.peers.runner import Array, Fitted, fit, infer_openvino, onnx_session, openvino_model
from swahr.inference.backends.runtimes import openvino_core
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr.video.images import Image

FILE = "posenet_mobilenet_v1_s16_fp16w.onnx"
STRIDE = 16
SEED_HEAT = 0.3
SAME_JOINT_PX = 20.0
MAX_PEOPLE = 20
# (nearer the nose, farther), as the displacements are numbered.
EDGES = (
    *((0, 1), (1, 3), (0, 2), (2, 4)),
    *((0, 5), (5, 7), (7, 9), (5, 11), (11, 13), (13, 15)),
    *((0, 6), (6, 8), (8, 10), (6, 12), (12, 14), (14, 16)),
)


class PoseNet:
    """side: of the square input, pixels, 16 n + 1. runtime: onnxruntime or openvino."""

    def __init__(self, side: int, runtime: str, threads: int) -> None:
        self.side = side
        self._openvino = runtime == "openvino"
        path = str(peer_file(FILE))
        if self._openvino:
            model = openvino_core().read_model(path)
            model.reshape([1, side, side, 3])
            self._model: Any = openvino_model(model, threads)
            names = [next(iter(output.names)) for output in model.outputs]
        else:
            self._model = onnx_session(_of_any_size(path), threads)
            names = [output.name for output in self._model.get_outputs()]
        # heatmaps, offsets, forward and backward displacements, whatever the runtime's order
        kinds = ("heatmap", "offset", "displacement_fwd", "displacement_bwd")
        self._order = [next(i for i, name in enumerate(names) if kind in name) for kind in kinds]

    def prepare(self, frame: Image) -> tuple[Fitted, Array]:
        """RGB from -1 to 1, [1, side, side, 3]."""
        fitted = fit(frame, self.side, self.side)
        return fitted, fitted.image[None, :, :, ::-1].astype(np.float32) * np.float32(2 / 255) - 1

    def network(self, prepared: tuple[Fitted, Array]) -> list[Array]:
        """Give heatmaps [h, w, 17], offsets [h, w, 34] and two displacements [h, w, 32]."""
        image = prepared[1]
        if self._openvino:
            found = infer_openvino(self._model, image)
        else:
            found = self._model.run(None, {self._model.get_inputs()[0].name: image})
        return [found[i][0] for i in self._order]

    def people(self, prepared: tuple[Fitted, Array], outputs: list[Array]) -> Poses:
        """Walk from the surest joints through the tree."""
        logits, offsets, forward, backward = outputs
        heat = 1 / (1 + np.exp(-logits))  # [h, w, 17]
        found: list[Array] = []
        scores: list[float] = []
        for y, x, joint in _seeds(heat):
            place = _sharpened(offsets, joint, y, x)
            if any(np.hypot(*(person[joint, :2] - place)) < SAME_JOINT_PX for person in found):
                continue
            person = _walk(heat, offsets, forward, backward, joint, place)
            new = np.ones(17, bool)
            for other in found:
                new &= np.hypot(*(person[:, :2] - other[:, :2]).T) > SAME_JOINT_PX
            found.append(person)
            scores.append(float(person[new, 2].sum() / 17))
            if len(found) == MAX_PEOPLE:
                break
        keypoints = np.asarray(found, np.float32).reshape(-1, 17, 3)
        keypoints[:, :, :2] /= prepared[0].factor
        return Poses(keypoints, np.asarray(scores, np.float32), COCO_17)


def _seeds(heat: Array) -> list[tuple[int, int, int]]:
    """Return (y, x, joint) of local maxima over 3 x 3, best first."""
    padded = np.pad(heat, ((1, 1), (1, 1), (0, 0)))
    height, width = heat.shape[:2]
    shifted = [padded[dy : dy + height, dx : dx + width] for dy in range(3) for dx in range(3)]
    ys, xs, joints = np.nonzero((heat > SEED_HEAT) & (heat >= np.max(shifted, axis=0)))
    order = np.argsort(-heat[ys, xs, joints], kind="stable")
    return [(int(ys[i]), int(xs[i]), int(joints[i])) for i in order]


def _sharpened(offsets: Array, joint: int, y: int, x: int) -> Array:
    """Return the place (x, y) in the input that a cell says a joint has."""
    return np.asarray([x, y]) * STRIDE + offsets[y, x, [17 + joint, joint]]


def _cell(place: Array, shape: tuple[int, ...]) -> tuple[int, int]:
    x, y = np.rint(place / STRIDE).astype(int)
    return min(max(int(y), 0), shape[0] - 1), min(max(int(x), 0), shape[1] - 1)


def _walk(heat: Array, offsets: Array, forward: Array, backward: Array, seed: int, place: Array) -> Array:
    person = np.zeros((17, 3))
    y, x = _cell(place, heat.shape)
    person[seed] = (*place, heat[y, x, seed])

    def step(source: int, target: int, displacements: Array, edge: int) -> None:
        y, x = _cell(person[source, :2], heat.shape)
        place = person[source, :2] + displacements[y, x, [16 + edge, edge]]
        for _ in range(2):
            place = _sharpened(offsets, target, *_cell(place, heat.shape))
        y, x = _cell(place, heat.shape)
        person[target] = (*place, heat[y, x, target])

    for edge, (near, far) in reversed(list(enumerate(EDGES))):
        if person[far, 2] > 0 and person[near, 2] == 0:
            step(far, near, backward, edge)
    for edge, (near, far) in enumerate(EDGES):
        if person[near, 2] > 0 and person[far, 2] == 0:
            step(near, far, forward, edge)
    return person


def _of_any_size(path: str) -> bytes:
    """Return the network with the sizes left open that its file fixes at 385."""
    import onnx

    model = onnx.load(path)
    del model.graph.value_info[:]
    for value in [*model.graph.input, *model.graph.output]:
        for axis in (1, 2):
            value.type.tensor_type.shape.dim[axis].dim_param = f"{value.name}_{axis}"
    content: bytes = model.SerializeToString()
    return content
