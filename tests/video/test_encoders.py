import re

import av
import numpy as np
import pytest

from swahr.errors import MissingError, OutputError
from swahr.video.encoders import HARDWARE, OPENH264, QUICK_X264, X264, Encoder, choose_encoder, opens
from swahr.video.reader import VideoFile
from swahr.video.writer import VideoWriter


def frames():
    random = np.random.default_rng(0)
    picture = np.kron(random.integers(0, 255, (18, 32, 3)), np.ones((10, 10, 1))).astype(np.uint8)
    return [np.roll(picture, 4 * i, axis=1) for i in range(12)]


def written(path, encoder):
    with VideoWriter(path, 320, 180, 25, encoder=encoder) as video:
        for i, frame in enumerate(frames()):
            video.write(frame, i / 25)
    return path


def test_auto_takes_what_opens():
    chosen = choose_encoder("auto")
    assert chosen in (*HARDWARE.values(), X264, QUICK_X264, OPENH264)
    assert chosen not in HARDWARE.values() or opens(chosen.codec)


@pytest.mark.parametrize("name", HARDWARE)
def test_auto_takes_the_hardware_that_opens_before_x264(name, monkeypatch):
    codec = HARDWARE[name].codec
    monkeypatch.setattr("swahr.video.encoders.opens", lambda other: other == codec)
    monkeypatch.setattr("av.codecs_available", {"libx264", *(one.codec for one in HARDWARE.values())})
    assert choose_encoder("auto") == HARDWARE[name]
    assert choose_encoder("x264") in (X264, QUICK_X264)


@pytest.mark.parametrize("name", HARDWARE)
def test_an_encoder_of_hardware_that_is_not_there_is_told(name, tmp_path):
    if opens(HARDWARE[name].codec):
        assert written(tmp_path / "a.mp4", name).stat().st_size > 0
        return
    with pytest.raises(MissingError, match=name) as told:
        written(tmp_path / "a.mp4", name)
    assert told.value.hints
    assert list(tmp_path.iterdir()) == []


def test_many_cores_search_better(monkeypatch):
    for cores, expected in ((2, QUICK_X264), (32, X264)):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        assert choose_encoder("x264") == expected


@pytest.mark.parametrize("cores", [2, 32])
def test_the_same_frames_give_the_same_file_that_shows_them(tmp_path, monkeypatch, cores):
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    one, two = written(tmp_path / "one.mp4", "x264"), written(tmp_path / "two.mp4", "x264")
    assert one.read_bytes() == two.read_bytes()
    with VideoFile(one) as video:
        for frame, drawn in zip(video, frames(), strict=True):
            assert np.abs(frame.image.astype(int) - drawn).mean() < 12


def test_frames_may_lie_in_memory_as_they_like(tmp_path):
    plain = written(tmp_path / "one.mp4", "x264")
    with VideoWriter(tmp_path / "two.mp4", 320, 180, 25, encoder="x264") as video:
        for i, frame in enumerate(frames()):
            wide = np.zeros((180, 640, 3), np.uint8)
            wide[:, ::2] = frame
            video.write(wide[:, ::2], i / 25)
            wide[:] = 0  # whoever gave a frame may draw in it at once
    assert plain.read_bytes() == (tmp_path / "two.mp4").read_bytes()


REFUSED = {
    "no such codec": Encoder("h264_nonesuch", {}),
    "no such device": Encoder("libx264", {}, device="nonesuch"),
    "no such pixels": Encoder("libx264", {}, "nonesuch"),
    "an option that it refuses": Encoder("libx264", {"preset": "nonesuch"}),
}


@pytest.fixture
def refusing(monkeypatch):
    """Give NVENC the ways of an encoder that opened a moment ago and refuses now."""

    def give(why):
        monkeypatch.setitem(HARDWARE, "nvenc", REFUSED[why])
        monkeypatch.setattr("swahr.video.encoders.opens", lambda codec: codec == REFUSED[why].codec)
        monkeypatch.setattr("av.codecs_available", av.codecs_available | {REFUSED[why].codec})

    return give


@pytest.mark.parametrize("why", REFUSED)
def test_hardware_that_opened_a_moment_ago_and_refuses_now_is_told_and_leaves_nothing(
    why, tmp_path, refusing
):
    refusing(why)
    with pytest.raises(OutputError, match=r"a\.mp4: the video could not be written"):
        written(tmp_path / "a.mp4", "nvenc")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("why", REFUSED)
def test_auto_goes_on_by_software_where_hardware_opened_a_moment_ago_and_refuses_now(why, tmp_path, refusing):
    refusing(why)
    assert choose_encoder("auto") == REFUSED[why]
    with VideoWriter(tmp_path / "a.mp4", 320, 180, 25) as video:
        for i, frame in enumerate(frames()):
            video.write(frame, i / 25)
    assert re.match(
        rf"{REFUSED[why].codec} does not open any more \(.+\); libx264 wrote a\.mp4", video.notes[0]
    )
    assert (tmp_path / "a.mp4").read_bytes() == written(tmp_path / "b.mp4", "x264").read_bytes()


@pytest.fixture
def hardware_alone(monkeypatch):
    """Give NVENC the ways of another encoder, and take all software away."""

    def give(chosen):
        monkeypatch.setitem(HARDWARE, "nvenc", chosen)
        monkeypatch.setattr("swahr.video.encoders.opens", lambda codec: codec == chosen.codec)
        monkeypatch.setattr("av.codecs_available", {chosen.codec})

    return give


def test_hardware_needs_no_software_beside_it(tmp_path, hardware_alone):
    hardware_alone(Encoder("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}))
    assert written(tmp_path / "a.mp4", "auto").stat().st_size > 0


def test_hardware_that_refuses_and_has_no_software_beside_it_is_told(tmp_path, hardware_alone):
    hardware_alone(Encoder("libvpx-vp9", {}, "nonesuch"))
    with pytest.raises(OutputError, match="nonesuch"):
        written(tmp_path / "a.mp4", "auto")
    assert list(tmp_path.iterdir()) == []
