"""Weights made ready to ship."""

import json
import sys

import torch

from swahr.models import load_checkpoint, save_checkpoint
from swahr_training.recipes import bundle


def test_shipped_weights_lose_scale_heads_and_keep_heatmaps_and_scaled_tags(tiny, tmp_path, monkeypatch):
    checkpoint = tiny.checkpoint()
    save_checkpoint(tmp_path / "run.safetensors", checkpoint)
    (tmp_path / "card.json").write_text(json.dumps({"data": "none"}))
    target = tmp_path / "out" / "small.safetensors"
    arguments = [tmp_path / "run.safetensors", tmp_path / "card.json", target]
    options = ["--input-size", "96", "--threshold", "0.3", "--tag-scale", "2"]
    monkeypatch.setattr(sys, "argv", ["bundle", *map(str, arguments), *options])
    bundle.main()
    shipped = load_checkpoint(target)
    assert (shipped.input_size, shipped.detection_threshold, shipped.card) == (96, 0.3, {"data": "none"})
    assert not shipped.model.scale_heads
    assert target.name in (target.parent / "SHA256SUMS").read_text()
    images = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        (before, before1), (after, after1) = checkpoint.model(images), shipped.model(images)
    torch.testing.assert_close(after1, before1[:, 17:], rtol=1e-2, atol=1e-2)
    torch.testing.assert_close(after[:, :17], before[:, 17:34], rtol=1e-2, atol=1e-2)
    torch.testing.assert_close(after[:, 17:], 2 * before[:, 34:], rtol=1e-2, atol=2e-2)


def test_training_says_which_package_is_missing(monkeypatch):
    import importlib.util

    import pytest

    from swahr.errors import SwahrError
    from swahr_training import command_tools

    monkeypatch.setattr(command_tools, "find_spec", lambda name: None if name == "yaml" else importlib.util)
    with pytest.raises(SwahrError, match=r"training needs yaml: pip install 'swahr\[train\]'"):
        command_tools.require_packages()
