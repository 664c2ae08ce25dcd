"""The pixels and targets of a batch, drawn at once on the training device; `render` is the same by cv2.

The arithmetic is that of cv2's warp: bilinear, the border's colour beyond the photo, blended along its edge.
cv2 reads photos at steps of 1/32 pixel and this does not, so pixels differ by a few levels on sharp edges.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from swahr_training.samples.batches import Batch, tags_of
from swahr_training.samples.damage import damaged_tensor
from swahr_training.samples.order import Plans
from swahr_training.samples.plan import Damage, Piece, Plan
from swahr_training.samples.targets import STRIDES, unseen_boxes
from swahr_training.samples.targets_torch import box_masks, heatmaps_of

GREY_OF_BGR = (0.114, 0.587, 0.299)


@dataclass(frozen=True)
class Packed:
    """A batch before its pixels are drawn, as few tensors, made by the loader's threads.

    N pieces, B samples. photos: [N, H, W, 3] uint8, each in the upper left of the common size. sizes_wh: [N, 2].
    ignored: [N, H, W] uint8, or none where no photo has ignore regions. photo_from_piece: [N, 2, 3] float32.
    borders: [N, 3]. tables: [N, 256, 3] uint8; grey, blurred: [N] bool. places: sample, x, y, side of each piece.
    damages: what happens to pieces, by piece.
    cutouts: where pieces that are cut out cover those before them, [side, side] uint8, by piece.
    layers: pieces that can be drawn at once: those of the photos, the first cut-out of each sample, the second ...
    joints: [B, P, K, 3] in input pixels. unseen: a stage [n, 6] sample, joint, x0, y0, x1, y1.
    """

    size: int
    photos: Tensor
    sizes_wh: Tensor
    ignored: Tensor | None
    photo_from_piece: Tensor
    borders: Tensor
    tables: Tensor
    grey: Tensor
    blurred: Tensor
    places: list[tuple[int, int, int, int]]
    damages: dict[int, Damage]
    cutouts: dict[int, Tensor]
    layers: list[list[int]]
    joints: Tensor
    unseen: list[Tensor]
    tags: Tensor
    names: list[str]


def pack(plans: Plans[Plan], pinned: bool = False) -> Packed:
    """Gather a batch for the device; `pinned` memory travels there faster."""
    pieces = [piece for plan in plans.samples for piece in plan.pieces]
    height, width = (max(piece.photo.shape[axis] for piece in pieces) for axis in (0, 1))
    photos = torch.empty((len(pieces), height, width, 3), dtype=torch.uint8, pin_memory=pinned)
    for slot, piece in zip(photos.numpy(), pieces, strict=True):
        slot[: piece.photo.shape[0], : piece.photo.shape[1]] = piece.photo
    ignored = None
    if any(piece.labelled.ignored for piece in pieces):
        ignored = torch.zeros((len(pieces), height, width), dtype=torch.uint8, pin_memory=pinned)
        for mask, piece in zip(ignored.numpy(), pieces, strict=True):
            h, w = piece.photo.shape[:2]
            mask[:h, :w] = piece.labelled.ignore_mask(h, w)
    straight = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    colours = [piece.colours for piece in pieces]
    people = max(len(plan.joints) for plan in plans.samples)
    return Packed(
        plans.samples[0].size,
        photos,
        torch.tensor([piece.photo.shape[1::-1] for piece in pieces]),
        ignored,
        torch.from_numpy(np.stack([_inverse(piece) for piece in pieces])),
        torch.tensor([piece.border for piece in pieces], dtype=torch.float32),
        torch.from_numpy(np.stack([straight if c is None else c.table for c in colours])),
        torch.tensor([c is not None and c.grey for c in colours]),
        torch.tensor([c is not None and c.blurred for c in colours]),
        [(b, p.x, p.y, p.side) for b, plan in enumerate(plans.samples) for p in plan.pieces],
        {n: p.damage for n, p in enumerate(pieces) if p.damage is not None},
        {n: torch.from_numpy(p.cutout) for n, p in enumerate(pieces) if p.cutout is not None},
        _layers(plans),
        torch.from_numpy(
            np.stack(
                [
                    np.pad(plan.joints, ((0, people - len(plan.joints)), (0, 0), (0, 0)))
                    for plan in plans.samples
                ]
            )
        ),
        [_unseen(plans, stride) for stride in STRIDES],
        tags_of(plans),
        plans.names,
    )


def render_batch(packed: Packed, device: torch.device, sigma: float) -> Batch:
    """Draw images, heatmaps and masks on the device."""
    size, count = packed.size, len(packed.joints)
    images = torch.empty((count, size, size, 3), dtype=torch.uint8, device=device)
    ignored = torch.zeros((count, size, size), dtype=torch.bool, device=device)
    for layer in packed.layers:
        _draw_layer(packed, layer, images, ignored)
    heatmaps, masks_of_stages = [], []
    for stride, unseen in zip(STRIDES, packed.unseen, strict=True):
        side = size // stride
        joints = packed.joints.to(device)
        scaled = torch.cat([joints[..., :2] / stride, joints[..., 2:]], dim=-1)
        heatmaps.append(heatmaps_of(scaled, side, sigma))
        counted = ~ignored[:, None, ::stride, ::stride]
        unseen_masks = box_masks(unseen.to(device), (count, joints.shape[2], side, side))
        masks_of_stages.append(counted & ~unseen_masks)
    return Batch(images, heatmaps, masks_of_stages, packed.tags.to(device), packed.names)


def _draw_layer(packed: Packed, layer: list[int], images: Tensor, ignored: Tensor) -> None:
    """Draw pieces of which none covers another. images: [B, S, S, 3] uint8, ignored: [B, S, S] bool; changed."""
    # Pieces of one side are drawn together, and those of one corner put into their samples together.
    for side in sorted({packed.places[n][3] for n in layer}):
        of_side = [n for n in layer if packed.places[n][3] == side]
        drawn, masks = _draw(packed, of_side, side, images.device)
        for corner in sorted({packed.places[n][1:3] for n in of_side}):
            at = [i for i, n in enumerate(of_side) if packed.places[n][1:3] == corner]
            samples = [packed.places[of_side[i]][0] for i in at]
            x, y = corner
            place = (samples, slice(y, y + side), slice(x, x + side))
            regions = torch.zeros_like(ignored[place]) if masks is None else masks[at]
            if of_side[at[0]] in packed.cutouts:  # so is all of the layer
                covers = torch.stack([packed.cutouts[of_side[i]] for i in at]).to(images.device) > 0
                images[place] = torch.where(covers[..., None], drawn[at], images[place])
                ignored[place] = torch.where(covers, regions, ignored[place])
            else:
                images[place], ignored[place] = drawn[at], regions


def _draw(packed: Packed, chosen: list[int], side: int, device: torch.device) -> tuple[Tensor, Tensor | None]:
    """Warp the chosen pieces: [n, side, side, 3] uint8, and their ignore regions [n, side, side] bool."""
    photos = _to(packed.photos, chosen, device).permute(0, 3, 1, 2).float()
    border = _to(packed.borders, chosen, device)[:, :, None, None]
    height, width = photos.shape[2:]
    wh = _to(packed.sizes_wh, chosen, device)
    inside = (torch.arange(width, device=device) < wh[:, :1])[:, None, None, :]
    inside = inside & (torch.arange(height, device=device) < wh[:, 1:])[:, None, :, None]
    # grid_sample fills with zeros; so zero has to mean the border.
    relative = torch.where(inside, photos - border, 0.0)
    grid = _grid(_to(packed.photo_from_piece, chosen, device), side, width, height)
    warped = F.grid_sample(relative, grid, "bilinear", "zeros", align_corners=True) + border
    drawn = _change_colours(warped.round(), packed, chosen)
    for slot, number in enumerate(chosen):
        if number in packed.damages:
            drawn[slot] = damaged_tensor(drawn[slot], packed.damages[number])
    if packed.ignored is None:
        return drawn, None
    masks = _to(packed.ignored, chosen, device)[:, None].float()
    return drawn, F.grid_sample(masks, grid, "nearest", "zeros", align_corners=True)[:, 0] > 0


def _grid(photo_from_piece: Tensor, side: int, width: int, height: int) -> Tensor:
    """Return where each pixel of a piece is read, [n, side, side, 2], as grid_sample counts: corners at -1 and 1."""
    ticks = torch.arange(side, dtype=torch.float32, device=photo_from_piece.device)
    y, x = torch.meshgrid(ticks, ticks, indexing="ij")
    pixels = torch.stack([x, y, torch.ones_like(x)], dim=-1).reshape(-1, 3)  # [side * side, 3]
    at = (pixels @ photo_from_piece.transpose(1, 2)).reshape(-1, side, side, 2)
    # A photo one pixel wide has no extent to divide by; any positive one will do.
    extent = torch.tensor([max(1, width - 1), max(1, height - 1)], device=at.device)
    return at * 2 / extent - 1


def _change_colours(images: Tensor, packed: Packed, chosen: list[int]) -> Tensor:
    """Take [n, 3, side, side] of whole levels through grey, blur and tables to [n, side, side, 3] uint8."""
    device = images.device
    grey = _to(packed.grey, chosen, device)[:, None, None, None]
    weights = torch.tensor(GREY_OF_BGR, device=device)[None, :, None, None]
    images = torch.where(grey, (images * weights).sum(1, keepdim=True).round(), images)
    blurred = _to(packed.blurred, chosen, device)[:, None, None, None]
    kernel = torch.tensor([0.25, 0.5, 0.25], device=device)
    kernel = (kernel[:, None] * kernel)[None, None].expand(3, 1, 3, 3)
    soft = F.conv2d(F.pad(images, (1, 1, 1, 1), mode="reflect"), kernel, groups=3)
    images = torch.where(blurred, soft.round(), images).clamp(0, 255)
    tables = _to(packed.tables, chosen, device).transpose(1, 2)  # [n, 3, 256]
    looked_up = tables.gather(2, images.flatten(2).long())
    return looked_up.reshape(images.shape).permute(0, 2, 3, 1)


def _to(values: Tensor, chosen: list[int], device: torch.device) -> Tensor:
    """Take the chosen rows to the device; all of them go as they are."""
    picked = values if len(chosen) == len(values) else values[chosen]
    return picked.to(device, non_blocking=True)


def _inverse(piece: Piece) -> npt.NDArray[np.float32]:
    matrix = np.linalg.inv(piece.affine[:, :2])
    return np.column_stack([matrix, -matrix @ piece.affine[:, 2]]).astype(np.float32)


def _layers(plans: Plans[Plan]) -> list[list[int]]:
    """Return the pieces, by number in the batch, in groups of which none covers another."""
    layers: list[list[int]] = [[]]
    number = 0
    for plan in plans.samples:
        above = 0
        for piece in plan.pieces:
            above += piece.cutout is not None
            if above == len(layers):
                layers.append([])
            layers[above].append(number)
            number += 1
    return layers


def _unseen(plans: Plans[Plan], stride: int) -> Tensor:
    rows = []
    for sample, plan in enumerate(plans.samples):
        boxes = unseen_boxes(plan, stride)
        rows.append(np.column_stack([np.full(len(boxes), sample), boxes]))
    return torch.from_numpy(np.concatenate(rows).astype(np.int64))
