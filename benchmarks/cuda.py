"""The GPU: parse and whole frames beside their floors, which are measured in the same run. 'not run' without one.

A floor is what reading the input once takes at this GPU's memory rate, or the network's multiplications at its matrix
rate.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch

from benchmarks.fields import draw_fields
from benchmarks.scenes import make_scene, make_stages
from benchmarks.timing import best_ms, show
from swahr import _native
from swahr.decode import ParseParams, group_pafs
from swahr.decode.batch import BatchParser
from swahr.demo.clip import astronaut, frame
from swahr.inference.geometry import InputGeometry, input_geometry
from swahr.inference.gpu_graph import GpuPipeline
from swahr.inference.hardware.cuda_state import cuda_case, read_driver
from swahr.models import Architecture
from swahr.models.folding import fold_batch_norm
from swahr.models.heads.higher import HigherHeadSettings
from swahr.pose.skeleton import COCO_17
from swahr.video.images import Image

SIZE = (512, 704)
PEOPLE, CHANNELS, BATCH = 17, 2, 16
MULTIPLY_ADDS_512 = 48e9  # W32 at 512 x 512
REPEATS = 50
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# What is promised for an NVIDIA H200.
PARSE, PARSE_16, FUSED_16, FIELDS, FRAMES, FRAME = (
    "parse, 17 x 512 x 704, 2 tags, 17 people, maps on the GPU",
    "parse of a batch of 16",
    "fused parse from stage maps, batch of 16",
    "parse of fields, 19 limbs, 368 x 656, 20 people, maps on the GPU",
    "W32-512, batch 16, bf16, 720p frames in host memory to people in host memory",
    "one frame at a time",
)
PROMISED = {
    PARSE: "0.4 ms",
    PARSE_16: "2 ms",
    FUSED_16: "1 ms",
    FIELDS: "2 ms",
    FRAMES: "600 frames/s",
    FRAME: "8 ms",
}


def run() -> None:
    """Print the table."""
    if not (torch.cuda.is_available() and _native.has_cuda):
        state = cuda_case(read_driver(), _native.cuda_version, _native.cuda_architectures)[1]
        rows = [[work, most, "not run", ""] for work, most in PROMISED.items()]
        show(f"GPU: not run ({state.split(':')[0]})", ["work", "at most on H200", "measured", "floor"], rows)
        return
    device = torch.device("cuda", 0)
    bytes_per_ms, multiply_adds_per_ms = _memory_rate(device), _matrix_rate(device)
    rows = [
        _parse_row(PARSE, 1, device, bytes_per_ms),
        _parse_row(PARSE_16, BATCH, device, bytes_per_ms),
        _fused_row(device, bytes_per_ms),
        _fields_row(device, bytes_per_ms),
        *_frame_rows(device, multiply_adds_per_ms),
    ]
    show(
        f"{torch.cuda.get_device_name(device)}: memory {bytes_per_ms / 1e6:.0f} GB/s, bf16 matrices "
        f"{2 * multiply_adds_per_ms / 1e9:.0f} TFLOP/s, both measured now",
        ["work", "at most on H200", "measured", "floor"],
        rows,
    )


def _parse_row(work: str, images: int, device: torch.device, bytes_per_ms: float) -> list[str]:
    scenes = [make_scene(PEOPLE, SIZE, CHANNELS, seed=4 + i) for i in range(min(images, 2))]
    heatmaps, tags = (_repeat(maps, images, device) for maps in zip(*scenes, strict=True))
    parser = BatchParser(images, 17, CHANNELS, SIZE, ParseParams(), device)
    measured = _gpu_ms(partial(parser.heatmaps, heatmaps, tags))
    floor = (heatmaps.nbytes + tags.nbytes) / bytes_per_ms
    return [work, PROMISED[work], f"{measured:.3f} ms", f"{floor:.3f} ms"]


def _fused_row(device: torch.device, bytes_per_ms: float) -> list[str]:
    scenes = [make_stages(PEOPLE, (SIZE[0] // 2, SIZE[1] // 2), CHANNELS, seed=4 + i) for i in range(2)]
    stages = [_repeat(maps, BATCH, device) for maps in zip(*(heat for heat, _ in scenes), strict=True)]
    tags = [_repeat(maps, BATCH, device) for maps in zip(*(tag for _, tag in scenes), strict=True)]
    parser = BatchParser(BATCH, 17, CHANNELS, SIZE, ParseParams(), device)
    measured = _gpu_ms(partial(parser.stages, stages, tags))
    floor = sum(maps.nbytes for maps in stages + tags) / bytes_per_ms
    return [FUSED_16, PROMISED[FUSED_16], f"{measured:.3f} ms", f"{floor:.3f} ms"]


def _fields_row(device: torch.device, bytes_per_ms: float) -> list[str]:
    """Time one image's fields, to people in host memory: by the rule with a blur, the dearest."""
    heatmaps, pafs = (torch.from_numpy(maps).to(device) for maps in draw_fields(20))
    measured = best_ms(partial(group_pafs, heatmaps, pafs, "openpose2017"))
    floor = (heatmaps.nbytes + pafs.nbytes) / bytes_per_ms
    return [FIELDS, PROMISED[FIELDS], f"{measured:.3f} ms", f"{floor:.3f} ms"]


def _frame_rows(device: torch.device, multiply_adds_per_ms: float) -> list[list[str]]:
    model = Architecture(head=HigherHeadSettings(scale_heads=False)).build().eval()
    fold_batch_norm(model)
    model.to(device=device, dtype=torch.bfloat16, memory_format=torch.channels_last)  # type: ignore[call-overload]
    pipeline = GpuPipeline(model, MEAN, STD, COCO_17.num_joints, device, dtype=torch.bfloat16)
    small = frame(astronaut(), 1.0)
    picture: Image = np.ascontiguousarray(np.resize(small, (720, 1280, 3)))
    geometry = input_geometry((1280, 720), 512)
    width, height = geometry.input_wh
    frame_floor = MULTIPLY_ADDS_512 * width * height / 512**2 / multiply_adds_per_ms
    one = best_ms(lambda: pipeline.launch([picture], geometry, ParseParams()).wait())
    batch = _overlapped_ms(pipeline, [picture] * BATCH, geometry)
    return [
        [
            FRAMES,
            PROMISED[FRAMES],
            f"{1e3 * BATCH / batch:.0f} frames/s",
            f"{1e3 / frame_floor:.0f} frames/s",
        ],
        [FRAME, PROMISED[FRAME], f"{one:.2f} ms", f"{frame_floor:.2f} ms"],
    ]


def _overlapped_ms(pipeline: GpuPipeline, pictures: list[Image], geometry: InputGeometry) -> float:
    """Return the time of a batch while the next one goes up, as a video runs."""
    pending = pipeline.launch(pictures, geometry, ParseParams())
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        following = pipeline.launch(pictures, geometry, ParseParams())
        pending.wait()
        pending = following
        times.append(time.perf_counter() - start)
    pending.wait()
    return 1e3 * float(np.median(times))


def _repeat(maps: Sequence[np.ndarray], images: int, device: torch.device) -> torch.Tensor:
    """Stack maps, again and again, to a batch on the device."""
    return torch.from_numpy(np.stack([maps[i % len(maps)] for i in range(images)])).to(device)


def _gpu_ms(call: Callable[[], object]) -> float:
    """Return the time of a call on the GPU: the least of some runs of many calls each."""
    call()
    times = []
    for _ in range(5):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]
        start.record()
        for _ in range(REPEATS):
            call()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end) / REPEATS)
    return float(min(times))


def _memory_rate(device: torch.device) -> float:
    """Return bytes a millisecond: a sum reads all of its input and writes next to nothing."""
    values = torch.zeros(1 << 28, device=device)
    return float(values.nbytes / _gpu_ms(values.sum))


def _matrix_rate(device: torch.device) -> float:
    """Return bf16 multiply-adds a millisecond."""
    side = 8192
    matrix = torch.zeros(side, side, dtype=torch.bfloat16, device=device)
    return float(side**3 / _gpu_ms(partial(torch.mm, matrix, matrix)))


if __name__ == "__main__":
    run()
