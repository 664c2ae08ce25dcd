"""Exported networks and other runtimes say what torch says."""

import copy
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch

from swahr.config import NetworkSettings
from swahr.decode import ParseParams, parse_heatmaps
from swahr.errors import SettingError, SwahrError
from swahr.inference.backends import make_backend
from swahr.inference.backends.cache import cached_path
from swahr.inference.backends.candidates import Candidates, match_candidates
from swahr.inference.backends.contract import check_backend
from swahr.inference.backends.exported import FORMAT, open_exported
from swahr.inference.backends.onnx_export import export_onnx
from swahr.inference.backends.quantise import quantise
from swahr.inference.backends.runtimes import OpenVinoBackend
from swahr.inference.estimator import PoseEstimator
from swahr.models import Checkpoint, read_architecture
from swahr.models.checkpoints import describe
from swahr.models.hashes import write_sum
from swahr.pose.skeleton import COCO_17

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("openvino")

CPU = torch.device("cpu")
RUNTIMES = ("onnxruntime", "openvino")


def make(backbone):
    torch.manual_seed(1)
    architecture = read_architecture(
        {
            "backbone": backbone,
            "width": 4,
            "modules": (1, 1, 1),
            "blocks": 1,
            "grouping_width": 8,
            "grouping_blocks": 1,
            "tag_dims": 2,
            "head_width": 6,
            "head_blocks": 1,
            "heatmap_activation": "sigmoid",
        }
    )
    model = architecture.build()
    for name, value in model.state_dict().items():
        if name.endswith("running_var"):
            value.uniform_(0.5, 2)
        if name.endswith("running_mean"):
            value.normal_(0, 0.1)
    card = {"licence": "none"}
    return Checkpoint(model.eval(), architecture, COCO_17, 64, (0.5,) * 3, (0.5,) * 3, card, 0.01)


def export(backbone, folder):
    checkpoint, path = make(backbone), folder / "tiny.onnx"
    export_onnx(checkpoint, path, Candidates(COCO_17.num_joints, 10))
    return checkpoint, path


@pytest.fixture(scope="module")
def hrnet(tmp_path_factory):
    """A tiny network and its file, with candidates."""
    return export("hrnet", tmp_path_factory.mktemp("hrnet"))


@pytest.fixture(scope="module")
def movenet(tmp_path_factory):
    return export("movenet", tmp_path_factory.mktemp("movenet"))


def run_by(runtime, network, **options):
    settings = NetworkSettings(backend=runtime, **{"precision": "float32", **options})
    return make_backend(network, settings, CPU)


def images(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("shape", [(1, 3, 64, 96), (3, 3, 128, 64)])
@pytest.mark.parametrize("backbone", ["hrnet", "movenet"])
def test_a_runtime_gives_the_same_maps_for_any_batch_and_size(request, backbone, runtime, shape):
    checkpoint, path = request.getfixturevalue(backbone)
    with torch.inference_mode():
        expected = copy.deepcopy(checkpoint.model).eval()(images(*shape))
    found = run_by(runtime, open_exported(path))(images(*shape))
    k = COCO_17.num_joints
    for one, other in zip(found, (expected[0][:, k:], expected[1][:, k:]), strict=True):
        torch.testing.assert_close(one, other, atol=2e-4, rtol=1e-3)


@pytest.mark.parametrize("precision", ["auto", "float32"])
def test_openvino_says_the_same_of_an_image_alone_and_among_others(hrnet, precision):
    together = images(5, 3, 64, 96)
    backend = run_by("openvino", open_exported(hrnet[1]), precision=precision)
    for one, said in zip(together, zip(*backend(together), strict=True), strict=True):
        assert all(map(torch.equal, (maps[0] for maps in backend(one[None])), said))


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_an_interrupt_is_heard_once_networks_of_openvino_are_gone(hrnet):
    program = f"""
import faulthandler, gc, signal
from pathlib import Path
from swahr.inference.backends.runtimes import OpenVinoBackend
faulthandler.enable()  # as pytest does: handlers of signals have a stack of their own
signal.signal(signal.SIGINT, signal.default_int_handler)
first, second = (OpenVinoBackend(Path({str(hrnet[1])!r})) for _ in range(2))
del first
gc.collect()
del second
gc.collect()
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("heard")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "heard\n"), done.stderr


def test_all_that_openvino_computes_is_waited_for_though_one_fails_after_the_other(hrnet, monkeypatch):
    class Failing:
        waited = False

        def start_async(self, inputs, share_inputs):
            self.inputs = inputs

        def wait(self):
            self.waited = True
            raise RuntimeError(f"image {requests.index(self)}")

    requests = [Failing() for _ in range(3)]
    backend = OpenVinoBackend(hrnet[1])
    monkeypatch.setattr(backend, "_several", requests, raising=False)
    with pytest.raises(RuntimeError, match="image 0"):
        backend(torch.zeros(4, 3, 64, 64))
    assert all(request.waited for request in requests)


def test_openvino_tells_nobody_that_it_is_used(tmp_path):
    program = """
import sys
from swahr.inference.backends.runtimes import openvino_core
openvino_core()
from openvino.tools.ovc.telemetry_utils import tm
print(tm.__name__, "openvino_telemetry" in sys.modules)
"""
    places = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **places},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["openvino.tools.ovc.telemetry_stub", "False"], done.stderr
    assert not list(tmp_path.rglob("*openvino*"))


@pytest.mark.parametrize("name", ["torch", *RUNTIMES])
def test_each_backend_keeps_the_promises_of_one(name, tmp_path, monkeypatch):
    monkeypatch.setenv("SWAHR_HOME", str(tmp_path))
    check_backend(name, precision="float32")


def test_candidates_in_the_graph_match_to_the_people_of_the_parse(hrnet):
    checkpoint, path = hrnet
    params = ParseParams(max_people=10, detection_threshold=0.01)
    frame = np.random.default_rng(0).integers(0, 256, (80, 120, 3), dtype=np.uint8)
    estimator = PoseEstimator(copy.deepcopy(checkpoint), NetworkSettings(device="cpu", precision="float32"))
    maps = estimator.maps([frame])
    session = onnxruntime.InferenceSession(str(path))
    _, _, confidence, xy_in_input, tags = session.run(
        None, {"images": estimator.prepare([frame]).contiguous().numpy()}
    )
    found = match_candidates(confidence[0], xy_in_input[0], tags[0], params)
    expected = parse_heatmaps(maps.heatmaps[0], maps.tags[0], params, adjust=False, refine=False)
    assert len(found.scores) > 1
    np.testing.assert_allclose(found.keypoints, expected.keypoints, atol=1e-3)
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-4)


def test_the_file_tells_what_an_estimator_needs(hrnet):
    checkpoint, path = hrnet
    described = open_exported(path)
    assert (described.skeleton, described.input_size, described.mean, described.std) == (
        checkpoint.skeleton,
        checkpoint.input_size,
        checkpoint.mean,
        checkpoint.std,
    )
    assert described.detection_threshold == checkpoint.detection_threshold
    assert describe(checkpoint, FORMAT)["card"] == '{"licence": "none"}'
    model = onnx.load(str(path))
    assert [size.dim_param or size.dim_value for size in model.graph.input[0].type.tensor_type.shape.dim] == [
        "batch",
        3,
        "height",
        "width",
    ]
    assert {"MaxPool", "TopK"} <= {node.op_type for node in model.graph.node}


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_estimator_finds_the_same_people_by_each_runtime(hrnet, runtime):
    checkpoint, path = hrnet
    frames = [np.random.default_rng(seed).integers(0, 256, (70, 100, 3), dtype=np.uint8) for seed in range(2)]
    options = {"precision": "float32", "min_score": 0.0}
    expected = PoseEstimator(copy.deepcopy(checkpoint), NetworkSettings(device="cpu", **options))(frames)
    found = PoseEstimator.from_pretrained(path, "cpu", backend=runtime, **options)(frames)
    for one, other in zip(expected, found, strict=True):
        assert len(one) > 0
        np.testing.assert_allclose(one.keypoints, other.keypoints, atol=0.05)


def test_a_checkpoint_is_exported_once(hrnet, tmp_path, monkeypatch):
    monkeypatch.setenv("SWAHR_HOME", str(tmp_path))
    checkpoint, path = hrnet
    kept = cached_path(checkpoint)
    kept.parent.mkdir()
    shutil.copy(path, kept)
    write_sum(kept)
    written_ns = kept.stat().st_mtime_ns
    PoseEstimator(checkpoint, NetworkSettings(device="cpu", backend="onnxruntime"))
    assert kept.stat().st_mtime_ns == written_ns
    assert kept.read_bytes() == path.read_bytes()
    other = replace(checkpoint, input_size=checkpoint.input_size + 32)
    assert cached_path(other) != kept


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_int8_is_near_and_smaller(hrnet, tmp_path, runtime):
    _, path = hrnet
    photos = []
    for seed in range(3):
        photos.append(tmp_path / f"{seed}.png")
        picture = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), dtype=np.uint8)
        cv2.imwrite(str(photos[-1]), cv2.resize(picture, (96, 64), interpolation=cv2.INTER_CUBIC))
    quantise(open_exported(path), photos, tmp_path / "int8.onnx")
    described = open_exported(tmp_path / "int8.onnx")
    assert described.skeleton == COCO_17
    x = images(1, 3, 64, 64) * 0.3
    expected = run_by(runtime, open_exported(path))(x)
    for one, other in zip(run_by(runtime, described)(x), expected, strict=True):
        assert (one - other).abs().mean() < 0.1 * other.std()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"backend": "opnvino"}, "expected one of .*; did you mean openvino"),
        ({"backend": "torch"}, "an exported network"),
        ({"backend": "onnxruntime", "precision": "bfloat16"}, "computes in float32"),
        ({"backend": "onnxruntime", "precision": "half"}, "expected auto, float32"),
        ({"backend": "openvino", "compile": True}, r"torch\.compile"),
    ],
)
def test_what_a_backend_cannot_do_is_said(hrnet, arguments, message):
    with pytest.raises(SettingError, match=message):
        PoseEstimator.from_pretrained(hrnet[1], **{"device": "cpu", **arguments})


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_runtime_does_not_run_on_a_gpu(hrnet, runtime):
    with pytest.raises(SettingError, match=f"{runtime} does not run on cuda here"):
        make_backend(open_exported(hrnet[1]), NetworkSettings(backend=runtime), torch.device("cuda"))


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_threads_of_the_process_stay_as_they_are(hrnet, runtime):
    before = torch.get_num_threads()
    run_by(runtime, open_exported(hrnet[1]), threads=before + 1)(images(1, 3, 64, 64))
    assert torch.get_num_threads() == before


def test_there_are_no_more_threads_than_cores(hrnet):
    backend = run_by("openvino", open_exported(hrnet[1]), threads=4096)
    (request,) = backend._one
    used = request.get_compiled_model().get_property("INFERENCE_NUM_THREADS")
    assert 1 <= used <= os.cpu_count()


def test_files_of_others_are_refused(tmp_path, hrnet):
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no graph")
    with pytest.raises(SwahrError, match="cannot be read as ONNX"):
        open_exported(broken)
    model = onnx.load(str(hrnet[1]))
    del model.metadata_props[:]
    onnx.save(model, str(broken))
    with pytest.raises(SwahrError, match="expected swahr-onnx-1"):
        open_exported(broken)
