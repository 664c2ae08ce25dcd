"""People by crops: boxes say where they are, a network for one person says where their joints are.

Simple Baselines, HRNet, Stacked Hourglass and the cascaded pyramid network, each by its checkpoint's contract. Boxes
are given, or come from the people whom another model finds in the whole frame. P people, K joints.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from swahr.config import NetworkSettings
from swahr.decode import ParseParams
from swahr.errors import Hint, SettingError
from swahr.inference.backends.choice import make_chosen
from swahr.inference.backends.exported import ExportedNetwork
from swahr.inference.boxes import PersonBoxes
from swahr.inference.crops import CropLook, CropSight
from swahr.inference.defaults import make_params
from swahr.inference.finders import make_finder, register_finder
from swahr.inference.finders.base import Finder
from swahr.inference.finders.tags import check_aspect
from swahr.inference.frame_maps import FrameMaps
from swahr.inference.hardware.device import choose_device
from swahr.inference.opening import open_network
from swahr.inference.output import LaterOutput, NetworkOutput
from swahr.inference.people_of_crops import PeopleOfCrops
from swahr.inference.postprocess import Selection
from swahr.models.bundled import resolve
from swahr.models.checkpoints import CROPS, Checkpoint
from swahr.pose.poses import Poses
from swahr.video.images import Image

Floats = npt.NDArray[np.float32]
# Score from which people of the other model become boxes: who has less is nobody, and a crop costs its time.
BOX_MIN_SCORE = 0.02
# Score from which a person counts, of the box's by the joints'.
MIN_SCORE = 0.1
# How far a person goes on beyond the joints, parts of their extent: left and right, above, below; on labelled photos of
# COCO's the middle of what people's boxes are beyond their labelled joints.
BESIDE, ABOVE, BELOW = 0.17, 0.14, 0.09


@register_finder(CROPS)
class CropFinder(Finder):
    """Runs a network for one person on the crops of a frame's people.

    Args:
        network: which it is.
        settings: all of the network's; `tiles` and `scales` are of the model whose people become crops.
        params: are read when people are made.
        measure: see `MakeFinder`.

    Raises:
        SettingError: the other model is a network of crops itself.
        MissingError: there is no other model of that name.
    """

    looks_closely = True
    min_score = MIN_SCORE

    def __init__(
        self,
        network: Checkpoint | ExportedNetwork,
        settings: NetworkSettings,
        params: ParseParams,
        measure: bool = True,
    ) -> None:
        del params
        assert network.crop is not None
        self.settings, self._measure = settings, measure
        self.contract = contract = (
            network.crop if settings.input_size is None else network.crop.at_size(settings.input_size)
        )
        if isinstance(network, ExportedNetwork) and contract != network.crop:
            raise SettingError(
                f"{network.path} was exported for crops of {network.input_size} pixels on the short side; "
                f"input_size is {settings.input_size}",
                hints=[Hint("input_size", None)],
            )
        network = replace(network, crop=contract)  # which exports of it keep to
        if settings.box_file is None:
            resolve(settings.box_model)
        self.device = choose_device(settings.device)
        self.runtime, backend = make_chosen(network, settings, self.device, measure, CropSight)
        self.skeleton, self.input_size = network.skeleton, min(self.contract.input_wh)
        flip = self.skeleton.flip_permutation if settings.flip_test else None
        self._look = CropLook(backend, self.contract, (network.mean, network.std), self.device, flip)
        self._people = PeopleOfCrops(
            self.skeleton, self.contract, rescore=settings.rescore, soft=settings.suppress == "soft"
        )
        self._others: _OthersPeople | None = None
        self._live = False

    def infer(
        self,
        frames: list[Image],
        params: ParseParams,
        keep_maps: bool = False,
        boxes: Sequence[PersonBoxes] | None = None,
    ) -> NetworkOutput:
        """Look for people where no boxes are given; the crops are looked at when people are made."""
        for frame in frames:
            check_aspect(frame)
        if boxes is not None:
            return CropOutput(NoMaps(len(frames)), frames, self._look, self._people, boxes)
        if self._others is None:
            self._others = _OthersPeople(self.settings, self._measure)
            self._others.finder.set_live(self._live)
        others = self._others
        first = others.finder.infer(frames, others.params, keep_maps)
        return CropOutput(first, frames, self._look, self._people, None, others)

    def set_live(self, live: bool) -> None:
        """Say whether frames come as they come."""
        self._live = live
        if self._others is not None:
            self._others.finder.set_live(live)


class _OthersPeople:
    """The model whose people become boxes, as it is at its best for that: everyone, without a second look."""

    def __init__(self, settings: NetworkSettings, measure: bool) -> None:
        network = open_network(settings.box_model)
        if network.finder == CROPS:
            raise SettingError(
                f"box_model is {settings.box_model!r}, a network of one person's crop itself; expected one that finds "
                "people in whole frames",
                hints=[Hint("box_model", "default"), Hint("box_file")],
            )
        own = NetworkSettings(
            model=settings.box_model,
            **{
                name: getattr(settings, name)
                for name in ("device", "threads", "precision", "backend", "scales", "tiles")
            },
            max_people=settings.max_people,
            max_similarity=settings.max_similarity,
            batch_size=settings.batch_size,
        )
        self.params = make_params(network, own)
        self.finder = make_finder(network, own, self.params, measure)
        self._selection = Selection(
            self.finder.skeleton, own.max_people, BOX_MIN_SCORE, own.max_similarity, network.scorer
        )

    def boxes(self, output: NetworkOutput) -> list[PersonBoxes]:
        """Return the boxes of each frame's people."""
        return [boxes_around(poses) for poses in output.poses(self.params, self._selection)]


def boxes_around(poses: Poses) -> PersonBoxes:
    """Return a box around each person: the extent of the joints, and what a person is beyond them."""
    if not len(poses):
        return PersonBoxes(np.empty((0, 4)), np.empty(0))
    xy = poses.keypoints[..., :2].astype(np.float64)
    low, high = np.nanmin(xy, axis=1), np.nanmax(xy, axis=1)
    # Who has few joints in a row has a box of no width.
    longer = np.maximum(high - low, (high - low).max(axis=1, keepdims=True) / 4)
    middle = (low + high) / 2
    low, high = middle - longer / 2, middle + longer / 2
    low -= longer * (BESIDE, ABOVE)
    high += longer * (BESIDE, BELOW)
    return PersonBoxes(np.concatenate([low, high - low], axis=1), poses.scores.astype(np.float64))


@dataclass(frozen=True)
class NoMaps(NetworkOutput):
    """Of frames that no network has seen whole, as boxes were given.

    Attributes:
        count: how many frames.
    """

    count: int

    @property
    def has_maps(self) -> bool:
        """No."""
        return False

    def __len__(self) -> int:
        return self.count

    def poses(self, params: ParseParams, selection: Selection) -> list[Poses]:
        """Return nobody: boxes are no joints."""
        del params
        return [Poses.nobody(selection.skeleton) for _ in range(self.count)]

    def maps(self, index: int) -> FrameMaps:
        """Refuse. Raises SettingError always."""
        self._check(index)
        raise SettingError(
            "boxes were given, so that no network has seen the whole frame, and there are no maps of it to draw",
            hints=[Hint("layer", "none"), Hint("box_file", None)],
        )


@dataclass(frozen=True)
class CropOutput(LaterOutput):
    """An output whose people are those of crops; its maps are those of the model that found the people.

    A crop is looked at once, however often people are made.

    Attributes:
        look: runs the network on crops.
        people: makes people of what it says.
        given: boxes of each frame; None: `others` makes them of `first`.
        others: see there.
    """

    look: CropLook
    people: PeopleOfCrops
    given: Sequence[PersonBoxes] | None
    others: _OthersPeople | None = None
    _boxes: list[PersonBoxes] = field(default_factory=list, compare=False)
    _seen: list[Floats] = field(default_factory=list, compare=False)

    def poses(self, params: ParseParams, selection: Selection) -> list[Poses]:
        """Look at the crops of those who may have the least score, of all frames, and make people of them."""
        if not self._boxes and self.frames:
            given = self.given
            if given is None:
                assert self.others is not None
                given = self.others.boxes(self.first)
            self._boxes.extend(
                boxes.usable((frame.shape[1], frame.shape[0]))
                for boxes, frame in zip(given, self.frames, strict=True)
            )
        # A person's score is at most the box's, and boxes come best first.
        counts = [int((boxes.scores >= selection.min_score).sum()) for boxes in self._boxes]
        self._look_at(counts, params.subpixel)
        return [
            self.people(
                self._seen[index][:count],
                PersonBoxes(boxes.xywh[:count], boxes.scores[:count]),
                (self.frames[index].shape[1], self.frames[index].shape[0]),
                params,
                selection,
            )
            for index, (boxes, count) in enumerate(zip(self._boxes, counts, strict=True))
        ]

    def _look_at(self, counts: Sequence[int], subpixel: str) -> None:
        """See to it that the first boxes of each frame, as many as `counts` says, were looked at."""
        if not self._seen:
            self._seen.extend(np.empty((0, self.people.num_joints, 3), np.float32) for _ in self.frames)
        wanted = [
            boxes.xywh[len(seen) : count]
            for boxes, seen, count in zip(self._boxes, self._seen, counts, strict=True)
        ]
        for index, more in enumerate(self.look(self.frames, wanted, subpixel)):
            if len(more):
                seen = self._seen[index]
                self._seen[index] = np.concatenate([seen, more]) if len(seen) else more
