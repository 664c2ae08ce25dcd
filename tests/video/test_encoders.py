import numpy as np
import pytest

from swahr.errors import MissingError
from swahr.video.encoders import HARDWARE, OPENH264, QUICK_X264, X264, choose_encoder, opens
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
