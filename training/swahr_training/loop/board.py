"""TensorBoard's view of a run: losses, rates, AP, and what the network makes of a few photos."""

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from typing_extensions import Self

from swahr.errors import SwahrError
from swahr.models.checkpoints import Checkpoint
from swahr.video.images import Image


class Board:
    """Writes to `folder`; does nothing where that is None. pictures: makes them of a checkpoint, which it takes over.

    step: where the run goes on from; what an earlier part of it wrote after that is hidden.
    """

    def __init__(
        self, folder: Path | None, pictures: Callable[[Checkpoint], Iterable[Image]], step: int
    ) -> None:
        self._pictures, self._writer = pictures, None
        if folder is None:
            return
        if find_spec("tensorboard") is None:
            raise SwahrError(
                "TensorBoard is not installed: pip install 'swahr[train]', or set tensorboard: false"
            )
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder), purge_step=step + 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def add(self, entry: dict[str, Any], rates: dict[str, float] | None = None) -> None:
        """Add the figures of a log entry, and the rate of each group of weights."""
        if self._writer is None:
            return
        for name, value in {**entry, **(rates or {})}.items():
            if name not in ("step", "steps") and isinstance(value, int | float):
                self._writer.add_scalar(_group(name), value, entry["step"])

    def add_pictures(self, checkpoint: Checkpoint, step: int) -> None:
        """Add what a checkpoint makes of some photos; it is taken over."""
        if self._writer is None:
            return
        for number, picture in enumerate(self._pictures(checkpoint)):
            self._writer.add_image(f"photos/{number}", picture[..., ::-1], step, dataformats="HWC")
        self._writer.flush()


def _group(name: str) -> str:
    """Put figures that belong together under one heading."""
    if name.startswith("rate"):
        return f"rate/{name.removeprefix('rate ')}"
    if name in ("photos_per_s", "waiting", "seconds_left"):
        return f"speed/{name}"
    return f"validation/{name}" if name.startswith(("AP", "AR")) else f"loss/{name}"
