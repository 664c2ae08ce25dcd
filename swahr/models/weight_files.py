"""Files of weights, read without running anything that they hold."""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from swahr._util.reading import check_regular
from swahr.errors import MissingError, UnreadableError
from swahr.models.caffe import read_caffemodel

# What people mistake for weights, by how it begins; Drive and proxies answer with a page of HTML.
MISTAKEN = {
    b"\xff\xd8\xff": "a JPEG image",
    b"\x89PNG": "a PNG image",
    b"<": "a web page: the download gave no weights",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive: unpack it first",
    b"Rar!": "a RAR archive: unpack it first",
    b"7z\xbc\xaf": "a 7z archive: unpack it first",
    b"version https://git-lfs": "a Git LFS pointer: run `git lfs pull`",
}
# Metadata of a file that holds only what differs from another one beside it: that one's name, and the hash of the
# weights that are taken from it.
BASE, BASE_SUM = "base", "base_sum"
EXPECTED = "expected .safetensors, a .pth that torch wrote, or a .caffemodel"
CAFFE_SUFFIX = ".caffemodel"  # its content begins as many things do


def read_weight_file(path: Path) -> tuple[Any, Mapping[str, str]]:
    """Return what a file of weights holds, and a safetensors file's metadata (else empty).

    The kind follows from the content, not from the name.

    Raises:
        MissingError: where there is no such file.
        UnreadableError: that says what is wrong: a folder, empty, of another kind, cut off, or with more in it than
            plain data.
    """
    if path.is_dir():
        raise UnreadableError(f"{path} is a folder; expected a checkpoint file")
    try:
        check_regular(path)
        with path.open("rb") as file:
            head = file.read(64)
    except FileNotFoundError as error:
        raise MissingError(f"{path}: no such file; {EXPECTED}") from error
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read ({error.strerror}); {EXPECTED}") from error
    if not head:
        raise UnreadableError(f"{path} is empty; {EXPECTED}")
    if head[8:9] == b"{":  # a safetensors header: its length in 8 bytes, then JSON
        return _read_safetensors(path)
    if head.startswith(b"PK"):
        if not zipfile.is_zipfile(path):
            raise UnreadableError(f"{path} is cut off: its end is missing; download or copy it again")
        return _read_pickle(path), {}
    if (
        head[:1] == b"\x80" and head[1:2] < b"\x06"
    ):  # torch's old format: a bare pickle, its protocol in byte 1
        return _read_pickle(path), {}
    if path.suffix == CAFFE_SUFFIX:
        return read_caffemodel(path), {}
    what = next((kind for start, kind in MISTAKEN.items() if head.startswith(start)), None)
    raise UnreadableError(f"{path} is {what or 'no checkpoint'}; {EXPECTED}")


def read_metadata(path: Path) -> Mapping[str, str]:
    """Return the metadata of a safetensors file without reading its weights."""
    try:
        check_regular(path)
        with safe_open(str(path), framework="pt") as file:
            return file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise UnreadableError(
            f"{path} is no whole safetensors file ({error}); download or copy it again"
        ) from error


def _read_safetensors(path: Path) -> tuple[dict[str, Tensor], Mapping[str, str]]:
    try:
        with safe_open(str(path), framework="pt") as file:
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
            metadata = dict(file.metadata() or {})
    except (SafetensorError, OSError) as error:
        raise UnreadableError(
            f"{path} is no whole safetensors file ({error}); download or copy it again"
        ) from error
    base, recorded = metadata.pop(BASE, ""), metadata.pop(BASE_SUM, "")
    if base:
        weights |= _shared(path, base, recorded, without=weights)
    return weights, metadata


def _shared(path: Path, base: str, recorded: str, without: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights of the file that `path` is based on, without those that it has itself."""
    if Path(base).name != base:
        raise UnreadableError(f"{path} is based on {base!r}; expected the name of a file beside it")
    file = path.with_name(base)
    if not file.is_file():
        raise MissingError(f"{path} holds what differs from {base}, which is not beside it; copy both")
    shared = {name: value for name, value in _read_safetensors(file)[0].items() if name not in without}
    if sum_of(shared) != recorded:
        raise UnreadableError(f"{path} is based on another {base} than the one beside it; copy both again")
    return shared


def sum_of(weights: Mapping[str, Tensor]) -> str:
    """Return a hash of names and values, in hex, which does not depend on a file's other contents."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        value = weights[name].contiguous()
        digest.update(f"{name} {value.dtype} {list(value.shape)}".encode())
        digest.update(value.reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def without_base(weights: Mapping[str, Tensor], base: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the weights that a file beside `base` needs, and the metadata that say where the others are."""
    there, _ = _read_safetensors(base)
    own = {
        name: value
        for name, value in weights.items()
        if name not in there or there[name].dtype != value.dtype or not torch.equal(there[name], value)
    }
    shared = {name: value for name, value in there.items() if name not in own}
    return own, {BASE: base.name, BASE_SUM: sum_of(shared)}


def _read_pickle(path: Path) -> Any:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged pickle raises whatever its bytes lead to
        reason = " ".join(str(error).split()) or type(error).__name__
        # torch ends its advice to load the file anyway, with weights_only=False, with the true reason.
        reason = reason.rpartition("WeightsUnpickler error:")[2].strip() or reason
        raise UnreadableError(
            f"{path} is damaged or holds more than plain weights; nothing in it was run ({reason[:160]})"
        ) from error


def save_half(path: Path, network: nn.Module, metadata: Mapping[str, str]) -> None:
    """Write a network's weights in half precision, which published crop networks have.

    Args:
        path: Of the file, .safetensors.
        network: Whose weights are written.
        metadata: Text by name; `kind` tells whose file it is.
    """
    weights = {name: value.half().contiguous() for name, value in network.state_dict().items()}
    save_file(weights, path, metadata=dict(metadata))


def is_kind(path: Path, kind: str) -> bool:
    """Return whether a file's metadata name this kind; False for what is no safetensors file."""
    try:
        check_regular(path)
        with safe_open(path, framework="pt") as file:
            return (file.metadata() or {}).get("kind") == kind
    except (OSError, SafetensorError):
        return False
