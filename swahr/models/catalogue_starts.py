"""Backbones that ImageNet trained, which trainings start from."""

from swahr.models.catalogue_entry import PublishedWeights

TORCHVISION = "https://download.pytorch.org/models/"
# Of HRNet's authors, in timm's names; `timm/hrnet_w32.ms_in1k` on Hugging Face has the same as safetensors, without a
# hash in the name.
TIMM = "https://github.com/huggingface/pytorch-image-models/releases/download/v0.1-hrnet/"


def _start(name: str, file_name: str, page: str, licence: str) -> PublishedWeights:
    return PublishedWeights(
        name,
        file_name,
        page,
        True,
        "ImageNet, a start for training",
        None,
        licence,
        file_name.rpartition("-")[2].removesuffix(".pth"),
        finds_people=False,
        start=True,
    )


# Of torchvision, version 1 of each, and of timm, whose names hold the first digits of the file's SHA-256 by their
# makers' custom: a file that has others is refused.
IMAGENET_STARTS = (
    *(
        _start(f"imagenet-{name[:-13]}", name, TORCHVISION + name, "BSD-3-Clause")
        for name in ("resnet50-0676ba61.pth", "resnet101-63fe2227.pth", "resnet152-394f9c45.pth")
    ),
    *(
        _start(f"imagenet-hrnet-{name[8:11]}", name, TIMM + name, "MIT")
        for name in ("hrnetv2_w32-90d8c5fb.pth", "hrnetv2_w48-abd2e6ab.pth")
    ),
)
