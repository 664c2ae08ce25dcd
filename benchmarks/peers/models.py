"""The models of the comparison by name: `movenet@512`, `posenet@641`, `openpose@640`, or one of ours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.peers.runner import Runner
from swahr.errors import SwahrError
from swahr.pose.poses import Poses
from swahr.video.images import Image

PEER_RUNTIMES = {
    "movenet": ("onnxruntime", "openvino"),
    "posenet": ("onnxruntime", "openvino"),
    "openpose": ("openvino",),
}


@dataclass(frozen=True)
class Entry:
    """A row of the table.

    name, runtime: as in `make_runner`. options: of our estimator. shown: the name in the table, where it is not `name`.
    """

    name: str
    runtime: str
    options: dict[str, Any] = field(default_factory=dict)
    shown: str = ""

    @property
    def label(self) -> str:
        """What the table calls it."""
        options = dict(self.options)
        size = f"@{options.pop('input_size')}" if "input_size" in options else ""
        refine = f" refine {options.pop('refine')}" if "refine" in options else ""
        more = [name if value is True else str(value) for name, value in options.items()]
        return " ".join([(self.shown or self.name) + size, self.runtime, *more]) + refine

    @property
    def one_size(self) -> bool:
        """Whether each new input size costs so much that only the clip is timed."""
        return bool(self.options.get("compile"))

    @property
    def ours(self) -> bool:
        """Whether it is a model of this project."""
        return self.name.partition("@")[0] not in PEER_RUNTIMES

    def make(self, threads: int) -> Runner:
        """Make what runs it."""
        options = {"backend": self.runtime, **self.options} if self.ours else {}
        return make_runner(self.name, self.runtime, threads, **options)


def make_runner(name: str, runtime: str | None = None, threads: int = 2, **options: Any) -> Runner:
    """Make a peer from `NAME@SIZE`, or a model of ours from a bundled name or a checkpoint file.

    runtime: of a peer; None takes its first. options: of our estimator.
    """
    from benchmarks.peers.movenet import MoveNet
    from benchmarks.peers.openpose import OpenPose
    from benchmarks.peers.ours import Ours
    from benchmarks.peers.posenet import PoseNet

    peer, _, size = name.partition("@")
    if peer not in PEER_RUNTIMES:
        return Ours(name, threads=threads, **options)
    runtime = runtime or PEER_RUNTIMES[peer][0]
    if runtime not in PEER_RUNTIMES[peer] or not size.isdecimal():
        raise SwahrError(
            f"{name} by {runtime}: expected NAME@SIZE, by one of {', '.join(PEER_RUNTIMES[peer])}"
        )
    make = {"movenet": MoveNet, "posenet": PoseNet, "openpose": OpenPose}[peer]
    return make(int(size), runtime, threads)


def find_people(runner: Runner) -> Callable[[Image], Poses]:
    """Return the whole way from a frame to its people as one call."""

    def whole(frame: Image) -> Poses:
        prepared = runner.prepare(frame)
        return runner.people(prepared, runner.network(prepared))

    return whole
