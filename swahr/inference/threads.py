"""Threads of torch, which belong to a whole process."""

import os

import torch


def use_threads(count: int) -> None:
    """Give torch so many threads for all that this process computes from now on, ours or not.

    The library itself never does so: it is for programs, which know what else runs in their process. Runtimes with
    threads of their own, onnxruntime and openvino, take the setting `threads` and touch nobody else's.

    Args:
        count: at least 1; no more are used than the machine has cores.

    >>> before = torch.get_num_threads()
    >>> use_threads(1)
    >>> torch.get_num_threads()
    1
    >>> use_threads(before)
    """
    torch.set_num_threads(min(count, os.cpu_count() or 1))
