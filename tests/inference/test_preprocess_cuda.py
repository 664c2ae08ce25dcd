"""The preprocessing kernel's per-pixel code against the warp on the CPU."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr import _native
from swahr.errors import SwahrError
from swahr.inference.geometry import input_geometry
from swahr.inference.preprocess import CpuPreprocessor
from swahr.inference.preprocess_cuda import CudaPreprocessor

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
GREY = 1 / (255 * min(STD))
needs_gpu = pytest.mark.skipif(
    not (torch.cuda.is_available() and _native.has_cuda),
    reason="no CUDA device" if _native.has_cuda else "this build has no CUDA kernels",
)
ON_EACH_DEVICE = pytest.mark.parametrize(
    "device", ["cpu", pytest.param("cuda", marks=[pytest.mark.gpu, needs_gpu])]
)


def compare(frames, geometry, device, channels_last=True, dtype=torch.float32, atol=1.001 * GREY):
    width, height = geometry.input_wh
    images = torch.zeros((len(frames), 3, height, width), dtype=dtype, device=device)
    if channels_last:
        images = images.contiguous(memory_format=torch.channels_last)
    preprocessor = CudaPreprocessor(MEAN, STD, torch.device(device))
    preprocessor.write(torch.from_numpy(np.stack(frames)).to(device), geometry, images)
    expected = CpuPreprocessor(MEAN, STD, torch.device("cpu"))(frames, geometry)
    difference = (images.float().cpu() - expected).abs()
    assert float(difference.max()) <= atol
    # One grey level is the exception, where a value lies half way between two.
    assert float(difference.mean()) < 0.05 * GREY


@ON_EACH_DEVICE
@settings(max_examples=25, deadline=None)
@given(
    height=st.integers(1, 90),
    width=st.integers(1, 90),
    size=st.sampled_from([32, 64, 128]),
    count=st.integers(1, 2),
    channels_last=st.booleans(),
    seed=st.integers(0, 2**16),
)
def test_frames_of_noise_are_warped_as_on_the_cpu(height, width, size, count, channels_last, seed, device):
    if max(height, width) > 20 * min(height, width):
        height = width
    random = np.random.default_rng(seed)
    frames = list(random.integers(0, 256, (count, height, width, 3), dtype=np.uint8))
    compare(frames, input_geometry((width, height), size), device, channels_last)


@ON_EACH_DEVICE
def test_a_frame_of_720_lines_is_warped_as_on_the_cpu(device):
    frame = np.random.default_rng(0).integers(0, 256, (720, 1280, 3), dtype=np.uint8)
    compare([frame], input_geometry((1280, 720), 512), device)


@ON_EACH_DEVICE
def test_both_preprocessors_are_called_alike(device):
    frames = list(np.random.default_rng(0).integers(0, 256, (2, 90, 120, 3), dtype=np.uint8))
    geometry = input_geometry((120, 90), 128)
    images = [
        kind(MEAN, STD, torch.device(device))(frames, geometry)
        for kind in (CpuPreprocessor, CudaPreprocessor)
    ]
    for each in images:
        assert each.dtype == torch.float32
        assert each.device.type == device
        assert each.is_contiguous(memory_format=torch.channels_last)
        assert list(each.shape) == [2, 3, *geometry.input_wh[::-1]]
    assert float((images[0] - images[1]).abs().max()) <= 1.001 * GREY


@pytest.mark.gpu
@needs_gpu
@pytest.mark.parametrize(("dtype", "atol"), [(torch.float16, 1.1 * GREY), (torch.bfloat16, 2 * GREY)])
def test_half_precision_is_written_too(dtype, atol):
    frame = np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    compare([frame], input_geometry((120, 90), 128), "cuda", dtype=dtype, atol=atol)


def test_tensors_that_do_not_fit_are_refused():
    geometry = input_geometry((12, 9), 64)
    with pytest.raises(SwahrError, match=r"images torch.float32 \[1, 3, 5, 5\]"):
        CudaPreprocessor(MEAN, STD, torch.device("cpu")).write(
            torch.zeros(1, 9, 12, 3, dtype=torch.uint8), geometry, torch.zeros(1, 3, 5, 5)
        )
