"""The short form of the benchmark: fails when a ratio has fallen by a third since it was recorded.

    python -m benchmarks.check [--record] [--ratios FILE]

Each ratio is a reference's time by ours, in turns in one run, so that neither the machine nor what else it does
counts. A ratio that fails is measured once more.
"""

import argparse
import copy
import json
import subprocess
import sys
import tempfile
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import torch
from torch import Tensor, nn

from benchmarks.fields import draw_fields, read_once
from benchmarks.machine import describe
from benchmarks.parse import upsample
from benchmarks.ratios import Pair, fallen, measure
from benchmarks.scenes import make_stages
from benchmarks.timing import show
from swahr.decode import group_pafs, parse_heatmaps, parse_stages
from swahr.decode.paf_rules import RULES
from swahr.demo.clip import astronaut, frame, write_clip
from swahr.inference.backends.torch_backend import TorchBackend
from swahr.inference.estimator import PoseEstimator
from swahr.inference.hardware.precision import has_fast_bfloat16
from swahr.models import Architecture, load_checkpoint
from swahr.models.bundled import resolve
from swahr.video import VideoFile

RECORDED = Path(__file__).with_name("ratios.json")
SCENE = (512, 704)
READ_FRAMES = 20  # opening the clip is shared by so many
CPU = torch.device("cpu")


def pairs(folder: Path) -> list[Pair]:
    """Return what is measured. folder: for files."""
    picture = frame(astronaut(), 1.0)
    return [
        *_parse(),
        *_fields(),
        *_forms(picture),
        *_published(),
        *_frame(picture, folder),
        *_starts(picture, folder),
    ]


def _parse() -> list[Pair]:
    """The parse beside what no other could do without: upsampling stage maps, and reading maps once."""
    heatmaps, tags = make_stages(17, (SCENE[0] // 2, SCENE[1] // 2), 1, seed=4)
    whole_heatmaps, whole_tags = (maps.numpy() for maps in upsample(heatmaps, tags, SCENE))

    def upsampled() -> None:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        upsample(heatmaps, tags, SCENE)
        torch.set_num_threads(threads)

    def read() -> None:
        whole_heatmaps.max()
        whole_tags.max()

    return [
        Pair(
            "upsampling by torch / parse of stages",
            upsampled,
            partial(parse_stages, heatmaps, tags, SCENE, threads=1),
            25,
        ),
        Pair(
            "maps read once / parse of whole maps",
            read,
            partial(parse_heatmaps, whole_heatmaps, whole_tags, threads=1),
            25,
        ),
    ]


def _fields() -> list[Pair]:
    """Part affinity fields to people beside reading their maps once: 20 people at 368 x 656 cells."""
    heatmaps, fields = draw_fields(20)
    return [
        Pair(
            f"maps read once / parse of fields, {rule}",
            partial(read_once, heatmaps, fields),
            partial(group_pafs, heatmaps, fields, rule, threads=1),
            25,
        )
        for rule in RULES
    ]


def _types() -> dict[str, torch.dtype]:
    """Return the arithmetics that this CPU is made for."""
    return {"float32": torch.float32, **({"bfloat16": torch.bfloat16} if has_fast_bfloat16() else {})}


def _forms(picture: Any) -> list[Pair]:
    plain = load_checkpoint(resolve("default")).model.eval()
    images = PoseEstimator.from_pretrained("default", "cpu").prepare([picture])
    return [
        Pair(
            f"bundled: plain float32 / {name}",
            partial(_run, plain, images.contiguous()),
            partial(TorchBackend(copy.deepcopy(plain), CPU, dtype), images),
        )
        for name, dtype in _types().items()
    ]


def _published() -> list[Pair]:
    plain = Architecture().build().eval()
    images = torch.zeros(1, 3, 512, 512)
    return [
        Pair(
            f"W32 at 512: plain float32 / {name}",
            partial(_run, plain, images),
            partial(TorchBackend(copy.deepcopy(plain), CPU, dtype), images),
            3,
        )
        for name, dtype in _types().items()
    ]


def _run(model: nn.Module, images: Tensor) -> None:
    with torch.inference_mode():
        model(images)


def _frame(picture: Any, folder: Path) -> list[Pair]:
    """All but the network of a frame, reading, resizing and parsing, by reading and resizing with OpenCV alone.

    Not by the network, whose time a processor's units for matrices halve, and that of all else not.
    """
    estimator = PoseEstimator.from_pretrained("default", "cpu", backend="torch", refine="off")
    inferred = estimator.infer([picture])
    size = tuple(estimator.prepare([picture]).shape[:-3:-1])
    clip = folder / "clip.mp4"
    write_clip(clip)

    def ours() -> None:
        with VideoFile(clip) as frames:
            for _ in islice(frames, READ_FRAMES):
                estimator.prepare([picture])
                estimator.parse(inferred)

    def opencv() -> None:
        frames = cv2.VideoCapture(str(clip))
        for _ in range(READ_FRAMES):
            cv2.dnn.blobFromImage(frames.read()[1], 1 / 255, size, swapRB=True)
        frames.release()

    return [Pair("frame: read and resized by OpenCV / all but the network", opencv, ours, 9)]


def _starts(picture: Any, folder: Path) -> list[Pair]:
    photo = folder / "photo.png"
    cv2.imwrite(str(photo), picture)
    one = ["images", str(photo), "-o", str(folder / "people.csv"), "--overwrite"]
    return [
        Pair(
            "start: typer's imports / --help",
            partial(_python, "-c", "import typer.rich_utils"),
            partial(_python, "-m", "swahr", "--help"),
            7,
        ),
        Pair(
            "start: torch's import / people of a photo, first look alone",
            partial(_python, "-c", "import cv2, torch"),
            partial(_python, "-m", "swahr", *one, "--refine", "off"),
            3,
        ),
        Pair(
            "start: torch's import / people of a photo",
            partial(_python, "-c", "import cv2, torch"),
            partial(_python, "-m", "swahr", *one),
            3,
        ),
    ]


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def main() -> int:
    """Print the ratios; return 1 where one has fallen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--record", action="store_true", help="write what is found as what is expected")
    parser.add_argument("--ratios", type=Path, default=RECORDED, help="the recorded ratios")
    given = parser.parse_args()
    recorded: dict[str, float] = {} if given.record else json.loads(given.ratios.read_text())
    with tempfile.TemporaryDirectory() as folder:
        measured = {pair.name: pair for pair in pairs(Path(folder))}
        found = {name: measure(pair) for name, pair in measured.items()}
        again = [name for name in found if fallen({name: found[name]}, recorded)]
        found |= {name: max(found[name], measure(measured[name])) for name in again}
    print(describe(torch.get_num_threads()))
    rows = [
        [name, f"{ratio:.2f}", f"{recorded[name]:.2f}" if name in recorded else ""]
        for name, ratio in found.items()
    ]
    show("Reference's time by ours, medians", ["ratio", "found", "recorded"], rows)
    if given.record:
        given.ratios.write_text(
            json.dumps({name: round(ratio, 2) for name, ratio in found.items()}, indent=2) + "\n"
        )
    failed = fallen(found, recorded)
    for line in failed:
        print(f"fell by a third or more: {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
