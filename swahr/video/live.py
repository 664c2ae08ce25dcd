"""What is live: cameras and streams. The newest frame counts; a lost signal is said, never shown."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Protocol

from swahr.errors import SwahrError, UnreadableError
from swahr.video.frame import Frame, FrameSource, Notify, ignore
from swahr.video.images import Image

# Before the first, second, ... attempt to reopen, seconds; the last is repeated.
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
# A source that gives no picture for so long has lost its signal, whatever it claims.
SILENCE_S = 5.0
# OpenCV waits up to 10 s for a camera that says nothing.
JOIN_S = 15.0
# Waits are cut into pieces, so that Ctrl-C is seen on Windows too.
WAIT_S = 0.1
# A connection that flaps for months must not fill the memory.
MAX_NOTES = 200


class SignalLostError(Exception):
    """The device gives no more frames; the message is the reason."""


class Device(Protocol):
    """A camera or stream, open. frame_rate: nominal, frames per second."""

    frame_rate: float

    def read(self) -> Image | None:
        """Wait for the next frame.

        Returns:
            [H, W, 3] uint8 BGR; None: one that cannot be decoded.

        Raises:
            SignalLostError: At the latest after some seconds without a frame.
        """

    def close(self) -> None:
        """Let go of the device; a second call does nothing."""


class LiveSource(FrameSource):
    """The frames of a device, the newest first of all: those that nobody took in time are dropped and counted.

    A frame's index counts all that came; its time is when it came, seconds since the first. A loss ends no
    iteration: it goes on when the device is back. `interrupt` ends it.

    Args:
        address: What messages call it.
        connect: Opens the device; raises SwahrError where it cannot.
        notify: Is given a line when the signal is lost and when it is back, from any thread.
        pauses: Seconds before each attempt to reopen, the last repeated.
        silence_s: A source without a picture for so long has lost its signal.

    Raises:
        SwahrError: The device cannot be opened, or gives no picture.

    >>> from swahr.video.fake import FakeCamera
    >>> with FakeCamera(frame_rate=0) as camera:
    ...     frame = next(iter(camera))
    >>> frame.index, frame.image.shape
    (0, (48, 64, 3))
    """

    endless: ClassVar[bool | None] = True
    connected: bool = True
    dropped: int = 0
    losses: int = 0

    def __init__(
        self,
        address: str,
        connect: Callable[[], Device],
        *,
        notify: Notify = ignore,
        pauses: Sequence[float] = PAUSES_S,
        silence_s: float = SILENCE_S,
    ) -> None:
        super().__init__(address)
        self.undecodable = 0
        self._connect, self._notify, self._pauses, self._silence_s = connect, notify, pauses, silence_s
        self._stop = threading.Event()
        self._changed = threading.Condition()
        self._newest: Frame | None = None
        self._failure: Exception | None = None
        self._index = 0
        device = connect()
        self.frame_rate = device.frame_rate
        try:
            image = self._first(device)
        except BaseException:
            device.close()
            raise
        self.height, self.width = image.shape[:2]
        self._started = self._heard = time.monotonic()
        self._shape = image.shape
        self._offer(image)
        self._thread = threading.Thread(target=self._work, args=(device,), name="live source", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Frame]:
        """Yield the newest frame, each at most once, until `interrupt` or `close`; wait where there is none."""
        while True:
            with self._changed:
                while self._newest is None:
                    if self._failure is not None:
                        raise self._failure
                    if self._stop.is_set():
                        return
                    self._changed.wait(WAIT_S)
                    if self.connected and time.monotonic() - self._heard > self._silence_s:
                        self._lose(f"no picture for {self._silence_s:g} s")
                if self._stop.is_set():
                    return
                frame, self._newest = self._newest, None
            yield frame

    def interrupt(self) -> None:
        """End the iteration; from any thread."""
        self._stop.set()
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """End the iteration and let go of the device. It may take some seconds where that says nothing."""
        self.interrupt()
        self._thread.join(JOIN_S)

    def _first(self, device: Device) -> Image:
        """Wait for a picture; what cannot be decoded is passed over for a while."""
        end = time.monotonic() + self._silence_s
        while time.monotonic() < end:
            try:
                image = device.read()
            except SignalLostError as error:
                raise UnreadableError(f"{self.address}: no picture came ({error})") from error
            if image is not None:
                return image
            self._index += 1
            self.undecodable += 1
        raise UnreadableError(f"{self.address}: no picture could be decoded in {self._silence_s:g} s")

    def _work(self, first: Device) -> None:
        device: Device | None = first
        try:
            while device is not None and not self._stop.is_set():
                try:
                    image = device.read()
                    if image is None and time.monotonic() - self._heard > self._silence_s:
                        raise SignalLostError(f"no picture could be decoded for {self._silence_s:g} s")
                except SignalLostError as error:
                    device.close()
                    with self._changed:
                        self._lose(str(error))
                    device = self._reopen()
                    continue
                if self._stop.is_set():
                    break
                if image is None:
                    self._index += 1
                    self.undecodable += 1
                else:
                    self._offer(image)
        except Exception as error:
            # Whatever it is belongs to the consumer, who raises it.
            self._failure = error
        finally:
            if device is not None:
                device.close()

    def _reopen(self) -> Device | None:
        """Try again and again, with growing pauses; None where the source is closed."""
        attempt = 0
        while not self._stop.wait(self._pauses[min(attempt, len(self._pauses) - 1)]):
            attempt += 1
            try:
                device = self._connect()
            except SwahrError:
                continue
            self._heard = time.monotonic()
            # A device that opens and says nothing is no better than one that does not open.
            try:
                image = device.read()
            except SignalLostError:
                device.close()
                continue
            if image is not None:
                self._offer(image)
            return device
        return None

    def _offer(self, image: Image) -> None:
        now = time.monotonic()
        with self._changed:
            if not self.connected:
                self.connected = True
                self._say(f"{self.address} is back after {now - self._heard_before_loss:.1f} s")
            if image.shape != self._shape:
                height, width = image.shape[:2]
                self._say(
                    f"{self.address}: frames have {width} x {height} pixels from number {self._index} on"
                )
                self._shape = image.shape
            self._heard = now
            self.dropped += self._newest is not None
            self._newest = Frame(self._index, now - self._started, image)
            self._index += 1
            self._changed.notify_all()

    def _lose(self, reason: str) -> None:
        if not self.connected:
            return
        self.connected = False
        self.losses += 1
        self.dropped += self._newest is not None
        self._newest = None  # what is left from before the loss would be shown as if it were now
        self._heard_before_loss = self._heard
        self._say(f"{self.address}: the signal is lost ({reason}); trying to reopen")

    def _say(self, line: str) -> None:
        if len(self.notes) < MAX_NOTES:
            self.notes.append(line)
        self._notify(line)
