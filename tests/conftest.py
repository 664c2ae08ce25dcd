"""What tests share: small clips with known pictures, a tiny network, and the real `swahr` command."""

import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest

BAR = 4  # pixels: frame i of a clip has a white bar at columns 4 i to 4 i + 3, which names it after any codec
CODECS = {".mp4": "libx264", ".mov": "libx264", ".mkv": "libx264", ".avi": "mpeg4", ".webm": "libvpx-vp9"}


def _bar_picture(index, width, height):
    picture = np.full((height, width, 3), 40, np.uint8)
    left = BAR * index % (width // BAR * BAR)
    picture[:, left : left + BAR] = 255
    return picture


def _bar_index(image):
    """Return which frame an image shows, modulo the number of bars that fit."""
    return int(image.mean(axis=(0, 2)).argmax()) // BAR


def _make_clip(
    path,
    frames=10,
    size=(64, 48),
    *,
    rate=25,
    times=None,
    codec=None,
    pixel_format="yuv420p",
    codec_options=None,
    options=None,
    rotation=None,
    mirrored=False,
    sound_s=0.0,
    picture=_bar_picture,
):
    """Write a clip of moving bars. times: seconds of each frame, in place of a constant rate."""
    width, height = size
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(
            codec or CODECS[Path(path).suffix], rate=rate, options=codec_options or {}
        )
        stream.width, stream.height, stream.pix_fmt = width, height, pixel_format
        if times is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        if rotation is not None:
            stream.set_display_rotation(rotation, hflip=mirrored)
        sound = container.add_stream("pcm_s16le", rate=8000, layout="mono") if sound_s else None
        for index in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(index, width, height), format="bgr24")
            if times is not None:
                frame.pts, frame.time_base = round(1000 * times[index]), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if sound is not None:
            for start in range(0, round(8000 * sound_s), 1000):
                samples = av.AudioFrame.from_ndarray(np.zeros((1, 1000), np.int16), "s16", "mono")
                samples.sample_rate, samples.pts = 8000, start
                container.mux(sound.encode(samples))
            container.mux(sound.encode())
    return Path(path)


def _noise_picture(index, width, height):
    """Give a picture that no codec makes small, so that a file's middle is in its frames."""
    picture = np.random.default_rng(index).integers(0, 256, (height, width, 3), dtype=np.uint8)
    left = BAR * index % (width // BAR * BAR)
    picture[: height // 2] = 0
    picture[: height // 2, left : left + BAR] = 255
    return picture


def _cut(path, part):
    content = path.read_bytes()
    cut = path.with_name(f"cut_{path.name}")
    cut.write_bytes(content[: int(len(content) * part)])
    return cut


def _damage(path, which):
    """Overwrite the content of some packets (counted in file order) with zeros; the container stays whole."""
    with av.open(str(path)) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    content = bytearray(path.read_bytes())
    for index in which:
        position, size = packets[index]
        content[position : position + size] = bytes(size)
    damaged = path.with_name(f"damaged_{path.name}")
    damaged.write_bytes(content)
    return damaged


@pytest.fixture(scope="session")
def clips():
    """Make clips of moving bars, cut them off and damage them."""
    av.logging.set_level(av.logging.PANIC)
    return SimpleNamespace(
        make=_make_clip,
        cut=_cut,
        damage=_damage,
        bar_index=_bar_index,
        bar=_bar_picture,
        noise=_noise_picture,
    )


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """Write a checkpoint of a HigherHRNet that is small and knows nothing."""
    import torch

    from swahr.models import Architecture, Checkpoint, save_checkpoint
    from swahr.skeleton import COCO_17

    torch.manual_seed(0)
    architecture = Architecture(width=4, modules=(1, 1, 1), blocks=1, head_width=4, head_blocks=1)
    path = tmp_path_factory.mktemp("model") / "tiny.safetensors"
    save_checkpoint(path, Checkpoint(architecture.build().eval(), architecture, COCO_17, 64))
    return path


class Swahr:
    """The `swahr` command as a process in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "200"}

    def start(self, *arguments, **options):
        return subprocess.Popen(
            [sys.executable, "-m", "swahr", *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # As from a terminal: a parent that ignores Ctrl-C would hand that down.
            preexec_fn=options.pop(
                "prepare", lambda: signal.signal(signal.SIGINT, signal.default_int_handler)
            ),
            **options,
        )

    def __call__(self, *arguments, **options):
        with self.start(*arguments, **options) as process:
            output, errors = process.communicate(timeout=120)
        return SimpleNamespace(code=process.returncode, output=output, errors=errors)

    def refuses(self, *arguments, **options):
        """Run a command that must end with one line of error and code 2, and return the line."""
        result = self(*arguments, **options)
        assert result.code == 2, result.errors
        assert "Traceback" not in result.errors
        lines = [line for line in result.errors.splitlines() if line.startswith("swahr: ")]
        assert len(lines) == 1, result.errors
        return lines[0]


@pytest.fixture
def swahr(tmp_path):
    return Swahr(tmp_path)
