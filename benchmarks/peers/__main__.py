"""`python -m benchmarks.peers`: precision, time and memory of the peers and of our models, side by side."""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.machine import describe
from benchmarks.peers.comparison import compare
from benchmarks.peers.data import CALIBRATION, CLIP, LABELS, PEERS, require
from benchmarks.peers.int8 import write_int8
from benchmarks.peers.models import Entry, find_people, make_runner
from benchmarks.peers.precision import precision
from benchmarks.peers.report import chart, markdown, write_page
from swahr.errors import SwahrError

DOCS = Path(__file__).parents[2] / "docs"
PAGE, CHART = DOCS / "performance.md", DOCS / "performance.svg"
THEIRS = (
    Entry("movenet@256", "onnxruntime"),
    Entry("movenet@384", "openvino"),
    Entry("movenet@512", "onnxruntime"),
    Entry("movenet@512", "openvino"),
    Entry("posenet@385", "onnxruntime"),
    Entry("posenet@641", "openvino"),
    Entry("openpose@456", "openvino"),
    Entry("openpose@640", "openvino"),
)
OURS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("torch", {"refine": "off", "precision": "float32"}),
    ("torch", {"refine": "off"}),
    ("torch", {"refine": "best"}),
    ("onnxruntime", {"refine": "off"}),
    ("onnxruntime", {"refine": "best"}),
    ("openvino", {"refine": "off", "precision": "float32"}),
    ("openvino", {"refine": "off"}),
    ("openvino", {"refine": "off", "input_size": 256}),
    ("openvino", {"refine": "live"}),
    ("openvino", {"refine": "best"}),
    ("openvino", {"refine": "best", "flip_test": True}),
)


def main() -> None:
    """Read the options and do what they say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--ap", metavar="MODEL", nargs="+", help="only AP: a model of ours or NAME@SIZE")
    parser.add_argument("--runtime", help="with --ap: onnxruntime or openvino, for peers")
    parser.add_argument("--options", type=json.loads, default={}, help="with --ap: of PoseEstimator, as JSON")
    parser.add_argument("--model", default="default", help="which of our models is compared")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--photos", type=int, default=78, help="how many are timed; AP is always of all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clip-frames", type=int, default=60)
    parser.add_argument("--no-ap", action="store_true", help="only times and memory")
    parser.add_argument("--without", nargs="*", default=[], help="leave out rows that hold one of these")
    parser.add_argument("--write", action="store_true", help=f"put table and chart into docs/{PAGE.name}")
    given = parser.parse_args()
    if given.write and given.no_ap:
        parser.error("--write needs AP: leave out --no-ap")
    require(LABELS, CLIP, PEERS)
    if given.ap:
        for name in given.ap:
            runner = make_runner(name, given.runtime, given.threads, **given.options)
            figures = precision(find_people(runner))
            print(f"{name}: " + " ".join(f"{key} {value:.3f}" for key, value in figures.items()), flush=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        _compare(given, Path(folder))


def _compare(given: argparse.Namespace, folder: Path) -> None:
    def wanted(entry: Entry) -> bool:
        return not any(part in entry.label for part in given.without)

    int8 = folder / "int8.onnx"
    entries = [*THEIRS, *(Entry(given.model, runtime, options) for runtime, options in OURS)]
    entries += [
        Entry(str(int8), runtime, shown=f"{given.model} int8") for runtime in ("onnxruntime", "openvino")
    ]
    entries = [entry for entry in entries if wanted(entry)]
    if any(entry.name == str(int8) for entry in entries):
        require(CALIBRATION)
        write_int8(given.model, int8)
    rows = compare(
        entries, given.threads, given.photos, given.rounds, given.clip_frames, with_ap=not given.no_ap
    )
    machine = describe(given.threads)
    print(machine)
    print(markdown(rows))
    if given.write:
        write_page(PAGE, rows, machine)
        CHART.write_text(chart(rows))


if __name__ == "__main__":
    try:
        main()
    except SwahrError as error:
        sys.exit(f"benchmarks.peers: {error}")
