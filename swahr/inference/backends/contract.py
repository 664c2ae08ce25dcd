"""What every backend promises, as a check that its test calls."""

import copy

import torch

from swahr.config import NetworkSettings
from swahr.errors import SettingError
from swahr.inference.backends import make_backend
from swahr.models.architecture import Architecture
from swahr.models.backbones.hrnet import HRNetSettings
from swahr.models.checkpoints import Checkpoint
from swahr.models.heads.higher import HigherHeadSettings
from swahr.pose.skeleton import COCO_17

# One lies, one stands; a batch of one and of more.
SHAPES = ((1, 3, 64, 96), (3, 3, 128, 64))


def check_backend(name: str, tolerance: float = 2e-3, **options: object) -> None:
    """Run a small network by a backend and by torch, and compare.

    Args:
        name: of the backend.
        tolerance: how far a value may be from torch's in float32.
        options: settings of the backend by name: `precision="float32"`.

    Raises:
        SettingError: the backend breaks a promise; which one is said.
    """
    checkpoint, cpu = small_checkpoint(), torch.device("cpu")
    exact = NetworkSettings(backend="torch", precision="float32")
    ours = make_backend(copy.deepcopy(checkpoint), exact, cpu)
    theirs = make_backend(checkpoint, NetworkSettings(backend=name, **options), cpu)
    generator = torch.Generator().manual_seed(0)
    for shape in SHAPES:
        images = torch.randn(shape, generator=generator)
        for laid in (images, images.contiguous(memory_format=torch.channels_last)):
            found = theirs(laid)
            kept = [output.clone() for output in found]
            theirs(laid + 1)
            for number, (output, before, expected) in enumerate(zip(found, kept, ours(images), strict=True)):
                _compare(f"stage {number} of images {list(shape)}", output, before, expected, tolerance)


def _compare(
    what: str, output: torch.Tensor, before: torch.Tensor, expected: torch.Tensor, tolerance: float
) -> None:
    if output.dtype != torch.float32 or output.shape != expected.shape or not output.is_contiguous():
        layout = "contiguous" if output.is_contiguous() else "not contiguous"
        raise SettingError(
            f"{what}: {output.dtype} {list(output.shape)}, {layout}; "
            f"expected contiguous float32 {list(expected.shape)}"
        )
    if not torch.equal(output, before):
        raise SettingError(f"{what}: the next call changed it")
    distance = float((output - expected).abs().max())
    if not distance <= tolerance:
        raise SettingError(f"{what}: {distance:.2g} from torch's; expected at most {tolerance:g}")


def small_checkpoint() -> Checkpoint:
    """Return a checkpoint of a network that is run in no time, the same each time; it finds nothing of sense."""
    architecture = Architecture(
        backbone=HRNetSettings(width=4, modules=(1, 1, 1), blocks=1),
        head=HigherHeadSettings(width=6, blocks=1),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        model = architecture.build()
    return Checkpoint(model.eval(), architecture, COCO_17, 64)
