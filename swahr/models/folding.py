"""The inference form of a network: batch norm folded into the convolutions before it."""

from collections.abc import Iterator
from itertools import pairwise

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


def _pairs(module: nn.Module) -> Iterator[tuple[str, str]]:
    """Name the children of which the second reads nothing but the first: neighbours in a sequence, convN and bnN."""
    names = [name for name, _ in module.named_children()]
    if isinstance(module, nn.Sequential):
        yield from pairwise(names)
    for name in names:
        partner = "norm" if name == "depthwise" else name.replace("conv", "bn")
        if partner != name and partner in names:
            yield name, partner
