"""`backend="auto"`: what it takes, why, and that it remembers."""

import copy

import numpy as np
import pytest
import torch

from swahr import PoseEstimator
from swahr.config import NetworkSettings
from swahr.errors import MissingError
from swahr.inference.backends import BACKENDS, Backend, choice
from swahr.inference.backends.cache import cached_path, exported_file
from swahr.inference.backends.choice import Choice, choose_backend
from swahr.inference.backends.contract import small_checkpoint
from swahr.inference.backends.exported import open_exported
from swahr.inference.backends.onnx_export import export_onnx
from swahr.inference.backends.picture import drawn_people
from swahr.inference.backends.trial import Trial, agree
from swahr.models import load_checkpoint
from swahr.models.bundled import resolve
from swahr.models.hashes import write_sum
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17

pytest.importorskip("openvino")
CPU = torch.device("cpu")
EXACT = NetworkSettings(precision="float32")


@pytest.fixture(scope="module")
def bundled():
    return load_checkpoint(resolve("default"))


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SWAHR_HOME", str(tmp_path))
    return tmp_path


def test_the_drawn_people_are_found(bundled):
    estimator = PoseEstimator(copy.deepcopy(bundled), EXACT.changed(backend="torch", refine="off"))
    assert len(estimator(drawn_people())) == 2


def test_what_was_measured_is_kept_and_taken_again(bundled, home):
    unknown = choose_backend(bundled, EXACT, CPU, measure=False)
    assert (unknown.backend, unknown.ms) == ("torch", {})
    assert "not compared" in unknown.reason
    measured = choose_backend(bundled, EXACT, CPU)
    assert measured.backend in measured.ms
    assert {"torch", "openvino"} <= set(measured.ms)
    assert choose_backend(bundled, EXACT, CPU, measure=False) == measured
    other = choose_backend(bundled, NetworkSettings(precision="bfloat16"), CPU, measure=False)
    assert other.ms == {}
    (kept,) = (home / "runtimes").iterdir()
    for damaged in (b"", b"{", b'{"backend": "magic", "reason": ""}', kept.read_bytes()[:-3]):
        kept.write_bytes(damaged)
        assert choose_backend(bundled, EXACT, CPU, measure=False) == unknown


def test_a_choice_that_is_damaged_is_made_anew(bundled, home, monkeypatch):
    monkeypatch.setattr(choice, "RUNTIMES", ("openvino",))
    path = choice._path(bundled, EXACT)
    path.parent.mkdir()
    path.write_text("damaged")
    found = choose_backend(bundled, EXACT, CPU)
    assert Choice.model_validate_json(path.read_text()) == found
    assert set(found.ms) == {"torch", "openvino"}


def test_what_was_measured_on_a_busy_machine_is_measured_again_on_a_quiet_one(bundled, home, monkeypatch):
    monkeypatch.setattr(choice, "RUNTIMES", ("openvino",))
    path = choice._path(bundled, EXACT)
    path.parent.mkdir()
    hasty = Choice(backend="torch", reason="the fastest here", ms={"torch": 300, "openvino": 290}, busy=True)
    path.write_text(hasty.model_dump_json())
    monkeypatch.setattr(choice, "is_busy", lambda: True)
    assert choose_backend(bundled, EXACT, CPU) == hasty
    monkeypatch.setattr(choice, "is_busy", lambda: False)
    assert choose_backend(bundled, EXACT, CPU, measure=False) == hasty
    found = choose_backend(bundled, EXACT, CPU)
    assert found.ms != hasty.ms
    assert not found.busy
    assert Choice.model_validate_json(path.read_text()) == found


def test_a_runtime_that_fails_gives_way_to_torch(bundled, home):
    path = choice._path(bundled, EXACT)
    path.parent.mkdir()
    path.write_text(Choice(backend="openvino", reason="the fastest here").model_dump_json())
    network = cached_path(bundled)
    network.parent.mkdir()
    network.write_bytes(bytes(100))
    write_sum(network)  # a file that is as it was written, and which the runtime cannot read
    assert exported_file(bundled) == network
    options = {"precision": "float32", "refine": "off"}
    estimator = PoseEstimator.from_pretrained("default", "cpu", **options)
    assert estimator.runtime.backend == estimator.settings.backend == "torch"
    assert "openvino failed" in estimator.runtime.reason


class Liar(Backend):
    """Sees nobody."""

    def __init__(self, network, settings, device):
        self._torch = BACKENDS.find("torch")(network, settings, device)

    def __call__(self, images):
        return [0 * output for output in self._torch(images)]


def fails(network, settings, device):
    raise RuntimeError("no such instruction")


def test_only_who_finds_the_same_people_is_timed(bundled):
    BACKENDS.register("liar", Liar)
    BACKENDS.register("fails", fails)
    try:
        trial = Trial(bundled, EXACT)
        assert set(trial.times(["liar", "fails"])) == {"torch"}
        assert trial.refused == ["liar finds other people", "fails failed (no such instruction)"]
    finally:
        BACKENDS.remove("liar")
        BACKENDS.remove("fails")


@pytest.mark.parametrize(
    ("changed", "runtimes", "reason"),
    [
        ({"compile": True}, ("openvino",), "torch.compile"),
        ({}, (), "pip install 'swahr[fast]'"),
        ({"precision": "bfloat16"}, ("onnxruntime",), "onnxruntime does not compute in bfloat16"),
    ],
)
def test_torch_runs_what_no_other_can(bundled, home, monkeypatch, changed, runtimes, reason):
    monkeypatch.setattr(choice, "find_spec", lambda name: name in runtimes or None)
    found = choose_backend(bundled, EXACT.changed(**changed), CPU)
    assert found.backend == "torch"
    assert reason in found.reason
    assert not (home / "runtimes").exists()


def test_a_network_that_would_have_to_be_exported_first_runs_by_torch(home):
    found = choose_backend(small_checkpoint(), EXACT, CPU)
    assert found.backend == "torch"
    assert "not exported" in found.reason


def test_an_exported_network_runs_by_what_is_installed(home, monkeypatch, tmp_path):
    pytest.importorskip("onnxscript")
    path = tmp_path / "small.onnx"
    export_onnx(small_checkpoint(), path)
    estimator = PoseEstimator.from_pretrained(path, "cpu", refine="off")
    assert estimator.runtime.backend == "openvino"
    estimator(np.zeros((64, 96, 3), np.uint8))
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    with pytest.raises(MissingError, match="openvino is not installed"):
        choose_backend(open_exported(path), EXACT, CPU)


def test_what_is_asked_for_is_taken(bundled):
    found = choose_backend(bundled, EXACT.changed(backend="onnxruntime"), CPU)
    assert (found.backend, found.ms) == ("onnxruntime", {})


def people(*scores, shift=0.0):
    grid = np.stack([np.arange(17) % 4 * 20.0, np.arange(17) // 4 * 40.0, np.ones(17)], axis=1)
    keypoints = np.stack([grid + np.asarray([300 * index + shift, 0, 0]) for index in range(len(scores))])
    return Poses(keypoints.astype(np.float32), np.asarray(scores, np.float32), COCO_17)


def test_unsure_people_may_come_and_go_and_sure_ones_not():
    two = people(0.9, 0.8)
    nobody = two[:0]
    assert agree(two, two)
    assert agree(two, people(0.9, 0.8, 0.1))
    assert agree(people(0.1), nobody)
    assert not agree(two, people(0.9))
    assert not agree(people(0.9), two)
    assert not agree(two, nobody)
    assert not agree(two, people(0.9, 0.8, shift=40.0))
