"""The inference form of a network: batch norm and padding folded into the convolutions beside them."""

from collections.abc import Iterator
from itertools import pairwise

import torch.nn.functional as F
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

Convolution = nn.Conv2d | nn.ConvTranspose2d


def fold_batch_norm(model: nn.Module) -> None:
    """Fold, in place, each batch norm that stands right after a convolution; the network says the same as before.

    In eval mode batch norm is a factor and a shift for each channel (Ioffe and Szegedy, ICML 2015, section 3.1), which
    the convolution's own filter and bias take over.
    """
    for module in list(model.modules()):
        for convolution, norm in list(_pairs(module)):
            filters, shift = getattr(module, convolution), getattr(module, norm)
            if isinstance(filters, Convolution) and isinstance(shift, nn.BatchNorm2d):
                transposed = isinstance(filters, nn.ConvTranspose2d)
                setattr(module, convolution, fuse_conv_bn_eval(filters, shift, transposed))
                setattr(module, norm, nn.Identity())


def fold_padding(model: nn.Module) -> None:
    """Fold, in place, the padding to the right and below before strided depthwise 3 x 3 filters (TensorFlow's SAME).

    The filter becomes 4 x 4 with a row and a column of zeros first, and pads one on each side: the same sums, without
    the copy of the widest map in the network, which took longer than the filter.
    """
    for module in list(model.modules()):
        if not isinstance(module, nn.Sequential) or len(module) != 2:
            continue
        pad, filters = module
        if not isinstance(pad, nn.ZeroPad2d) or not isinstance(filters, nn.Conv2d):
            continue
        depthwise = filters.groups == filters.in_channels == filters.out_channels
        if not depthwise or tuple(pad.padding) != (0, 1, 0, 1) or filters.stride != (2, 2):
            continue
        if filters.kernel_size != (3, 3) or filters.padding != (0, 0):
            continue
        filters.weight = nn.Parameter(F.pad(filters.weight.detach(), (1, 0, 1, 0)), requires_grad=False)
        filters.kernel_size, filters.padding = (4, 4), (1, 1)
        filters._reversed_padding_repeated_twice = [1, 1, 1, 1]
        module[0] = nn.Identity()


def _pairs(module: nn.Module) -> Iterator[tuple[str, str]]:
    """Name children of which the second reads nothing but the first: neighbours in a sequence, convN and then bnN."""
    names = [name for name, _ in module.named_children()]
    if isinstance(module, nn.Sequential):
        yield from pairwise(names)
    for name in names:
        partner = "norm" if name == "depthwise" else name.replace("conv", "bn")
        # Where batch norm stands first, the convolution reads it and not the other way round.
        if partner != name and partner in names[names.index(name) :]:
            yield name, partner
