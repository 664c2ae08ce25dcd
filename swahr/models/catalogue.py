"""Published weights: what there is, where it lies, and what its makers measured."""

import re

from swahr.errors import SettingError
from swahr.models.catalogue_crops import CROP_WEIGHTS
from swahr.models.catalogue_entry import PublishedWeights
from swahr.models.catalogue_starts import IMAGENET_STARTS

__all__ = ["CATALOGUE", "PublishedWeights", "find", "hash_in_name"]

MMPOSE = "https://download.openmmlab.com/mmpose/bottom_up/"
MEDIAPIPE = "https://storage.googleapis.com/mediapipe-models/"
SWAHR_DRIVE = "https://drive.google.com/drive/folders/13FFvwK7bDZLD4H_toueopbLhJqFjimlu"
OPENPOSE = "https://github.com/CMU-Perceptual-Computing-Lab/openpose"
OPENPOSE_LICENCE = "OpenPose's, non-commercial"
LIGHTWEIGHT = "https://github.com/Daniil-Osokin/lightweight-human-pose-estimation.pytorch"
HIGHER_HRNET_DRIVE = "https://drive.google.com/drive/folders/1X9-TzWpwbX2zQf2To8lB-ZQHMYviYYh6"


def _mmpose(name: str, file_name: str, trained_on: str, ap: float | None) -> PublishedWeights:
    return PublishedWeights(
        name, file_name, MMPOSE + file_name, True, trained_on, ap, "Apache-2.0", hash_in_name(file_name)
    )


def hash_in_name(file_name: str) -> str:
    """Return the hex digits that torch.hub and MMPose put into names, as in `net-8ae85183_20200713.pth`."""
    match = re.search(r"-([0-9a-f]{8})(?=[_.])", file_name)
    return match.group(1) if match else ""


def _drive(
    name: str,
    file_name: str,
    page: str,
    trained_on: str,
    ap: float | None,
    licence: str,
    finder: str = "tags",
) -> PublishedWeights:
    return PublishedWeights(name, file_name, page, False, trained_on, ap, licence, whole_frames_by=finder)


CATALOGUE = (
    _mmpose("mmpose-w32-coco-512", "higher_hrnet32_coco_512x512-8ae85183_20200713.pth", "COCO", 67.7),
    _mmpose("mmpose-w32-coco-640", "higher_hrnet32_coco_640x640-a22fe938_20200712.pth", "COCO", None),
    _mmpose("mmpose-w48-coco-512", "higher_hrnet48_coco_512x512-60fedcbc_20200712.pth", "COCO", None),
    _mmpose(
        "mmpose-w32-crowdpose-512",
        "higher_hrnet32_crowdpose_512x512-1aa4a132_20201017.pth",
        "CrowdPose",
        None,
    ),
    _mmpose("mmpose-w32-aic-512", "higher_hrnet32_aic_512x512-9a674c33_20210130.pth", "AI Challenger", None),
    _drive("swahr-w32-coco-512", "pose_higher_hrnet_w32_512.pth", SWAHR_DRIVE, "COCO", 68.9, "not stated"),
    _drive("swahr-w48-coco-640", "pose_higher_hrnet_w48_640.pth", SWAHR_DRIVE, "COCO", 70.8, "not stated"),
    _drive(
        "swahr-w48-crowdpose-640",
        "pose_higher_hrnet_w48_640.pth",
        SWAHR_DRIVE,
        "CrowdPose",
        71.6,
        "not stated",
    ),
    _drive(
        "higherhrnet-w32-coco-512", "pose_higher_hrnet_w32_512.pth", HIGHER_HRNET_DRIVE, "COCO", 67.1, "MIT"
    ),
    _drive(
        "higherhrnet-w32-coco-640", "pose_higher_hrnet_w32_640.pth", HIGHER_HRNET_DRIVE, "COCO", None, "MIT"
    ),
    _drive(
        "higherhrnet-w48-coco-640", "pose_higher_hrnet_w48_640.pth", HIGHER_HRNET_DRIVE, "COCO", 69.9, "MIT"
    ),
    _drive(
        "openpose-coco", "pose_iter_440000.caffemodel", OPENPOSE, "COCO", None, OPENPOSE_LICENCE, "fields"
    ),
    _drive(
        "openpose-body25",
        "pose_iter_584000.caffemodel",
        OPENPOSE,
        "COCO, feet",
        None,
        OPENPOSE_LICENCE,
        "fields",
    ),
    _drive(
        "lightweight-openpose",
        "checkpoint_iter_370000.pth",
        LIGHTWEIGHT,
        "COCO",
        40.0,
        "Apache-2.0",
        "fields",
    ),
    PublishedWeights(
        "blazepose-heavy",
        "pose_landmarker_heavy.task",
        MEDIAPIPE + "pose_landmarker/pose_landmarker_heavy/float16/1/pose_landmarker_heavy.task",
        True,
        "Google's own; feet",
        None,
        "Apache-2.0",
        "64437af838a65d18e5ba7a0d39b465540069bc8aae8308de3e318aad31fcbc7b",
        finds_people=False,
    ),
    *CROP_WEIGHTS,
    *IMAGENET_STARTS,
)


def find(name: str) -> PublishedWeights:
    """Return the published weights of a name. Raises SettingError that lists the names."""
    for weights in CATALOGUE:
        if weights.name == name:
            return weights
    raise SettingError(
        f"no published weights {name!r}; expected one of {', '.join(weights.name for weights in CATALOGUE)}"
    )
