"""The sound of a source in a written video, heard by FFmpeg's decoder."""

from fractions import Fraction

import av
import numpy as np
import pytest

from swahr.errors import SwahrError
from swahr.video import VideoWriter

RATE = 8000
BEEP_S = 1.2  # when the sound of the source begins to beep


def beeping(clips, path, codec, seconds=2.0, rate=10):
    """Make a clip of black pictures whose sound is silence, then a beep."""
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("libx264", rate=rate)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        sound = container.add_stream(codec, rate=RATE, layout="mono")
        for index in range(round(seconds * rate)):
            container.mux(
                pictures.encode(av.VideoFrame.from_ndarray(clips.bar(index, 64, 48), format="bgr24"))
            )
        container.mux(pictures.encode())
        times = np.arange(round(seconds * RATE)) / RATE
        wave = np.where(times >= BEEP_S, 0.5 * np.sin(2 * np.pi * 440 * times), 0).astype(np.float32)
        resampler = av.AudioResampler(sound.codec_context.format, "mono", RATE, 1024)
        for start in range(0, len(wave), 1000):
            piece = av.AudioFrame.from_ndarray(wave[None, start : start + 1000], "fltp", "mono")
            piece.sample_rate, piece.pts, piece.time_base = RATE, start, Fraction(1, RATE)
            for part in resampler.resample(piece):
                container.mux(sound.encode(part))
        for part in resampler.resample(None):
            container.mux(sound.encode(part))
        container.mux(sound.encode(None))
    return path


def write(clips, source, path, start_s=0.0, stop_s=2.0, rate=10):
    with VideoWriter(path, 64, 48, rate, sound_of=source) as writer:
        for index in range(round(start_s * rate), round(stop_s * rate)):
            writer.write(clips.bar(index, 64, 48), index / rate)
    return writer


def heard(path):
    """Return the codec, when the beep begins and when the sound ends; None without sound."""
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        loud, end = [], 0.0
        for frame in container.decode(stream):
            samples = frame.to_ndarray().astype(np.float64).ravel()
            scale = 1 if frame.format.name.startswith("flt") else 32768
            times = frame.time + np.arange(len(samples)) / frame.sample_rate
            loud += times[np.abs(samples) > 0.2 * scale].tolist()
            end = times[-1]
        return stream.codec_context.name, min(loud, default=np.inf), end


@pytest.mark.parametrize(
    ("source", "codec", "output", "kept"),
    [
        ("a.mp4", "aac", "o.mp4", "aac"),
        ("a.mp4", "aac", "o.mkv", "aac"),
        ("a.mkv", "pcm_s16le", "o.mp4", "aac"),
        ("a.mkv", "pcm_s16le", "o.mkv", "pcm_s16le"),
        ("a.mov", "pcm_s16le", "o.mov", "pcm_s16le"),
        ("a.avi", "pcm_s16le", "o.mp4", "aac"),
    ],
)
@pytest.mark.parametrize("start_s", [0.0, 0.7])
def test_it_is_kept_in_time_with_the_pictures(clips, tmp_path, source, codec, output, kept, start_s):
    clip = beeping(clips, tmp_path / source, codec)
    write(clips, clip, tmp_path / output, start_s)
    name, beep, end = heard(tmp_path / output)
    assert name == kept
    assert beep == pytest.approx(BEEP_S - start_s, abs=0.05)
    assert end == pytest.approx(2 - start_s, abs=0.15)


def test_it_ends_with_the_pictures(clips, tmp_path):
    clip = beeping(clips, tmp_path / "a.mp4", "aac")
    write(clips, clip, tmp_path / "o.mp4", stop_s=1.0)
    _, beep, end = heard(tmp_path / "o.mp4")
    assert beep == np.inf
    assert end < 1.15


def test_a_late_start_is_sought(clips, tmp_path):
    clip = beeping(clips, tmp_path / "a.mp4", "aac", seconds=8.0)
    write(clips, clip, tmp_path / "o.mp4", start_s=7.0, stop_s=8.0)
    _, beep, end = heard(tmp_path / "o.mp4")
    assert beep < 0.15  # a packet at the start is lost
    assert end == pytest.approx(1.0, abs=0.15)


def test_a_source_without_sound_gives_none(clips, tmp_path):
    write(clips, clips.make(tmp_path / "a.mp4"), tmp_path / "o.mp4")
    assert heard(tmp_path / "o.mp4") is None


def test_damaged_sound_costs_the_sound_alone(clips, tmp_path):
    clip = beeping(clips, tmp_path / "a.mp4", "aac")
    cut = clips.cut(clip, 0.5)
    with pytest.raises(SwahrError, match="not a readable video"):  # the index of this file is at its end
        VideoWriter(tmp_path / "o.mp4", 64, 48, 10, sound_of=cut)
    assert not list(tmp_path.glob("o.mp4*"))


def test_sound_in_a_code_that_nothing_decodes_is_left_out_and_said(clips, tmp_path):
    clip = beeping(clips, tmp_path / "a.mkv", "pcm_s16le")
    content = clip.read_bytes()
    assert b"A_PCM/INT/LIT" in content
    clip.write_bytes(content.replace(b"A_PCM/INT/LIT", b"A_XYZ/INT/LIT"))
    writer = write(clips, clip, tmp_path / "o.mp4")
    assert heard(tmp_path / "o.mp4") is None
    assert any("does not know how its sound is coded" in note for note in writer.notes)


def test_sound_alone_without_pictures_is_closed(clips, tmp_path):
    clip = beeping(clips, tmp_path / "a.mp4", "aac")
    VideoWriter(tmp_path / "o.mp4", 64, 48, 10, sound_of=clip).close()
    assert (tmp_path / "o.mp4").exists()


def test_a_video_that_outlives_its_process_keeps_it_too(clips, tmp_path):
    clip = beeping(clips, tmp_path / "a.mp4", "aac")
    with VideoWriter(tmp_path / "o.mp4", 64, 48, 10, sound_of=clip, lasting=True) as writer:
        for index in range(20):
            writer.write(clips.bar(index, 64, 48), index / 10)
    name, beep, _ = heard(tmp_path / "o.mp4")
    assert name == "aac"
    assert beep == pytest.approx(BEEP_S, abs=0.05)
