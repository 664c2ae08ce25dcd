"""Which encoder writes H.264: the hardware's where one really opens, x264 otherwise."""

import os
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import av
import numpy as np
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext

from swahr.errors import Hint, MissingError

# From so many cores on, x264 has time for its better search beside a network; with fewer, the network waits for it.
MANY_CORES = 8
PROBE_WH = (640, 360)  # some hardware takes no smaller pictures
# What an encoder that does not open raises: a build without the device, or an older PyAV, says so in its own way.
REFUSALS = (FFmpegError, OSError, ValueError, ImportError, TypeError, NotImplementedError)


class Encoder(NamedTuple):
    """An encoder: FFmpeg's name of it, its options, the pixels that it takes, and whose memory they have to be in."""

    codec: str
    options: dict[str, str]
    pixels: str = "yuv420p"
    device: str | None = None


# Constant quality, visually clean. Without macroblock trees: with them, what x264 writes depends now and then on what
# its memory held before, and the same frames must give the same file. The quick way searches less: 0.3 times the time
# for 1.2 times the size. CABAC, the deblocking filter and two B-frames, which `ultrafast` leaves out, pay.
X264 = Encoder("libx264", {"crf": "20", "preset": "veryfast", "x264-params": "mbtree=0"})
QUICK_X264 = Encoder(
    "libx264",
    {"crf": "23", "preset": "ultrafast", "bf": "2", "x264-params": "mbtree=0:cabac=1:deblock=0,0:b-adapt=0"},
)
# By the names of `EncoderSettings.encoder`, best first. VA-API takes frames of the card's memory alone: PyAV brings
# them there since version 18, and its wheels of PyPI are built without VA-API; those of distributions have it.
HARDWARE = {
    "nvenc": Encoder("h264_nvenc", {"preset": "p4", "rc": "vbr", "cq": "23", "b": "0"}),
    "videotoolbox": Encoder("h264_videotoolbox", {"b": "8M"}),
    "qsv": Encoder("h264_qsv", {"global_quality": "23"}, "nv12"),
    "vaapi": Encoder("h264_vaapi", {"rc_mode": "CQP", "qp": "23"}, "nv12", device="vaapi"),
}
OPENH264 = Encoder("libopenh264", {"b": "8M"})


def choose_encoder(name: str = "auto") -> Encoder:
    """Return an encoder.

    Args:
        name: One of `HARDWARE`, x264, or auto: the first of the hardware's that opens, or x264. Builds of FFmpeg
            without GPL parts have openh264 in its place.

    Raises:
        MissingError: It is not there, or does not open on this machine.
    """
    if name in HARDWARE:
        if not opens(HARDWARE[name].codec):
            raise MissingError(
                f"the encoder {name} does not open on this machine", hints=[Hint("encoder", "auto")]
            )
        return HARDWARE[name]
    software = (X264 if (os.cpu_count() or 1) >= MANY_CORES else QUICK_X264, OPENH264)
    ways = (*HARDWARE.values(), *software) if name == "auto" else software
    for encoder in ways:
        if encoder.codec in av.codecs_available and (encoder in software or opens(encoder.codec)):
            return encoder
    raise MissingError("this FFmpeg has no H.264 encoder; install av again, from PyPI")


def on_device(encoder: Encoder) -> dict[str, Any]:
    """Return what an encoder's context is made with besides its name: the device whose memory it takes frames of.

    Raises:
        FFmpegError, ValueError: This FFmpeg knows no such device, or none is there.
    """
    if encoder.device is None:
        return {}
    from av.codec.hwaccel import HWAccel  # not in the oldest PyAV that is supported

    return {"hwaccel": HWAccel(encoder.device, allow_software_fallback=False)}


@cache
def opens(codec: str) -> bool:
    """Return whether a hardware encoder takes a frame: builds of FFmpeg list many whose hardware is not there."""
    encoder = next((one for one in HARDWARE.values() if one.codec == codec), None)
    if encoder is None or codec not in av.codecs_available:
        return False
    width, height = PROBE_WH
    try:
        context = av.CodecContext.create(codec, "w", **on_device(encoder))
        assert isinstance(context, VideoCodecContext)
        context.width, context.height, context.pix_fmt = width, height, encoder.pixels
        context.time_base, context.options = Fraction(1, 25), encoder.options
        picture = av.VideoFrame.from_ndarray(np.zeros((height, width, 3), np.uint8), format="bgr24")
        packets = context.encode(picture.reformat(format=encoder.pixels))
        packets += context.encode(None)
    except REFUSALS:
        return False
    return len(packets) > 0
