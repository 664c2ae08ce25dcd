"""Which device the network runs on."""

import torch

from swahr.errors import SwahrError


def choose_device(device: str) -> torch.device:
    """Return the torch device for auto, cpu or cuda. Raises SwahrError for a device that is not there."""
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device == "cpu":
        return torch.device("cpu")
    if device.split(":")[0] == "cuda":
        if not torch.cuda.is_available():
            why = (
                "this torch is built without CUDA"
                if torch.version.cuda is None
                else "no CUDA device was found"
            )
            raise SwahrError(f"device {device}: {why}; use --device cpu, or see `swahr doctor`")
        index = device.partition(":")[2] or "0"
        if index.isdecimal() and int(index) < torch.cuda.device_count():
            return torch.device(device)
        raise SwahrError(
            f"device {device}: there are {torch.cuda.device_count()} CUDA devices, counted from 0"
        )
    raise SwahrError(f"device is {device!r}; expected auto, cpu or cuda")
