"""A contact sheet of samples as training varies them: what the network is shown, with the joints that it is to find."""

from pathlib import Path

from swahr.video import write_photo
from swahr_training.config import TrainConfig
from swahr_training.data.sheet import captioned, fit_tile, grid
from swahr_training.data.sources import load_training_data
from swahr_training.loop.resolve import resolve_config
from swahr_training.systems.base import system_of

COUNT = 12
CACHE_GB = 0.2


def write_varied(config: TrainConfig, target: Path) -> None:
    """Draw the first samples of a run.

    Args:
        config: Of the run, as it was given.
        target: The picture.

    Raises:
        SwahrError: Settings, labels or photos are at fault.
        OutputError: The picture cannot be written.
    """
    data = load_training_data(config)
    config = resolve_config(
        config, data.skeleton, len(data.photos), photo_side=data.photo_side, people=data.people
    )
    config = config.model_copy(update={"batch_size": COUNT, "cache_gb": CACHE_GB})
    drawn = system_of(config).samples(config, data).drawn()
    tiles = [captioned(fit_tile(image), f"as trained: {name}") for image, name in drawn]
    write_photo(target, grid(tiles))
