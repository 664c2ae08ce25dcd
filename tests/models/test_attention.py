"""Channel shuffle and attention in CPN, and backbones under the head of another system."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from swahr.errors import SettingError
from swahr.models.architecture import Architecture
from swahr.models.attention import ChannelGate, SpatialGate, make_attention
from swahr.models.heads.channel_shuffle import ChannelShuffle, shuffled
from swahr.models.heads.cpn import CPNHeadSettings
from swahr.models.higher_hrnet import HigherHRNet
from swahr.models.layers import Bottleneck

PYRAMID = {"kind": "resnet", "deconvolutions": ()}
C5_TO_C2 = (2048, 1024, 512, 256)


def parameters(architecture):
    with torch.device("meta"):
        return sum(p.numel() for p in architecture.build().parameters())


@given(st.sampled_from([1, 2, 4, 8]))
def test_a_shuffle_is_undone_by_one_of_as_many_groups_as_it_left_channels_in_each(groups):
    x = torch.arange(64.0).reshape(1, 32, 1, 2)
    assert torch.equal(shuffled(shuffled(x, groups), 32 // groups), x)


def test_after_the_shuffle_each_level_has_channels_of_all_levels():
    module = ChannelShuffle([8, 8, 8, 8], groups=4).eval()
    for layer in (*module.narrow, *module.mix):
        torch.nn.init.ones_(layer[0].weight)
    features = [torch.rand(1, 8, side, side) for side in (1, 2, 4, 8)]
    plain = module(features)
    assert [level.shape for level in plain] == [(1, 512, side, side) for side in (1, 2, 4, 8)]
    for changed in range(4):
        other = module([f + 1 if n == changed else f for n, f in enumerate(features)])
        for level, (now, before) in enumerate(zip(other, plain, strict=True)):
            assert not torch.equal(now[:, 256:], before[:, 256:])
            assert torch.equal(now[:, :256], before[:, :256]) == (level != changed)


@pytest.mark.parametrize("kind", ["spatial", "channel", "spatial-channel", "channel-spatial"])
def test_with_all_gates_open_the_bottleneck_is_the_plain_one(kind):
    torch.manual_seed(0)
    gated, plain = Bottleneck(64, 16, attention=kind).eval(), Bottleneck(64, 16).eval()
    plain.load_state_dict({n: v for n, v in gated.state_dict().items() if not n.startswith("attention.")})
    for gate in gated.attention:
        last = gate.conv if isinstance(gate, SpatialGate) else gate.layers[-1]
        torch.nn.init.zeros_(last.weight)
        torch.nn.init.constant_(last.bias, 40.0)  # whose sigmoid is 1
    x = torch.rand(2, 64, 5, 7)
    torch.testing.assert_close(gated(x), plain(x))


def test_gates_stand_in_the_order_of_their_name():
    kinds = {"spatial-channel": [SpatialGate, ChannelGate], "channel-spatial": [ChannelGate, SpatialGate]}
    for kind, expected in kinds.items():
        assert [type(gate) for gate in make_attention(kind, 32)] == expected
    assert make_attention("channel", 32, 8)[0].layers[0].out_channels == 4


def test_parameters_are_those_that_the_modules_add():
    plain = Architecture(backbone=PYRAMID, head="cpn")
    assert parameters(plain) == pytest.approx(27.0e6, rel=0.02)  # as published of CPN on ResNet-50
    shuffling = plain.changed(head=CPNHeadSettings(shuffle_groups=4))
    narrow = sum(256 * c + 512 for c in C5_TO_C2)
    mix = 4 * (256 * 256 + 512)
    wider = sum(256 * (512 - c) for c in C5_TO_C2)
    assert parameters(shuffling) - parameters(plain) == narrow + mix + wider
    gated = plain.changed(head=CPNHeadSettings(attention="spatial-channel"))
    per_block = 256 + 1 + (256 * 16 + 16) + (16 * 256 + 256)
    assert parameters(gated) - parameters(plain) == 7 * per_block  # 3 + 2 + 1 in the cascade, and the last
    everywhere = gated.changed(backbone={**PYRAMID, "attention": "spatial-channel"})
    assert parameters(everywhere) > parameters(gated)
    assert str(shuffling).startswith("CPN + CSM on resnet")


@pytest.mark.parametrize(
    "backbone",
    [{"kind": "resnet", "deconvolutions": (32, 32, 32)}, {"kind": "hourglass", "stacks": 1}],
    ids=["resnet", "hourglass"],
)
def test_other_backbones_serve_under_the_head_of_higherhrnet(backbone):
    head = {"kind": "higher", "width": 8, "blocks": 1}
    network = Architecture(backbone=backbone, head=head, num_joints=5).build().eval()
    assert isinstance(network, HigherHRNet)
    with torch.inference_mode():
        shapes = [tuple(output.shape) for output in network(torch.zeros(1, 3, 64, 128))]
    assert shapes == [(1, 15, 16, 32), (1, 10, 32, 64)]


@pytest.mark.parametrize("groups", [0, 4])
def test_a_cpn_of_any_kind_gives_five_maps_a_joint(groups):
    head = {"kind": "cpn", "shuffle_groups": groups, "attention": "spatial-channel"}
    network = Architecture(backbone=PYRAMID, head=head, num_joints=3).build().eval()
    with torch.inference_mode():
        outputs = network(torch.zeros(1, 3, 64, 32))
    assert [tuple(output.shape) for output in outputs] == [(1, 3, 16, 8)] * 5


def test_a_kind_and_a_head_of_another_contradict_each_other():
    with pytest.raises(
        SettingError, match="kind is 'fields', and the head makes a network of kind 'top-down'"
    ):
        Architecture(kind="fields", head="cpn")
    with pytest.raises(SettingError, match="kind is 'sideways'; expected one of bottom-up, top-down, fields"):
        Architecture(kind="sideways")


def test_settings_say_how_far_channels_are_reduced_in_head_and_backbone():
    def widths(reduction):
        way = {"attention": "channel", "attention_reduction": reduction}
        network = Architecture(backbone={**PYRAMID, **way}, head={"kind": "cpn", **way}).build()
        gates = {name: gate for name, gate in network.named_modules() if isinstance(gate, ChannelGate)}
        assert {name.partition(".")[0] for name in gates} == {"backbone", "head"}
        return [
            (gate.layers[0].out_channels, gate.layers[0].in_channels // reduction) for gate in gates.values()
        ]

    for reduction in (4, 8):
        assert all(width == max(1, expected) for width, expected in widths(reduction))
