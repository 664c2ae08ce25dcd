"""Crops of several frames that a network is shown at once: the same people, and no more in memory than before."""

import numpy as np
import pytest

from swahr.config import NetworkSettings
from swahr.inference.backends.exported import open_exported
from swahr.inference.backends.onnx_export import export_onnx
from swahr.inference.crops import CROPS_AT_ONCE
from swahr.inference.estimator import PoseEstimator
from swahr.models import load_checkpoint
from tests.inference.test_crops import crop_checkpoint

COUNTS = (2, 0, 23, 1)  # people of each frame


@pytest.fixture(scope="module")
def scene():
    """Frames of two sizes, and boxes in them, best first."""
    random = np.random.default_rng(3)
    sizes = ((120, 160), (120, 160), (90, 200), (120, 160))
    frames = [random.integers(0, 256, (*size, 3), dtype=np.uint8) for size in sizes]
    boxes = [
        np.column_stack(
            [
                random.uniform(0, 60, (count, 2)),
                random.uniform(20, 60, (count, 2)),
                np.linspace(1, 0.5, count),
            ]
        )
        for count in COUNTS
    ]
    return frames, boxes


def estimator_of(network, **options):
    settings = {"device": "cpu", "backend": "torch", "precision": "float32", "max_similarity": 1.0, **options}
    return PoseEstimator(network, NetworkSettings(min_score=0.0, **settings))


def same(one, other):
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_array_equal(mine.keypoints, theirs.keypoints)
        np.testing.assert_array_equal(mine.scores, theirs.scores)


def test_half_precision_sees_crops_of_all_frames_in_parts_of_one_size(scene):
    frames, boxes = scene
    checkpoint = crop_checkpoint(input_wh=(32, 32))
    estimator = estimator_of(checkpoint, precision="bfloat16")
    together = estimator(frames, boxes=boxes)
    assert [shape[0] for shape in checkpoint.model.batches] == [CROPS_AT_ONCE, sum(COUNTS) - CROPS_AT_ONCE]
    same(together, [estimator(frame, boxes=of) for frame, of in zip(frames, boxes, strict=True)])


def test_torch_in_float32_sees_each_frame_alone_as_its_kernels_depend_on_the_batch(scene):
    frames, boxes = scene
    checkpoint = crop_checkpoint(input_wh=(32, 32))
    estimator = estimator_of(checkpoint)
    together = estimator(frames, boxes=boxes)
    assert [shape[0] for shape in checkpoint.model.batches] == [2, CROPS_AT_ONCE, 23 - CROPS_AT_ONCE, 1]
    same(together, [estimator(frame, boxes=of) for frame, of in zip(frames, boxes, strict=True)])


def test_more_of_a_frame_are_looked_at_when_more_may_count(scene):
    frames, boxes = scene
    checkpoint = crop_checkpoint(input_wh=(32, 32))
    estimator = estimator_of(checkpoint, precision="bfloat16")
    output = estimator.infer(frames, boxes=boxes)
    everyone = estimator.selection
    estimator.selection = everyone.__class__(everyone.skeleton, 30, 0.9, 1.0)
    few = estimator.parse(output)
    estimator.selection = everyone
    assert sum(map(len, few)) < sum(COUNTS)
    same(estimator.parse(output), estimator(frames, boxes=boxes))


@pytest.fixture(scope="module")
def exported(tmp_path_factory, crop_model):
    """A network of crops in a file for other runtimes."""
    pytest.importorskip("onnx")
    path = tmp_path_factory.mktemp("at_once") / "crops.onnx"
    export_onnx(load_checkpoint(crop_model), path)
    return open_exported(path)


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_people_by_other_runtimes_are_those_of_each_frame_alone(scene, exported, runtime):
    pytest.importorskip(runtime)
    frames, boxes = scene
    estimator = estimator_of(exported, backend=runtime)
    alone = [estimator(frame, boxes=of) for frame, of in zip(frames, boxes, strict=True)]
    same(estimator(frames, boxes=boxes), alone)
    assert [len(poses) for poses in alone] == list(COUNTS)
