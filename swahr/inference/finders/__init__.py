"""What finds the people of frames, by kind of network: tags of whole frames, crops of one person.

A head names the finder of its networks (`HeadSettings.finder`); another kind is one module here, or of a package of
others, that registers a `Finder`.
"""

from collections.abc import Callable
from typing import TypeVar

from swahr._util.registry import Modules, Registry
from swahr.config import NetworkSettings
from swahr.decode import ParseParams
from swahr.errors import SettingError
from swahr.inference.backends.exported import ExportedNetwork
from swahr.inference.finders.base import Finder, MakeFinder
from swahr.models.checkpoints import Checkpoint

__all__ = ["FINDERS", "Finder", "MakeFinder", "make_finder", "register_finder"]

M = TypeVar("M", bound=MakeFinder)

FINDERS: Registry[MakeFinder] = Registry("finder", Modules(__name__))


def register_finder(name: str) -> Callable[[M], M]:
    """Add what is decorated, under the name by which heads ask for it.

    Raises:
        SettingError: the name is taken.
    """
    return FINDERS.adding(name)


def make_finder(
    network: Checkpoint | ExportedNetwork,
    settings: NetworkSettings,
    params: ParseParams,
    measure: bool = True,
) -> Finder:
    """Make what finds people by a network; see `MakeFinder`.

    Raises:
        SettingError: settings do not go together, or not with this network, or its kind finds nobody here.
        MissingError: the device or a runtime is not there.
    """
    if network.finder not in FINDERS:
        raise SettingError(
            f"it is a network with {network.finder}, whose maps can be read in Python but which finds nobody here yet; "
            f"expected one with {' or '.join(FINDERS.names())}"
        )
    return FINDERS.find(network.finder)(network, settings, params, measure)
