"""The pixels of a planned sample, by cv2; `render_torch` does the same in batches on a GPU."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from swahr_training.samples.damage import damaged
from swahr_training.samples.plan import Colours, Image, Piece, Plan


@dataclass(frozen=True)
class Sample:
    """A planned sample and its pixels.

    image: [S, S, 3] uint8 BGR. ignored: [S, S] uint8, 1 where nothing may be learnt.
    """

    plan: Plan
    image: Image
    ignored: npt.NDArray[np.uint8]


def render_sample(plan: Plan) -> Sample:
    """Draw all pieces of a plan."""
    image = np.empty((plan.size, plan.size, 3), np.uint8)
    ignored = np.zeros((plan.size, plan.size), np.uint8)
    for piece in plan.pieces:
        place = np.s_[piece.y : piece.y + piece.side, piece.x : piece.x + piece.side]
        covers = np.ones((piece.side, piece.side), bool) if piece.cutout is None else piece.cutout > 0
        image[place][covers] = _draw(piece)[covers]
        ignored[place][covers] = _ignored(piece)[covers]
    return Sample(plan, image, ignored)


def _ignored(piece: Piece) -> npt.NDArray[np.uint8]:
    size = (piece.side, piece.side)
    if not piece.labelled.ignored:
        return np.zeros(size, np.uint8)
    mask = piece.labelled.ignore_mask(*piece.photo.shape[:2])
    return cv2.warpAffine(mask, piece.affine, size, flags=cv2.INTER_NEAREST).astype(np.uint8)


def _draw(piece: Piece) -> Image:
    warped = cv2.warpAffine(
        piece.photo,
        piece.affine,
        (piece.side, piece.side),
        flags=cv2.INTER_LINEAR,
        borderValue=piece.border,
    ).astype(np.uint8, copy=False)
    coloured = warped if piece.colours is None else change_colours(warped, piece.colours)
    return coloured if piece.damage is None else damaged(coloured, piece.damage)


def change_colours(image: Image, colours: Colours) -> Image:
    """Return an image as it is in other light: [H, W, 3] uint8 BGR."""
    if colours.grey:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR).astype(np.uint8)
    if colours.blurred:
        image = cv2.GaussianBlur(image, (3, 3), 0).astype(np.uint8)
    return cv2.LUT(image, colours.table[:, None, :]).astype(np.uint8)
