"""Make a run's weights ready to ship: without scale heads, at half precision, with a card.

python -m swahr_training.bundle runs/x/best.safetensors CARD.json OUT.safetensors --input-size 320 --threshold 0.2
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

from swahr.models.checkpoints import load_checkpoint, save_checkpoint
from swahr.models.hashes import record_sum


def bundle(source: Path, card: dict[str, object], target: Path, input_size: int, threshold: float) -> None:
    """Write `target` from the checkpoint `source`, and its hash into the SHA256SUMS beside it.

    input_size: short side that users get unless they ask for another, pixels. threshold: least heat of a joint.
    """
    checkpoint = load_checkpoint(source)
    checkpoint.model.drop_scale_heads()
    shipped = replace(
        checkpoint,
        architecture=checkpoint.architecture.model_copy(update={"scale_heads": False}),
        input_size=input_size,
        card=card,
        detection_threshold=threshold,
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    save_checkpoint(target, shipped, float16=True)
    record_sum(target)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("card", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--input-size", type=int, required=True)
    parser.add_argument("--threshold", type=float, required=True)
    options = parser.parse_args()
    card = json.loads(options.card.read_text())
    bundle(options.source, card, options.target, options.input_size, options.threshold)


if __name__ == "__main__":
    main()
