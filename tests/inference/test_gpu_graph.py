"""The GPU's pipeline: its steps one after the other on the CPU, and as a graph where there is a GPU."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from swahr import _native
from swahr.config import NetworkSettings
from swahr.decode import ParseParams
from swahr.decode.batch import BatchParser
from swahr.demo.clip import astronaut, frame
from swahr.errors import SwahrError
from swahr.inference.estimator import PoseEstimator
from swahr.inference.geometry import input_geometry
from swahr.inference.gpu_graph import GpuPipeline
from swahr.models.bundled import resolve
from swahr.models.checkpoints import load_checkpoint

PARAMS = ParseParams(detection_threshold=0.2)

needs_gpu = pytest.mark.skipif(
    not (torch.cuda.is_available() and _native.has_cuda),
    reason="no CUDA device" if _native.has_cuda else "this build has no CUDA kernels",
)
ON_EACH_DEVICE = pytest.mark.parametrize(
    "device", ["cpu", pytest.param("cuda", marks=[pytest.mark.gpu, needs_gpu])]
)


@pytest.fixture(scope="module")
def checkpoint():
    return load_checkpoint(resolve("default"))


@pytest.fixture(scope="module")
def pictures():
    photo = astronaut()
    return [np.ascontiguousarray(frame(photo, time)[::2, ::2]) for time in (0.0, 1.0, 2.5)]


def make_pipeline(checkpoint, device, flip):
    model = copy.deepcopy(checkpoint.model).eval()
    model.drop_scale_heads()
    model.to(device, memory_format=torch.channels_last)
    order = checkpoint.skeleton.flip_permutation if flip else None
    return GpuPipeline(
        model, checkpoint.mean, checkpoint.std, 17, torch.device(device), flip_permutation=order
    )


def make_estimator(checkpoint, device, params=None, **options):
    settings = NetworkSettings(device=device, input_size=128, precision="float32", refine="off", **options)
    return PoseEstimator(copy.deepcopy(checkpoint), settings, params=params)


@ON_EACH_DEVICE
@pytest.mark.parametrize("flip", [False, True])
def test_people_are_those_of_the_estimator(checkpoint, pictures, flip, device):
    pipeline = make_pipeline(checkpoint, device, flip)
    geometry = input_geometry((pictures[0].shape[1], pictures[0].shape[0]), 128)
    estimator = make_estimator(checkpoint, "cpu", PARAMS, flip_test=flip)
    for frames in (pictures, pictures[:1], pictures[1:]):
        found = pipeline.launch(frames, geometry, PARAMS).wait()
        assert len(found) == len(frames)
        for people, expected in zip(found, estimator(frames), strict=True):
            poses = estimator.selection.poses(people, geometry)
            assert len(poses) == len(expected) > 0
            # The warp may differ by a grey level, so a weak joint may fall elsewhere.
            np.testing.assert_allclose(poses.scores, expected.scores, atol=0.02)
            np.testing.assert_allclose(
                np.nan_to_num(poses.keypoints[:, :5]), np.nan_to_num(expected.keypoints[:, :5]), atol=2
            )


def test_a_result_stays_when_the_next_batch_runs(checkpoint, pictures):
    pipeline = make_pipeline(checkpoint, "cpu", False)
    geometry = input_geometry((pictures[0].shape[1], pictures[0].shape[0]), 128)
    first = pipeline.launch(pictures[:1], geometry, PARAMS)
    alone = pipeline.launch(pictures[:1], geometry, PARAMS).wait()[0]
    pipeline.launch(pictures[1:2], geometry, PARAMS)
    np.testing.assert_array_equal(first.wait()[0].keypoints, alone.keypoints)


def test_the_estimator_takes_its_people_from_the_pipeline_in_the_order_of_the_frames(checkpoint, pictures):
    pipeline = make_pipeline(checkpoint, "cpu", False)
    estimator = make_estimator(checkpoint, "cpu", PARAMS, batch_size=2)
    frames = [pictures[0], np.ascontiguousarray(pictures[1][:, 40:]), pictures[2], pictures[1]]
    expected = estimator(frames)
    estimator.finder._gpu = pipeline
    for poses, plain in zip(estimator(frames), expected, strict=True):
        np.testing.assert_allclose(poses.scores, plain.scores, atol=0.02)


@pytest.mark.gpu
@needs_gpu
def test_an_estimator_on_the_gpu_gives_the_people_of_the_cpu(checkpoint, pictures):
    on_cpu = make_estimator(checkpoint, "cpu")
    on_gpu = make_estimator(checkpoint, "cuda")
    for poses, plain in zip(on_gpu(pictures), on_cpu(pictures), strict=True):
        np.testing.assert_allclose(poses.scores, plain.scores, atol=0.03)


def test_without_kernels_or_with_settings_beyond_them_it_does_not_suit():
    cpu, cuda = torch.device("cpu"), torch.device("cuda")
    assert not GpuPipeline.suits(17, 1, ParseParams(), cpu)
    assert not GpuPipeline.suits(17, 1, ParseParams(max_people=5000), cuda)
    assert GpuPipeline.suits(17, 1, ParseParams(), cuda) == _native.has_cuda
    assert BatchParser(1, 17, 1, (8, 8), ParseParams(), cpu).people.scores.shape == (1, 17 * 30)


def test_other_settings_of_the_parse_act_on_the_next_batch(checkpoint, pictures):
    pipeline = make_pipeline(checkpoint, "cpu", False)
    geometry = input_geometry((pictures[0].shape[1], pictures[0].shape[0]), 128)
    none = replace(PARAMS, detection_threshold=0.99)
    found = [
        len(pipeline.launch(pictures[:1], geometry, params).wait()[0].scores)
        for params in (PARAMS, none, PARAMS)
    ]
    assert found[0] == found[2] > 0
    assert found[1] == 0


def test_who_wants_maps_gets_them_though_a_gpu_would_make_people_at_once(checkpoint, pictures):
    estimator = make_estimator(checkpoint, "cpu")
    estimator.finder._gpu = make_pipeline(checkpoint, "cpu", False)
    assert not estimator.infer(pictures[:1]).has_maps
    with pytest.raises(SwahrError, match="keep_maps=True"):
        estimator.infer(pictures[:1]).maps(0)
    inferred = estimator.infer(pictures[:1], keep_maps=True)
    assert inferred.has_maps
    assert inferred.maps(0).heatmaps.shape[0] == 17
    assert len(estimator.parse(inferred)[0]) == len(estimator(pictures[0]))
