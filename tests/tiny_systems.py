"""A network of each system, small enough to be trained in a second, as the settings of a run name it."""

RESNET = {"kind": "resnet", "depth": 14, "width": 4}
PYRAMID = {**RESNET, "deconvolutions": []}
HIGHER = {"kind": "higher", "width": 4, "blocks": 1}
HRNET = {"kind": "hrnet", "width": 4, "modules": [1, 1, 1], "blocks": 1, "stem_width": 8}
SYSTEMS = {
    "simple-baselines": {"backbone": {**RESNET, "deconvolutions": [8, 8, 8]}, "head": "heatmaps"},
    "hrnet": {"backbone": HRNET, "head": "heatmaps"},
    "kl": {"backbone": HRNET, "head": {"kind": "heatmaps", "beside": "variances"}},
    "hourglass": {"backbone": {"kind": "hourglass", "stacks": 2, "width": 8}, "head": "heatmaps"},
    "cpn": {"backbone": PYRAMID, "head": {"kind": "cpn", "width": 8}},
    "cpn-csm-scarb": {
        "backbone": {**PYRAMID, "attention": "spatial-channel"},
        "head": {"kind": "cpn", "width": 8, "shuffle_groups": 4, "attention": "spatial-channel"},
    },
    "fields": {
        "backbone": {"kind": "mobilenet", "width": 8},
        "head": {"kind": "lightweight", "width": 8},
    },
    "openpose": {
        "backbone": {"kind": "vgg", "width": 8},
        "head": {"kind": "openpose", "stages": 2, "width": 8},
    },
    "body25": {
        "backbone": {"kind": "vgg", "prelu": True, "width": 8},
        "head": {"kind": "body25", "field_stages": 2, "heatmap_stages": 1, "width": 8},
    },
    "tags-on-hrnet": {"backbone": HRNET, "head": HIGHER},
    "tags-on-resnet": {"backbone": {**RESNET, "deconvolutions": [8, 8, 8]}, "head": HIGHER},
    "tags-on-hourglass": {"backbone": {"kind": "hourglass", "stacks": 1, "width": 8}, "head": HIGHER},
}
# Where it is not the kind's own.
LOSSES = {"kl": "crop_kl"}
