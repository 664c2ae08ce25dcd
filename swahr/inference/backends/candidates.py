"""Decoding inside the exported graph: peaks by max pooling, the best by top-k; the match stays native.

Letters: K joints, M candidates a joint, T tag channels, B batch, H W input size.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from swahr import _native
from swahr.decode import ParsedPeople, ParseParams
from swahr.inference.aggregate import average_stages, resize, split_run

Array = npt.NDArray[np.float32]


class Candidates(nn.Module):
    """Outputs of the network to the candidates of each joint.

    Gives confidence [B, K, M], best first; xy_in_input [B, K, M, 2]; tags [B, K, M, T].

    Args:
        num_joints: K.
        count: M.
        window: side in which a peak is the maximum, odd.
    """

    def __init__(self, num_joints: int, count: int = 30, window: int = 5) -> None:
        super().__init__()
        self.num_joints, self.count, self.window = num_joints, count, window

    def forward(self, outputs: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Map the outputs of both stages; sizes follow the first: the input has four times its sides."""
        run = split_run(outputs, self.num_joints)
        height, width = 4 * outputs[0].shape[2], 4 * outputs[0].shape[3]
        confidence = average_stages(run, (height, width))  # [B, K, H, W]
        highest = F.max_pool2d(confidence, self.window, stride=1, padding=self.window // 2)
        peaks = torch.where(confidence == highest, confidence, torch.zeros_like(confidence))
        best, places = torch.topk(peaks.flatten(2), self.count, dim=2)  # [B, K, M]
        # Looked up: the exporter knows no remainder by a size that is open.
        columns = torch.arange(width, device=confidence.device).expand(height, width).flatten()
        rows = torch.arange(height, device=confidence.device)[:, None].expand(height, width).flatten()
        xy_in_input = torch.stack([columns[places], rows[places]], dim=3)
        finest = run.heatmaps[1].shape[-2:]
        tags = [
            torch.gather(resize(resize(tag, finest), (height, width)).flatten(2), 2, places)
            for tag in run.tags
        ]
        return best, xy_in_input.float(), torch.stack(tags, dim=3)


def match_candidates(confidence: Array, xy_in_input: Array, tags: Array, params: ParseParams) -> ParsedPeople:
    """Make one image's people of its candidates: `parse_heatmaps` without adjust and refine.

    Args:
        confidence: [K, M], best first.
        xy_in_input: [K, M, 2].
        tags: [K, M, T].
        params: of the parse.
    """
    usable = confidence > params.detection_threshold
    keypoints, scores = _native.match_by_tag(
        usable.sum(axis=1).astype(np.int32),
        np.ascontiguousarray(confidence, np.float32),
        np.ascontiguousarray(xy_in_input, np.int32),
        np.ascontiguousarray(tags, np.float32),
        params.native(len(confidence), confidence.shape[1]),
    )
    return ParsedPeople(keypoints, scores)
