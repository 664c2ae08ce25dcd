"""What tests share: small clips with known pictures, tiny networks, the `swahr` command, a web server."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
import torch

from swahr.models import Architecture, Checkpoint, read_architecture, save_checkpoint
from swahr.models.backbones.hrnet import HRNetSettings
from swahr.models.crop_contract import CropContract
from swahr.pose.skeleton import COCO_17
from tests.tiny_systems import HIGHER, RESNET

BAR = 4  # pixels: frame i of a clip has a white bar at columns 4 i to 4 i + 3, which names it after any codec
CODECS = {".mp4": "libx264", ".mov": "libx264", ".mkv": "libx264", ".avi": "mpeg4", ".webm": "libvpx-vp9"}
TINY = {"width": 4, "modules": (1, 2, 1), "blocks": 2, "head_width": 6, "head_blocks": 1}


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory):
    """Keep what is installed, exported and found out here apart from the user's, and from that of other processes."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SWAHR_HOME", str(home))
        yield home


@pytest.fixture(autouse=True)
def no_runtime_chosen(own_home):
    """Forget which runtime was the fastest in another test: `auto` is torch until a test compares them."""
    shutil.rmtree(own_home / "runtimes", ignore_errors=True)


def published_names(weights):
    """Give our weights the names of the published SWAHR files."""
    return {name.removeprefix("backbone.").removeprefix("head."): value for name, value in weights.items()}


@pytest.fixture
def tiny():
    """Make tiny networks and write them as published files."""

    def checkpoint(**changed):
        architecture = read_architecture({**TINY, **changed})
        torch.manual_seed(0)
        model = architecture.build()
        for name, value in model.state_dict().items():  # statistics that a training would leave behind
            if name.endswith("running_mean"):
                value.normal_(0, 0.1)
            if name.endswith("running_var"):
                value.uniform_(0.5, 2)
        return Checkpoint(model.eval(), architecture, COCO_17, 64)

    def weights(**changed):
        return published_names(checkpoint(**changed).model.state_dict())

    return SimpleNamespace(architecture=read_architecture(TINY), checkpoint=checkpoint, weights=weights)


@pytest.fixture
def file_server(monkeypatch):
    """A web server of one file.

    content: the file. ranges: whether a part can be asked for. length: whether its length is told.
    status: answers of the next requests. cuts: bytes after which the next connections end. hub: its address at another
    server, which leads to it. stated: headers of that one about the file; claimed: of the one that sends it.
    """
    state = SimpleNamespace(content=b"", ranges=True, status=[], cuts=[], length=True, requests=[])
    state.stated, state.claimed = {}, {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path.startswith("/hub/"):
                self.send_response(302)
                for name, value in {**state.stated, "Location": state.url}.items():
                    self.send_header(name, value)
                self.end_headers()
                return
            asked = self.headers.get("Range")
            state.requests.append(asked)
            if state.status:
                self.send_error(state.status.pop(0))
                return
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and state.ranges else 0
            if start >= len(state.content) > 0:
                self.send_error(416)
                return
            body = state.content[start:]
            self.send_response(206 if start else 200)
            for name, value in state.claimed.items():
                self.send_header(name, value)
            if state.length:
                self.send_header("Content-Length", str(len(body)))
            if start:
                last = len(state.content) - 1
                self.send_header("Content-Range", f"bytes {start}-{last}/{len(state.content)}")
            self.end_headers()
            self.wfile.write(body[: state.cuts.pop(0)] if state.cuts else body)

        def log_message(self, *_):
            pass

    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.url = f"http://127.0.0.1:{http.server_port}/weights.pth"
    state.hub = f"http://localhost:{http.server_port}/hub/weights.pth"
    yield state
    http.shutdown()
    thread.join()
    http.server_close()


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
            if not hasattr(stream, "set_display_rotation"):
                pytest.skip("this release of av cannot write the display matrix")
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


def _cut_off_beginning(path):
    """Cut an MPEG transport stream at its second keyframe, as recorders do: only the tables before it stay."""
    with av.open(str(path)) as container:
        keys = [packet.pos for packet in container.demux(video=0) if packet.size and packet.is_keyframe]
    content = path.read_bytes()
    cut = path.with_name(f"cut_{path.name}")
    cut.write_bytes(content[: 3 * 188] + content[keys[1] :])
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
    return SimpleNamespace(
        make=_make_clip,
        cut=_cut,
        cut_off_beginning=_cut_off_beginning,
        damage=_damage,
        bar_index=_bar_index,
        bar=_bar_picture,
        noise=_noise_picture,
    )


def _save_model(path, heat):
    """Write a checkpoint of a tiny network that finds people by tags; `heat` is the bias of its heatmaps."""
    torch.manual_seed(0)
    head = {**HIGHER, "heatmap_activation": "sigmoid"}
    architecture = Architecture(backbone={**RESNET, "deconvolutions": [8, 8, 8]}, head=head)
    model = architecture.build().eval()
    model.initialise()
    for layer in model.head.final_layers:
        with torch.no_grad():
            layer.weight *= 100  # else all people have nearly the same score, and may come in any order
            layer.bias[: COCO_17.num_joints] = heat
    save_checkpoint(path, Checkpoint(model, architecture, COCO_17, 64))
    return path


@pytest.fixture(scope="session")
def blind_model(tmp_path_factory):
    """A checkpoint of a tiny network that finds nobody."""
    return _save_model(tmp_path_factory.mktemp("model") / "blind.safetensors", heat=-20.0)


@pytest.fixture(scope="session")
def crowd_model(tmp_path_factory):
    """A checkpoint of a tiny network that finds people everywhere."""
    return _save_model(tmp_path_factory.mktemp("model") / "crowd.safetensors", heat=1.0)


@pytest.fixture(scope="session")
def crop_model(tmp_path_factory):
    """A checkpoint of a tiny network for one person's crop, which sees all joints somewhere in it."""
    torch.manual_seed(3)
    backbone = HRNetSettings(width=4, modules=(1, 1, 1), blocks=1)
    architecture = Architecture(backbone=backbone, head="heatmaps")
    model = architecture.build().eval()
    with torch.no_grad():
        model.head.final_layer.bias.fill_(0.8)
    path = tmp_path_factory.mktemp("model") / "crops.safetensors"
    crop = CropContract(input_wh=(64, 96))
    save_checkpoint(path, Checkpoint(model, architecture, COCO_17, 64, detection_threshold=0.03, crop=crop))
    return path


@pytest.fixture
def looping(monkeypatch):
    """Damage HDF5 files so that the library loops for ever in their texts, and let trials end early."""
    monkeypatch.setattr("swahr.formats.libraries.TRIED_S", 4.0)

    def damage(path):
        content = bytearray(path.read_bytes())
        heap = content.find(b"GCOL")
        assert heap >= 0, "no texts of any length in it"
        first_size = heap + 16 + 8
        content[first_size : first_size + 8] = (2**64 - 16).to_bytes(8, "little")
        path.write_bytes(content)

    return damage


@pytest.fixture
def call(monkeypatch, capsys):
    """Run `swahr` in this process, as its entry point does: (exit code, stdout, stderr)."""
    from swahr.commands.main import main

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["swahr", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        output, errors = capsys.readouterr()
        return SimpleNamespace(code=ended.value.code, output=output, errors=errors)

    return run


@pytest.fixture
def refuses(call):
    """Run a command in this process that must end with one line of error and code 2; give the line."""

    def run(*arguments):
        result = call(*arguments)
        assert result.code == 2, result.errors
        return one_error(result.errors)

    return run


def one_error(errors):
    assert "Traceback" not in errors
    lines = [line for line in errors.splitlines() if line.startswith("swahr: ")]
    assert len(lines) == 1, errors
    return lines[0]


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
        """As the fixture `refuses`, by a process."""
        result = self(*arguments, **options)
        assert result.code == 2, result.errors
        return one_error(result.errors)


@pytest.fixture
def swahr(tmp_path):
    return Swahr(tmp_path)
