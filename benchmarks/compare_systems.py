"""Systems trained alike: the same photos, as many samples, small sizes; what each finds, and what it costs.

python -m benchmarks.compare_systems TRAIN.json VAL.json [--only cpn,csm] [--steps 2000] [--batch 16] [--seed 0]

Networks for crops get labelled boxes. Each line is printed as soon as its system is trained; runs stay in --runs, and a
run that was broken off goes on.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.timing import best_ms
from swahr.models.checkpoints import Checkpoint, load_checkpoint
from swahr_training.config import DataSource, TrainConfig
from swahr_training.evaluation.evaluate import evaluate
from swahr_training.loop.train import train

CROP_WH, FRAME = (96, 128), 256
PYRAMID = {"kind": "resnet", "deconvolutions": ()}
HRNET = {"kind": "hrnet", "width": 16, "modules": (1, 2, 2), "blocks": 2}
OHKM = {"kind": "crop_ohkm", "visible_between": True}


def crops(backbone: Any, head: Any = "heatmaps", loss: Any = "crop_mse") -> dict[str, Any]:
    """Return the settings of a network for crops."""
    return {"architecture": {"backbone": backbone, "head": head}, "loss": loss}


def cpn(**head: Any) -> dict[str, Any]:
    """Return the settings of CPN and of what is added to it."""
    return crops(PYRAMID, {"kind": "cpn", **head}, OHKM)


SYSTEMS: dict[str, dict[str, Any]] = {
    "simple baseline": crops({"kind": "resnet", "deconvolutions": (128, 128, 128)}),
    "hrnet": crops(HRNET),
    "hrnet swahr": crops(HRNET, loss="crop_swahr"),
    "hrnet wahr": crops(HRNET, loss="crop_wahr"),
    "hrnet kl": crops(HRNET, loss="crop_kl"),
    "hourglass 2": crops({"kind": "hourglass", "stacks": 2}),
    "cpn": cpn(),
    "cpn + csm": cpn(shuffle_groups=4),
    "cpn + scarb": cpn(attention="spatial-channel"),
    "cpn + csm + scarb": cpn(shuffle_groups=4, attention="spatial-channel"),
    "tags": {
        "architecture": {"backbone": HRNET, "head": {"kind": "higher", "width": 16, "blocks": 2}},
        "loss": {"kind": "swahr", "push_factor": 0.016, "pull_factor": 0.016},
    },
    "fields": {"architecture": {"kind": "fields"}},
}


def main() -> None:
    """Read the command line, train and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("train", type=Path, help="labels to train on")
    parser.add_argument("val", type=Path, help="labels to measure on")
    parser.add_argument("--only", default=",".join(SYSTEMS), help="names, with commas between")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", type=Path, default=Path("runs/systems"))
    options = parser.parse_args()
    print("| system | AP | AP50 | parameters | G multiply-adds | ms |\n| --- | --- | --- | --- | --- | --- |")
    for name in (each for each in SYSTEMS if each in options.only.split(",")):
        run = options.runs / f"{name.replace(' ', '_')}_{options.seed}"
        if not (run / "best.safetensors").is_file() or not _ended(run, options.steps):
            config = config_of(name, options.train, options.steps, options.batch, options.seed)
            train(config, run, resume=(run / "last.pt").is_file(), report=lambda _: None)
        print(line_of(name, run / "last.safetensors", options.val), flush=True)


def config_of(name: str, labels: Path, steps: int, batch: int, seed: int) -> TrainConfig:
    """Return the settings of a system's run; all that is not the system's is the same for all."""
    return TrainConfig.model_validate(
        {
            "train": [labels],
            "preset": "none",
            "input_size": FRAME,
            "crops": {"input_wh": CROP_WH},
            "steps": steps,
            "batch_size": batch,
            "seed": seed,
            "learning_rate": 1e-3,
            "warmup_steps": max(1, steps // 20),
            "ema_decay": 0.99,
            "save_every": max(1, steps // 4),
            "precision": "bfloat16",
            "tensorboard": False,
            **SYSTEMS[name],
        }
    )


def line_of(name: str, file: Path, labels: Path) -> str:
    """Return a row of the table."""
    figures = evaluate(file, DataSource(labels=labels), device="cpu", refine="off")
    checkpoint = load_checkpoint(file)
    parameters = sum(p.numel() for p in checkpoint.model.parameters()) / 1e6
    flops, ms = cost_of(checkpoint)
    return f"| {name} | {figures['AP']:.3f} | {figures['AP50']:.3f} | {parameters:.1f} M | {flops:.2f} | {ms:.0f} |"


def cost_of(checkpoint: Checkpoint) -> tuple[float, float]:
    """Return 10^9 multiply-adds of one crop or frame, and milliseconds of it."""
    width, height = CROP_WH if checkpoint.architecture.kind == "top-down" else (FRAME, FRAME)
    images = torch.zeros(1, 3, height, width)
    network = checkpoint.model.eval()
    run: Callable[[], Any] = lambda: network(images)  # noqa: E731
    with torch.inference_mode():
        with FlopCounterMode(display=False) as counter:
            run()
        return counter.get_total_flops() / 2e9, best_ms(run)


def _ended(run: Path, steps: int) -> bool:
    card = load_checkpoint(run / "last.safetensors").card
    return int(card.get("steps", 0)) >= steps


if __name__ == "__main__":
    main()
