"""What every source of frames promises, as a check for its tests."""

import threading
from collections.abc import Callable
from itertools import islice

import numpy as np

from swahr.video.frame import FrameSource

JOIN_S = 20.0


def check_source(open_: Callable[[], FrameSource], frames: int = 5) -> None:
    """Check that a source keeps its promises; for the tests of a source of one's own.

    Args:
        open_: Opens the source anew at each call; it has at least so many frames.
        frames: How many are looked at.

    Raises:
        AssertionError: It does not, and how.

    >>> from swahr.video import open_source
    >>> check_source(lambda: open_source(clip))
    """
    _check_frames(open_, frames)
    _check_interrupt(open_)
    source = open_()
    source.close()
    source.close()


def _check_frames(open_: Callable[[], FrameSource], count: int) -> None:
    with open_() as source:
        assert source.address, "the address is empty"
        assert source.frame_rate > 0, f"frame_rate is {source.frame_rate}; expected more than 0 per second"
        assert not (source.live and source.estimated_frames is not None), "what is live promises no end"
        frames = list(islice(source, count))
        assert len(frames) == count, f"{len(frames)} frames came; expected at least {count}"
        indices, times = [frame.index for frame in frames], [frame.time_s for frame in frames]
        assert indices[0] >= 0, (
            f"the first index is {indices[0]}; expected 0, or more where some were dropped"
        )
        assert source.live or indices[0] == 0, f"the first index is {indices[0]}; expected 0"
        assert sorted(set(indices)) == indices, f"indices are {indices}; expected ones that grow"
        assert sorted(times) == times, f"times are {times}; expected ones that grow"
        for frame in frames:
            if frame.image is not None:
                shape, size = frame.image.shape, (source.height, source.width, 3)
                assert shape == size, f"frame {frame.index} is {shape}; expected {size} by width and height"
                assert frame.image.dtype == np.uint8, f"frame {frame.index} is {frame.image.dtype}, not uint8"
        first = frames[0].image
        assert first is not None, "the first frame has no image; width and height are those of the first"


def _check_interrupt(open_: Callable[[], FrameSource]) -> None:
    """Interrupt it from another thread than the one that iterates."""
    with open_() as source:
        begun, ended = threading.Event(), threading.Event()

        def iterate() -> None:
            for _ in source:
                begun.set()
            ended.set()

        thread = threading.Thread(target=iterate, name="iterates a source", daemon=True)
        thread.start()
        assert begun.wait(JOIN_S), f"no frame came within {JOIN_S:g} s"
        source.interrupt()
        assert ended.wait(JOIN_S), f"its iteration goes on {JOIN_S:g} s after interrupt"
        thread.join()
        source.interrupt()
