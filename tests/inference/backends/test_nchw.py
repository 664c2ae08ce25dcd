"""From channels side by side to maps: what the networks leave, as the parse reads it."""

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from swahr import _native
from swahr.inference.backends.torch_backend import TorchBackend
from swahr.models import read_architecture


@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(0, 2), st.integers(0, 20), st.integers(0, 20), st.integers(0, 60)),
        elements=st.floats(width=32),
    )
)
def test_nchw_is_nhwc_with_its_axes_moved(nhwc):
    np.testing.assert_array_equal(_native.nhwc_to_nchw(nhwc), nhwc.transpose(0, 3, 1, 2))


def test_it_is_made_in_the_place_that_is_given():
    nhwc, maps = np.arange(48, dtype=np.float32).reshape(1, 4, 6, 2), np.zeros((3, 2, 4, 6), np.float32)
    _native.nhwc_to_nchw(nhwc, maps[1:2])
    np.testing.assert_array_equal(maps[1], nhwc[0].transpose(2, 0, 1))
    assert not maps[[0, 2]].any()


@pytest.mark.parametrize(
    "place",
    [
        np.zeros((1, 4, 6, 2), np.float32),
        np.zeros((1, 2, 4, 6)),
        np.zeros((2, 2, 4, 6), np.float32)[::2, :, :, ::-1],
    ],
)
def test_a_place_that_does_not_fit_is_refused(place):
    with pytest.raises(ValueError, match=r"nchw is .* expected C-contiguous float32"):
        _native.nhwc_to_nchw(np.zeros((1, 4, 6, 2), np.float32), place)


def test_what_is_not_contiguous_or_no_batch_is_refused():
    nhwc = np.zeros((1, 4, 6, 8), np.float32)
    with pytest.raises(ValueError, match="C-contiguous"):
        _native.nhwc_to_nchw(nhwc[:, :, ::2])
    with pytest.raises(
        ValueError, match=r"images is float32 \[4, 6, 8\] on the processor; expected C-contiguous"
    ):
        _native.nhwc_to_nchw(nhwc[0])


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_the_network_leaves_whole_maps_whatever_it_is_given(memory_format):
    torch.manual_seed(1)
    network = read_architecture(
        {"width": 4, "modules": (1, 1, 1), "blocks": 1, "head_width": 6, "head_blocks": 1}
    ).build()
    run = TorchBackend(network, torch.device("cpu"))
    outputs = run(torch.rand(2, 3, 64, 96).contiguous(memory_format=memory_format))
    assert all(output.is_contiguous() for output in outputs)
