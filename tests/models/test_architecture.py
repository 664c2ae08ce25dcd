"""What a network is made of: kinds with fields of their own, and the flat form of earlier checkpoints."""

import json

import pytest

from swahr.errors import SettingError
from swahr.models import Architecture, load_checkpoint, read_architecture
from swahr.models.backbones.hrnet import HRNetSettings
from swahr.models.backbones.movenet import MoveNetSettings
from swahr.models.bundled import resolve
from swahr.models.heads.higher import HigherHeadSettings
from swahr.models.weight_files import read_metadata

# As checkpoints held it before backbones and heads were kinds.
FLAT = {
    "backbone": "movenet",
    "width": 32,
    "modules": [1, 4, 3],
    "blocks": 4,
    "grouping_width": 48,
    "grouping_blocks": 2,
    "num_joints": 14,
    "tag_dims": 2,
    "refine_first": True,
    "head_width": 24,
    "head_blocks": 1,
    "head_bottleneck": 32,
    "scale_heads": False,
    "heatmap_activation": "sigmoid",
}


def test_the_flat_form_is_read_in_full():
    head = HigherHeadSettings(
        width=24,
        blocks=1,
        bottleneck=32,
        scale_heads=False,
        heatmap_activation="sigmoid",
        tag_dims=2,
        refine_first=True,
    )
    backbone = MoveNetSettings(grouping_width=48, grouping_blocks=2)
    assert read_architecture(FLAT) == Architecture(backbone=backbone, head=head, num_joints=14)
    hrnet = read_architecture({**FLAT, "backbone": "hrnet", "width": 48})
    assert hrnet.backbone == HRNetSettings(width=48)


def test_the_bundled_weights_have_the_flat_form_and_load():
    plain = json.loads(read_metadata(resolve("default"))["architecture"])
    assert plain["backbone"] == "movenet"
    assert load_checkpoint(resolve("default")).architecture.backbone == MoveNetSettings()


def test_todays_form_is_written_and_read_as_it_is():
    architecture = Architecture(backbone=MoveNetSettings(grouping_width=8), num_joints=5)
    plain = json.loads(json.dumps(architecture.model_dump(mode="json")))
    assert plain["backbone"] == {"kind": "movenet", "grouping_width": 8, "grouping_blocks": 4}
    assert read_architecture(plain) == architecture


def test_a_field_of_another_kind_and_a_kind_that_is_none_are_refused():
    with pytest.raises(
        SettingError, match=r"backbone\.widht: there is no such setting; did you mean width\?"
    ):
        read_architecture({"backbone": {"kind": "hrnet", "widht": 3}})
    with pytest.raises(
        SettingError,
        match=r"backbone\.grouping_width: there is no such setting of this kind; it is one of movenet",
    ):
        read_architecture({"backbone": {"kind": "hrnet", "grouping_width": 3}})
    with pytest.raises(
        SettingError, match=r"backbone\.kind is 'hrnett'; expected one of .*; did you mean hrnet\?"
    ):
        read_architecture({"backbone": {"kind": "hrnett"}})
    with pytest.raises(SettingError, match="backbone: expected a mapping of settings, got int"):
        read_architecture({"backbone": 3})
    with pytest.raises(SettingError, match="these are settings of hrnet"):
        HRNetSettings(kind="movenet")


def test_an_architecture_is_one_line_for_people():
    assert (
        str(Architecture(backbone=HRNetSettings(width=48)))
        == "SWAHR HigherHRNet on hrnet (width 48), 17 joints"
    )
