"""The network run by torch, in its inference form."""

from typing import ClassVar, cast

import torch
from torch import Tensor, nn

from swahr._native import nhwc_to_nchw
from swahr.config import NetworkSettings
from swahr.errors import Hint, SettingError
from swahr.inference.backends import Backend, register_backend
from swahr.inference.backends.exported import ExportedNetwork
from swahr.inference.hardware.precision import choose_precision
from swahr.models.checkpoints import Checkpoint
from swahr.models.folding import fold_padding
from swahr.models.pose_network import PoseNetwork, to_inference_form


@register_backend("torch")
def make_torch_backend(
    network: Checkpoint | ExportedNetwork, settings: NetworkSettings, device: torch.device
) -> Backend:
    """Make the backend `torch`: any device, any precision; its threads are the process's."""
    if isinstance(network, ExportedNetwork):
        raise SettingError(
            f"{network.path} is an exported network, which torch does not run; choose another backend",
            hints=[Hint("backend", name) for name in ("onnxruntime", "openvino")],
        )
    dtype = choose_precision(settings.precision, device)
    return TorchBackend(network.model, device, dtype, settings.compile)


class TorchBackend(Backend):
    """A network ready to run by torch.

    Args:
        model: is taken over: folded, without what training alone needs, on the device.
        device: any.
        dtype: the arithmetic; what the network says is float32 in any case.
        compiled: by torch.compile, which takes a minute for each input size and batch, then runs faster.
    """

    in_cuda_graph: ClassVar[bool] = True

    def __init__(
        self,
        model: nn.Module,
        device: torch.device,
        dtype: torch.dtype = torch.float32,
        compiled: bool = False,
    ) -> None:
        to_inference_form(model)
        fold_padding(model)
        model.requires_grad_(False)
        model.to(device, dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]
        if dtype != torch.float32:
            _keep_confidence_exact(model)
        self._dtype, self.across_frames = dtype, batches_agree(device, dtype)
        self._run: nn.Module = cast(nn.Module, torch.compile(model)) if compiled else model

    def __call__(self, images: Tensor) -> list[Tensor]:
        """Map [B, 3, H, W] float32 to the head's answers, float32."""
        with torch.inference_mode():
            outputs: list[Tensor] = self._run(images.to(self._dtype))
            return [as_nchw(output.float()) for output in outputs]


def batches_agree(device: torch.device, dtype: torch.dtype) -> bool:
    """Return whether images may be shown with any others; on a CPU, torch chooses its float32 kernels by the batch."""
    return device.type != "cpu" or dtype != torch.float32


def as_nchw(output: Tensor) -> Tensor:
    """Return [B, C, h, w] float32 as NCHW, map after map, as the parse reads them; a GPU's stay as they are."""
    if output.device.type != "cpu" or output.is_contiguous():
        return output
    return torch.from_numpy(nhwc_to_nchw(output.permute(0, 2, 3, 1).contiguous().numpy()))


class Float32Layer(nn.Module):
    """A layer that computes in float32 whatever it is given."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer.float()

    def forward(self, x: Tensor) -> Tensor:
        """Run the layer."""
        return cast(Tensor, self.layer(x.float()))


def _keep_confidence_exact(model: nn.Module) -> None:
    """Let the layers that give confidence compute in float32: of 8 bits it has plateaus where a peak should be."""
    head = model.head if isinstance(model, PoseNetwork) else None
    for name in () if head is None else head.exact:
        parent, _, child = name.rpartition(".")
        assert head is not None
        setattr(head.get_submodule(parent), child, Float32Layer(head.get_submodule(name)))
