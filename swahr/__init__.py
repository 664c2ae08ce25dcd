"""SWAHR HigherHRNet: multi-person 2D pose, bottom-up, as a library, a command and a desktop app.

`PoseEstimator` finds the people of frames; `swahr --help` is the same for files.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["PoseEstimator", "Poses", "Skeleton", "SwahrError", "__version__"]

if TYPE_CHECKING:
    from swahr.errors import SwahrError
    from swahr.inference.estimator import PoseEstimator
    from swahr.pose.poses import Poses
    from swahr.pose.skeleton import Skeleton

_HOMES = {
    "PoseEstimator": "swahr.inference.estimator",
    "Poses": "swahr.pose.poses",
    "Skeleton": "swahr.pose.skeleton",
    "SwahrError": "swahr.errors",
}


def __getattr__(name: str) -> Any:
    """Import torch and the rest when they are asked for, so that `import swahr` and `swahr --help` are quick."""
    import importlib

    if name == "_native":  # asked for before it is imported, and not there
        try:
            return importlib.import_module("swahr._native")
        except ModuleNotFoundError as error:
            raise ImportError(
                f"{__path__[0]} is swahr's source folder, and its native part was not built there: run Python in "
                "another folder, or `pip install -e .` in that one"
            ) from error
    if name not in _HOMES:
        raise AttributeError(f"module 'swahr' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
