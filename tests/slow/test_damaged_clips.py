"""500 damaged clips of ten containers and codecs: the frames that are left, or one line."""

import pytest

import swahr
from tests.slow.damage import damaged
from tests.slow.writers import files

FRAMES = 12
# Container, codec, pixel format and options of the codec.
KINDS = {
    "mp4-h264": (".mp4", "libx264", "yuv420p", {"g": "4"}),
    "mov-prores": (".mov", "prores_ks", "yuv422p10le", {}),
    "mkv-vp8": (".mkv", "libvpx", "yuv420p", {"g": "4"}),
    "webm-vp9": (".webm", "libvpx-vp9", "yuv420p", {"g": "4"}),
    "avi-mpeg4": (".avi", "mpeg4", "yuv420p", {"g": "4"}),
    "avi-mjpeg": (".avi", "mjpeg", "yuvj420p", {}),
    "ts-mpeg2": (".ts", "mpeg2video", "yuv420p", {"g": "4"}),
    "flv-flv1": (".flv", "flv", "yuv420p", {"g": "4"}),
    "mkv-hevc": (".mkv", "libx265", "yuv420p", {"g": "4", "x265-params": "log-level=none"}),
    "mov-png": (".mov", "png", "rgb24", {}),
}


@pytest.fixture(scope="session")
def whole(clips, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    found = {}
    for name, (suffix, codec, pixel_format, options) in KINDS.items():
        path = clips.make(
            folder / f"{name}{suffix}", FRAMES, codec=codec, pixel_format=pixel_format, codec_options=options,
            picture=clips.noise,
        )  # fmt: skip
        found[name] = path
    return found


@pytest.mark.parametrize("number", range(50))
@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_clip_gives_the_frames_that_are_left_or_one_line(
    kind, number, whole, runner, tmp_path, blind_model
):
    clip = tmp_path / f"in{whole[kind].suffix}"
    clip.write_bytes(damaged(whole[kind].read_bytes(), f"{kind} {number}"))
    command = (
        "video",
        clip.name,
        "-o",
        "out.csv",
        "--model",
        blind_model,
        "--backend",
        "torch",
        "--device",
        "cpu",
    )
    ended = runner(*command, folder=tmp_path).check()
    if ended.code == 0:
        assert files(tmp_path) == {clip.name, "out.csv"}
        found = swahr.read(tmp_path / "out.csv")
        frames = [frame.frame_index for frame in found]
        assert frames == sorted(set(frames))
        assert frames
    else:
        assert files(tmp_path) <= {clip.name, "out.csv.part", "out.csv.journal"}
