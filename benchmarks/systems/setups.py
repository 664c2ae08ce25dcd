"""The networks that are compared, all small, and all that is the same for their runs."""

from dataclasses import dataclass
from typing import Any

import torch

from swahr.inference.hardware.precision import choose_precision
from swahr_training.config import DataSource, TrainConfig

CROP_WH, FRAME = (64, 64), 128  # pixels; hourglasses need multiples of 64
HRNET = {"kind": "hrnet", "width": 8, "modules": (1, 1, 1), "blocks": 1, "stem_width": 16}
RESNET = {"kind": "resnet", "depth": 26, "width": 16}
PYRAMID = {**RESNET, "deconvolutions": ()}
TAGS = {"kind": "higher", "width": 8, "blocks": 1}
VGG = {"kind": "vgg", "width": 16}
FIELDS = {"kind": "lightweight", "width": 32}
OHKM = {"kind": "crop_ohkm", "visible_between": True}  # of the hardest joints, see `Data`
SCARB = "spatial-channel"
BOXES_BY = "fields on ResNet"  # whose people are the boxes that are found

Setup = dict[str, Any]


@dataclass(frozen=True)
class Data:
    """What all systems are trained and measured on.

    Attributes:
        kind: "drawn" or "photos"; their results are kept apart.
        train: To train on.
        test: To measure on; of none of them.
        hardest: How many of a person's joints count where only the hardest do.
        finder: Whose people are the boxes that are found: a system of the comparison, or a model's name.
    """

    kind: str
    train: tuple[DataSource, ...]
    test: DataSource
    hardest: int
    finder: str


def crops(backbone: Any, head: Any = "heatmaps", loss: Any = "crop_mse") -> Setup:
    """Return the settings of a network for crops."""
    return {"architecture": {"backbone": backbone, "head": head}, "loss": loss, "sigma": 1.0}


def tags(backbone: Any) -> Setup:
    """Return the settings of a network by tags; their factors are those of the drawn figures' own run."""
    loss = {"kind": "swahr", "push_factor": 0.02, "pull_factor": 0.02}
    return {"architecture": {"backbone": backbone, "head": TAGS}, "loss": loss}


def cpn(attention_everywhere: str = "none", **head: Any) -> Setup:
    """Return the settings of CPN and of what is added to it."""
    return crops({**PYRAMID, "attention": attention_everywhere}, {"kind": "cpn", "width": 48, **head}, OHKM)


SYSTEMS: dict[str, Setup] = {
    BOXES_BY: {  # first, as networks for crops are measured on its people
        "architecture": {"backbone": {**RESNET, "deconvolutions": (32, 32)}, "head": FIELDS}
    },
    "tags on HRNet": tags(HRNET),
    "tags on ResNet": tags({**RESNET, "deconvolutions": (32, 32, 32)}),
    "Simple Baselines": crops({**RESNET, "deconvolutions": (32, 32, 32)}),
    "HRNet": crops(HRNET),
    "Hourglass, 2 stacks": crops({"kind": "hourglass", "stacks": 2, "width": 32}),
    "CPN": cpn(),
    "CPN + CSM": cpn(shuffle_groups=4),
    "CPN + SCARB": cpn(SCARB, attention=SCARB),
    "CPN + CSM + SCARB": cpn(SCARB, shuffle_groups=4, attention=SCARB),
    "fields on MobileNet": {"architecture": {"backbone": {"kind": "mobilenet", "width": 32}, "head": FIELDS}},
    "OpenPose 2017": {"architecture": {"backbone": VGG, "head": {"kind": "openpose", "width": 16}}},
    "OpenPose BODY_25": {
        "architecture": {"backbone": {**VGG, "prelu": True}, "head": {"kind": "body25", "width": 16}}
    },
    "HRNet, SWAHR": crops(HRNET, loss="crop_swahr"),
    "HRNet, WAHR": crops(HRNET, loss="crop_wahr"),
    "HRNet, KL": crops(HRNET, loss="crop_kl"),
}


def precision_here() -> str:
    """Return what this machine trains in: bfloat16 where that is faster, which takes half of the time."""
    return str(choose_precision("auto", torch.device("cpu"))).removeprefix("torch.")


def config_of(name: str, data: Data, steps: int, batch: int, seed: int) -> TrainConfig:
    """Return the settings of a system's run; all that is not the system's is the same for all."""
    setup = dict(SYSTEMS[name])
    if setup.get("loss") == OHKM:
        setup["loss"] = {**OHKM, "hardest": data.hardest}
    return TrainConfig.model_validate(
        {
            "train": list(data.train),
            "preset": "none",
            "input_size": FRAME,
            "crops": {"input_wh": CROP_WH, "scale": 0.2, "rotation_deg": 10},
            "augment": {"scale": (0.8, 1.2), "rotation_deg": 10, "colour": 0.5},
            "steps": steps,
            "batch_size": batch,
            "seed": seed,
            "learning_rate": 3e-3,
            "warmup_steps": max(1, steps // 10),
            "ema_decay": 0.98,
            "save_every": max(1, steps // 4),
            "log_every": 20,
            "precision": precision_here(),
            "tensorboard": False,
            **setup,
        }
    )
