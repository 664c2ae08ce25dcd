"""Which device the network runs on."""

import torch

from swahr.errors import Hint, MissingError, SettingError, Step


def choose_device(device: str) -> torch.device:
    """Return the torch device.

    Args:
        device: auto, cpu, cuda, or one of several GPUs: cuda:1. auto is the GPU where there is one.

    Raises:
        SettingError: it is none of these.
        MissingError: there is no such device.
    """
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
            raise MissingError(f"device {device}: {why}", hints=[Hint("device", "cpu"), Step("doctor")])
        index = device.partition(":")[2] or "0"
        if index.isdecimal() and int(index) < torch.cuda.device_count():
            return torch.device(device)
        raise MissingError(
            f"device {device}: there are {torch.cuda.device_count()} CUDA devices, counted from 0"
        )
    raise SettingError(f"device is {device!r}; expected auto, cpu or cuda")
