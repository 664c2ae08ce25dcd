"""The models of the comparison by name: `movenet@512`, `posenet@641`, `openpose@640`, or one of ours."""

from typing import Any

from benchmarks.peers.runner import Runner
from swahr.errors import SwahrError

PEER_RUNTIMES = {
    "movenet": ("onnxruntime", "openvino"),
    "posenet": ("onnxruntime", "openvino"),
    "openpose": ("openvino",),
}


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


def find_people(runner: Runner) -> Any:
    """Return the whole way from a frame to its people as one call."""

    def whole(frame: Any) -> Any:
        prepared = runner.prepare(frame)
        return runner.people(prepared, runner.network(prepared))

    return whole
