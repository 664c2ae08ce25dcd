"""Jobs over workers that a test breaks: here they are plain objects, the schedule is what is tested."""

import threading
import time

import pytest

from swahr.errors import SwahrError
from swahr.run.batch.runner import Outcome
from swahr.run.batch.scheduler import ATTEMPTS, BatchWatcher, WorkerLostError, run_all
from swahr.run.watcher import Result


class Job:
    """Stands for a job: the schedule gives it away and sets `resume`."""

    def __init__(self, source, resume=False):
        self.source, self.resume = source, resume


@pytest.fixture(autouse=True)
def _plain_jobs(monkeypatch):
    real = run_all.__globals__["replace"]

    def replace(thing, **changes):
        return Job(thing.source, **changes) if isinstance(thing, Job) else real(thing, **changes)

    monkeypatch.setitem(run_all.__globals__, "replace", replace)


class Worker:
    def __init__(self, work):
        self._work, self.closed = work, threading.Event()

    def do(self, job, progress):
        if self.closed.is_set():
            raise WorkerLostError("closed")
        self._work(job, progress, self.closed)
        return Outcome(job, Result())

    def close(self):
        self.closed.set()


def jobs(count):
    return [Job(f"{number}.mp4") for number in range(count)]


def test_every_job_is_done_once_by_as_many_workers_as_asked():
    opened, together = [], []
    busy = threading.Semaphore(0)

    def work(job, progress, closed):
        busy.release()
        together.append(threading.active_count())
        time.sleep(0.01)
        busy.acquire()

    def open_worker(number):
        opened.append(number)
        return Worker(work)

    outcomes = run_all(jobs(10), open_worker, 3)
    assert sorted(outcome.job.source for outcome in outcomes) == sorted(job.source for job in jobs(10))
    assert sorted(opened) == [0, 1, 2]
    assert run_all(jobs(0), open_worker, 3) == []


def test_what_a_lost_worker_had_goes_on_with_a_new_one():
    lost, tries = [], []

    def work(job, progress, closed):
        tries.append((job.source, job.resume))
        if job.source == "1.mp4" and not job.resume:
            raise WorkerLostError("killed")

    outcomes = run_all(
        jobs(3), lambda _: Worker(work), 1, BatchWatcher(lost=lambda job, why: lost.append((job.source, why)))
    )
    assert lost == [("1.mp4", "killed")]
    assert tries == [("0.mp4", False), ("1.mp4", False), ("1.mp4", True), ("2.mp4", False)]
    assert [outcome.attempts for outcome in outcomes] == [1, 2, 1]


def test_a_video_that_costs_every_worker_is_given_up_alone():
    def work(job, progress, closed):
        if job.source == "0.mp4":
            raise WorkerLostError("killed")

    outcomes = run_all(jobs(2), lambda _: Worker(work), 1)
    assert [outcome.result is None for outcome in outcomes] == [True, False]
    assert f"{ATTEMPTS} workers were lost over it" in outcomes[0].error.message


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_whatever_ends_it_all_workers_and_threads_end(error):
    workers = []

    def work(job, progress, closed):
        closed.wait()
        raise WorkerLostError("closed")

    def open_worker(number):
        workers.append(Worker(work))
        return workers[-1]

    def frames(_):
        if len(workers) == 2:
            raise error

    before = threading.active_count()
    with pytest.raises(error):
        run_all(jobs(5), open_worker, 2, BatchWatcher(frames=frames))
    assert threading.active_count() == before
    assert all(worker.closed.is_set() for worker in workers)


def test_where_no_worker_can_be_started_the_run_ends():
    def open_worker(number):
        raise SwahrError("no room")

    with pytest.raises(SwahrError, match="no room"):
        run_all(jobs(5), open_worker, 2)


def test_frames_under_way_are_told():
    seen = []

    def work(job, progress, closed):
        progress(7)
        while 7 not in seen:
            time.sleep(0.01)

    run_all(jobs(1), lambda _: Worker(work), 1, BatchWatcher(frames=seen.append))
    assert 7 in seen
