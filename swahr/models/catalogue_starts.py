"""Backbones that ImageNet trained, which trainings start from."""

from swahr.models.catalogue_entry import PublishedWeights

TORCHVISION = "https://download.pytorch.org/models/"
TIMM = "https://huggingface.co/timm/hrnet_w{}.ms_in1k/tree/main"


def _start(name: str, file_name: str, page: str, licence: str) -> PublishedWeights:
    return PublishedWeights(
        name,
        file_name,
        page,
        page.endswith(file_name),
        "ImageNet, a start for training",
        None,
        licence,
        file_name.rpartition("-")[2].removesuffix(".pth") if "-" in file_name else "",
        finds_people=False,
        start=True,
    )


# Of torchvision, version 1 of each, whose names hold the first digits of their SHA-256; of timm, whose do not.
IMAGENET_STARTS = (
    *(
        _start(f"imagenet-{name[:-13]}", name, TORCHVISION + name, "BSD-3-Clause")
        for name in ("resnet50-0676ba61.pth", "resnet101-63fe2227.pth", "resnet152-394f9c45.pth")
    ),
    *(
        _start(f"imagenet-hrnet-w{width}", "model.safetensors", TIMM.format(width), "MIT")
        for width in (32, 48)
    ),
)
