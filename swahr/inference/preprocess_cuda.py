"""Frames to network input in one kernel: warp, channel order, normalisation and cast, where the frames already are."""

from collections.abc import Sequence

import cv2
import torch
from torch import Tensor

from swahr import _native
from swahr.errors import SwahrError
from swahr.inference.geometry import InputGeometry

TYPES = {torch.float32: "float32", torch.float16: "float16", torch.bfloat16: "bfloat16"}


class Prepare:
    """What `Preprocess` does, on the GPU: equal to within one grey level.

    mean, std: RGB, for values in [0, 1]. On the CPU the kernel's per-pixel code runs as plain code, which is slow and
    serves to prove it.
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        self._factor = [1 / (255 * value) for value in std]
        self._shift = [average / value for average, value in zip(mean, std, strict=True)]

    def __call__(self, frames: Tensor, geometry: InputGeometry, images: Tensor) -> None:
        """Write the images [B, 3, h, w] of frames [B, H, W, 3] uint8 BGR, on torch's current stream.

        images: contiguous or channels_last, of a type that `TYPES` names; h and w are the geometry's.
        Raises SwahrError for tensors that do not fit and where CUDA refuses.
        """
        width, height = geometry.input_wh
        expected = [frames.shape[0], 3, height, width]
        channels_last = images.is_contiguous(memory_format=torch.channels_last) and not images.is_contiguous()
        fits = (
            frames.dtype == torch.uint8
            and frames.ndim == 4
            and frames.shape[3] == 3
            and frames.is_contiguous()
        )
        if (
            not fits
            or list(images.shape) != expected
            or images.dtype not in TYPES
            or frames.device != images.device
        ):
            raise SwahrError(
                f"frames are {frames.dtype} {list(frames.shape)} and images {images.dtype} {list(images.shape)}; "
                f"expected contiguous uint8 [B, H, W, 3] and {expected} on one device"
            )
        if not channels_last and not images.is_contiguous():
            raise SwahrError("images are neither contiguous nor channels_last")
        on_gpu = frames.device.type == "cuda"
        stream = torch.cuda.current_stream(frames.device).cuda_stream if on_gpu else 0
        try:
            _native.prepare_frames(
                frames.data_ptr(),
                list(frames.shape[:3]),
                cv2.invertAffineTransform(geometry.input_from_frame).ravel().tolist(),
                self._factor,
                self._shift,
                images.data_ptr(),
                height,
                width,
                channels_last,
                TYPES[images.dtype],
                "cuda" if on_gpu else "host",
                stream,
            )
        except (ValueError, RuntimeError) as error:
            raise SwahrError(str(error)) from error
