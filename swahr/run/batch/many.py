"""Many jobs: what is left to do of them, and all of it done, by processes of this machine or on a cluster."""

from collections.abc import Sequence
from contextlib import ExitStack

from swahr.errors import SettingError
from swahr.run.batch.cluster import Cluster
from swahr.run.batch.processes import ProcessWorker
from swahr.run.batch.runner import Outcome
from swahr.run.batch.scheduler import BatchWatcher, run_all
from swahr.run.job import VideoJob


def unfinished(jobs: Sequence[VideoJob]) -> list[VideoJob]:
    """Return the jobs of which something is to do: all that replace their outputs, and those not finished."""
    return [job for job in jobs if job.rows.overwrite or not job.finished() or job.begun()]


def check_workers(workers: int) -> None:
    """Refuse a number of workers that makes no sense.

    Raises:
        SettingError: It is negative.
    """
    if workers < 0:
        raise SettingError(f"workers is {workers}; expected at least 1, or 0 for one per GPU")


def run_many(
    jobs: Sequence[VideoJob],
    *,
    workers: int = 0,
    cluster: str | None = None,
    watcher: BatchWatcher | None = None,
) -> list[Outcome]:
    """Do jobs, whose settings of the network are the same, and return their outcomes as they ended.

    Args:
        jobs: What to do; a job whose `resume` is set goes on where it was interrupted.
        workers: How many work at once; 0: one per GPU, and one without.
        cluster: Address of a Ray cluster, or `local`; None: processes of this machine.
        watcher: Who wants to know.

    Raises:
        SwahrError: No worker can be started. What is wrong with one job is in its outcome.
    """
    check_workers(workers)
    if not jobs:
        return []
    with ExitStack() as stack:
        if cluster is not None:
            ray = stack.enter_context(Cluster(cluster, workers))
            return run_all(jobs, ray.open_worker, ray.workers, watcher)
        devices = local_devices(jobs[0].network.device)
        count = workers or len(devices)
        return run_all(jobs, lambda number: ProcessWorker(devices[number % len(devices)]), count, watcher)


def local_devices(device: str) -> list[str]:
    """Return the devices of this machine that workers share, one each: all GPUs, or what was asked for."""
    import torch

    if device not in ("auto", "cuda") or not torch.cuda.is_available():
        return [device]
    return [f"cuda:{number}" for number in range(torch.cuda.device_count())]
