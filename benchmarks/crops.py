"""Crops of 20 people: cutting, decoding and suppression beside a network for one person, by its time; frames at once.

python -m benchmarks.crops
"""

from functools import partial
from importlib.util import find_spec

import cv2
import numpy as np
import torch

from benchmarks.timing import best_ms, show
from swahr.config import NetworkSettings
from swahr.inference.backends import make_backend
from swahr.inference.backends.picture import drawn_people
from swahr.inference.boxes import PersonBoxes
from swahr.inference.crops import CropCutter, contract_crops, joints_of_maps
from swahr.inference.defaults import make_params
from swahr.inference.estimator import PoseEstimator
from swahr.inference.people_of_crops import PeopleOfCrops
from swahr.inference.postprocess import Selection
from swahr.models import Architecture, Checkpoint
from swahr.models.backbones.hrnet import HRNetSettings
from swahr.models.crop_contract import CropContract
from swahr.pose.skeleton import COCO_17

PEOPLE = 20
FRAMES, OF_EACH, TURNS = 8, 2, 30
FORMS = (("torch", "float32"), ("torch", "bfloat16"), ("onnxruntime", "float32"), ("openvino", "float32"))
FRAME_WH = (1280, 720)


def run() -> None:
    """Print what each step takes, and its part of the network's time."""
    torch.manual_seed(0)
    architecture = Architecture(backbone="resnet", head="heatmaps")
    contract = CropContract()
    checkpoint = Checkpoint(architecture.build().eval(), architecture, COCO_17, 192, crop=contract)
    random = np.random.default_rng(0)
    left_top = random.uniform((0, 0), (1100, 450), (PEOPLE, 2))
    boxes = PersonBoxes(
        np.column_stack([left_top, np.tile((100, 250), (PEOPLE, 1))]), random.uniform(0.3, 1, PEOPLE)
    )
    frame = np.asarray(cv2.resize(drawn_people(), FRAME_WH), np.uint8)

    crops = contract_crops(boxes.xywh, contract)
    cutter = CropCutter(contract, (checkpoint.mean, checkpoint.std))
    params = make_params(checkpoint)
    backend = make_backend(
        checkpoint, NetworkSettings(device="cpu", precision="float32", backend="torch"), torch.device("cpu")
    )
    images = torch.from_numpy(cutter(frame, crops)).permute(0, 3, 1, 2)
    heatmaps = random.random((PEOPLE, COCO_17.num_joints, 64, 48), np.float32)
    joints = joints_of_maps(heatmaps, crops, contract, "quarter")
    people = PeopleOfCrops(COCO_17, contract)
    selection = Selection(COCO_17, 30, 0.1, 0.9)

    network = best_ms(partial(backend, images), 3.0, 2)
    steps = {
        "cut and normalise": best_ms(partial(cutter, frame, crops)),
        "decode, quarter cell": best_ms(partial(joints_of_maps, heatmaps, crops, contract, "quarter")),
        "scores and suppression": best_ms(partial(people, joints, boxes, FRAME_WH, params, selection)),
    }
    rows = [[name, f"{ms:.2f}", f"{100 * ms / network:.2f} %"] for name, ms in steps.items()]
    total = sum(steps.values())
    rows += [
        ["all three", f"{total:.2f}", f"{100 * total / network:.2f} %"],
        ["network, ResNet-50", f"{network:.0f}", ""],
    ]
    show(f"{PEOPLE} people in crops of 192 x 256", ["", "ms", "of the network"], rows)
    show(
        f"{FRAMES} frames of {OF_EACH} people, small network, least of several runs in turns",
        ["runtime", "frame by frame, ms", "at once, ms", "gain"],
        [_at_once(*form) for form in FORMS if find_spec(form[0]) is not None],
    )


def _at_once(backend: str, precision: str) -> list[str]:
    """Time frames whose crops a network sees frame by frame, and at once."""
    architecture = Architecture(backbone=HRNetSettings(width=8, modules=(1, 1, 1), blocks=1), head="heatmaps")
    torch.manual_seed(0)
    checkpoint = Checkpoint(architecture.build().eval(), architecture, COCO_17, 192, crop=CropContract())
    settings = NetworkSettings(device="cpu", backend=backend, precision=precision, min_score=0.0)
    estimator = PoseEstimator(checkpoint, settings)
    frames = [np.asarray(cv2.resize(drawn_people(), FRAME_WH), np.uint8)] * FRAMES
    boxes = [np.asarray([(100, 200, 120, 300), (700, 150, 130, 350)])] * FRAMES

    def frame_by_frame() -> None:
        for frame, of_frame in zip(frames, boxes, strict=True):
            estimator(frame, boxes=of_frame)

    both = (frame_by_frame, partial(estimator, frames, boxes=boxes))
    turns = [[best_ms(call, 0, 1) for call in both] for _ in range(TURNS)]
    alone, together = np.min(turns, axis=0)
    return [f"{backend}, {precision}", f"{alone:.1f}", f"{together:.1f}", f"{alone / together:.2f}"]


if __name__ == "__main__":
    run()
