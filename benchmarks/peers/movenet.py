"""MoveNet MultiPose Lightning (Google, Apache-2.0): the network gives at most six people itself."""

from typing import Any

import numpy as np

from benchmarks.peers.data import peer_file
from benchmarks.peers.runner import Array, Fitted, fit, infer_openvino, onnx_session, openvino_model
from swahr.inference.backends.runtimes import openvino_core
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr.video.images import Image

FILE = "movenet_multipose_lightning_v1_fp16w.onnx"
MIN_SCORE = 0.1


class MoveNet:
    """longer_side: of the input, pixels, a multiple of 32. runtime: onnxruntime or openvino."""

    def __init__(self, longer_side: int, runtime: str, threads: int) -> None:
        self.longer_side = longer_side
        self._openvino = runtime == "openvino"
        path = str(peer_file(FILE))
        if self._openvino:
            self._model: Any = openvino_model(openvino_core().read_model(path), threads)
        else:
            self._model = onnx_session(path, threads)

    def prepare(self, frame: Image) -> tuple[Fitted, Array]:
        """RGB as int32, [1, H, W, 3]."""
        fitted = fit(frame, self.longer_side, 32)
        return fitted, fitted.image[None, :, :, ::-1].astype(np.int32)

    def network(self, prepared: tuple[Fitted, Array]) -> Array:
        """Give [6, 56]: 17 x (y, x, score), a box, a score; places are parts of the padded input."""
        image = prepared[1]
        if self._openvino:
            return infer_openvino(self._model, image)[0][0]
        found: Array = self._model.run(None, {self._model.get_inputs()[0].name: image})[0][0]
        return found

    def people(self, prepared: tuple[Fitted, Array], outputs: Array) -> Poses:
        """Take the people to the frame."""
        fitted, _ = prepared
        height, width = fitted.image.shape[:2]
        kept = outputs[outputs[:, 55] >= MIN_SCORE]
        joints = kept[:, :51].reshape(-1, 17, 3)
        keypoints = joints[:, :, [1, 0, 2]] * np.asarray([width / fitted.factor, height / fitted.factor, 1.0])
        return Poses(keypoints.astype(np.float32), kept[:, 55].astype(np.float32), COCO_17)
