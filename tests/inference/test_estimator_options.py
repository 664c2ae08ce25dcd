"""What is asked of an estimator: settings, precision, threads, devices; and what is refused."""

import os

import numpy as np
import pytest
import torch

from swahr.config import NetworkSettings
from swahr.errors import Hint, MissingError, SettingError, SwahrError
from swahr.inference.estimator import PoseEstimator
from swahr.inference.hardware.precision import half_for
from swahr.inference.threads import use_threads
from swahr.models import Checkpoint, read_architecture
from swahr.pose.skeleton import COCO_17

NARROW = {"num_joints": 17, "width": 8, "modules": (1, 1, 1), "blocks": 1, "head_width": 8, "head_blocks": 1}


@pytest.fixture
def tiny():
    """Makes estimators of one small network, with the options given."""
    torch.manual_seed(0)
    architecture = read_architecture(NARROW)
    checkpoint = Checkpoint(architecture.build().eval(), architecture, COCO_17, 64)
    plain = {"device": "cpu", "precision": "float32"}
    return lambda **options: PoseEstimator(checkpoint, NetworkSettings(**{**plain, **options}))


def noise(width, height, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scales": ()}, "scales"),
        ({"scales": (0.5, 2)}, "with 1 among them"),
        ({"scales": (0, 1)}, "positive"),
        ({"input_size": 0}, "input_size"),
        ({"input_size": -64}, "input_size"),
        ({"batch_size": 0}, "batch_size"),
        ({"device": "gpu"}, "auto, cpu or cuda"),
        ({"input_sise": 64}, "input_sise: there is no such setting; did you mean input_size?"),
    ],
)
def test_what_makes_no_sense_is_refused(options, message):
    with pytest.raises(SettingError, match=message):
        PoseEstimator.from_pretrained("default", **{"device": "cpu", **options})


def test_options_are_the_settings_by_name(crowd_model):
    settings = NetworkSettings(flip_test=True, max_people=3, backend="torch")
    estimator = PoseEstimator.from_pretrained(
        crowd_model, "cpu", settings=settings, max_people=2, threshold=0.4
    )
    expected = settings.changed(model=str(crowd_model), device="cpu", max_people=2, threshold=0.4)
    assert estimator.settings == expected
    assert (estimator.params.max_people, estimator.params.detection_threshold) == (2, 0.4)
    assert PoseEstimator.from_pretrained(settings=expected).settings == estimator.settings


def test_threads_of_the_process_stay_as_they_are(tiny):
    before = torch.get_num_threads()
    tiny(threads=before + 1)(noise(64, 64))
    assert torch.get_num_threads() == before


def test_a_program_may_choose_the_threads_of_its_process():
    before = torch.get_num_threads()
    try:
        use_threads(9999)
        assert torch.get_num_threads() == os.cpu_count()
        use_threads(1)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_cuda_that_is_not_there_is_refused_with_the_reason(tiny):
    with pytest.raises(MissingError, match=r"cuda: .*CUDA") as caught:
        tiny(device="cuda")
    assert Hint("device", "cpu") in caught.value.hints


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_agrees_with_the_cpu(tiny):
    frame = noise(100, 80)
    on_cpu = tiny().maps([frame]).heatmaps
    on_gpu = tiny(device="cuda", precision="auto").maps([frame]).heatmaps
    torch.testing.assert_close(on_gpu.cpu(), on_cpu, atol=1e-2, rtol=1e-2)


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(SwahrError, match="no model 'nonsense'"):
        PoseEstimator.from_pretrained("nonsense")


def test_bfloat16_is_near_float32(tiny):
    frame = noise(100, 80)
    sharp = tiny().maps([frame]).heatmaps
    rough = tiny(precision="bfloat16").maps([frame]).heatmaps
    assert rough.dtype == torch.float32
    assert (rough - sharp).abs().mean() < 0.1 * sharp.abs().mean()


def test_a_gpu_computes_in_the_half_type_of_its_tensor_cores():
    assert half_for((9, 0)) is half_for((8, 0)) is torch.bfloat16
    assert half_for((7, 5)) is torch.float16
    assert half_for((6, 1)) is torch.float32


@pytest.mark.parametrize("size", [8, 100_000])
def test_input_sizes_that_no_machine_has_use_for_are_refused(tiny, size):
    with pytest.raises(SwahrError, match=rf"input_size is {size}; expected .* at (least 32|most 2048)"):
        tiny(input_size=size)


def test_float16_is_refused_on_the_cpu(tiny):
    with pytest.raises(SwahrError, match="float16 is for GPUs"):
        tiny(precision="float16")


def test_a_run_that_is_misspelt_is_answered_with_the_one_that_is_there(tmp_path, monkeypatch):
    (tmp_path / "runs" / "first").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        SwahrError, match=r"runs.frist: no such file or folder of a run; did you mean runs.first\?"
    ):
        PoseEstimator.from_pretrained("runs/frist")
    with pytest.raises(SwahrError, match=r"no model 'defalt'.*did you mean default\?"):
        PoseEstimator.from_pretrained("defalt")
    with pytest.raises(SwahrError, match=r"nowhere.x: no such file or folder of a run; use"):
        PoseEstimator.from_pretrained("nowhere/x")
