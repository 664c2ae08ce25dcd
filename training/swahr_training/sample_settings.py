"""The settings of samples: how photos are varied, and what crops are."""

from typing import Literal

from pydantic import model_validator

from swahr._util.settings import Settings, setting

CROP_STEP = 32  # crop networks halve their input five times


class AugmentConfig(Settings):
    """How photos are varied."""

    scale: tuple[float, float] = setting((0.75, 1.5), "Size of the photo's side in inputs; log-uniform.")
    scale_of: Literal["short", "long"] = setting("short", "Which side of the photo `scale` means.")
    aspect: float = setting(0.0, "Width over height is stretched by up to this part.", ge=0)
    rotation_deg: float = setting(30.0, "Largest rotation, degrees.", ge=0)
    translation: float = setting(0.08, "Largest shift, part of the input (40 of 512 published).", ge=0)
    flip: float = setting(0.5, "Probability of a mirrored photo.", ge=0, le=1)
    mosaic: float = setting(0.0, "Probability of four photos in one.", ge=0, le=1)
    paste: float = setting(
        0.0,
        "Probability of one or two people cut out of other photos, put beside or before somebody.",
        ge=0,
        le=1,
    )
    colour: float = setting(0.0, "Strength of brightness, contrast and colour changes.", ge=0, le=1)
    blur: float = setting(0.0, "Probability of blur, as of a lens out of focus.", ge=0, le=1)
    noise: float = setting(0.0, "Probability of noise, as of a camera in the dark.", ge=0, le=1)
    occlusion: float = setting(
        0.0, "Probability of patches over people; the joints below them are still to be found.", ge=0, le=1
    )

    @model_validator(mode="after")
    def _smaller_first(self) -> "AugmentConfig":
        low, high = self.scale
        if not 0 < low <= high:
            raise ValueError(
                f"scale is [{low:g}, {high:g}]; expected the smaller number first, both above 0: "
                f"[{min(low, high):g}, {max(low, high):g}]"
                if min(low, high) > 0
                else f"scale is [{low:g}, {high:g}]; expected two numbers above 0, the smaller first"
            )
        return self


class CropConfig(Settings):
    """Samples of networks for crops.

    One labelled person each; mirror, colours, blur, noise and patches are those of `augment`.
    """

    input_wh: tuple[int, int] = setting(
        (192, 256), "Width and height of a crop, pixels, multiples of 32 (of 64 for hourglasses)."
    )
    scale: float = setting(
        0.3, "Standard deviation of a crop's size over the box's, cut off at as much either way.", ge=0, lt=1
    )
    rotation_deg: float = setting(
        40.0, "Standard deviation of the rotation, degrees, cut off at twice as much.", ge=0
    )
    rotation_probability: float = setting(0.6, "Probability of a rotated crop.", ge=0, le=1)
    half_body: float = setting(
        0.3, "Probability of the upper or lower half alone, of people with more than 8 joints.", ge=0, le=1
    )
    centres: Literal["cells", "exact"] = setting(
        "cells",
        "Where targets' Gaussians stand: on a whole cell as published, or where the joint is (DARK).",
    )
    sigmas_between: tuple[float, ...] = setting(
        (),
        "Standard deviations of the targets of outputs before the answer, cells, one for each; none: as the answer's. "
        "CPN's at 256 x 192 are 2.6, 2.0, 1.7, 1.4.",
    )
    joint_weights: dict[str, float] = setting(
        {}, "Weights of joints' errors by joint; 1 where none is given."
    )

    @model_validator(mode="after")
    def _sides_that_networks_take(self) -> "CropConfig":
        if any(side <= 0 or side % CROP_STEP for side in self.input_wh):
            raise ValueError(f"input_wh is {list(self.input_wh)}; expected multiples of {CROP_STEP}")
        if any(sigma <= 0 for sigma in self.sigmas_between):
            raise ValueError(f"sigmas_between is {list(self.sigmas_between)}; expected numbers above 0")
        if any(weight < 0 for weight in self.joint_weights.values()):
            raise ValueError(f"joint_weights is {self.joint_weights}; expected numbers of at least 0")
        return self
