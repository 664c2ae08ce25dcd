"""TensorBoard's view of a run: losses, rates, AP, and what the network makes of a few photos."""

from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from typing_extensions import Self

from swahr.config import NetworkSettings
from swahr.errors import SwahrError
from swahr.inference.estimator import PoseEstimator
from swahr.inference.output import InputMaps
from swahr.models.checkpoints import Checkpoint
from swahr.overlay.skeletons import draw_poses
from swahr.video.images import Image, read_image
from swahr_training.data.labelled import LabelledImage
from swahr_training.data.labels import Labels

PICTURES = 4
MAX_SIDE = 640  # of a picture, pixels


class Board:
    """Writes to `folder`; does nothing where that is None. photos: what pictures are made of.

    step: where the run goes on from; what an earlier part of it wrote after that is hidden.
    """

    def __init__(self, folder: Path | None, photos: list[Path], step: int) -> None:
        self._photos, self._writer = photos, None
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

    def add_pictures(self, checkpoint: Checkpoint, device: str, step: int) -> None:
        """Add heatmaps, tags and people of the photos, as a checkpoint sees them; it is taken over."""
        if self._writer is None or not self._photos:
            return
        estimator = PoseEstimator(checkpoint, NetworkSettings(device=device))
        for number, path in enumerate(self._photos):
            picture = picture_of(estimator, read_image(path))
            self._writer.add_image(f"photos/{number}", picture[..., ::-1], step, dataformats="HWC")
        self._writer.flush()


def shown_photos(validated: Labels | None, trained: list[LabelledImage]) -> list[Path]:
    """Choose photos with people: those of the validation, which training does not see, or else trained ones."""
    if validated is None:
        return [labelled.path for labelled in trained if len(labelled.joints)][:PICTURES]
    seen = (photo.path for photo in validated.photos if any(not person.ignored for person in photo.people))
    return list(islice(seen, PICTURES))


def picture_of(estimator: PoseEstimator, photo: Image) -> Image:
    """Return people, heatmaps and tags of a photo side by side, [H, 3 W, 3] BGR."""
    scale = min(1.0, MAX_SIDE / max(photo.shape[:2]))
    size = (max(1, round(photo.shape[1] * scale)), max(1, round(photo.shape[0] * scale)))
    photo = cv2.resize(photo, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    maps = estimator.maps([photo])
    grey = cv2.cvtColor(cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    confidence, tags = _confidence_and_tags(maps, size)
    hot = cv2.applyColorMap((255 * confidence).astype(np.uint8), cv2.COLORMAP_INFERNO)
    tag_colours = cv2.applyColorMap((255 * tags).astype(np.uint8), cv2.COLORMAP_TURBO)
    shown = confidence[..., None] ** 0.5  # weak joints are seen, too
    drawn = [0.5 * grey + 0.8 * hot, (1 - shown) * 0.5 * grey + shown * tag_colours]
    layers = [np.clip(layer, 0, 255).astype(np.uint8) for layer in drawn]
    return np.hstack([draw_poses(photo, estimator(photo)), *layers])


def _confidence_and_tags(
    maps: InputMaps, size: tuple[int, int]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return at each pixel of the photo the confidence of its surest joint and that joint's tag, both in [0, 1].

    Tags are spread over the range that they have where joints are, so that people get distinct colours.
    """
    heatmaps = maps.heatmaps[0].float().cpu().numpy()
    joint = heatmaps.argmax(axis=0)[None]
    confidence = np.take_along_axis(heatmaps, joint, axis=0)[0].clip(0, 1)
    tags = np.take_along_axis(maps.tags[0, ..., 0].float().cpu().numpy(), joint, axis=0)[0]
    sure = tags[confidence > 0.5 * confidence.max()]
    low, high = float(sure.min()), float(sure.max())
    tags = ((tags - low) / max(high - low, 1e-6)).clip(0, 1)
    frame_from_input = maps.geometry.input_from_frame[:2].astype(np.float64)
    warped = [
        cv2.warpAffine(m, frame_from_input, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        for m in (confidence, tags)
    ]
    return warped[0].astype(np.float32), warped[1].astype(np.float32)


def _group(name: str) -> str:
    """Put figures that belong together under one heading."""
    if name.startswith("rate"):
        return f"rate/{name.removeprefix('rate ')}"
    if name in ("photos_per_s", "waiting", "seconds_left"):
        return f"speed/{name}"
    return f"validation/{name}" if name.startswith(("AP", "AR")) else f"loss/{name}"
