"""Graphs that come with the package: filled with weights they say what torch says, and a damaged one is filled anew."""

import copy

import pytest
import torch

from swahr.config import NetworkSettings
from swahr.inference.backends import cache, make_backend
from swahr.inference.backends.cache import exported_file, inference_weights
from swahr.inference.backends.exported import open_exported
from swahr.inference.backends.graphs import NETWORK, WEIGHTS, architecture_key, find_graph
from swahr.inference.backends.onnx_export import export_onnx
from swahr.models import load_checkpoint, read_architecture
from swahr.models.blazepose import LAYOUTS, BlazePose
from swahr.models.bundled import resolve
from swahr.models.pose_network import to_inference_form

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def bundled():
    return load_checkpoint(resolve("default"))


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty cache, and no exporter."""
    monkeypatch.setenv("SWAHR_HOME", str(tmp_path))

    def refuse(*_):
        raise AssertionError("the exporter was called")

    monkeypatch.setattr(cache, "export_onnx", refuse)
    return tmp_path


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_the_bundled_network_runs_by_each_runtime_without_the_exporter(runtime, bundled, home):
    pytest.importorskip(runtime)
    settings = NetworkSettings(precision="float32")
    ours = make_backend(copy.deepcopy(bundled), settings.changed(backend="torch"), CPU)
    theirs = make_backend(bundled, settings.changed(backend=runtime), CPU)
    generator = torch.Generator().manual_seed(3)
    for shape in ((1, 3, 64, 96), (2, 3, 128, 64)):
        images = torch.randn(shape, generator=generator)
        for one, other in zip(ours(images), theirs(images), strict=True):
            torch.testing.assert_close(one, other, atol=2e-3, rtol=1e-3)


def test_it_is_exported_without_the_exporter_and_the_file_is_whole_without_others(
    bundled, tmp_path, monkeypatch
):
    pytest.importorskip("onnxruntime")
    monkeypatch.setattr(torch.onnx, "export", None)
    path = tmp_path / "network.onnx"
    export_onnx(bundled, path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    exported = open_exported(path)
    assert exported.calibration == bundled.calibration
    settings = NetworkSettings(precision="float32")
    images = torch.randn((2, 3, 64, 96), generator=torch.Generator().manual_seed(4))
    theirs = make_backend(exported, settings.changed(backend="onnxruntime"), CPU)(images)
    ours = make_backend(copy.deepcopy(bundled), settings.changed(backend="torch"), CPU)(images)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, atol=2e-3, rtol=1e-3)


def test_other_weights_of_the_architecture_are_filled_in_too(bundled, home):
    other = copy.deepcopy(bundled)
    with torch.no_grad():
        for weight in other.model.parameters():
            weight.mul_(0.5)
    first, second = exported_file(bundled), exported_file(other)
    assert first.read_bytes() == second.read_bytes()
    assert first.with_name(WEIGHTS).read_bytes() != second.with_name(WEIGHTS).read_bytes()
    assert len(list((home / "exported").iterdir())) == 2


def test_what_was_cut_off_is_filled_anew(bundled, home):
    path = exported_file(bundled)
    whole = path.with_name(WEIGHTS).read_bytes()
    path.with_name(WEIGHTS).write_bytes(whole[:-1])
    assert exported_file(bundled) == path
    assert path.name == NETWORK
    assert path.with_name(WEIGHTS).read_bytes() == whole


def test_a_graph_fits_weights_of_its_names_and_shapes_alone(bundled):
    graph = find_graph(architecture_key(bundled.architecture))
    weights = inference_weights(bundled)
    name = next(iter(graph.shapes))
    assert graph.fits(weights)
    assert not graph.fits({**weights, name: weights[name][:1]})
    assert not graph.fits({**weights, "more": weights[name]})
    assert not graph.fits({other: value for other, value in weights.items() if other != name})
    assert find_graph("another architecture") is None


@pytest.mark.parametrize("scale_heads", [True, False])
@pytest.mark.parametrize("width", [32, 48])
def test_the_published_widths_have_a_graph_with_and_without_scale_heads(width, scale_heads):
    architecture = read_architecture({"width": width, "scale_heads": scale_heads})
    graph = find_graph(architecture_key(architecture))
    assert graph.fits(to_inference_form(architecture.build()).state_dict())


@pytest.mark.parametrize("name", [NETWORK, WEIGHTS])
def test_what_was_changed_within_is_noticed_and_filled_anew(name, bundled, home):
    path = exported_file(bundled)
    whole = path.with_name(name).read_bytes()
    middle = len(whole) // 2
    path.with_name(name).write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    assert exported_file(bundled) == path
    assert path.with_name(name).read_bytes() == whole


def test_an_export_that_was_changed_is_written_anew(home):
    path, written = home / "exported" / "a.onnx", []

    def export(to):
        written.append(to)
        to.write_bytes(b"network")

    for _ in range(2):
        cache.kept(path, export, "an architecture without a graph", dict)
    assert written == [path]
    path.write_bytes(b"netvork")
    assert cache.kept(path, export, "an architecture without a graph", dict).read_bytes() == b"network"
    assert len(written) == 2


@pytest.mark.parametrize("size", LAYOUTS)
def test_the_networks_of_feet_have_a_graph(size):
    graph = find_graph(f"blazepose-{size}")
    assert graph.fits(BlazePose(size).state_dict())
    others = {name: weight for name, weight in BlazePose(size).state_dict().items() if "stem" not in name}
    assert not graph.fits(others)
