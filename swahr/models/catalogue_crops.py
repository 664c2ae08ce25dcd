"""Published weights of networks for one person's crop: all lie behind pages that a program cannot read.

AP is on COCO val2017 with the flip test, by the boxes of a detector whose own AP of people is given. MPII has no AP:
its measure, PCKh at half a head, stands with the data.
"""

from swahr.models.catalogue_entry import PublishedWeights

SIMPLE = "https://github.com/microsoft/human-pose-estimation.pytorch"
HRNET = "https://github.com/leoxiaobin/deep-high-resolution-net.pytorch"
HOURGLASS = "https://github.com/bearpaw/pytorch-pose"
CPN = "https://github.com/GengDavid/pytorch-cpn"
# AP of people of the detectors.
BOXES = "56.4"
CPN_BOXES = "55.3"


def _simple(depth: int, size: str, ap: float | None, data: str = "COCO") -> PublishedWeights:
    name = f"simple-resnet{depth}-{data.partition(' ')[0].lower()}-{size}"
    boxes = BOXES if ap else "labelled"
    return PublishedWeights(
        name, f"pose_resnet_{depth}_{size}.pth.tar", SIMPLE, False, data, ap, "MIT", boxes=boxes
    )


def _hrnet(width: int, size: str, ap: float | None, data: str = "COCO") -> PublishedWeights:
    name = f"hrnet-w{width}-{data.partition(' ')[0].lower()}-{size}"
    boxes = BOXES if ap else "labelled"
    return PublishedWeights(
        name, f"pose_hrnet_w{width}_{size}.pth", HRNET, False, data, ap, "MIT", boxes=boxes
    )


def _hourglass(stacks: int, pckh: float) -> PublishedWeights:
    return PublishedWeights(
        f"hourglass-{stacks}-mpii-256x256",
        f"hg_s{stacks}_b1",
        HOURGLASS,
        False,
        f"MPII (PCKh {pckh})",
        None,
        "GPL-3.0 code",
        boxes="labelled",
    )


def _cpn(size: str, ap: float) -> PublishedWeights:
    return PublishedWeights(
        f"cpn-resnet50-coco-{size}",
        f"CPN{size}.pth.tar",
        CPN,
        False,
        "COCO",
        ap,
        "GPL-3.0 code",
        boxes=CPN_BOXES,
    )


CROP_WEIGHTS = (
    _simple(50, "256x192", 70.4),
    _simple(50, "384x288", 72.2),
    _simple(101, "256x192", 71.4),
    _simple(101, "384x288", 73.6),
    _simple(152, "256x192", 72.0),
    _simple(152, "384x288", 74.3),
    _simple(50, "256x256", None, "MPII (PCKh 88.5)"),
    _simple(50, "384x384", None, "MPII (PCKh 89.1)"),
    _simple(101, "256x256", None, "MPII (PCKh 89.1)"),
    _simple(101, "384x384", None, "MPII (PCKh 90.0)"),
    _simple(152, "256x256", None, "MPII (PCKh 89.6)"),
    _simple(152, "384x384", None, "MPII (PCKh 90.2)"),
    _hrnet(32, "256x192", 74.4),
    _hrnet(32, "384x288", 75.8),
    _hrnet(48, "256x192", 75.1),
    _hrnet(48, "384x288", 76.3),
    _hrnet(32, "256x256", None, "MPII (PCKh 90.3)"),
    _hourglass(2, 86.95),
    _hourglass(8, 88.78),
    _cpn("256x192", 69.2),
    _cpn("384x288", 72.2),
)
