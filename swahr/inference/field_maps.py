"""What a network with part affinity fields said of frames of one size: its maps, from which people are made.

B frames, K joints, L limbs, h w the size of the maps, H W that of the input.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from swahr.decode import ParsedPeople, ParseParams, group_pafs
from swahr.decode.maps import on_gpu
from swahr.decode.paf_rules import FieldLayout, rule_named
from swahr.inference.frame_maps import FrameMaps, frame_maps
from swahr.inference.output import BatchOutput
from swahr.models.field_contract import FieldContract

Floats = npt.NDArray[np.float32]
CORNER = 0.5  # where the middle of cell 0 lies for rules that count from its corner


def where_parsed(*maps: Tensor) -> list[Tensor]:
    """Return maps [..., h, w] as float32 where they are parsed: on their GPU if this build has kernels, else here."""
    return [each.float() if on_gpu(*maps) else each.float().cpu() for each in maps]


def enlarge(maps: Tensor, size_wh: Sequence[int]) -> Tensor:
    """Bring maps [..., h, w] to another size by bicubic interpolation, as the published code does, where they are."""
    width, height = size_wh
    if maps.shape[-2:] == (height, width):
        return maps.contiguous()
    if maps.is_cuda:
        return enlarge_by_torch(maps, size_wh)
    flat = np.ascontiguousarray(maps.numpy()).reshape(-1, *maps.shape[-2:])
    out = np.empty((len(flat), height, width), np.float32)
    for each, place in zip(flat, out, strict=True):
        cv2.resize(each, (width, height), dst=place, interpolation=cv2.INTER_CUBIC)
    return torch.from_numpy(out.reshape(*maps.shape[:-2], height, width))


def enlarge_by_torch(maps: Tensor, size_wh: Sequence[int]) -> Tensor:
    """Do what `enlarge` does on any device; on a processor cv2 is several times as fast."""
    flat = maps.reshape(1, -1, *maps.shape[-2:])
    size_hw = (size_wh[1], size_wh[0])
    large = functional.interpolate(flat, size_hw, mode="bicubic", align_corners=False)
    return large.reshape(*maps.shape[:-2], *size_hw)


@dataclass(frozen=True)
class FieldReading:
    """How people are made of maps.

    Attributes:
        contract: Of the checkpoint.
        layout: Which limbs have a field.
        joints: [K'] the maps of the joints that people have, in their order: what only helps to join is left out.
    """

    contract: FieldContract
    layout: FieldLayout
    joints: tuple[int, ...]

    def people(
        self, heatmaps: Tensor, pafs: Tensor, input_wh: tuple[int, int], params: ParseParams
    ) -> ParsedPeople:
        """Make people of one frame's maps.

        Args:
            heatmaps: [K + 1, h, w] float32, where they are to be parsed.
            pafs: [2 L, h, w].
            input_wh: The size of the input, in whose pixels people are.
            params: `detection_threshold` is the value that a peak exceeds.

        Returns:
            Keypoints [P, K', 3], and scores [P]: the mean confidence of all K' joints.

        Raises:
            SwahrError: The maps hold NaN or infinity.
        """
        stride = input_wh[0] / heatmaps.shape[-1]
        times = min(stride, self.contract.upsampling)
        size_wh = (round(heatmaps.shape[-1] * times), round(heatmaps.shape[-2] * times))
        rule = replace(rule_named(self.contract.rule), min_peak=params.detection_threshold)
        found = group_pafs(enlarge(heatmaps, size_wh), enlarge(pafs, size_wh), rule, self.layout)
        keypoints = found.keypoints[:, list(self.joints)]
        there = keypoints[:, :, 2] > 0
        cells = keypoints[:, :, :2] - (CORNER if rule.centroid else 0.0)
        cell_px = np.asarray(input_wh) / size_wh
        keypoints[:, :, :2] = np.where(there[:, :, None], (cells + 0.5) * cell_px - 0.5, 0.0)
        # Interpolation overshoots where it is bicubic.
        scores = np.clip(keypoints[:, :, 2], 0, 1).mean(axis=1, dtype=np.float32)
        best = np.argsort(-scores, kind="stable")
        return ParsedPeople(keypoints[best], scores[best])


@dataclass(frozen=True)
class FieldOutput(BatchOutput):
    """Maps of frames of one size.

    heatmaps: [B, K + 1, h, w] float32. pafs: [B, 2 L, h, w] float32. reading: makes people of them.
    """

    heatmaps: Tensor
    pafs: Tensor
    reading: FieldReading

    def __len__(self) -> int:
        return len(self.heatmaps)

    def people(self, params: ParseParams) -> list[ParsedPeople]:
        """Make the people of each frame."""
        return [
            self.reading.people(heatmaps, pafs, self.geometry.input_wh, params)
            for heatmaps, pafs in zip(self.heatmaps, self.pafs, strict=True)
        ]

    def maps(self, index: int) -> FrameMaps:
        """Return the heatmaps of the joints that people have; where tags would be, how strong the fields are."""
        self._check(index)
        heatmaps: Floats = self.heatmaps[index, list(self.reading.joints)].cpu().numpy()
        channels = np.asarray(self.reading.layout.channels)
        pafs: Floats = self.pafs[index].cpu().numpy()
        strength = np.hypot(pafs[channels[:, 0]], pafs[channels[:, 1]]).max(axis=0)
        return frame_maps(heatmaps, np.broadcast_to(strength, heatmaps.shape).copy(), self.geometry)


def mirror_maps_back(
    heatmaps: Tensor, pafs: Tensor, layout: FieldLayout, flip_permutation: Sequence[int]
) -> tuple[Tensor, Tensor]:
    """Return the maps of a mirrored frame as those of the frame.

    Args:
        heatmaps: [B, K + 1, h, w] of the mirrored frame.
        pafs: [B, 2 L, h, w] of it.
        layout: Which limbs have a field.
        flip_permutation: Of the K joints.
    """
    order = [*flip_permutation, *range(len(flip_permutation), heatmaps.shape[1])]
    mirrored_fields = pafs.flip(-1)
    fields = torch.empty_like(pafs)
    for (a, b), (x, y) in zip(layout.limbs, layout.channels, strict=True):
        mirrored = (flip_permutation[a], flip_permutation[b])
        forward = mirrored in layout.limbs
        twin = layout.limbs.index(mirrored if forward else mirrored[::-1])
        from_x, from_y = layout.channels[twin]
        sign = 1 if forward else -1
        fields[:, x] = -sign * mirrored_fields[:, from_x]
        fields[:, y] = sign * mirrored_fields[:, from_y]
    return heatmaps[:, order].flip(-1), fields
