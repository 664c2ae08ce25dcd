"""What networks answer at the start of a training from scratch: next to nothing, as targets are 0 nearly everywhere."""

import pytest
import torch

from swahr.models import Architecture
from swahr.models.attention import ChannelGate, SpatialGate
from tests.tiny_systems import SYSTEMS


def started(name):
    torch.manual_seed(0)
    network = Architecture(**SYSTEMS[name]).build().train()
    network.initialise()
    return network


# The head of tags draws heatmaps together with these, which have to start apart.
@pytest.mark.parametrize("name", [name for name in SYSTEMS if not name.startswith("tags")])
def test_heatmaps_of_all_outputs_start_near_zero(name):
    network = started(name)
    outputs = network(torch.randn(4, 3, 64, 64))
    assert all(float(output.detach().std()) < 0.1 for output in outputs)


def test_gates_start_half_open():
    network = started("cpn-csm-scarb")
    seen = []
    gates = [module for module in network.modules() if isinstance(module, SpatialGate | ChannelGate)]
    for gate in gates:
        last = gate.conv if isinstance(gate, SpatialGate) else gate.layers[-1]
        last.register_forward_hook(lambda _m, _x, y: seen.append(torch.sigmoid(y.detach())))
    network(torch.randn(4, 3, 64, 64))
    assert len(seen) == len(gates) > 8
    assert all(0.2 < float(values.mean()) < 0.8 for values in seen)
    assert all(float(((values > 0.01) & (values < 0.99)).float().mean()) > 0.9 for values in seen)
