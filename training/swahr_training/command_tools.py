"""What the commands of this package share."""

from importlib.util import find_spec

from swahr.config import DeviceSettings
from swahr.errors import SwahrError


def require_packages() -> None:
    """Raise SwahrError where the packages of the train extra are not installed."""
    missing = [name for name in ("yaml", "faster_coco_eval") if find_spec(name) is None]
    if missing:
        raise SwahrError(f"training needs {', '.join(missing)}: pip install 'swahr[train]'")


def use_threads_of(network: DeviceSettings) -> None:
    """Let torch use as many threads as were asked for."""
    from swahr.inference.threads import use_threads

    if network.threads is not None:
        use_threads(network.threads)
