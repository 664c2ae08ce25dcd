"""Workers on a Ray cluster: one actor per GPU. All machines see the same files, under the same paths."""

import os
import secrets
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any

from swahr.errors import MissingError, first_line
from swahr.run.batch.runner import Outcome, Runner
from swahr.run.batch.scheduler import WorkerLostError
from swahr.run.job import VideoJob

# As an address: a cluster of this machine alone, for the time of the run.
LOCAL = "local"
POLL_S = 0.5
TOKEN = secrets.token_hex(32)  # one a process: Ray keeps the first that it sees
CONNECT_S = 5.0


class Cluster:
    """A connection to a Ray cluster. A context manager.

    Args:
        address: As `ray.init` takes it (host:6379, ray://host:10001, auto), or `local`.
        workers: How many actors; 0 is one per GPU, or one per machine where there are no GPUs.

    Raises:
        MissingError: Ray is not installed, or no such cluster answers.
    """

    def __init__(self, address: str, workers: int = 0) -> None:
        self._closed_doors = ExitStack()
        if address == LOCAL:
            self._closed_doors.enter_context(_for_this_machine_alone())
        try:
            ray: Any = import_module("ray")
        except ImportError as error:
            self._closed_doors.close()
            raise MissingError(f"a cluster needs Ray ({error}); pip install 'swahr[cluster]'") from error
        self._ray = ray
        _check_there(address)
        try:
            ray.init(
                address=address,
                log_to_driver=False,
                logging_level="error",
                include_dashboard=False if address == LOCAL else None,
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            self._closed_doors.close()
            reason = first_line(error)
            raise MissingError(f"{address}: no cluster answers ({reason})") from error
        resources = ray.cluster_resources()
        gpus, cpus = int(resources.get("GPU", 0)), int(resources.get("CPU", 1))
        machines = sum(bool(node["Alive"]) for node in ray.nodes())
        self.workers = workers or gpus or machines
        # An actor without GPUs has the cores of its share; Ray gives its network as many threads.
        share = {"num_gpus": 1} if gpus else {"num_cpus": max(1, cpus // self.workers)}
        self._actor = ray.remote(max_concurrency=2, max_restarts=0, **share)(_Actor)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self._ray.shutdown()
        self._closed_doors.close()

    def open_worker(self, _number: int) -> "ClusterWorker":
        """Start an actor."""
        return ClusterWorker(self._ray, self._actor.remote())


@contextmanager
def _for_this_machine_alone() -> Iterator[None]:
    """Have Ray listen on the loopback interface, and to those who know a token: what reaches it can run code.

    Ray has a setting by which it does so on Windows and macOS, read when it is imported; the token is from 2.52 on, and
    where a program has imported Ray before, it is as Ray itself has it: from 2.59 on it makes one.
    """
    wanted = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
    if "ray" not in sys.modules and not {"RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"} & {
        *os.environ
    }:
        wanted |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    constants = sys.modules.get("ray._private.ray_constants")  # where it was imported before
    enabled = getattr(constants, "ENABLE_RAY_CLUSTER", None)
    if enabled:
        vars(constants)["ENABLE_RAY_CLUSTER"] = False
    try:
        yield
    finally:
        if enabled:
            vars(constants)["ENABLE_RAY_CLUSTER"] = enabled
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _check_there(address: str) -> None:
    """Raise MissingError where nobody listens: Ray itself tries for minutes, and then ends the whole process."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        return
    try:
        socket.create_connection((host, int(port)), CONNECT_S).close()
    except OSError as error:
        reason = error.strerror or str(error)
        raise MissingError(f"{address}: no cluster answers ({reason})") from error


class ClusterWorker:
    """An actor that does jobs."""

    def __init__(self, ray: Any, actor: Any) -> None:
        self._ray, self._actor = ray, actor

    @property
    def pid(self) -> int:
        """Number of its process, on its machine."""
        return int(self._ray.get(self._actor.pid.remote()))

    def do(self, job: VideoJob, progress: Callable[[int], None]) -> Outcome:
        """Do a job and wait for it.

        Raises:
            WorkerLostError: The actor or its machine died.
        """
        try:
            answer = self._actor.do.remote(job)
            while not self._ray.wait([answer], timeout=POLL_S)[0]:
                progress(self._ray.get(self._actor.frames.remote()))
            outcome: Outcome = self._ray.get(answer)
        except self._ray.exceptions.RayActorError as error:
            raise WorkerLostError(f"the actor was lost ({first_line(error)})") from error
        return outcome

    def close(self) -> None:
        """End the actor."""
        self._ray.kill(self._actor)


class _Actor:
    """Runs on the cluster; `frames` and `pid` answer while `do` is at work."""

    def __init__(self) -> None:
        self._runner = Runner(own_process=True)

    def do(self, job: VideoJob) -> Outcome:
        return self._runner.do(job)

    def frames(self) -> int:
        return self._runner.frames

    def pid(self) -> int:
        import os

        return os.getpid()
