"""A folder of videos on a real Ray cluster of two workers on this machine."""

import os
import signal
from dataclasses import replace

import pytest

from swahr.config import (
    NetworkSettings,
    TrackSettings,
)
from swahr.errors import Hint, SettingError
from swahr.run.batch.plan import plan
from swahr.run.batch.runner import Runner
from swahr.run.batch.scheduler import BatchWatcher, run_all
from swahr.run.job import VideoJob
from swahr.run.names import outputs_of

pytest.importorskip("ray")
# Ray leaves sockets and files to the garbage collector, and warns of its own future.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def jobs(tmp_path, clips, crowd_model):
    """Four videos. Give a function that makes their jobs, with outputs in a folder."""
    folder = tmp_path / "videos"
    folder.mkdir()
    for number in range(4):
        clips.make(folder / f"{number}.mp4", 120 + 10 * number)
    like = VideoJob(
        str(folder),
        outputs_of(str(folder), None, ("csv", "jsonl")),
        network=NetworkSettings(model=str(crowd_model), max_people=3),
        tracking=TrackSettings(smooth=True),
        resume=True,
    )
    return lambda name: plan(folder, tmp_path / name, like, None).jobs


@pytest.fixture(scope="class")
def cluster():
    """Two cores of this machine, for all tests of a class: it takes seconds to begin."""
    from swahr.run.batch.cluster import LOCAL, Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        with Cluster(LOCAL, 2) as cluster:
            yield cluster


def contents(jobs):
    return [path.read_bytes() for job in jobs for path in job.paths]


def test_with_a_worker_killed_half_way_results_are_those_of_one_machine(jobs, cluster):
    workers, lost = [], []

    def open_worker(number):
        workers.append(cluster.open_worker(number))
        return workers[-1]

    def frames(count):
        if count > 60 and not lost and any(job.begun() for job in jobs("far")):
            lost.append("killing")
            os.kill(workers[0].pid, signal.SIGKILL)

    outcomes = run_all(
        jobs("far"),
        open_worker,
        cluster.workers,
        BatchWatcher(frames=frames, lost=lambda job, reason: lost.append(job.source)),
    )
    assert [outcome.error for outcome in outcomes] == [None] * 4
    assert len(lost) >= 2
    assert len(workers) >= 3
    assert max(outcome.attempts for outcome in outcomes) >= 2
    here = Runner()
    for job in jobs("near"):
        # A local run starts anew; the network has as many threads as an actor has cores.
        assert here.do(replace(job, resume=False)).error is None
    assert contents(jobs("far")) == contents(jobs("near"))


class TestActors:
    def test_an_error_of_an_actor_keeps_its_class_and_hints(self, jobs, cluster):
        worker = cluster.open_worker(0)
        job = replace(jobs("bad")[0], tracking=TrackSettings(smooth=True, track=False))
        try:
            outcome = worker.do(job, lambda _: None)
        finally:
            worker.close()
        assert type(outcome.error) is SettingError
        assert outcome.error.code == "setting"
        assert outcome.error.hints == (Hint("track", True),)

    def test_a_cluster_of_this_machine_listens_to_it_alone(self, cluster):
        """Ray's own RPC runs code: what is open to others would let them in."""
        psutil = pytest.importorskip("psutil")
        workers = [cluster.open_worker(number) for number in range(2)]
        assert all(worker.pid for worker in workers)
        ours = {os.getpid(), *(child.pid for child in psutil.Process().children(recursive=True))}
        open_at = [
            each for each in psutil.net_connections("inet") if each.status == "LISTEN" and each.pid in ours
        ]
        assert open_at
        assert {each.laddr.ip.removeprefix("::ffff:") for each in open_at} <= {"127.0.0.1", "::1"}
        for worker in workers:
            worker.close()
