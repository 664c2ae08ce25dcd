"""A photo as what a network reads, whatever its kind: for calibration, and to compare runtimes."""

import numpy as np
import torch
from torch import Tensor

from swahr.inference.backends.exported import ExportedNetwork
from swahr.inference.crops import CropCutter, contract_crops
from swahr.inference.geometry import input_geometry
from swahr.inference.preprocess import CpuPreprocessor
from swahr.models.checkpoints import Checkpoint
from swahr.video.images import Image


def input_of(network: Checkpoint | ExportedNetwork, image: Image) -> Tensor:
    """Return [1, 3, h, w] float32: the whole photo, which for a network of one person is a crop."""
    height, width = image.shape[:2]
    if network.crop is None:
        preprocess = CpuPreprocessor(network.mean, network.std, torch.device("cpu"))
        return preprocess([image], input_geometry((width, height), network.input_size))
    cutter = CropCutter(network.crop, (network.mean, network.std))
    crops = contract_crops(np.asarray([[0.0, 0, width, height]]), network.crop)
    return torch.from_numpy(cutter(image, crops)).permute(0, 3, 1, 2)
