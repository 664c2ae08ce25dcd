"""Backbones that ImageNet trained, which trainings start from."""

from swahr.models.catalogue_entry import PublishedWeights

TORCHVISION = "https://download.pytorch.org/models/"
TIMM = "https://huggingface.co/timm/"


def _start(name: str, file_name: str, page: str, licence: str, digits: str = "") -> PublishedWeights:
    return PublishedWeights(
        name,
        file_name,
        page,
        True,
        "ImageNet, a start for training",
        None,
        licence,
        sha256_start=digits,
        sha256_stated=not digits,
        finds_people=False,
        start=True,
    )


# Version 1 of each of torchvision, whose names hold the first digits of the file's SHA-256; and of HRNet's authors in
# timm's names, of which Hugging Face states the SHA-256. A file that has another is refused.
IMAGENET_STARTS = (
    *(
        _start(f"imagenet-{name[:-13]}", name, TORCHVISION + name, "BSD-3-Clause", name[-12:-4])
        for name in ("resnet50-0676ba61.pth", "resnet101-63fe2227.pth", "resnet152-394f9c45.pth")
    ),
    *(
        _start(
            f"imagenet-hrnet-{name[6:9]}",
            f"{name}.safetensors",
            f"{TIMM}{name}/resolve/main/model.safetensors",
            "MIT",
        )
        for name in ("hrnet_w32.ms_in1k", "hrnet_w48.ms_in1k")
    ),
)
