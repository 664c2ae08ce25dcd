"""Part affinity fields to people where the maps are: on a GPU by CUDA kernels, on the processor by their bodies.

K joints, L limbs, M candidates of a joint at most, P people.
"""

import numpy as np
import torch
from torch import Tensor

from swahr import _native
from swahr.decode.batch import current_stream
from swahr.decode.paf_reference import Candidates, PafPeople
from swahr.decode.paf_rules import FieldLayout
from swahr.errors import SwahrError

ALL_GOOD = 0x7F7F7F7F  # untouched: no map was bad


def group_by_blocks(
    heatmaps: Tensor, pafs: Tensor, rule: "_native.PafRule", layout: FieldLayout
) -> tuple[Candidates, PafPeople]:
    """Find the people of one image's maps; waits for the device once, at the end.

    Args:
        heatmaps: [K or more, H, W] float32.
        pafs: [2 L, H, W] float32, on the same device.
        rule: How they become people.
        layout: Which limbs the fields are of.

    Returns:
        What `swahr.decode.pafs.group_candidates` gives.

    Raises:
        SwahrError: Shapes do not fit, maps hold NaN or infinity, or the kernels cannot take such a parse.
    """
    device, joints, limbs = heatmaps.device, layout.num_joints, len(layout.limbs)

    def room(*shape: int, dtype: torch.dtype = torch.int32) -> Tensor:
        return torch.empty(shape, dtype=dtype, device=device)

    try:
        height, width = heatmaps.shape[-2:]
        scratch_bytes, most = _native.paf_memory(joints, limbs, height, width, rule)
        capacity = limbs * most
        bad, count, people = room(2), room(joints), room(1)
        xy, score = room(joints, most, 2, dtype=torch.float64), room(joints, most, dtype=torch.float32)
        people_joints, size = room(capacity, joints), room(capacity)
        total = room(capacity, dtype=torch.float64)
        with current_stream(device) as stream:
            _native.group_pafs_by_blocks(
                heatmaps.detach().contiguous(),
                pafs.detach().contiguous(),
                joints,
                layout.limbs,
                layout.channels,
                layout.weak,
                rule,
                scratch=room(scratch_bytes, dtype=torch.uint8),
                bad=bad,
                count=count,
                xy=xy,
                score=score,
                people=people,
                people_joints=people_joints,
                total=total,
                size=size,
                stream=stream,
            )
    except (ValueError, TypeError, RuntimeError) as error:
        raise SwahrError(str(error)) from error
    told = torch.cat([bad, people, count]).cpu().numpy()
    _refuse_bad(*told[:2].tolist())
    found, counts = int(told[2]), told[3:]
    there = np.arange(most) < counts[:, None]
    candidates = Candidates(
        np.nonzero(there)[0].astype(np.int32),
        xy.cpu().numpy()[there],
        score.cpu().numpy()[there].astype(np.float64),
    )
    numbers = people_joints[:found].cpu().numpy()
    before = np.cumsum(counts) - counts
    numbers = np.where(numbers >= 0, numbers + before, -1).astype(np.int32)
    return candidates, PafPeople(numbers, total[:found].cpu().numpy(), size[:found].cpu().numpy())


def _refuse_bad(joint: int, channel: int) -> None:
    if joint != ALL_GOOD:
        raise SwahrError(f"heatmaps hold NaN or infinity, first in joint {joint}")
    if channel != ALL_GOOD:
        raise SwahrError(f"pafs hold NaN or infinity, first in channel {channel}")
