"""The project's own files, and files that are none."""

import json
import os
import pickle
import re
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file

from swahr.errors import SwahrError
from swahr.models import load_checkpoint, save_checkpoint
from swahr.models.calibration import Calibration
from swahr.models.checkpoints import read_card, with_calibration
from swahr.models.scorer import PersonScorer

CARD = {"trained_on": "grass", "licence": "MIT", "ap": 12.5}


@pytest.fixture
def own(tmp_path, tiny):
    """A checkpoint and its file."""
    checkpoint = replace(
        tiny.checkpoint(), mean=(0.5, 0.4, 0.3), std=(0.1, 0.2, 0.3), card=CARD, detection_threshold=0.2
    )
    file = tmp_path / "own.safetensors"
    save_checkpoint(file, checkpoint)
    return checkpoint, file


def rewritten(file, **changed):
    """Change the metadata of a file."""
    with safe_open(str(file), "pt") as content:
        metadata = content.metadata()
        weights = {name: content.get_tensor(name) for name in content.keys()}  # noqa: SIM118
    metadata.update(changed)
    save_file(weights, str(file), {name: value for name, value in metadata.items() if value is not None})
    return file


def refusal(file):
    with pytest.raises(SwahrError) as refused:
        load_checkpoint(file)
    message = str(refused.value)
    assert str(file) in message
    assert "\n" not in message
    return message


class TestBasedOnAnother:
    @pytest.fixture
    def two(self, own):
        """A file, and one beside it that differs in one weight and holds no more than that."""
        _, file = own
        other = load_checkpoint(file)
        with torch.no_grad():
            other.model.head.final_layers[1].weight.add_(1)
        save_checkpoint(file.with_name("other.safetensors"), other, base=file)
        return other, file.with_name("other.safetensors"), file

    def test_is_whole_again_when_read_and_small_on_disk(self, two):
        other, file, base = two
        back = load_checkpoint(file).model.state_dict()
        for name, value in other.model.state_dict().items():
            torch.testing.assert_close(back[name], value, rtol=0, atol=0)
        with safe_open(str(file), "pt") as content:
            assert list(content.keys()) == ["head.final_layers.1.weight"]
        assert file.stat().st_size < base.stat().st_size / 2

    def test_what_is_made_of_it_stands_alone(self, two, tmp_path):
        other, file, _ = two
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        scorer = PersonScorer((0.0,) * 38, 0.0, 0.2)
        with_calibration(file, elsewhere / "scored.safetensors", scorer, Calibration("gaussian"))
        back = load_checkpoint(elsewhere / "scored.safetensors")
        assert (back.scorer, back.calibration.subpixel) == (scorer, "gaussian")
        torch.testing.assert_close(
            back.model.head.final_layers[1].weight, other.model.head.final_layers[1].weight
        )

    def test_is_refused_without_its_base_or_with_another(self, two):
        _, file, base = two
        rewritten(base, input_size="96")  # what is no weight may change
        assert load_checkpoint(file).input_size == 64
        changed = load_checkpoint(base)
        with torch.no_grad():
            changed.model.head.final_layers[0].weight.add_(1)
        save_checkpoint(base, changed)
        assert "another own.safetensors" in refusal(file)
        base.unlink()
        assert "not beside it" in refusal(file)
        rewritten(file, base="../own.safetensors")
        assert "expected the name of a file beside it" in refusal(file)


class TestRoundTrip:
    def test_others_may_read_it_as_far_as_they_may_read_any_new_file(self, own):
        _, file = own
        other = file.with_name("other")
        other.touch()
        assert file.stat().st_mode == other.stat().st_mode

    def test_everything_comes_back(self, own):
        checkpoint, file = own
        back = load_checkpoint(file)
        for name in ("architecture", "skeleton", "input_size", "mean", "std", "card", "detection_threshold"):
            assert getattr(back, name) == getattr(checkpoint, name)
        weights = back.model.state_dict()
        for name, value in checkpoint.model.state_dict().items():
            assert torch.equal(weights[name], value)
        assert not back.model.training
        assert not any(value.is_meta for value in weights.values())

    def test_a_movenet_backbone_comes_back(self, tmp_path, tiny):
        small = {"backbone": "movenet", "grouping_width": 8, "grouping_blocks": 1, "head_bottleneck": 4}
        checkpoint = tiny.checkpoint(**small, heatmap_activation="sigmoid")
        save_checkpoint(tmp_path / "m.safetensors", checkpoint)
        back = load_checkpoint(tmp_path / "m.safetensors")
        images = torch.rand(1, 3, 64, 64)
        with torch.inference_mode():
            for one, other in zip(back.model(images), checkpoint.model(images), strict=True):
                torch.testing.assert_close(one, other)

    def test_the_content_counts_not_the_name(self, own, tmp_path):
        renamed = own[1].rename(tmp_path / "weights.pth")
        assert load_checkpoint(renamed).card == CARD

    def test_half_precision_makes_half_the_file_and_loads_as_float32(self, own, tmp_path):
        checkpoint, file = own
        save_checkpoint(tmp_path / "half.safetensors", checkpoint, float16=True)
        assert (tmp_path / "half.safetensors").stat().st_size < 0.7 * file.stat().st_size
        back = load_checkpoint(tmp_path / "half.safetensors")
        assert {p.dtype for p in back.model.parameters()} == {torch.float32}
        for name, value in checkpoint.model.state_dict().items():
            torch.testing.assert_close(back.model.state_dict()[name], value, atol=1e-3, rtol=1e-3)

    def test_the_card_is_read_without_the_weights(self, own):
        assert read_card(own[1]) == CARD

    def test_loaded_weights_can_be_trained(self, own):
        model = load_checkpoint(own[1]).model.train()
        sum(output.sum() for output in model(torch.rand(2, 3, 64, 64))).backward()
        assert all(p.grad is not None for p in model.parameters())


class TestWriting:
    def test_no_partial_file_is_left(self, own):
        assert [path.name for path in own[1].parent.iterdir()] == ["own.safetensors"]

    def test_a_folder_that_is_not_there_is_refused(self, own, tmp_path):
        with pytest.raises(SwahrError, match="could not be written"):
            save_checkpoint(tmp_path / "none" / "x.safetensors", own[0])

    def test_a_place_that_is_a_folder_is_refused_and_left(self, own, tmp_path):
        (tmp_path / "taken").mkdir()
        with pytest.raises(SwahrError, match="could not be written"):
            save_checkpoint(tmp_path / "taken", own[0])
        assert not (tmp_path / "taken.part").exists()

    def test_a_full_disk_leaves_the_old_file_and_no_part(self, own):
        resource = pytest.importorskip("resource")
        checkpoint, file = own
        before = file.read_bytes()
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(
            resource.RLIMIT_FSIZE, (10_000, limits[1])
        )  # writing more fails, as on a full disk
        try:
            with pytest.raises(SwahrError, match="could not be written"):
                save_checkpoint(file, checkpoint)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert file.read_bytes() == before
        assert [path.name for path in file.parent.iterdir()] == [file.name]


class TestDamagedMetadata:
    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"format": "swahr-2"}, "format swahr-2; expected swahr-1: update"),
            ({"architecture": None}, "architecture"),
            ({"architecture": "{"}, "metadata is damaged"),
            ({"architecture": '{"width": -4}'}, "metadata is damaged"),
            ({"architecture": '{"wings": 2}'}, "metadata is damaged"),
            ({"architecture": '{"width": 100000000}'}, "at most 16384"),
            ({"skeleton": "[]"}, "metadata is damaged"),
            ({"skeleton": '{"joints": ["nose"]}'}, "metadata is damaged"),
            ({"input_size": "big"}, "metadata is damaged"),
            ({"input_size": "-1"}, "metadata is damaged"),
            ({"mean": "[1, 2]"}, "metadata is damaged"),
            ({"mean": "7"}, "metadata is damaged"),
            ({"mean": "[1, 2, NaN]"}, "metadata is damaged"),
            ({"std": "[1, 1, 0]"}, "metadata is damaged"),
            ({"detection_threshold": "nan"}, "metadata is damaged"),
            ({"detection_threshold": "1.5"}, "metadata is damaged"),
            ({"card": "7"}, "metadata is damaged"),
        ],
        ids=str,
    )
    def test_is_refused(self, own, changed, message):
        assert re.search(message, refusal(rewritten(own[1], **changed)))

    def test_without_a_format_names_and_shapes_tell_what_it_is(self, own):
        assert load_checkpoint(rewritten(own[1], format=None)).architecture == own[0].architecture

    def test_weights_that_do_not_fit_the_architecture_are_refused(self, own, tiny):
        file = rewritten(own[1], architecture=tiny.checkpoint(width=8).architecture.model_dump_json())
        assert "has shape" in refusal(file)

    def test_weights_that_are_not_finite_are_refused(self, own, tmp_path):
        checkpoint, _ = own
        with torch.no_grad():
            checkpoint.model.head.final_layers[0].bias[2] = torch.inf
        save_checkpoint(tmp_path / "inf.safetensors", checkpoint)
        assert "head.final_layers.0.bias holds NaN or infinity" in refusal(tmp_path / "inf.safetensors")


class TestFilesThatAreNone:
    def test_no_such_file(self, tmp_path):
        assert "no such file" in refusal(tmp_path / "none.pth")

    def test_a_folder(self, tmp_path):
        assert "folder" in refusal(tmp_path)

    @pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "is empty"),
            (b"hello, these are no weights", "no checkpoint"),
            (b"x", "no checkpoint"),
            (b"<!DOCTYPE html><html>Google Drive - Virus scan warning</html>", "web page"),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:1", "Git LFS"),
            (cv2.imencode(".jpg", np.zeros((9, 9, 3), np.uint8))[1].tobytes(), "JPEG"),
            (cv2.imencode(".png", np.zeros((9, 9, 3), np.uint8))[1].tobytes(), "PNG"),
            (json.dumps({"weights": list(range(100))}).encode(), "no checkpoint"),
            (b"\xff" * 8 + b'{"a": 1}', "no whole safetensors"),
            (b"PK\x03\x04" + b"\0" * 100, "cut off"),
            (b"\x80\x02" + b"\0" * 100, "damaged"),
            (b"\x80", "damaged"),
        ],
    )
    def test_other_files(self, tmp_path, suffix, content, message):
        file = tmp_path / f"file{suffix}"
        file.write_bytes(content)
        assert message in refusal(file)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(part=st.floats(0, 0.999), kind=st.sampled_from(["own", "zip", "old"]))
    def test_files_that_are_cut_off_anywhere(self, own, tmp_path, part, kind):
        checkpoint, file = own
        if kind != "own":
            file = tmp_path / "whole.pth"
            torch.save(checkpoint.model.state_dict(), file, _use_new_zipfile_serialization=kind == "zip")
        content = file.read_bytes()
        cut = tmp_path / "cut"
        cut.write_bytes(content[: int(len(content) * part)])
        refusal(cut)

    @settings(max_examples=40, deadline=None)
    @given(
        noise=st.binary(max_size=200), start=st.sampled_from([b"", b"\x80\x02", b"\x80\x04", b"PK\x03\x04"])
    )
    def test_noise(self, tmp_path_factory, noise, start):
        file = tmp_path_factory.getbasetemp() / "noise.bin"
        file.write_bytes(start + noise)
        refusal(file)


class Runs:
    """Unpickled, it makes a folder."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


class TestFilesThatRunCode:
    @pytest.mark.parametrize("new_format", [True, False])
    def test_are_refused_and_do_not_run(self, tmp_path, tiny, new_format):
        evil = tmp_path / "evil.pth"
        content = {**tiny.weights(), "state": Runs(tmp_path / "it ran")}
        torch.save(content, evil, _use_new_zipfile_serialization=new_format)
        assert "nothing in it was run" in refusal(evil)
        assert not (tmp_path / "it ran").exists()

    def test_a_bare_pickle_does_not_run_either(self, tmp_path):
        evil = tmp_path / "evil.pth"
        evil.write_bytes(pickle.dumps(Runs(tmp_path / "it ran")))
        assert "nothing in it was run" in refusal(evil)
        assert not (tmp_path / "it ran").exists()

    def test_the_proof_would_see_code_that_runs(self, tmp_path):
        pickle.loads(pickle.dumps(Runs(tmp_path / "it ran")))
        assert (tmp_path / "it ran").exists()

    def test_a_whole_pickled_network_is_refused(self, tmp_path, tiny):
        file = tmp_path / "network.pth"
        torch.save(tiny.checkpoint().model, file)
        assert "more than plain weights" in refusal(file)
