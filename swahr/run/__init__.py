"""From a source to finished files: one video or many, with a journal that outlives a crash.

`process_video` and `process_folder` are for Python programs; front ends make a `VideoJob` of their settings and give
it to `process.process` with a `Watcher`, or many of them to `run_many`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from swahr.run.batch.many import run_many
    from swahr.run.batch.runner import Outcome
    from swahr.run.batch.scheduler import BatchWatcher
    from swahr.run.fill import fill_document
    from swahr.run.folder import process_folder
    from swahr.run.job import VideoJob
    from swahr.run.pipeline import Summary
    from swahr.run.video import process_video
    from swahr.run.watcher import Result, StoppedError, Watcher

_HOMES = {
    "BatchWatcher": "batch.scheduler",
    "Outcome": "batch.runner",
    "Result": "watcher",
    "StoppedError": "watcher",
    "Summary": "pipeline",
    "VideoJob": "job",
    "Watcher": "watcher",
    "fill_document": "fill",
    "process_folder": "folder",
    "process_video": "video",
    "run_many": "batch.many",
}
__all__ = [
    "BatchWatcher",
    "Outcome",
    "Result",
    "StoppedError",
    "Summary",
    "VideoJob",
    "Watcher",
    "fill_document",
    "process_folder",
    "process_video",
    "run_many",
]


def __getattr__(name: str) -> Any:
    """Import the network's libraries when a run is asked for, not with its values."""
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
