"""Skeletons of systems other than the bottom-up networks of COCO: MPII's, and OpenPose's with a neck and with feet."""

from swahr.pose.skeleton import COCO_17, COCO_FEET_23, Skeleton

# Standard deviations that COCO measured, for the joints that it has; the neck and what is near it as the shoulders'.
_OF_COCO = {name.partition("_")[2]: sigma for name, sigma in zip(COCO_17.joints, COCO_17.sigmas, strict=True)}
_NECK = _OF_COCO["shoulder"]

# Andriluka et al., "2D Human Pose Estimation: New Benchmark and State of the Art Analysis", CVPR 2014.
MPII_16 = Skeleton(
    name="mpii-16",
    joints=(
        "right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "pelvis", "thorax",
        "upper_neck", "head_top", "right_wrist", "right_elbow", "right_shoulder", "left_shoulder", "left_elbow",
        "left_wrist",
    ),
    limbs=(
        (0, 1), (1, 2), (2, 6), (6, 3), (3, 4), (4, 5), (6, 7), (7, 8), (8, 9), (7, 12), (12, 11), (11, 10),
        (7, 13), (13, 14), (14, 15),
    ),
    flip_pairs=((5, 0), (4, 1), (3, 2), (15, 10), (14, 11), (13, 12)),
    matching_order=(8, 9, 7, 12, 13, 6, 2, 3, 11, 14, 10, 15, 1, 4, 0, 5),
    sigmas=(
        _OF_COCO["ankle"], _OF_COCO["knee"], _OF_COCO["hip"], _OF_COCO["hip"], _OF_COCO["knee"], _OF_COCO["ankle"],
        _OF_COCO["hip"], _NECK, _NECK, _NECK, _OF_COCO["wrist"], _OF_COCO["elbow"], _NECK, _NECK,
        _OF_COCO["elbow"], _OF_COCO["wrist"],
    ),
)  # fmt: skip

# COCO's joints and a neck halfway between the shoulders, in the order of OpenPose's network of 2017.
COCO_18 = Skeleton(
    name="coco-18",
    joints=(
        "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist",
        "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye",
        "right_ear", "left_ear",
    ),
    limbs=(
        (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13), (1, 0),
        (0, 14), (14, 16), (0, 15), (15, 17),
    ),
    flip_pairs=((5, 2), (6, 3), (7, 4), (11, 8), (12, 9), (13, 10), (15, 14), (17, 16)),
    matching_order=(1, 0, 2, 5, 8, 11, 3, 6, 9, 12, 4, 7, 10, 13, 14, 15, 16, 17),
    sigmas=(
        0.026, _NECK, _NECK, _OF_COCO["elbow"], _OF_COCO["wrist"], _NECK, _OF_COCO["elbow"], _OF_COCO["wrist"],
        _OF_COCO["hip"], _OF_COCO["knee"], _OF_COCO["ankle"], _OF_COCO["hip"], _OF_COCO["knee"], _OF_COCO["ankle"],
        _OF_COCO["eye"], _OF_COCO["eye"], _OF_COCO["ear"], _OF_COCO["ear"],
    ),
)  # fmt: skip

# OpenPose's network of 2018 (Cao et al., TPAMI 2019, arXiv 1812.08008): a hip between the hips, and feet.
BODY_25 = Skeleton(
    name="body-25",
    joints=(
        "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist",
        "mid_hip", "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "right_eye",
        "left_eye", "right_ear", "left_ear", "left_big_toe", "left_small_toe", "left_heel", "right_big_toe",
        "right_small_toe", "right_heel",
    ),
    limbs=(
        (1, 8), (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (8, 9), (9, 10), (10, 11), (8, 12), (12, 13), (13, 14),
        (1, 0), (0, 15), (15, 17), (0, 16), (16, 18), (14, 19), (19, 20), (14, 21), (11, 22), (22, 23), (11, 24),
    ),
    flip_pairs=(
        (5, 2), (6, 3), (7, 4), (12, 9), (13, 10), (14, 11), (16, 15), (18, 17), (19, 22), (20, 23), (21, 24),
    ),
    matching_order=(1, 0, 8, 2, 5, 9, 12, 3, 6, 10, 13, 4, 7, 11, 14, *range(15, 25)),
    sigmas=(
        0.026, _NECK, _NECK, _OF_COCO["elbow"], _OF_COCO["wrist"], _NECK, _OF_COCO["elbow"], _OF_COCO["wrist"],
        _OF_COCO["hip"], _OF_COCO["hip"], _OF_COCO["knee"], _OF_COCO["ankle"], _OF_COCO["hip"], _OF_COCO["knee"],
        _OF_COCO["ankle"], _OF_COCO["eye"], _OF_COCO["eye"], _OF_COCO["ear"], _OF_COCO["ear"],
        *(COCO_FEET_23.sigmas[COCO_FEET_23.joints.index(f"{side}_{part}")]
          for side in ("left", "right") for part in ("big_toe", "small_toe", "heel")),
    ),
)  # fmt: skip
