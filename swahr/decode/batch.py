"""The parse of a batch by the CUDA kernels: people stay on the GPU until they are asked for.

Letters: B images, K joints, P people, T tags, h w stage size, H W input size.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

from swahr import _native
from swahr.decode.maps import ParsedPeople
from swahr.decode.params import ParseParams
from swahr.errors import SwahrError

ALL_GOOD = 0x7F7F7F7F  # what the kernels leave where no joint was bad
# People of an image that travel with the first copy to the host; more cost a second one.
FIRST_PEOPLE = 64
MAX_PEOPLE = 1024  # people who take further joints: the tables of the assignment grow with its square


@dataclass(frozen=True)
class PeopleBatch:
    """The people of B images, on the device that the maps are on.

    P is as many people as there could be, and beyond `count` nothing is said.

    Attributes:
        count: [B] int32.
        bad: [B, 2] int32, faults of the maps.
        keypoints: [B, P, K, 3 + T] float32, as in `ParsedPeople`.
        scores: [B, P] float32.
        spread: [B, P, K, 3] float32, likewise; None where nobody asked.
    """

    count: Tensor
    bad: Tensor
    keypoints: Tensor
    scores: Tensor
    spread: Tensor | None = None

    def packed(self, max_people: int = FIRST_PEOPLE) -> Tensor:
        """Return counts, faults, scores and keypoints of the first people of each image as one [B, N] int32."""
        first = min(max_people, self.scores.shape[1])
        parts = [
            self.count[:, None],
            self.bad,
            self.scores[:, :first].view(torch.int32),
            self.keypoints[:, :first].flatten(1).view(torch.int32),
        ]
        if self.spread is not None:
            parts.append(self.spread[:, :first].flatten(1).view(torch.int32))
        return torch.cat(parts, dim=1)

    def to_host(self) -> list[ParsedPeople]:
        """Bring the people to the host: one copy and one synchronisation unless an image has very many.

        Raises:
            SwahrError: Maps held NaN or infinity.
        """
        return self.unpack(self.packed().cpu())

    def unpack(self, packed: Tensor) -> list[ParsedPeople]:
        """Take apart what `packed` put together, once it is on the host."""
        capacity, num_joints, width = self.keypoints.shape[1:]
        measured = 3 if self.spread is not None else 0
        first = (packed.shape[1] - 3) // (1 + num_joints * (width + measured))
        counts = packed[:, 0].tolist()
        for image, (bad_heatmap, bad_tag) in enumerate(packed[:, 1:3].tolist()):
            if bad_heatmap != ALL_GOOD:
                raise SwahrError(
                    f"heatmaps hold NaN or infinity, first in joint {bad_heatmap} of image {image} (or numbers "
                    "too large to be added up)"
                )
            if bad_tag != ALL_GOOD:
                raise SwahrError(
                    f"tags hold NaN or infinity at a candidate of joint {bad_tag} of image {image}"
                )
        if max(counts) > first:
            return self.unpack(self.packed(capacity).cpu())
        values = packed[:, 3:].contiguous().view(torch.float32).numpy()
        end = first + first * num_joints * width
        scores, keypoints = values[:, :first], values[:, first:end].reshape(-1, first, num_joints, width)
        spread = values[:, end:].reshape(-1, first, num_joints, 3) if measured else None
        return [
            ParsedPeople(
                keypoints[image, :count].copy(),
                scores[image, :count].copy(),
                None if spread is None else spread[image, :count].copy(),
            )
            for image, count in enumerate(counts)
        ]


class BatchParser:
    """The memory for batches of one shape, so that a parse allocates nothing and can be captured in a CUDA graph.

    On the CPU the kernels' bodies run as plain code, which is slow and serves to prove them.

    Args:
        images: B.
        num_joints: K.
        channels: T.
        size_hw: Height and width of the maps, or of the input where stage maps are parsed.
        params: How maps become people.
        device: Where the maps are.
        adjust: Move joints within their pixel, as `params.subpixel` says, then half a pixel.
        refine: Fill in joints that a person lacks.

    Raises:
        SwahrError: The kernels cannot take such a batch.
    """

    def __init__(
        self,
        images: int,
        num_joints: int,
        channels: int,
        size_hw: Sequence[int],
        params: ParseParams,
        device: torch.device,
        adjust: bool = True,
        refine: bool = True,
    ) -> None:
        reason = refusal(num_joints, channels, params, device)
        if reason is not None:
            raise SwahrError(reason)
        height, width = (int(side) for side in size_hw)
        self.device = device
        self._height, self._width = height, width
        self._settings = params.native(num_joints, height * width, adjust, refine)
        try:
            scratch_bytes, people_capacity = _native.batch_memory(
                images, num_joints, channels, height, width, self._settings
            )
        except ValueError as error:
            raise SwahrError(str(error)) from error
        self._scratch = torch.empty(scratch_bytes, dtype=torch.uint8, device=device)
        self.people = PeopleBatch(
            torch.zeros(images, dtype=torch.int32, device=device),
            torch.full((images, 2), ALL_GOOD, dtype=torch.int32, device=device),
            torch.zeros((images, people_capacity, num_joints, 3 + channels), device=device),
            torch.zeros((images, people_capacity), device=device),
            torch.zeros((images, people_capacity, num_joints, 3), device=device) if params.spread else None,
        )

    def heatmaps(self, heatmaps: Tensor, tags: Tensor) -> PeopleBatch:
        """Parse maps at input size: heatmaps [B, K, H, W] and tags [B, K, H, W, T], float32, on the device.

        Runs on torch's current stream and does not wait. The result is overwritten by the next parse.
        """
        self._check([heatmaps, tags], (4, 5))
        rows_follow = tags.stride(2) == tags.stride(3) * tags.shape[3] and tags.stride(3) > 0
        # Copies must live until the kernels are launched: later ones of this stream then come after them.
        maps, tag = heatmaps.contiguous(), tags if rows_follow else tags.contiguous()
        return self._parse([maps], list(tag.unbind(4)))

    def stages(self, stage_heatmaps: Sequence[Tensor], tags: Sequence[Tensor]) -> PeopleBatch:
        """Parse stage maps: each [B, K, h, w] float32 on the device, as in `parse_stages`."""
        self._check([*stage_heatmaps, *tags], (4,))
        return self._parse([_with_rows(stage) for stage in stage_heatmaps], [_with_rows(tag) for tag in tags])

    def _check(self, maps: Sequence[Tensor], axes: tuple[int, ...]) -> None:
        images, _, num_joints, _ = self.people.keypoints.shape
        for tensor in maps:
            if tensor.dtype != torch.float32 or tensor.device != self.device or tensor.ndim not in axes:
                raise SwahrError(
                    f"maps are {tensor.dtype} with shape {list(tensor.shape)} on {tensor.device}; "
                    f"expected float32 with {axes[0]} axes on {self.device}"
                )
            if tuple(tensor.shape[:2]) != (images, num_joints):
                raise SwahrError(
                    f"maps have shape {list(tensor.shape)}; expected [{images}, {num_joints}, ...]"
                )

    def _parse(self, heatmaps: Sequence[Tensor], tags: Sequence[Tensor]) -> PeopleBatch:
        people = self.people
        try:
            with current_stream(self.device) as stream:
                _native.parse_batch(
                    heatmaps,
                    tags,
                    self._height,
                    self._width,
                    self._settings,
                    scratch=self._scratch,
                    people=people.count,
                    bad=people.bad,
                    keypoints=people.keypoints,
                    scores=people.scores,
                    spread=people.spread,
                    stream=stream,
                )
        except (ValueError, RuntimeError) as error:
            raise SwahrError(str(error)) from error
        return people


@contextmanager
def current_stream(device: torch.device) -> Iterator[int]:
    """Give torch's current stream as a number, 0 on the CPU, with the device chosen for CUDA calls."""
    if device.type != "cuda":
        yield 0
        return
    with torch.cuda.device(device):
        yield torch.cuda.current_stream(device).cuda_stream


def parse_heatmaps_on_gpu(
    heatmaps: Tensor, tags: Tensor, params: ParseParams, adjust: bool, refine: bool
) -> ParsedPeople | None:
    """Parse one image's maps where they are; None where only the plain way can, or can say what is wrong with them."""
    fits = heatmaps.ndim == 3 and tags.ndim == 4 and tags.shape[:3] == heatmaps.shape and heatmaps.numel() > 0
    fits = fits and heatmaps.is_floating_point() and tags.is_floating_point()
    if not fits or refusal(heatmaps.shape[0], tags.shape[3], params, heatmaps.device) is not None:
        return None
    images, joints, channels, size = 1, heatmaps.shape[0], tags.shape[3], heatmaps.shape[1:]
    parser = BatchParser(images, joints, channels, size, params, heatmaps.device, adjust, refine)
    return parser.heatmaps(heatmaps.detach()[None].float(), tags.detach()[None].float()).to_host()[0]


def parse_stages_on_gpu(
    stage_heatmaps: Sequence[Tensor],
    tags: Sequence[Tensor],
    size_hw: Sequence[int],
    params: ParseParams,
    adjust: bool,
    refine: bool,
) -> ParsedPeople | None:
    """Parse one image's stage maps where they are; None as in `parse_heatmaps_on_gpu`."""
    maps = [*stage_heatmaps, *tags]
    fits = (
        len(stage_heatmaps) > 0
        and len(stage_heatmaps) <= _native.max_stages
        and len(tags) > 0
        and min(size_hw) > 0
    )
    fits = fits and all(m.ndim == 3 and m.is_floating_point() and m.numel() > 0 for m in maps)
    fits = fits and len({m.shape[0] for m in maps}) == 1
    if not fits or refusal(maps[0].shape[0], len(tags), params, maps[0].device) is not None:
        return None
    parser = BatchParser(1, maps[0].shape[0], len(tags), size_hw, params, maps[0].device, adjust, refine)
    batches = [[m.detach()[None].float() for m in group] for group in (stage_heatmaps, tags)]
    return parser.stages(*batches).to_host()[0]


def refusal(num_joints: int, channels: int, params: ParseParams, device: torch.device) -> str | None:
    """Return why the kernels cannot take such a parse, or None."""
    if device.type == "cuda" and not _native.has_cuda:
        return "this build has no CUDA kernels"
    if num_joints > _native.max_joints:
        return f"there are {num_joints} joints; the CUDA kernels take at most {_native.max_joints}"
    if not 1 <= channels <= _native.max_tags:
        return f"there are {channels} tag channels; the CUDA kernels take 1 to {_native.max_tags}"
    if params.max_people > MAX_PEOPLE:
        return f"max_people is {params.max_people}; the CUDA kernels take at most {MAX_PEOPLE}"
    return None


def _with_rows(maps: Tensor) -> Tensor:
    """Make rows follow each other; a slice of channels is taken as it lies."""
    rows_follow = maps.stride(3) == 1 and maps.stride(2) == maps.shape[3]
    return maps if rows_follow else maps.contiguous()
