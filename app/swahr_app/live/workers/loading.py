"""Loads networks, one at a time; the newest wish counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from swahr.config import NetworkSettings
from swahr.errors import SwahrError
from swahr_app.live.workers.mailbox import Mailbox
from swahr_app.state.facts import ModelInfo
from swahr_app.state.texts import worded
from swahr_app.threads.estimator import make_estimator
from swahr_app.threads.worker import Failed, Worker

if TYPE_CHECKING:
    from swahr.inference.estimator import PoseEstimator


@dataclass(frozen=True)
class Loaded:
    """A network that is ready to run, as the settings ask."""

    settings: NetworkSettings
    estimator: "PoseEstimator"
    info: ModelInfo


Load = Callable[[NetworkSettings], Loaded]


def load(settings: NetworkSettings) -> Loaded:
    """Load a network.

    Raises:
        SwahrError: There is none of that name, or the file is of the wrong kind.
    """
    estimator = make_estimator(settings)
    info = ModelInfo(
        name=settings.model,
        device=str(estimator.device),
        input_size=estimator.input_size,
        skeleton=estimator.skeleton,
        threshold=estimator.params.detection_threshold,
        min_score=estimator.selection.min_score,
        backend=estimator.runtime.backend,
        ms=dict(estimator.runtime.ms),
    )
    return Loaded(settings, estimator, info)


class Loader(Worker):
    """Waits for wishes and loads; what was asked for before the newest wish is not passed on.

    loading: is given the name when a load begins. loaded: is given the network.
    """

    def __init__(
        self,
        loading: Callable[[str], None],
        loaded: Callable[[Loaded], None],
        failed: Failed,
        load: Load = load,
    ) -> None:
        super().__init__("loader", failed)
        self._wishes: Mailbox[NetworkSettings] = Mailbox(self.changed)
        self._loading, self._loaded, self._load = loading, loaded, load

    def want(self, settings: NetworkSettings) -> None:
        """Ask for a network."""
        self._wishes.put(settings)

    def work(self) -> None:
        """Load what is wanted, until `stop`."""
        while True:
            with self.changed:
                while not (self.stopping or self._wishes.full):
                    self.changed.wait()
                if self.stopping:
                    return
                wish = self._wishes.take()
            assert wish is not None
            self._loading(wish.model)
            try:
                found = self._load(wish)
            except SwahrError as error:
                if not self._obsolete():
                    self._failed(worded(error))
            else:
                if not self._obsolete():
                    self._loaded(found)

    def _obsolete(self) -> bool:
        return self.stopping or self._wishes.full
