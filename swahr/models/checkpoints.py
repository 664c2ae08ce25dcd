"""Checkpoints: the project's own safetensors files, and how they are written and read.

A file holds the weights and, as metadata, what is needed to run them: architecture, skeleton, input size,
normalisation, and a card (training data, licence ...). Published .pth files come in by `published.py`.
"""

import hashlib
import json
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from pydantic import ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from swahr.errors import SwahrError
from swahr.models.architecture import Architecture
from swahr.models.higher_hrnet import HigherHRNet
from swahr.skeleton import Skeleton

FORMAT = "swahr-1"
SUFFIX = ".safetensors"
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
NAMES_SHOWN = 3  # of missing or left-over weights, in an error


@dataclass(frozen=True)
class Checkpoint:
    """A network that is ready to run, and what it needs to know of its input.

    model: in eval mode. input_size: short side of the input, pixels. mean, std: RGB, for values in [0, 1].
    card: free text by name: training data, licence, figures.
    """

    model: HigherHRNet
    architecture: Architecture
    skeleton: Skeleton
    input_size: int
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    card: dict[str, Any] = field(default_factory=dict)


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write `path` (safetensors) by a temporary file and a rename, so that it is never half-written."""
    metadata = {
        "format": FORMAT,
        "architecture": checkpoint.architecture.model_dump_json(),
        "skeleton": json.dumps(checkpoint.skeleton.to_dict()),
        "input_size": str(checkpoint.input_size),
        "mean": json.dumps(checkpoint.mean),
        "std": json.dumps(checkpoint.std),
        "card": json.dumps(checkpoint.card),
    }
    partial = path.with_name(path.name + ".part")
    tensors = {name: value.detach().cpu().contiguous() for name, value in checkpoint.model.state_dict().items()}
    try:
        save_file(tensors, str(partial), metadata)
        os.replace(partial, path)
    except (OSError, SafetensorError) as error:
        partial.unlink(missing_ok=True)
        raise SwahrError(f"{path}: the checkpoint could not be written ({error})") from error


def load_checkpoint(path: str | Path, device: str = "cpu") -> Checkpoint:
    """Read a checkpoint of this project, or a published one (see `swahr.models.published`).

    Nothing in the file is run. Raises SwahrError that says what is wrong with it: no such file, truncated,
    of another kind, weights missing, left over, of another shape or not finite.
    """
    from swahr.models.published import import_published

    path = Path(path)
    if path.is_dir():
        raise SwahrError(f"{path} is a folder; expected a checkpoint file")
    if not path.exists():
        raise SwahrError(f"{path}: no such file; expected a checkpoint (.safetensors, or a published .pth)")
    if path.stat().st_size == 0:
        raise SwahrError(f"{path} is empty; expected a checkpoint")
    checkpoint = _read_own(path) if path.suffix == SUFFIX else import_published(read_pickle(path), path)
    checkpoint.model.to(device)
    return checkpoint


def read_pickle(path: Path) -> Any:
    """Read what torch.save wrote, with plain data and tensors alone; code in the file does not run."""
    head = path.open("rb").read(2)
    # torch's old format is a bare pickle (protocol 2 and on begin with 0x80), the new one a zip.
    if head != b"PK" and not head.startswith(b"\x80"):
        raise SwahrError(f"{path} is no checkpoint: expected .safetensors, or a .pth that torch wrote")
    if head == b"PK" and not zipfile.is_zipfile(path):
        raise SwahrError(f"{path} is cut off: the end of the file is missing; download or copy it again")
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        # torch raises UnpicklingError, RuntimeError, EOFError and others for files that are not plain weights
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise SwahrError(
            f"{path} holds more than plain weights, or is damaged; nothing in it was run ({reason})"
        ) from error


def fill(model: HigherHRNet, weights: dict[str, Tensor], path: Path) -> None:
    """Load weights by our names into a model. Raises SwahrError naming the first that do not fit."""
    expected = model.state_dict()
    missing = [name for name in expected if name not in weights and not name.endswith("num_batches_tracked")]
    odd = [name for name in weights if name not in expected]
    for what, names in (("lacks", missing), ("has unknown", odd)):
        if names:
            more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
            raise SwahrError(f"{path} {what} weights: {', '.join(names[:NAMES_SHOWN])}{more}")
    for name, value in weights.items():
        if value.shape != expected[name].shape:
            raise SwahrError(
                f"{path}: {name} has shape {list(value.shape)}; expected {list(expected[name].shape)}"
            )
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            raise SwahrError(f"{path}: {name} holds NaN or infinity; the file is damaged or its training diverged")
    model.load_state_dict(weights, strict=False)
    model.eval()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else _sha256(file)


def _sha256(file: Any) -> str:
    digest = hashlib.sha256()  # Python 3.10 has no file_digest
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _read_own(path: Path) -> Checkpoint:
    try:
        with safe_open(str(path), framework="pt") as file:
            metadata = file.metadata() or {}
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError) as error:
        raise SwahrError(
            f"{path} is no whole safetensors file ({error}); download or copy it again"
        ) from error
    if metadata.get("format") != FORMAT:
        raise SwahrError(
            f"{path} has format {metadata.get('format')!r}; expected {FORMAT!r}: it was not written by swahr, "
            "or by a newer one"
        )
    try:
        architecture = Architecture.model_validate_json(metadata["architecture"])
        mean, std = (tuple(map(float, json.loads(metadata[name]))) for name in ("mean", "std"))
        if len(mean) != 3 or len(std) != 3:
            raise ValueError("mean and std need three values")
        skeleton = Skeleton.from_dict(json.loads(metadata["skeleton"]))
        input_size = int(metadata["input_size"])
        card = json.loads(metadata.get("card", "{}"))
    except (KeyError, ValueError, ValidationError) as error:
        reason = " ".join(str(error).split())
        raise SwahrError(f"{path}: its metadata is damaged ({reason})") from error
    model = architecture.build()
    fill(model, weights, path)
    return Checkpoint(model, architecture, skeleton, input_size, mean, std, card)
