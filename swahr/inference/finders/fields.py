"""People of whole frames by part affinity fields: OpenPose and Lightweight OpenPose."""

import torch
from torch import Tensor

from swahr.config import NetworkSettings
from swahr.decode import ParseParams
from swahr.decode.paf_rules import layout_of
from swahr.errors import SettingError, SwahrError
from swahr.inference.backends.choice import make_chosen
from swahr.inference.backends.exported import ExportedNetwork
from swahr.inference.backends.picture import drawn_people
from swahr.inference.backends.trial import Sight
from swahr.inference.field_maps import FieldOutput, FieldReading, enlarge, mirror_maps_back, where_parsed
from swahr.inference.finders import register_finder
from swahr.inference.finders.base import FrameFinder
from swahr.inference.finders.tags import check_aspect
from swahr.inference.geometry import InputGeometry, input_geometry
from swahr.inference.hardware.device import choose_device
from swahr.inference.output import NetworkOutput
from swahr.inference.postprocess import Selection
from swahr.inference.preprocess import Preprocessor, make_preprocessor
from swahr.models.checkpoints import Checkpoint
from swahr.models.field_contract import FieldContract
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17, COCO_FEET_23, Skeleton
from swahr.video.images import Image

ANSWERS = {"heatmaps", "pafs"}


@register_finder("fields")
class FieldFinder(FrameFinder):
    """Runs a network with part affinity fields.

    Its people have COCO's joints where the network knows those and a neck, and COCO's with feet where it knows feet;
    else the network's. The rule says who is a person: `min_score` leaves out nobody more.

    Args:
        network: Which it is.
        settings: All of the network's.
        params: Of the parse.
        measure: See `MakeFinder`.

    Raises:
        SettingError: There is no way to join joints of its skeleton.
    """

    min_score = 0.0

    def __init__(
        self,
        network: Checkpoint | ExportedNetwork,
        settings: NetworkSettings,
        params: ParseParams,
        measure: bool = True,
    ) -> None:
        del params
        super().__init__(settings)
        self._look = Look(network)
        self.skeleton = self._look.skeleton
        self.device = choose_device(settings.device)
        self.runtime, self._network = make_chosen(network, settings, self.device, measure, FieldSight)
        self.input_size = settings.input_size or network.input_size
        self._scales = tuple(sorted(settings.scales))
        self._preprocess = self._look.preprocessor(self.device)

    def prepare(self, frames: list[Image]) -> Tensor:
        """Turn frames of one size into what the network reads at scale 1, [B, 3, h, w] float32."""
        return self._look.images(self._preprocess, frames, self._geometry(frames[0], 1.0))

    def infer_batch(self, frames: list[Image], params: ParseParams, keep_maps: bool) -> NetworkOutput:
        """Run the network on frames of one size; of several scales the mean is taken at the input's size."""
        del params, keep_maps
        geometry = self._geometry(frames[0], 1.0)
        if len(self._scales) == 1:
            return FieldOutput(geometry, *self._run(self.prepare(frames)), self._look.reading)
        sums: list[Tensor] = []
        for scale in self._scales:
            images = self._look.images(self._preprocess, frames, self._geometry(frames[0], scale))
            maps = [enlarge(each, geometry.input_wh) for each in self._run(images)]
            sums = [one + other for one, other in zip(sums, maps, strict=True)] if sums else maps
        heatmaps, pafs = sums
        count = len(self._scales)
        return FieldOutput(geometry, heatmaps / count, pafs / count, self._look.reading)

    def _run(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Run the network on images and, with the flip test, on their mirror images."""
        heatmaps, pafs = self._look.maps(self._network(images))
        if self.settings.flip_test:
            mirrored = mirror_maps_back(
                *self._look.maps(self._network(images.flip(3))),
                self._look.reading.layout,
                self._look.network_skeleton.flip_permutation,
            )
            heatmaps, pafs = (heatmaps + mirrored[0]) / 2, (pafs + mirrored[1]) / 2
        if not (heatmaps.isfinite().all() and pafs.isfinite().all()):
            raise SwahrError("the network gives NaN or infinity: its weights are damaged")
        return heatmaps, pafs

    def _geometry(self, frame: Image, scale: float) -> InputGeometry:
        check_aspect(frame)
        height, width = frame.shape[:2]
        return input_geometry(
            (width, height), self.input_size, scale, self._scales[0], self._look.contract.multiple
        )


class Look:
    """How a network reads frames, and how its answers are read.

    Args:
        network: Which it is.

    Raises:
        SettingError: Its answers are no heatmaps and fields, or its joints cannot be joined.
    """

    def __init__(self, network: Checkpoint | ExportedNetwork) -> None:
        if set(network.answers) != ANSWERS:
            raise SettingError(
                f"the network gives {', '.join(network.answers)}; expected {' and '.join(sorted(ANSWERS))}"
            )
        self.contract = network.fields or FieldContract()
        self.network_skeleton = network.skeleton
        self.skeleton, joints = people_of(network.skeleton)
        self.reading = FieldReading(self.contract, layout_of(network.skeleton), joints)
        self._mean, self._std, self._answers = network.mean, network.std, network.answers

    def preprocessor(self, device: torch.device) -> Preprocessor:
        """Make what turns frames into images, whose channels are RGB until `images` orders them."""
        order = -1 if self.contract.colours == "bgr" else 1
        return make_preprocessor(self._mean[::order], self._std[::order], device)

    def images(self, preprocess: Preprocessor, frames: list[Image], geometry: InputGeometry) -> Tensor:
        """Turn frames into what the network reads."""
        images = preprocess(frames, geometry)
        return images.flip(1) if self.contract.colours == "bgr" else images

    def maps(self, answers: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Return heatmaps and fields of what the network answered, where they are parsed."""
        named = dict(zip(self._answers, answers, strict=True))
        heatmaps, pafs = where_parsed(named["heatmaps"], named["pafs"])
        return heatmaps, pafs


class FieldSight(Sight):
    """The whole picture, for a network with fields."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        picture = drawn_people()
        self._look = Look(checkpoint)
        size_wh = (picture.shape[1], picture.shape[0])
        self._geometry = input_geometry(size_wh, checkpoint.input_size, multiple=self._look.contract.multiple)
        self.images = self._look.images(
            self._look.preprocessor(torch.device("cpu")), [picture], self._geometry
        )
        self._params = ParseParams(detection_threshold=checkpoint.detection_threshold)
        self._selection = Selection(self._look.skeleton, 30, 0.0, 0.6)

    def people(self, answers: list[Tensor]) -> Poses:
        """Read the maps."""
        output = FieldOutput(self._geometry, *self._look.maps(answers), self._look.reading)
        return output.poses(self._params, self._selection)[0]


def people_of(skeleton: Skeleton) -> tuple[Skeleton, tuple[int, ...]]:
    """Return the skeleton of the people, and which joints of the network's they have."""
    for known in (COCO_FEET_23, COCO_17):
        if set(known.joints) <= set(skeleton.joints):
            return known, tuple(skeleton.joints.index(joint) for joint in known.joints)
    return skeleton, tuple(range(skeleton.num_joints))
