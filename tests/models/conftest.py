from types import SimpleNamespace

import pytest
import torch

from swahr.models import Architecture, Checkpoint
from swahr.skeleton import COCO_17

TINY = Architecture(
    width=4, modules=(1, 2, 1), blocks=2, head_width=6, head_blocks=1, num_joints=17, scale_heads=True
)


def published_names(weights):
    """Give our weights the names of the published SWAHR files."""
    return {name.removeprefix("backbone.").removeprefix("head."): value for name, value in weights.items()}


@pytest.fixture
def tiny():
    """Make tiny networks and write them as published files."""

    def checkpoint(**changed):
        architecture = Architecture.model_validate({**TINY.model_dump(), **changed})
        torch.manual_seed(0)
        model = architecture.build()
        for name, value in model.state_dict().items():  # statistics that a training would leave behind
            if name.endswith("running_mean"):
                value.normal_(0, 0.1)
            if name.endswith("running_var"):
                value.uniform_(0.5, 2)
        return Checkpoint(model.eval(), architecture, COCO_17, 64)

    def weights(**changed):
        return published_names(checkpoint(**changed).model.state_dict())

    return SimpleNamespace(architecture=TINY, checkpoint=checkpoint, weights=weights)
