"""Videos that can be played when the process that writes them is killed, and whole ones made of what they left."""

import os
from contextlib import suppress
from pathlib import Path

import av
from av.error import FFmpegError

from swahr.errors import OutputError

CONTAINERS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}
# By encoder: no frame waits in it.
LASTING_OPTIONS = {"libx264": {"tune": "zerolatency", "bf": "0"}}


def container_options(path: Path, lasting: bool) -> dict[str, str]:
    """Return FFmpeg's options of a container; a lasting one is written in parts.

    A kill costs the part that is not yet full and, in the middle of writing one, that too: below a second together,
    unless frames are further apart than that.
    """
    if path.suffix.lower() == ".mkv":
        return {"flush_packets": "1"} if lasting else {}
    if not lasting:
        return {"movflags": "faststart"}
    flags = "frag_keyframe+delay_moov+default_base_moof"
    return {"movflags": flags, "frag_duration": "400000", "flush_packets": "1"}  # microseconds


def finish_video(partial: Path, path: Path) -> None:
    """Make a whole video of what a `lasting` one left, without coding it again; the partial file goes.

    Args:
        partial: Written so far, by a process that may have been killed.
        path: What it becomes: .mp4, .mov or .mkv.

    Raises:
        OutputError: There is no frame in it yet, or the video cannot be written.
    """
    target = path.with_name(f"{path.name}.finishing")
    form = CONTAINERS[path.suffix.lower()]
    try:
        with av.open(str(partial.absolute()), format=form) as written:
            written.streams.video[0]  # IndexError where there is no frame yet
            with av.open(str(target), "w", format=form, options=container_options(path, False)) as whole:
                whole.metadata.update(written.metadata)
                streams = {one.index: whole.add_stream_from_template(one) for one in written.streams}
                with suppress(FFmpegError):  # the last fragment may be cut off
                    for packet in written.demux():
                        if packet.dts is not None:
                            packet.stream = streams[packet.stream.index]
                            whole.mux(packet)
        os.replace(target, path)
        partial.unlink(missing_ok=True)
    except (FFmpegError, OSError, IndexError) as error:
        target.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or error
        raise OutputError(
            f"{path}: the video could not be finished ({reason}); what there is of it is in {partial.name}"
        ) from error
