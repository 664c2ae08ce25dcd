"""The people of labelled boxes, by a network for crops. P people, K joints."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
import torch

from swahr.decode.crops import (
    Crops,
    averaged_with_mirror,
    crops_of_boxes,
    frame_from_cells,
    input_from_frame,
    person_scores,
    quarter_steps,
)
from swahr.models.checkpoints import Checkpoint
from swahr.models.crop_contract import default_contract
from swahr.overlay.skeletons import draw_poses
from swahr.pose.poses import Poses
from swahr.video.images import Image, read_image
from swahr_training.data.labels import Photo
from swahr_training.samples.crops import clipped_boxes

BATCH = 16  # crops that the network gets at once
Array = npt.NDArray[np.float32]


class CropNetwork:
    """A checkpoint's network, with what it needs to know of its crops.

    Args:
        checkpoint: Of a network for crops; its model is taken over.
        input_wh: Width and height of a crop.
        device: Where it runs.
        flip_test: Mirrored crops are looked at, too.
    """

    def __init__(
        self, checkpoint: Checkpoint, input_wh: tuple[int, int], device: str, flip_test: bool = False
    ) -> None:
        self.skeleton, self.input_wh, self.flip_test = checkpoint.skeleton, input_wh, flip_test
        self._device = torch.device(device)
        self._model = checkpoint.model.to(self._device).eval()
        self._mean = torch.tensor(checkpoint.mean).view(3, 1, 1).to(self._device)
        self._std = torch.tensor(checkpoint.std).view(3, 1, 1).to(self._device)

    def heatmaps(self, crops: Sequence[Image]) -> Array:
        """Map crops [H, W, 3] uint8 BGR to heatmaps [N, K, h, w]."""
        found = []
        for start in range(0, len(crops), BATCH):
            images = torch.from_numpy(np.stack(crops[start : start + BATCH])).to(self._device)
            inputs = (images.permute(0, 3, 1, 2).flip(1) / 255 - self._mean) / self._std
            with torch.inference_mode():
                maps = self._model(inputs)[-1].float().cpu().numpy()
                if self.flip_test:
                    mirrored = self._model(inputs.flip(3))[-1].float().cpu().numpy()
                    maps = averaged_with_mirror(maps, mirrored, self.skeleton.flip_permutation)
            found.append(maps)
        return np.concatenate(found)

    def people(self, frame: Image, boxes_xywh: npt.ArrayLike) -> Poses:
        """Return the person of each box, whose score is the mean of the joints'; a box outside the frame has nobody."""
        boxes = clipped_boxes(boxes_xywh, frame.shape[1::-1])
        boxes = boxes[(boxes[:, 2:] > 0).all(axis=1)]
        if not len(boxes):
            return Poses.nobody(self.skeleton)
        crops = crops_of_boxes(boxes, self.input_wh)
        heatmaps = self.heatmaps(self._cut(frame, crops))
        joints = quarter_steps(heatmaps)
        joints[..., :2] = frame_from_cells(joints[..., :2], crops, heatmaps.shape[:1:-1])
        joints[..., 2] = joints[..., 2].clip(0, 1)
        scores = person_scores(joints[..., 2], np.ones(len(joints))).astype(np.float32)
        return Poses(joints, scores, self.skeleton)

    def picture(self, frame: Image, box_xywh: npt.ArrayLike) -> Image:
        """Return a person's crop with the joints that are found, and beside it the highest of all heatmaps, BGR."""
        crops = crops_of_boxes(np.asarray(box_xywh)[None], self.input_wh)
        (cut,) = self._cut(frame, crops)
        heatmaps = self.heatmaps([cut])
        joints = quarter_steps(heatmaps)
        joints[..., :2] *= self.input_wh[0] / heatmaps.shape[3]
        joints[..., 2] = joints[..., 2].clip(0, 1)
        found = draw_poses(cut, Poses(joints, np.ones(1, np.float32), self.skeleton))
        highest = cv2.resize(heatmaps[0].max(axis=0).clip(0, 1), self.input_wh)
        hot = cv2.applyColorMap((255 * highest).astype(np.uint8), cv2.COLORMAP_INFERNO)
        return np.hstack([found, cv2.addWeighted(cut, 0.4, hot, 0.8, 0).astype(np.uint8)])

    def _cut(self, frame: Image, crops: Crops) -> list[Image]:
        return [
            cv2.warpAffine(frame, affine, self.input_wh, flags=cv2.INTER_LINEAR).astype(np.uint8)
            for affine in input_from_frame(crops, self.input_wh)
        ]


def crop_network(checkpoint: Checkpoint, device: str, flip_test: bool = False) -> CropNetwork:
    """Return a checkpoint's network, ready to run on its crops."""
    crop = checkpoint.crop or default_contract(checkpoint.input_size)
    return CropNetwork(checkpoint, crop.input_wh, device, flip_test)


def people_in_labelled_boxes(network: CropNetwork, photos: Sequence[Photo]) -> list[Poses]:
    """Return the people of each photo, one for each labelled person."""
    return [
        network.people(
            read_image(photo.path),
            np.asarray([person.box for person in photo.people if not person.ignored]).reshape(-1, 4),
        )
        for photo in photos
    ]
