"""The recipe of docs/doors/backend.md, followed from outside the package."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from swahr import PoseEstimator
from swahr.errors import SettingError
from swahr.inference.backends import BACKENDS, Backend
from swahr.inference.backends.contract import check_backend

PAGE = Path(__file__).parents[2] / "docs" / "doors" / "backend.md"


@pytest.fixture
def recipe():
    """Run the code of the page; give what it makes."""
    made = {"__name__": "one_by_one"}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, made)
    yield made
    BACKENDS.remove("one_by_one")


def test_the_pages_own_test_passes(recipe):
    recipe["test_one_by_one_keeps_the_promises_of_a_backend"]()


def test_an_estimator_finds_the_same_people_by_it(recipe, crowd_model):
    frames = [np.random.default_rng(seed).integers(0, 256, (64, 96, 3), dtype=np.uint8) for seed in range(3)]
    options = {"device": "cpu", "precision": "float32", "min_score": 0.0}
    expected = PoseEstimator.from_pretrained(crowd_model, **options)(frames)
    found = PoseEstimator.from_pretrained(crowd_model, backend="one_by_one", **options)(frames)
    for poses, plain in zip(found, expected, strict=True):
        assert len(poses) > 0
        np.testing.assert_allclose(poses.scores, plain.scores, atol=1e-3)


def test_the_command_line_takes_it(recipe, call, crowd_model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cv2.imwrite("a.png", np.zeros((64, 96, 3), np.uint8))
    result = call("images", "a.png", "--model", crowd_model, "--device", "cpu", "--backend", "one_by_one")
    assert result.code == 0, result.errors


def test_without_it_the_name_is_refused_with_all_there_are(crowd_model):
    assert {"torch", "onnxruntime", "openvino"} <= set(BACKENDS.names())
    with pytest.raises(SettingError, match=f"'one_by_one'; expected one of {', '.join(BACKENDS.names())}"):
        PoseEstimator.from_pretrained(crowd_model, "cpu", backend="one_by_one")


class Broken(Backend):
    def __init__(self, network, settings, device):
        self._torch = BACKENDS.find("torch")(network, settings, device)
        self._break = settings.model

    def __call__(self, images):
        coarse, fine = self._torch(images)
        match self._break:
            case "value":
                return [coarse, fine + 1]
            case "type":
                return [coarse.double(), fine]
            case "layout":
                return [coarse.transpose(2, 3).contiguous().transpose(2, 3), fine]
            case "reuse":
                if not hasattr(self, "_kept") or self._kept.shape != fine.shape:
                    self._kept = fine.clone()
                self._kept.copy_(fine)
                return [coarse, self._kept]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("value", "1 from torch's"),
        ("type", "torch.float64"),
        ("layout", "not contiguous"),
        ("reuse", "the next call changed it"),
    ],
)
def test_a_promise_that_is_broken_is_named(fault, message):
    BACKENDS.register("broken", Broken)
    try:
        with pytest.raises(SettingError, match=message):
            check_backend("broken", model=fault, precision="float32")
    finally:
        BACKENDS.remove("broken")
