"""swahr eval: from labels of any kind to figures, files and the picture of the worst photos."""

import json
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec

import cv2
import numpy as np
import pytest
import torch
import yaml

from swahr.errors import SwahrError
from swahr.inference.backends import make_backend
from swahr.inference.backends.choice import RUNTIMES, Choice
from swahr.inference.backends.onnx_export import export_onnx
from swahr.models import Architecture, Checkpoint, load_checkpoint, read_architecture, save_checkpoint
from swahr.models.crop_contract import CropContract
from swahr.pose.other_skeletons import MPII_16
from swahr.pose.skeleton import COCO_17
from swahr_training.config import DataSource
from swahr_training.data.labels import Person
from swahr_training.data.sources import in_joints, read_labels
from swahr_training.evaluation.evaluate import (
    draw_worst,
    evaluate,
    evaluate_photos,
    figures_with_and_without,
    shared_options,
)
from swahr_training.evaluation.metrics import coco_results, judge, score
from swahr_training.evaluation.pckh import pckh
from swahr_training.toy import write_split
from tests.tiny_systems import SYSTEMS

TINY = {"width": 4, "modules": (1, 1, 1), "blocks": 1, "head_width": 8, "head_blocks": 1, "num_joints": 5}


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """Photos with labels, and an untrained network of their joints."""
    folder = tmp_path_factory.mktemp("toy")
    write_split(folder, "val", 5, np.random.default_rng(0))
    labels = read_labels(DataSource(labels=folder / "val.json"), "val")
    torch.manual_seed(0)
    architecture = read_architecture(TINY)
    model = architecture.build()
    model.initialise()
    save_checkpoint(folder / "best.safetensors", Checkpoint(model.eval(), architecture, labels.skeleton, 64))
    return folder


def test_options_reach_the_estimator_and_figures_are_parts_of_one(toy):
    source = DataSource(labels=toy / "val.json")
    done = []
    evaluation = evaluate_photos(
        toy / "best.safetensors",
        source,
        lambda *progress: done.append(progress),
        device="cpu",
        flip_test=True,
        scales=(0.5, 1.0),
    )
    assert done == [(5, 5)]
    assert len(evaluation.photos) == 5
    assert all(-1 <= value <= 1 for value in evaluation.figures.values())
    plain = evaluate(toy / "best.safetensors", source, device="cpu")
    assert plain.keys() == evaluation.figures.keys()


def test_boxes_of_a_file_reach_a_network_of_crops(figures, crop_model, tmp_path):
    labels, boxes = figures / "keypoints.json", tmp_path / "boxes.json"
    boxes.write_text(json.dumps([{"image_id": 2, "bbox": [20, 10, 40, 50]}] * 2))
    found = evaluate_photos(
        crop_model, DataSource(labels=labels), device="cpu", box_file=boxes, max_similarity=1.0
    ).found
    assert sum(map(len, found)) in (1, 2)


def test_found_boxes_are_those_of_the_people_whom_another_model_finds(
    call, figures, crop_model, crowd_model, tmp_path
):
    labels = figures / "keypoints.json"
    options = ("--found-boxes", "--box-model", crowd_model, "-o", tmp_path / "found")
    result = call("eval", crop_model, labels, *options)
    assert result.code == 0, result.errors
    assert call("eval", crop_model, labels, "-o", tmp_path / "labelled").code == 0

    def photos(name):
        return [each["image_id"] for each in json.loads((tmp_path / name / "keypoints.json").read_text())]

    # The other model finds people everywhere; labelled are nobody in the first of each three photos.
    assert set(photos("found")) == set(range(6))
    assert set(photos("labelled")) == {1, 2, 4, 5}


def test_mpiis_joints_are_measured_by_heads_too(call, figures, tmp_path):
    labels = json.loads((figures / "keypoints.json").read_text())
    labels["categories"][0]["keypoints"] = list(MPII_16.joints)
    for person in labels["annotations"]:
        person["keypoints"] = person["keypoints"][: 3 * MPII_16.num_joints]
        person["num_keypoints"] = min(person["num_keypoints"], MPII_16.num_joints)
    (tmp_path / "mpii.json").write_text(json.dumps(labels))
    architecture = Architecture(**SYSTEMS["hrnet"], num_joints=MPII_16.num_joints)
    model = architecture.build().eval()
    crop, path = CropContract(input_wh=(64, 64)), tmp_path / "crops.safetensors"
    save_checkpoint(path, Checkpoint(model, architecture, MPII_16, 64, crop=crop))
    source = DataSource(labels=tmp_path / "mpii.json", images=figures / "images")
    evaluation = evaluate_photos(path, source, device="cpu", backend="torch", threshold=0.0)
    expected = pckh(evaluation.labels, evaluation.found)
    assert 0 < expected["PCKh"] < 1, "some of the joints are near by chance"
    assert evaluation.figures.items() >= expected.items()
    result = call("eval", path, source.labels, "--images", source.images, "--json")
    assert result.code == 0, result.errors
    assert json.loads(result.output).keys() >= expected.keys()


@pytest.mark.parametrize("crops_first", [True, False])
def test_networks_of_two_kinds_are_compared_each_with_what_it_needs(
    call, figures, crop_model, crowd_model, tmp_path, crops_first
):
    boxes = tmp_path / "boxes.json"
    boxes.write_text(json.dumps([{"image_id": 2, "bbox": [20, 10, 40, 50]}]))
    both = (crop_model, crowd_model) if crops_first else (crowd_model, crop_model)
    options = ("--compare", both[1], "--box-file", boxes)
    result = call("eval", both[0], figures / "keypoints.json", *options)
    errors = " ".join(result.errors.split())
    assert result.code == 0, errors
    assert f"{crowd_model} finds people in whole photos, and takes no boxes of a file" in errors
    assert "samples of photos between" in errors


def test_networks_are_compared_by_one_backend(crowd_model, blind_model, tmp_path):
    def backends(*networks, **options):
        return {each["backend"] for each in shared_options(networks, options)}

    assert (
        backends(crowd_model, blind_model) == backends(crowd_model, blind_model, backend="auto") == {"torch"}
    )
    assert backends(crowd_model, blind_model, backend="openvino") == {"openvino"}
    pytest.importorskip("onnx")
    runtimes = [name for name in RUNTIMES if find_spec(name) is not None]
    if not runtimes:
        pytest.skip("no runtime is installed")
    export_onnx(load_checkpoint(blind_model), tmp_path / "network.onnx")
    assert backends(crowd_model, tmp_path / "network.onnx") == {runtimes[0]}


@pytest.fixture
def ran(monkeypatch):
    """Backends that ran, on a machine where onnxruntime was found to be the fastest for all networks."""
    told = []

    def make(network, settings, device):
        told.append(settings.backend)
        return make_backend(network, settings, device)

    found = Choice(backend="onnxruntime", reason="the fastest here")
    monkeypatch.setattr("swahr.inference.backends.choice._read", lambda _: found)
    monkeypatch.setattr("swahr.inference.backends.choice.make_backend", make)
    return told


def test_a_comparison_is_by_torch_whatever_is_fastest(call, figures, crowd_model, blind_model, tmp_path, ran):
    options = ("--compare", blind_model, "--device", "cpu", "-o", tmp_path / "out")
    result = call("eval", crowd_model, figures / "keypoints.json", *options)
    assert result.code == 0, result.errors
    assert ran == ["torch", "torch"]
    assert json.loads((tmp_path / "out" / "results.json").read_text())["settings"]["backend"] == "torch"
    result = call("eval", crowd_model, figures / "keypoints.json", "--device", "cpu", "--backend", "jax")
    assert result.code == 2, result.errors
    assert "jax" in result.errors


def test_all_checkpoints_of_a_run_are_measured_by_torch_whatever_is_fastest(figures, crowd_model, ran):
    labels = read_labels(DataSource(labels=figures / "keypoints.json"), "val")
    figures_with_and_without(crowd_model, labels, "cpu")
    assert ran == ["torch"]


def person_of(keypoints):
    seen = keypoints[:, 2] > 0
    low, high = keypoints[seen, :2].min(axis=0), keypoints[seen, :2].max(axis=0)
    joints = np.where(seen[:, None], np.column_stack([keypoints[:, :2], np.full(len(seen), 2.0)]), 0)
    return Person("found", joints.astype(np.float32), (*low, *(high - low)), float((high - low).prod()))


def mirrored(photo, skeleton, folder):
    """Return a photo and its people as in a mirror."""
    path = folder / f"{photo.path.stem}.png"
    cv2.imwrite(str(path), cv2.flip(cv2.imread(str(photo.path)), 1))
    people = []
    for person in photo.people:
        keypoints = person.joints[list(skeleton.flip_permutation)].copy()
        keypoints[:, 0] = photo.size_wh[0] - 1 - keypoints[:, 0]
        people.append(person_of(keypoints))
    return replace(photo, path=path, people=tuple(people))


def test_figures_of_both_sides_are_the_mean_of_those_of_photos_and_of_mirrored_photos(
    figures, crowd_model, tmp_path
):
    # The network sees the same crowd everywhere, which is what is labelled here.
    found = evaluate_photos(crowd_model, DataSource(labels=figures / "keypoints.json"))
    photos = [
        replace(photo, people=tuple(person_of(person) for person in poses.keypoints))
        for photo, poses in zip(found.labels.photos, found.found, strict=True)
    ]
    plain = replace(found.labels, photos=photos)
    turned = replace(plain, photos=[mirrored(photo, plain.skeleton, tmp_path) for photo in photos])
    own, other = (figures_with_and_without(crowd_model, each, "cpu")[0] for each in (plain, turned))
    both, _ = figures_with_and_without(crowd_model, plain, "cpu", mirrored=True)
    assert own["AP"] > other["AP"]
    assert both == pytest.approx({name: (own[name] + other[name]) / 2 for name in own}, abs=1e-6)


def test_boxes_that_no_compared_network_takes_are_refused(crowd_model, figures, tmp_path):
    boxes = tmp_path / "boxes.csv"
    boxes.write_text("frame,x,y,w,h\n0,1,2,30,40\n")
    own, _ = shared_options([crowd_model, crowd_model], {"box_file": boxes})
    with pytest.raises(SwahrError, match="boxes are for networks of one person's crop"):
        evaluate_photos(crowd_model, DataSource(labels=figures / "keypoints.json"), **own)


def test_labels_with_other_joints_are_compared_by_name(toy):
    labels = read_labels(DataSource(labels=toy / "val.json"), "val")
    with pytest.raises(SwahrError, match="share no name"):
        in_joints(labels, COCO_17)
    order = (4, 3, 2, 1, 0)
    turned = type(labels.skeleton).from_dict({"joints": [labels.skeleton.joints[joint] for joint in order]})
    again = in_joints(labels, turned)
    for photo, other in zip(labels.photos, again.photos, strict=True):
        for person, same in zip(photo.people, other.people, strict=True):
            np.testing.assert_array_equal(person.joints[list(order)], same.joints)


def test_crowdpose_files_have_no_areas_and_give_levels(toy, tmp_path):
    content = json.loads((toy / "val.json").read_text())
    for number, image in enumerate(content["images"]):
        image["crowdIndex"] = number / 4
    for annotation in content["annotations"]:
        del annotation["area"], annotation["iscrowd"]
    (tmp_path / "crowd.json").write_text(json.dumps(content))
    labels = read_labels(DataSource(labels=tmp_path / "crowd.json", images=toy / "images"), "val")
    person = labels.photos[0].people[0]
    assert person.area == pytest.approx(0.53 * person.box[2] * person.box[3])
    results = []
    for photo in labels.photos:
        joints = np.stack([p.joints for p in photo.people])
        poses = poses_at(joints, labels.skeleton)
        results += coco_results(poses, photo.id)
    figures = score(labels.as_coco(), results, labels.skeleton.sigmas)
    assert figures["AP"] == figures["APeasy"] == figures["APmedium"] == figures["APhard"] == pytest.approx(1)


def poses_at(joints, skeleton):
    from swahr.pose.poses import Poses

    keypoints = joints.copy()
    keypoints[..., 2] = 1
    return Poses(keypoints, np.ones(len(joints), np.float32), skeleton)


def test_the_worst_photos_come_first_in_the_picture(toy):
    labels = read_labels(DataSource(labels=toy / "val.json"), "val")
    judged = []
    for number, photo in enumerate(labels.photos):
        joints = np.stack([person.joints for person in photo.people])
        joints[..., 0] += 12 * (number == 3)  # photo 3 alone is off
        judged.append(judge(photo, poses_at(joints, labels.skeleton), 0.1))
    assert min(judged, key=lambda result: result.quality).photo.id == 3
    assert judged[0].quality == pytest.approx(1)
    one = draw_worst(judged, count=1)
    all_of_them = draw_worst(judged)
    width = one.shape[1]
    np.testing.assert_array_equal(all_of_them[: one.shape[0], : width - 8], one[:, : width - 8])


def test_the_command_prints_a_table_and_writes_results(toy, tmp_path):
    swahr = [sys.executable, "-m", "swahr", "eval", toy]
    output = tmp_path / "out"
    done = subprocess.run(
        [*swahr, toy / "val.json", "--device", "cpu", "--scales", "0.5,1", "--flip-test", "-o", output],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "average precision over similarities" in done.stdout
    assert "5 photos" in done.stdout
    results = json.loads((output / "results.json").read_text())
    assert results["settings"]["scales"] == [0.5, 1.0]
    assert results["figures"].keys() >= {"AP", "AP50", "AP75", "APm", "APl", "AR"}
    assert len(results["photos"]) == 5
    json.loads((output / "keypoints.json").read_text())
    assert cv2.imread(str(output / "worst.jpg")) is not None
    settings = tmp_path / "run.yaml"
    settings.write_text(
        yaml.safe_dump({"train": "none.json", "validation": str(toy / "val.json"), "steps": 1})
    )
    by_settings = subprocess.run([*swahr, settings, "--json"], capture_output=True, text=True, check=True)
    assert json.loads(by_settings.stdout).keys() == results["figures"].keys()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no labels: swahr eval MODEL LABELS"),
        (["val.json", "--scales", "a"], "--scales.0 is 'a'; input should be a valid number"),
        (["val.json", "--split", "all"], "expected train, val or test"),
        (["none.json"], "no such file"),
    ],
)
def test_wrong_arguments_are_told_in_one_line(toy, arguments, message):
    done = subprocess.run(
        [sys.executable, "-m", "swahr", "eval", toy, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=toy,
    )
    assert done.returncode == 2
    assert message in done.stderr.splitlines()[-1]
