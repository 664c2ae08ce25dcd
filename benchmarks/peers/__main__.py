"""`python -m benchmarks.peers`: precision, time and memory of the peers and of our models, side by side."""

import argparse
import json

from benchmarks.peers.models import find_people, make_runner
from benchmarks.peers.precision import precision


def main() -> None:
    """Read the options and do what they say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument(
        "--ap", metavar="MODEL", nargs="+", help="only AP on the validation photos: ours or NAME@SIZE"
    )
    parser.add_argument("--runtime", help="onnxruntime or openvino, for peers")
    parser.add_argument("--options", type=json.loads, default={}, help="of PoseEstimator, as JSON")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    for name in given.ap:
        runner = make_runner(name, given.runtime, given.threads, **given.options)
        figures = precision(find_people(runner))
        print(f"{name}: " + " ".join(f"{key} {value:.3f}" for key, value in figures.items()), flush=True)


if __name__ == "__main__":
    main()
