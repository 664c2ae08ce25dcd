"""A checkpoint with a second look of its own: it is kept, looks at people, and goes along when it is exported."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from swahr import PoseEstimator
from swahr.config import NetworkSettings
from swahr.demo.clip import astronaut
from swahr.errors import MissingError, UnreadableError
from swahr.inference.backends.exported import LOOK_SUFFIX, open_exported
from swahr.inference.crop_network import crop_network_file
from swahr.models import load_checkpoint, save_checkpoint
from swahr.models.bundled import resolve
from swahr.models.facts import facts_of
from swahr.models.movenet_single import load_single
from swahr.models.weight_files import read_metadata

CELLS = 3.0  # that the look of the tests moves all joints to the right


@pytest.fixture(scope="module")
def moving():
    """The bundled weights, whose own second look sees every joint some cells further right."""
    look = load_single(crop_network_file("thunder"))
    with torch.no_grad():
        look.heads["offsets"][-1][1].bias[1::2] += CELLS
    return replace(load_checkpoint(resolve("default")), second_look=look)


@pytest.fixture(scope="module")
def file(moving, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "moving.safetensors"
    save_checkpoint(path, moving)
    return path


def test_it_is_read_as_it_was_written_and_the_first_look_is_untouched(moving, file):
    again = load_checkpoint(file)
    for name, value in moving.model.state_dict().items():
        assert torch.equal(again.model.state_dict()[name], value), name
    for name, value in moving.second_look.state_dict().items():
        assert torch.equal(again.second_look.state_dict()[name], value.half().float()), name
    assert load_checkpoint(resolve("default")).second_look is None


@pytest.mark.parametrize("backend", ["torch", "onnxruntime"])
def test_it_gives_people_their_joints(file, backend):
    if backend != "torch":
        pytest.importorskip(backend)
    photo = astronaut()
    bundled, own = (
        PoseEstimator.from_pretrained(model, device="cpu", backend=backend, precision="float32")(photo)
        for model in ("default", file)
    )
    assert len(bundled) == len(own) == 1
    both = (bundled.keypoints[0, :, 2] > 0.3) & (own.keypoints[0, :, 2] > 0.3)
    moved = (own.keypoints - bundled.keypoints)[0, both, :2]
    assert both.sum() > 5
    width = moved[:, 0].mean() / CELLS  # of a cell
    assert width > 1
    np.testing.assert_allclose(moved, np.tile([CELLS * width, 0], (len(moved), 1)), atol=0.05 * width)


def test_it_is_told_of(file):
    assert facts_of(file)["second look"] == "its own, at width 1.75"
    assert facts_of(resolve("default"))["second look"] == "thunder"


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (
            lambda w, m: w.pop("second_look.heads.centre.1.1.bias"),
            r"lacks second look's weights: heads.centre",
        ),
        (
            lambda w, m: w["second_look.heads.centre.1.1.bias"].fill_(torch.nan),
            r"its second look's heads.centre.1.1.bias holds NaN",
        ),
        (lambda w, m: m.pop("second_look_width"), r"its metadata lack second_look_width"),
        (lambda w, m: m.update(second_look_width="wide"), r"its second_look_width is 'wide'"),
        (lambda w, m: m.update(second_look_width="nan"), r"its second_look_width is 'nan'"),
    ],
)
def test_a_damaged_one_is_refused_in_a_line(file, tmp_path, harm, said):
    weights, metadata = load_file(file), dict(read_metadata(file))
    harm(weights, metadata)
    save_file(weights, tmp_path / "damaged.safetensors", metadata)
    with pytest.raises(UnreadableError, match=said):
        load_checkpoint(tmp_path / "damaged.safetensors")


def test_an_export_has_it_beside_itself_and_says_where_it_is_missing(moving, file, call, tmp_path):
    pytest.importorskip("onnxruntime")
    target = tmp_path / "moving.onnx"
    done = call("export", target, "--model", file)
    assert done.code == 0, done.errors
    beside = target.with_suffix(LOOK_SUFFIX)
    assert f"{beside}: its second look, which has to stay beside it" in done.output
    target.unlink()
    refused = call("export", target, "--model", file)
    assert (refused.code, str(beside) in refused.errors) == (
        2,
        True,
    )  # what stands there is not replaced unasked
    assert call("export", target, "--model", file, "--overwrite").code == 0
    photo = astronaut()
    theirs, ours = (
        PoseEstimator.from_pretrained(model, device="cpu", backend="onnxruntime", precision="float32")(photo)
        for model in (target, file)
    )
    np.testing.assert_allclose(theirs.keypoints, ours.keypoints, atol=0.1)
    beside.unlink()
    with pytest.raises(MissingError, match=r"which is not beside it; copy both"):
        open_exported(target)


def test_running_it_leaves_the_checkpoint_as_it_is(moving):
    before = deepcopy(moving.second_look.state_dict())
    PoseEstimator(moving, NetworkSettings(device="cpu", backend="torch"))(astronaut())
    after = moving.second_look.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())
