"""A model of the comparison in a process of its own, which waits while others are timed."""

import multiprocessing
import os
import resource
import time
from collections.abc import Iterator
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.peers.models import Entry


class Times(NamedTuple):
    """Milliseconds of one frame's steps: reading, preparing and network, decoding."""

    read: float
    network: float
    people: float

    @property
    def total(self) -> float:
        """Of the whole frame."""
        return sum(self)


class Worker:
    """Runs one entry. Its runtime's threads sleep while it waits, so that another has the cores to itself."""

    def __init__(self, entry: Entry, threads: int) -> None:
        self.entry = entry
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, entry, threads), daemon=True)
        self._process.start()
        theirs.close()
        self._ask("ready")

    def photo(self, path: str) -> Times:
        """Time one photo: reading its file, preparing and network, decoding."""
        return Times(*self._ask("photo", path))

    def clip(self, path: str, frames: int) -> list[Times]:
        """Time the next frames of a clip, decoded as they come; it starts anew at its end."""
        return [Times(*times) for times in self._ask("clip", path, frames)]

    def close(self) -> float:
        """End the process; return the most memory that it held, MB."""
        memory: float = self._ask("end")
        self._process.join()
        return memory

    def _ask(self, *question: Any) -> Any:
        self._pipe.send(question)
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


def _serve(pipe: Connection, entry: Entry, threads: int) -> None:
    # Read by the runtimes when they are loaded.
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    from swahr._util.memory import keep_freed_memory

    keep_freed_memory()
    import cv2
    import torch

    cv2.setNumThreads(threads)
    torch.set_num_threads(threads)
    runner = entry.make(threads)
    clips: dict[str, Iterator[Any]] = {}
    while True:
        question, *rest = pipe.recv()
        if question == "end":
            pipe.send(_most_memory_mb())
            return
        try:
            pipe.send(_answer(runner, clips, question, rest))
        except Exception as error:  # whatever it is belongs to the one who asked
            pipe.send(error)


def _most_memory_mb() -> float:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:  # not Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # The process' own; getrusage counts what its parent held, too.
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def _answer(runner: Any, clips: dict[str, Iterator[Any]], question: str, rest: list[Any]) -> Any:
    from swahr.video.images import read_image

    if question == "photo":
        start = time.perf_counter()
        image = read_image(rest[0])
        return _timed(runner, image, 1e3 * (time.perf_counter() - start))
    if question == "clip":
        path, frames = rest
        source = clips.setdefault(path, _frames(path))
        found = []
        for _ in range(frames):
            start = time.perf_counter()
            (image,) = islice(source, 1)
            found.append(_timed(runner, image, 1e3 * (time.perf_counter() - start)))
        return found
    return None


def _frames(path: str) -> Iterator[Any]:
    from swahr.video import VideoFile

    while True:
        with VideoFile(path) as clip:
            for frame in clip:
                if frame.image is not None:
                    yield frame.image


def _timed(runner: Any, image: Any, read_ms: float) -> tuple[float, float, float]:
    start = time.perf_counter()
    prepared = runner.prepare(image)
    outputs = runner.network(prepared)
    middle = time.perf_counter()
    runner.people(prepared, outputs)
    end = time.perf_counter()
    return read_ms, 1e3 * (middle - start), 1e3 * (end - middle)
