"""A data set that the tests draw: stick figures with their joints, and a network small enough to train in seconds."""

import json

import cv2
import numpy as np
import pytest
import torch

from swahr.models.backbones.movenet import HEATMAP_WIDTH
from swahr.pose.skeleton import COCO_17
from swahr_training.config import TrainConfig
from tests.tiny_systems import SYSTEMS


def draw_figure(image, joints):
    """Draw one person over an image; joints: [17, 2]."""
    for a, b in COCO_17.limbs:
        cv2.line(image, *(tuple(int(v) for v in joints[j]) for j in (a, b)), (200, 120, 60), 2)
    for x, y in joints:
        cv2.circle(image, (int(x), int(y)), 2, (60, 220, 255), -1)


@pytest.fixture
def one_thread():
    """Torch computes by one thread: sums are then the same in every run."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def figures(tmp_path_factory):
    """A folder with images/ and keypoints.json: 6 photos with 0 to 2 people, a crowd and a person without joints."""
    folder = tmp_path_factory.mktemp("figures")
    (folder / "images").mkdir()
    random = np.random.default_rng(0)
    images, annotations = [], []
    for index in range(6):
        image = random.integers(20, 60, (72, 96, 3), dtype=np.uint8)
        for person in range(index % 3):
            joints = random.uniform((20, 12), (76, 60), (17, 2)).round(1)
            draw_figure(image, joints)
            keypoints = np.column_stack([joints, np.full(17, 2)])
            low, high = joints.min(axis=0), joints.max(axis=0)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": index,
                    "category_id": 1,
                    "iscrowd": 0,
                    "bbox": [*low.tolist(), *(high - low).tolist()],
                    "area": float(np.prod(high - low)) * 0.53,
                    "keypoints": keypoints.ravel().tolist(),
                    "num_keypoints": 17,
                    "origin": "teacher" if person else "label",
                }
            )
        cv2.imwrite(str(folder / "images" / f"{index}.png"), image)
        images.append({"id": index, "file_name": f"{index}.png", "width": 96, "height": 72})
    unlabelled = {"image_id": 0, "category_id": 1, "keypoints": [0] * 51, "num_keypoints": 0, "area": 100.0}
    annotations.append({**unlabelled, "id": 90, "iscrowd": 0, "bbox": [10, 10, 20, 30]})
    crowd = {"size": [72, 96], "counts": [0, 72 * 8, 72 * 88]}  # the first 8 columns
    annotations.append({**unlabelled, "id": 91, "iscrowd": 1, "bbox": [0, 0, 8, 72], "segmentation": crowd})
    category = {"id": 1, "name": "person", "keypoints": list(COCO_17.joints), "skeleton": []}
    content = {"images": images, "annotations": annotations, "categories": [category]}
    (folder / "keypoints.json").write_text(json.dumps(content))
    return folder


@pytest.fixture
def tiny_config(figures):
    """Settings of a run of a few seconds; keyword arguments replace fields."""

    def make(**changes):
        source = {"images": figures / "images", "labels": figures / "keypoints.json"}
        fields = {
            "train": [source],
            "architecture": SYSTEMS["tags-on-resnet"],
            "preset": "none",
            "input_size": 64,
            "batch_size": 2,
            "steps": 6,
            "warmup_steps": 2,
            "save_every": 3,
            "log_every": 1,
        }
        return TrainConfig.model_validate({**fields, **changes})

    return make


def _write_onnx(model, path, drop_last=False):
    """Write the trunk's and the heatmap head's convolutions as nodes, weights cast to float16 as published."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    trunk = model.backbone.trunk
    order = [trunk.stem, *trunk.blocks, trunk.last]
    order += [trunk.lateral[i] for i in (3, 2, 1, 0)] + [trunk.smooth[i] for i in (2, 1, 0)]
    layers = [(conv, "net/feature_extractor") for part in order for conv in part.modules()]
    layers += [(conv, "kpt_heatmap_0") for conv in model.backbone.heatmap_tower.modules()]
    layers = [(conv, name) for conv, name in layers if isinstance(conv, torch.nn.Conv2d)]
    heat = torch.nn.Conv2d(HEATMAP_WIDTH, 17, 1)
    heat.weight.data = model.head.final_layers[0].weight.data[:17, :HEATMAP_WIDTH]
    heat.bias.data = model.head.final_layers[0].bias.data[:17]
    layers.append((heat, "kpt_heatmap_0"))
    nodes, initializers = [], []
    for i, (conv, name) in enumerate(layers[:-1] if drop_last else layers):
        weight = conv.weight.detach().numpy().astype(np.float16)
        initializers.append(numpy_helper.from_array(weight, f"w{i}h"))
        nodes.append(helper.make_node("Cast", [f"w{i}h"], [f"w{i}"], to=TensorProto.FLOAT))
        inputs = ["x", f"w{i}"]
        if conv.bias is not None:
            initializers.append(numpy_helper.from_array(conv.bias.detach().numpy(), f"b{i}"))
            inputs.append(f"b{i}")
        nodes.append(helper.make_node("Conv", inputs, [f"{name}/{i}"]))
    onnx.save(helper.make_model(helper.make_graph(nodes, "movenet", [], [], initializers)), str(path))


@pytest.fixture
def write_onnx():
    """Write a network on MoveNet's trunk as a file like the published one."""
    return _write_onnx
