"""A frame with the bundled model: where its time goes, and which share of it is not the network's."""

import tempfile
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

from benchmarks.timing import best_ms, show
from swahr.decode import parse_heatmaps
from swahr.decode.reference import parse_heatmaps_reference
from swahr.demo.clip import astronaut, frame, write_clip
from swahr.inference.estimator import PoseEstimator
from swahr.models import Architecture
from swahr.models.heads.higher import HigherHeadSettings
from swahr.video import VideoFile
from swahr.video.images import Image

# Backend and precision.
FORMS = (
    ("torch", "float32"),
    ("torch", "auto"),
    ("openvino", "float32"),
    ("openvino", "auto"),
)


def run() -> None:
    """Print the table."""
    picture = frame(astronaut(), 1.0)
    estimator = PoseEstimator.from_pretrained("default", "cpu", refine="off")
    maps = estimator.maps([picture])
    heatmaps, tags = maps.heatmaps[0].numpy(), maps.tags[0].numpy()
    parse_ms = best_ms(partial(parse_heatmaps, heatmaps, tags, estimator.params))
    plain_ms = best_ms(partial(parse_heatmaps_reference, heatmaps, tags, estimator.params), 0, 1)
    whole_ms = best_ms(partial(estimator, picture))
    size = f"{picture.shape[1]} x {picture.shape[0]} to {heatmaps.shape[2]} x {heatmaps.shape[1]}"
    rows = [
        ["warp and normalise", f"{best_ms(partial(estimator.prepare, [picture])):.1f}", ""],
        ["network and maps at input size", f"{best_ms(partial(estimator.maps, [picture])):.1f}", ""],
        ["parse", f"{parse_ms:.1f}", f"{plain_ms / parse_ms:.0f}"],
        ["whole frame", f"{whole_ms:.1f}", f"{(whole_ms - parse_ms + plain_ms) / whole_ms:.1f}"],
        ["W32 at 512 x 512, network alone", f"{_published_network_ms():.0f}", ""],
    ]
    show(
        f"One frame, {size}, {len(estimator(picture))} people, least of several runs",
        ["work", "ms", "numpy parse / ours"],
        rows,
    )
    read = _read_ms()
    show(
        "Milliseconds per frame by backend, and the share of all but the network",
        ["backend", "precision", "read", "prepare", "network", "parse", "all but the network"],
        [_shares(picture, read, backend, precision) for backend, precision in FORMS if find_spec(backend)],
    )


def _shares(picture: Image, read: float, backend: str, precision: str) -> list[str]:
    estimator = PoseEstimator.from_pretrained(
        "default", "cpu", refine="off", backend=backend, precision=precision
    )
    inferred = estimator.infer([picture])
    prepare = best_ms(partial(estimator.prepare, [picture]))
    network = best_ms(partial(estimator.infer, [picture])) - prepare
    parse = best_ms(partial(estimator.parse, inferred))
    rest = read + prepare + parse
    return [
        backend,
        precision,
        *(f"{ms:.1f}" for ms in (read, prepare, network, parse)),
        f"{100 * rest / (rest + network):.0f} %",
    ]


def _read_ms() -> float:
    """Return the milliseconds of a frame read from the demo's clip, its opening shared by all."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        write_clip(clip)
        with VideoFile(clip) as frames:
            count = sum(1 for _ in frames)

        def read() -> None:
            with VideoFile(clip) as frames:
                for _ in frames:
                    pass

        return best_ms(read, 0, 3) / count


def _published_network_ms() -> float:
    model = Architecture(head=HigherHeadSettings(scale_heads=False)).build().eval()
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    images = torch.from_numpy(np.zeros((1, 512, 512, 3), np.float32)).permute(0, 3, 1, 2)
    with torch.inference_mode():
        return best_ms(partial(model, images), seconds=0, least=3)


if __name__ == "__main__":
    run()
